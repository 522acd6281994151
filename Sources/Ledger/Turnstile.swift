// Fair turns for the processes that write to one ledger.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Two locks in a row: whoever holds `next` is the first to get `turn`, and gives `next` up as soon as it has it, so
/// that a writer that comes back at once queues behind those who wait. SQLite's own busy handler polls, which lets one
/// busy process starve the others. The kernel frees both locks when a process dies.
struct Turnstile {
    private let next: Int32
    private let turn: Int32

    /// Opens (and where missing makes) the two lock files beside the ledger.
    init(ledgerPath: String) throws(LedgerError) {
        next = try Turnstile.openLock(ledgerPath + "-next")
        turn = try Turnstile.openLock(ledgerPath + "-turn")
    }

    func close() {
        _ = posixClose(next)
        _ = posixClose(turn)
    }

    /// Waits for the turn to write. Error `busy` after `timeoutMs`.
    func enter(timeoutMs: Int) throws(LedgerError) {
        if flock(next, LOCK_EX | LOCK_NB) != 0 { try wait(for: next, timeoutMs: timeoutMs) }
        defer { flock(next, LOCK_UN) }
        if flock(turn, LOCK_EX | LOCK_NB) != 0 { try wait(for: turn, timeoutMs: timeoutMs) }
    }

    func leave() { flock(turn, LOCK_UN) }

    /// Blocks in the kernel's queue, which is first come, first served; an interval timer ends a wait that is too long
    /// (a stopped process would hold the lock for ever).
    private func wait(for lock: Int32, timeoutMs: Int) throws(LedgerError) {
        let start = monotonicMs()
        var action = sigaction()
        var before = sigaction()
        setHandler(of: &action) { _ in }
        sigaction(SIGALRM, &action, &before)
        var timer = itimerval(
            it_interval: timeval(tv_sec: 0, tv_usec: 50_000),
            it_value: timeval(tv_sec: timeoutMs / 1000, tv_usec: timeoutMs % 1000 * 1000))
        setitimer(timerKind, &timer, nil)
        defer {
            timer = itimerval()
            setitimer(timerKind, &timer, nil)
            sigaction(SIGALRM, &before, nil)
        }
        while flock(lock, LOCK_EX) != 0 {
            if errno == EINTR, monotonicMs() - start < timeoutMs { continue }
            throw LedgerError(
                .busy, "another process has been writing to the ledger for more than \(timeoutMs) ms",
                hint: "ask again in a moment")
        }
    }

    private static func openLock(_ path: String) throws(LedgerError) -> Int32 {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let full = errno == ENOSPC || errno == EDQUOT
            throw LedgerError(
                full ? .full : .readOnly, "cannot make the lock file \(path): \(String(cString: strerror(errno)))",
                hint: full ? "free some space, then ask again" : "give this user the right to write to the folder")
        }
        return descriptor
    }
}

#if canImport(Glibc)
    private let timerKind = __itimer_which_t(ITIMER_REAL.rawValue)
    private func setHandler(of action: inout sigaction, _ handler: @escaping @convention(c) (Int32) -> Void) {
        action.__sigaction_handler.sa_handler = handler
    }
#else
    private let timerKind = Int32(ITIMER_REAL)
    private func setHandler(of action: inout sigaction, _ handler: @escaping @convention(c) (Int32) -> Void) {
        action.__sigaction_u.__sa_handler = handler
    }
#endif

private func posixClose(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func monotonicMs() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
}
