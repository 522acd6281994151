// Time that comes from the requests: for tests and replays (`--clock request`), off by default.
import Budgeting
import JSONRPC
import Ledger

extension Settings {
    /// Where the time comes from.
    package enum Clock: String, CaseIterable, Sendable {
        /// The machine's clock.
        case system
        /// The latest `at` or `timestamp` of any request on the ledger.
        case request
    }
}

extension Session {
    package var isDriven: Bool { settings.clock == .request }

    /// Moves the time forward to what a request says, never back. Until one says something, it is the machine's.
    ///
    /// Any request may have `at`, also of a method that declares none; else the `timestamp` of what it records counts.
    /// What cannot be read is left to the method's own check.
    func followTime(of params: JSONValue?) {
        guard let params, params.kind == .object else { return moveClock(to: nil) }
        let member = params["at"] ?? params["timestamp"]
        moveClock(to: member?.text.flatMap { try? Instant(rfc3339: $0.string) })
    }

    private func moveClock(to said: Instant?) {
        if let said { drivenNow = max(drivenNow ?? said, said) }
        if let drivenNow { now = drivenNow }
    }

    /// Brings this process and the ledger to the later one of their times. Called at the start of each method.
    func meetClock(isWriting: Bool) throws(LedgerError) {
        let open = try ledger.current()
        let stored = try open.drivenClock()
        moveClock(to: stored)
        if isWriting, let drivenNow, drivenNow != stored { try open.setDrivenClock(drivenNow) }
    }
}
