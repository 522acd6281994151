// What `doctor` says about sound and about tampered ledgers.
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

@Suite struct DoctorTests {
    @Test func aLedgerThatIsNotThereIsHealthyAndNotMade() {
        let server = ApprovalServer()
        let found = Examination.of(server.session)
        #expect(found.exitStatus == 0 && found.json["healthy"]?.bool == true)
        #expect(found.json["ledger"]?["exists"]?.bool == false)
        #expect(access(server.path, F_OK) != 0)
        #expect(found.view(on: Page()).contains("there is no ledger"))
    }

    @Test func aSoundLedgerWithThingsToKnow() throws {
        let server = try filled()
        defer { server.close() }
        _ = try server.call("recordUsage", #"{"model":"strange","inputTokens":5,"outputTokens":5}"#)
        _ = try server.call(
            "recordUsage",
            #"{"model":"gpt-5","inputTokens":5,"outputTokens":5,"timestamp":"\#(server.now.adding(seconds: 7200).rfc3339)"}"#
        )
        let found = Examination.of(server.session)
        #expect(found.exitStatus == 0 && found.faults.isEmpty, "\(found.faults)")
        #expect(found.json["unpricedModels"]?[0]?["model"]?.string == "strange")
        #expect(found.json["ledger"]?["futureRecords"]?.int == 1)
        #expect(found.json["ledger"]?["holds"]?["live"]?.int == 1)
        #expect(found.notes.count == 2)
        let view = found.view(on: Page())
        #expect(view.hasPrefix("healthy\n") && view.contains("strange has no price") && view.contains("4 records"))
        // Every setting is shown with where it comes from.
        for setting in SettingDeclaration.all { #expect(view.contains(setting.name)) }
        #expect(view.contains("BUDGET_ADVISOR_TIME_ZONE       UTC"))
    }

    @Test(arguments: [
        ("UPDATE rollup SET cost = cost + 1 WHERE kind = 1", "the sums by model say"),
        ("DELETE FROM taskState", "1 of 1 holds belong to no claimed task"),
        ("UPDATE usage SET output = output + 1 WHERE id = 1", "output, the records say"),
    ])
    func tamperingIsFound(sql: String, fault: String) throws {
        let server = try filled()
        defer { server.close() }
        try server.session.ledger.writing { (open) throws(LedgerError) in try open.connection.execute(sql) }
        let found = Examination.of(server.session)
        #expect(found.exitStatus == 1)
        #expect(found.faults.contains { $0.contains(fault) }, "\(found.faults)")
        #expect(found.json["healthy"]?.bool == false)
        #expect(found.view(on: Page()).hasPrefix("faults found\n  fault: "))
    }

    @Test func whatIsNoLedgerIsAFaultAndALockedFolderCannotBeTold() throws {
        let server = ApprovalServer()
        defer { server.close() }
        #expect(throws: Never.self) { try writeText("not a ledger, but text\n", to: server.path) }
        let found = Examination.of(server.session)
        #expect(found.exitStatus == 1 && found.faults.first?.contains("is not a ledger") == true)
        let lost = ApprovalServer()
        let session = Session(
            ledger: Ledger(LedgerConfiguration(path: server.path + "/below/ledger.db")), settings: Settings(),
            now: lost.now)
        let unknown = Examination.of(session)
        #expect(unknown.exitStatus == 3 && unknown.json["healthy"]?.isNull == true, "\(unknown)")
        #expect(unknown.view(on: Page()).hasPrefix("cannot tell\n"))
    }

    @Test func aClockThatWasNeverSetIsAFault() {
        let server = ApprovalServer()
        server.session.now = Instant(seconds: 60)
        #expect(Examination.of(server.session).exitStatus == 1)
    }

    @Test func theLimitOfTheSettingsIsComparedAndNotSet() throws {
        let server = try filled()
        defer { server.close() }
        let settings = try Settings.load(
            flags: [:], environment: [("HOME", "/nowhere"), ("BUDGET_ADVISOR_MONTHLY_USD", "7")], envFile: nil)
        let session = Session(ledger: server.session.ledger, settings: settings, now: server.now)
        let found = Examination.of(session)
        #expect(found.notes.contains { $0.contains("($7.00)") })
        #expect(try server.call("listBudgets")["budgets"]?[0]?["limit"]?.int == 100)
    }

    /// A budget, two records and a live hold.
    private func filled() throws -> ApprovalServer {
        let server = ApprovalServer(
            try Settings.load(flags: ["--ledger": "unused"], environment: [], envFile: nil))
        _ = try server.call("setBudget", #"{"budget":"monthly","limitUSD":100}"#)
        for _ in 0..<2 { _ = try server.call("recordUsage", #"{"model":"gpt-5","inputTokens":5,"outputTokens":5}"#) }
        #expect(try server.approve(#"{"task":"t","worker":"w","model":"gpt-5"}"#).hasPrefix("approve"))
        return server
    }
}
