// The monthly limit of the settings is in force before the first request is answered.
import Budgeting
import JSONRPC
import Testing

@testable import Advisor
@testable import Ledger

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct MonthlyLimitTests {
    @Test(arguments: [
        ("BUDGET_ADVISOR_MONTHLY_USD", "49.90", #"{"unit":"usd","limit":49.9,"resetDay":15,"thresholds":[50,80]}"#),
        (
            "BUDGET_ADVISOR_MONTHLY_TOKENS", "2000000",
            #"{"unit":"tokens","limit":2000000,"resetDay":15,"thresholds":[50,80]}"#
        ),
    ])
    func theFirstRequestFindsIt(name: String, value: String, expected: String) throws {
        let server = ApprovalServer(try settings([(name, value)]))
        defer { server.close() }
        #expect(try server.call("getStatus")["limit"]?.text != "null")
        #expect(try server.monthly(["unit", "limit", "resetDay", "thresholds"]) == expected)
    }

    @Test func anEqualBudgetIsNotSetAgainAndAnotherOneIsReplaced() throws {
        let server = ApprovalServer(try settings([("BUDGET_ADVISOR_MONTHLY_USD", "100")]))
        defer { server.close() }
        _ = try server.call("getStatus")
        #expect(server.budgetRows == 1)
        // The same settings in another process: nothing to do.
        let same = server.restarted(try settings([("BUDGET_ADVISOR_MONTHLY_USD", "100.00")]))
        _ = try same.call("getStatus")
        #expect(server.budgetRows == 1)
        // What a person sets holds until a process starts with a limit of its own.
        _ = try same.call("setBudget", #"{"budget":"monthly","limitUSD":70,"enforcement":"soft"}"#)
        #expect(try same.monthly(["limit", "enforcement"]) == #"{"limit":70,"enforcement":"soft"}"#)
        let other = server.restarted(try settings([("BUDGET_ADVISOR_MONTHLY_USD", "120")]))
        #expect(
            try other.monthly(["limit", "resetDay", "enforcement"])
                == #"{"limit":120,"resetDay":15,"enforcement":"soft"}"#)
        #expect(server.budgetRows == 3)
    }

    @Test func withoutASettingNothingIsSet() throws {
        let server = ApprovalServer(try settings([]))
        defer { server.close() }
        #expect(try server.call("listBudgets").text == #"{"budgets":[]}"#)
    }

    @Test func aStoreThatComesBackGetsItBeforeTheFirstAnswer() throws {
        let folder = "/tmp/advisor-monthly-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let ledger = Ledger(LedgerConfiguration(path: folder + "/ledger.db"))
        let session = Session(
            ledger: ledger, settings: try settings([("BUDGET_ADVISOR_MONTHLY_USD", "100")]), now: systemClock())
        let dispatcher = Dispatcher(session: session, clock: systemClock, log: { _ in })
        #expect(throws: WireError.self) { try dispatcher.call("listBudgets") }
        do throws(WireError) {
            _ = try dispatcher.call("recordUsage", .object([("model", "m"), ("inputTokens", 1), ("outputTokens", 1)]))
            Issue.record("recorded without a folder")
        } catch {
            #expect(error.code == 1003)
        }
        // A method without the store does not need it.
        #expect(try dispatcher.call("ping").text == "{}")
        #expect(mkdir(folder, 0o700) == 0)
        defer {
            ledger.close()
            for suffix in ["", "-wal", "-shm", "-next", "-turn"] { unlink(folder + "/ledger.db" + suffix) }
            rmdir(folder)
        }
        #expect(try dispatcher.call("getStatus")["limit"]?.int == 100)
    }

    private func settings(_ given: [(name: String, value: String)]) throws -> Settings {
        try Settings.load(
            flags: [:],
            environment: [
                ("HOME", "/nowhere"), ("BUDGET_ADVISOR_RESET_DAY", "15"), ("BUDGET_ADVISOR_THRESHOLDS", "50,80"),
            ] + given, envFile: nil)
    }
}

extension ApprovalServer {
    fileprivate func monthly(_ names: [String]) throws -> String { try TestProcess(path, Settings()).monthly(names) }

    /// How often a budget was set: each time is a row.
    fileprivate var budgetRows: Int64? {
        try? session.ledger.reading { (open) throws(LedgerError) in
            try open.connection.statement("SELECT count(*) FROM budget").firstInt() ?? 0
        }
    }

    /// Another process on the same ledger.
    fileprivate func restarted(_ settings: Settings) -> TestProcess { TestProcess(path, settings) }
}

private final class TestProcess {
    private let dispatcher: Dispatcher

    init(_ path: String, _ settings: Settings) {
        let session = Session(
            ledger: Ledger(LedgerConfiguration(path: path)), settings: settings, now: systemClock())
        dispatcher = Dispatcher(session: session, clock: systemClock, log: { _ in })
    }

    func call(_ method: String, _ params: String = "{}") throws -> JSON {
        try dispatcher.call(method, try JSON(parsing: params))
    }

    /// Members of the budget `monthly`, as JSON.
    func monthly(_ names: [String]) throws -> String {
        let row = try #require(try call("listBudgets")["budgets"]?.array?.first { $0["budget"]?.string == "monthly" })
        return JSON.object(names.map { ($0, row[$0] ?? .null) }).text
    }
}
