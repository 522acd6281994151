// Budgets limited to a model count every spelling of it.
import Budgeting
import Testing

@testable import Ledger

@Suite struct ModelScopeTests {
    private func record(_ model: String, _ tokens: Int64, worker: String? = nil, in open: OpenLedger)
        throws(LedgerError)
    {
        var record = usage(tokens, worker: worker)
        record.model = name(model)
        _ = try open.record(record, now: noon)
    }

    private func budget(_ name: String, model: String, worker: String? = nil) -> Budget {
        Budget(
            name: name, limit: .tokens(1_000_000), period: .month, resetDay: 1,
            scope: BudgetScope(worker: worker, model: model), thresholds: [], enforcement: .hard,
            countCacheReads: false)
    }

    private func spent(_ budget: String, in ledger: Ledger) throws -> Int64? {
        try ledger.reading { open throws(LedgerError) in
            try open.snapshot(ofBudget: budget, at: noon, now: noon)?.spent
        }
    }

    @Test func allSpellingsCountBeforeAndAfterTheBudgetIsSet() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        let ledger = temporary.ledger
        try ledger.writing { open throws(LedgerError) in
            try record("claude-sonnet-4-5", 1, in: open)
            try record("anthropic/claude-sonnet-4-5-20250929", 20, worker: "w", in: open)
            try record("claude-opus-4-5", 4000, worker: "w", in: open)
            _ = try open.setBudget(budget("bare", model: "claude-sonnet-4-5"), now: noon)
            _ = try open.setBudget(budget("dated", model: "Claude-Sonnet-4-5-20250929"), now: noon)
            _ = try open.setBudget(budget("ofWorker", model: "claude-sonnet-4-5", worker: "w"), now: noon)
        }
        #expect(try spent("bare", in: ledger) == 21)
        #expect(try spent("dated", in: ledger) == 20)
        #expect(try spent("ofWorker", in: ledger) == 20)
        try ledger.writing { open throws(LedgerError) in
            try record("us.anthropic.claude-sonnet-4-5-20250929-v1:0", 300, worker: "w", in: open)
            try record("claude-sonnet-4", 4000, worker: "w", in: open)
        }
        #expect(try spent("bare", in: ledger) == 321)
        #expect(try spent("dated", in: ledger) == 320)
        #expect(try spent("ofWorker", in: ledger) == 320)
        // From the file, with nothing remembered.
        let again = Ledger(LedgerConfiguration(path: temporary.path, timeZone: nil))
        defer { again.close() }
        #expect(try spent("bare", in: again) == 321)
        #expect(try spent("ofWorker", in: again) == 320)
    }

    @Test func anAliasSetLaterCountsWhatWasRecordedUnderIt() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        let ledger = temporary.ledger
        try ledger.writing { open throws(LedgerError) in
            _ = try open.setBudget(budget("bare", model: "claude-sonnet-4-5"), now: noon)
            try record("house-model", 5, in: open)
            try record("claude-sonnet-4-5", 1, in: open)
        }
        #expect(try spent("bare", in: ledger) == 1)
        try ledger.writing { open throws(LedgerError) in
            try open.setAlias("house-model", of: "claude-sonnet-4-5", now: noon)
            try record("house-model", 70, in: open)
        }
        #expect(try spent("bare", in: ledger) == 76)
        try ledger.beginWriting()
        try record("House-Model", 100, in: try ledger.current())
        ledger.rollback()
        #expect(try spent("bare", in: ledger) == 76)
    }

    @Test func heldMoneyOfAnotherSpellingIsHeld() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        try temporary.ledger.writing { open throws(LedgerError) in
            let scope = try Scope.make(BudgetScope(model: "gpt-5"), in: open)
            func names(_ model: String) throws(LedgerError) -> Attribution {
                Attribution(
                    model: try open.id(ofName: model, kind: .plain), worker: 0, task: 0, project: 0, session: 0,
                    operation: 0, basis: 0)
            }
            #expect(scope.includes(try names("openai/gpt-5")))
            #expect(scope.includes(try names("gpt-5-2025-08-07")))
            #expect(!scope.includes(try names("gpt-5-mini")))
        }
    }
}
