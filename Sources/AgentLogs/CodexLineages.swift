// Finds the rollouts that forks were made from, to tell copied history from own turns.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The running totals of sessions by id, read from their files when a fork first asks. Shared by the threads of a
/// reading.
final class CodexLineages: @unchecked Sendable {
    // Every access to the dictionaries is under `lock`.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let candidates: [String]
    private var pathOfSession: [String: String]?
    private var histories: [String: [UInt64]] = [:]
    private let options: ReadOptions

    /// `candidates`: the files among which a parent may be.
    init(candidates: [String], options: ReadOptions) {
        self.candidates = candidates
        self.options = options
        lock = .allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    /// Hashes of the session's running totals in order, its own inherited ones included; nil where its file is not
    /// among the candidates.
    func history(of session: String) -> [UInt64]? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        if let known = histories[session] { return known }
        guard let path = path(of: session) else { return nil }
        let history = totals(in: path)
        histories[session] = history
        return history
    }

    /// Codex names a rollout by its session; only files that were renamed have to be looked into.
    private func path(of session: String) -> String? {
        if let named = candidates.first(where: { $0.hasSuffix("-" + session + ".jsonl") }) { return named }
        if pathOfSession == nil { findSessions() }
        return pathOfSession?[session]
    }

    private func findSessions() {
        var found: [String: String] = [:]
        for path in candidates {
            if let session = firstSession(of: path), found[session] == nil { found[session] = path }
        }
        pathOfSession = found
    }

    /// The session that a rollout's first line names.
    private func firstSession(of path: String) -> String? {
        guard let file = try? LogFile(path: path), file.facts.isRegular else { return nil }
        let feed = LineFeed()
        feed.open(file.descriptor, at: 0)
        guard case .line(let range) = feed.next() else { return nil }
        let bytes = UnsafeBufferPointer(start: UnsafePointer(feed.base + range.lowerBound), count: range.count)
        guard let view = JSONView(checking: bytes), view["type"]?.isString("session_meta") == true else { return nil }
        return view["payload"]?.first(of: "id", "session_id")?.string
    }

    private func totals(in path: String) -> [UInt64] {
        guard let file = try? LogFile(path: path) else { return [] }
        let feed = LineFeed()
        feed.open(file.descriptor, at: 0)
        var history: [UInt64] = []
        while true {
            switch feed.next() {
            case .line(let range):
                let bytes = UnsafeBufferPointer(start: UnsafePointer(feed.base + range.lowerBound), count: range.count)
                // A running total is short; the bytes of a rollout are in the longer lines.
                guard bytes.count < 8192, let view = JSONView(checking: bytes),
                    let counts = CodexTotals(view["payload"]?["info"]?["total_token_usage"])
                else { continue }
                history.append(lineageHash(counts))
            case .long: _ = feed.skipLine()
            case .end, .failed: return history
            }
        }
    }
}
