// Tells on stderr how far something is, once it takes more than a second.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Says nothing in the first second, then one line a second.
package final class ProgressLines {
    private let what: String
    private var lastMs: Int64

    package init(_ what: String) {
        self.what = what
        lastMs = monotonicMs()
    }

    package func tell(_ done: Int, of all: Int) { tell("\(done) of \(all)") }

    package func tell(_ state: @autoclosure () -> String) {
        let now = monotonicMs()
        guard now - lastMs >= 1000 else { return }
        lastMs = now
        logLine("\(what): \(state())")
    }
}

private func monotonicMs() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
}
