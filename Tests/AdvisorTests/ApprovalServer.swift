// The real methods on a real ledger in a file of its own, with a clock that tests move.
import Budgeting
import JSONRPC
import Ledger

@testable import Advisor

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One call is one turn. Closing removes the files.
final class ApprovalServer {
    let path = "/tmp/advisor-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).db"
    var now = Instant(seconds: 1_763_812_800)  // 2025-11-22T12:00:00Z
    let session: Session
    private var dispatcher: Dispatcher

    init(_ settings: Settings = Settings(), isAdministrator: Bool = true) {
        session = Session(
            ledger: Ledger(LedgerConfiguration(path: path)), settings: settings, now: now,
            isAdministrator: isAdministrator)
        dispatcher = Dispatcher(session: session, clock: { Instant(seconds: 0) }, log: { _ in })
        dispatcher = Dispatcher(session: session, clock: { [unowned self] in now }, log: { print($0) })
    }

    func close() {
        session.ledger.close()
        for suffix in ["", "-wal", "-shm", "-next", "-turn"] { unlink(path + suffix) }
    }

    /// The result, or the error.
    func call(_ method: String, _ params: String = "{}") throws -> JSON {
        let line = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#
        var bytes = Array(line.utf8)
        bytes.withUnsafeMutableBytes { dispatcher.answer(line: $0) }
        dispatcher.settle()
        defer { dispatcher.clear() }
        let answer = try JSON(parsing: dispatcher.output.string)
        return answer["result"] ?? answer["error"] ?? .null
    }

    /// `decision code` of an approveTask.
    func approve(_ params: String) throws -> String {
        let answer = try call("approveTask", params)
        guard let decision = answer["decision"]?.string else { return answer.text }
        return "\(decision) \(answer["reason"]?["code"]?.string ?? "?")"
    }
}
