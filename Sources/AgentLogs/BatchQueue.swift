// A bounded queue between reading threads and the one that books.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Hands out paths to readers, and their batches to the caller.
final class BatchQueue: @unchecked Sendable {
    enum Item {
        case batch(LogBatch)
        case finished(String, LogSummary)
    }

    // All variables below are read and written under `lock` only.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var paths: [String]
    private var items: [Item] = []
    private var readers: Int
    private var isStopped = false
    /// Waiting items: enough to keep both sides busy, few enough to hold little.
    private static let capacity = 8

    init(paths: [String], readers: Int) {
        self.paths = paths.reversed()
        self.readers = readers
        lock = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer {
            pthread_cond_broadcast(changed)
            pthread_mutex_unlock(lock)
        }
        return body()
    }

    func nextPath() -> String? { locked { isStopped ? nil : paths.popLast() } }

    func readerEnded() { locked { readers -= 1 } }

    func stop() { locked { isStopped = true } }

    /// Waits for room. False once the caller has stopped.
    func push(_ item: Item) -> Bool {
        locked {
            while items.count >= BatchQueue.capacity && !isStopped { pthread_cond_wait(changed, lock) }
            if isStopped { return false }
            items.append(item)
            return true
        }
    }

    /// Waits for the next item; nil when all readers have ended and everything was taken.
    func pop() -> Item? {
        locked {
            while items.isEmpty && readers > 0 { pthread_cond_wait(changed, lock) }
            return items.isEmpty ? nil : items.removeFirst()
        }
    }
}
