// Reads many files on a few threads and delivers on the caller's.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads `paths`, each from its cursor, and calls `deliver` and `finished` on the calling thread only.
///
/// The greatest files start first. Batches of one file come in order; those of different files mingle. At most a few
/// batches wait for the caller, so memory stays bounded however slow it is. If `deliver` throws, reading stops, and
/// nothing of what was not delivered is lost: no cursor went with it.
///
/// Name all files that are known, also those without news: an unchanged file costs one `stat`, and a fork of a Codex
/// session finds its parent's history among them.
package func readLogs(
    paths: [String], cursors: [String: FileCursor] = [:], options: ReadOptions = ReadOptions(), threads: Int = 2,
    finished: (_ path: String, _ summary: LogSummary) -> Void = { _, _ in },
    deliver: (LogBatch) throws -> Void
) rethrows -> LogSummary {
    var total = LogSummary()
    let ordered = changed(paths, cursors) { path in
        var summary = LogSummary()
        (summary.files, summary.unchangedFiles) = (1, 1)
        finished(path, summary)
        total += summary
    }
    let lineages = CodexLineages(candidates: paths, options: options)
    if threads <= 1 || ordered.count <= 1 {
        let feed = LineFeed()
        for path in ordered {
            let reading = FileReading(
                path: path, cursor: cursors[path], options: options, feed: feed, lineages: lineages)
            while let batch = reading.nextBatch() { try deliver(batch) }
            let summary = reading.finishedSummary()
            finished(path, summary)
            total += summary
        }
        return total
    }
    let queue = BatchQueue(paths: ordered, readers: min(threads, ordered.count))
    let job = ReadingJob(queue: queue, cursors: cursors, options: options, lineages: lineages)
    let started = job.start(threads: min(threads, ordered.count))
    defer {
        queue.stop()
        for thread in started { pthread_join(thread, nil) }
    }
    if started.isEmpty { job.run() }
    while let item = queue.pop() {
        switch item {
        case .batch(let batch): try deliver(batch)
        case .finished(let path, let summary):
            finished(path, summary)
            total += summary
        }
    }
    return total
}

/// The files with news, the greatest first, so that one great file does not start last.
private func changed(
    _ paths: [String], _ cursors: [String: FileCursor], unchanged: (String) -> Void
) -> [String] {
    var sized: [(path: String, size: Int64)] = []
    for path in paths {
        let facts = try? FileFacts(path: path)
        if let facts, let cursor = cursors[path], cursor.isUnchanged(facts) {
            unchanged(path)
        } else {
            sized.append((path, facts?.size ?? 0))
        }
    }
    return sized.sorted { ($0.size, $1.path) > ($1.size, $0.path) }.map(\.path)
}

/// What the reading threads share; all of it immutable but the queue, which locks.
private final class ReadingJob: Sendable {
    let queue: BatchQueue
    let cursors: [String: FileCursor]
    let options: ReadOptions
    let lineages: CodexLineages

    init(queue: BatchQueue, cursors: [String: FileCursor], options: ReadOptions, lineages: CodexLineages) {
        self.queue = queue
        self.cursors = cursors
        self.options = options
        self.lineages = lineages
    }

    func start(threads: Int) -> [pthread_t] {
        var started: [pthread_t] = []
        for _ in 0..<threads {
            var thread = pthread_t(bitPattern: 0)
            let box = Unmanaged.passRetained(self)
            let code = pthread_create(
                &thread, nil,
                { pointer in
                    #if canImport(Glibc)
                        let raw = pointer
                    #else
                        let raw: UnsafeMutableRawPointer? = pointer
                    #endif
                    if let raw { Unmanaged<ReadingJob>.fromOpaque(raw).takeRetainedValue().run() }
                    return nil
                }, box.toOpaque())
            guard code == 0, let made = Optional(thread) else {
                box.release()
                queue.readerEnded()
                continue
            }
            started.append(made)
        }
        return started
    }

    func run() {
        let feed = LineFeed()
        while let path = queue.nextPath() {
            let reading = FileReading(
                path: path, cursor: cursors[path], options: options, feed: feed, lineages: lineages)
            while let batch = reading.nextBatch() {
                // A batch with neither records nor a changed cursor still tells that the file was looked at.
                if !queue.push(.batch(batch)) { break }
            }
            if !queue.push(.finished(path, reading.finishedSummary())) { break }
        }
        queue.readerEnded()
    }
}
