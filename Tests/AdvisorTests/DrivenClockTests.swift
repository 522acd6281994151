// `--clock request`: requests move the ledger's time forward, never back, for every process on it.
import Budgeting
import JSONRPC
import Testing

@testable import Advisor

@Suite struct DrivenClockTests {
    private func driven() -> ApprovalServer {
        var settings = Settings()
        settings.clock = .request
        return ApprovalServer(settings)
    }

    private let lease =
        #"{"task":"1","worker":"ann","ttlSeconds":60,"estimate":{"costUSD":1},"at":"2024-01-31T23:58:00Z"}"#

    @Test func requestsMoveTheTimeForwardAndNeverBack() throws {
        let server = driven()
        defer { server.close() }
        _ = try server.call("setBudget", #"{"budget":"monthly","limitUSD":5,"at":"2024-01-31T00:00:00Z"}"#)
        #expect(try server.call("approveTask", lease)["reservation"]?["expiresAt"]?.string == "2024-01-31T23:59:00Z")
        #expect(try server.call("getStatus", #"{"at":"2024-01-31T10:00:00Z"}"#)["reserved"]?.double ?? 0 > 0)
        // A late record does not move it; a later one does, into the next month.
        let record = #"{"model":"m","inputTokens":1,"outputTokens":1,"costUSD":1,"timestamp":"#
        _ = try server.call("recordUsage", record + #""2024-01-01T00:00:00Z"}"#)
        #expect(try server.call("listTasks")["tasks"]?[0]?["state"]?.string == "claimed")
        _ = try server.call("recordUsage", record + #""2024-02-01T00:00:30Z"}"#)
        #expect(try server.call("listTasks", #"{"state":"expired"}"#)["tasks"]?.array?.count == 1)
        let status = try server.call("getStatus")
        #expect(status["period"]?["start"]?.string == "2024-02-01T00:00:00Z" && status["spent"]?.text == "1")
    }

    @Test func anotherProcessFindsTheLedgersTime() throws {
        let server = driven()
        defer { server.close() }
        _ = try server.call("approveTask", lease)
        let other = Session(ledger: server.session.ledger, settings: server.session.settings, now: server.now)
        let dispatcher = Dispatcher(session: other, clock: { Instant(seconds: 2_000_000_000) }, log: { print($0) })
        let status = try dispatcher.call("getStatus")
        #expect(status["period"]?["start"]?.string == "2024-01-01T00:00:00Z")
        #expect(Examination.of(other).notes.contains { $0.contains("this ledger stands at 2024-01-31T23:58:00Z") })
    }

    @Test func wrongTimesAreRefused() throws {
        let server = driven()
        defer { server.close() }
        let fault = try server.call("pause", #"{"at":"yesterday"}"#)["data"]?["errors"]?[0]
        #expect(fault?["path"]?.string == "/at" && fault?["message"]?.string?.contains("RFC 3339") == true)
    }

    @Test func byDefaultTimeIsTheMachines() throws {
        let server = ApprovalServer()
        defer { server.close() }
        let fault = try server.call("approveTask", lease)["data"]?["errors"]?[0]
        #expect(fault?["path"]?.string == "/at")
    }
}
