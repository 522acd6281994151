// Estimates that learn from finished tasks.
import Budgeting
import Testing

@testable import Ledger

@Suite struct LearningTests {
    /// Runs a task to its end, with one record of a cost and some tokens.
    private func run(
        _ task: String, in open: OpenLedger, model: String = "claude-sonnet-4-5", labels: [String] = [],
        project: String? = nil, cost: Int64, tokens: Int64 = 1000, given: Int64? = nil,
        outcome: TaskCompletion.Outcome = .succeeded, now: Instant
    ) throws(LedgerError) -> TaskEstimate? {
        var request = ApprovalRequest(task: task)
        request.model = model
        request.labels = labels
        request.project = project
        request.kind = .rework
        request.estimate = given.map { GivenEstimate(tokens: nil, cost: Money(nanoUSD: $0)) }
        guard case .decided(let decision) = try open.approve(request, rules: ApprovalRules(), now: now) else {
            return nil
        }
        var record = UsageRecord(model: name(model))
        record.tokens = TokenCounts(input: tokens)
        record.billedCost = Money(nanoUSD: cost)
        record.task = name(task)
        record.project = project.map(name)
        _ = try open.record(record, now: now)
        var completion = TaskCompletion(task: task, outcome: outcome)
        completion.project = project
        _ = try open.completeTask(completion, now: now)
        return decision.estimate
    }

    private func estimate(
        _ task: String, in open: OpenLedger, model: String = "claude-sonnet-4-5", labels: [String] = [],
        project: String? = nil, given: Int64? = nil
    ) throws(LedgerError) -> TaskEstimate? {
        var request = ApprovalRequest(task: task)
        request.model = model
        request.labels = labels
        request.project = project
        request.isDryRun = true
        request.estimate = given.map { GivenEstimate(tokens: nil, cost: Money(nanoUSD: $0)) }
        guard case .decided(let decision) = try open.approve(request, rules: ApprovalRules(), now: noon) else {
            return nil
        }
        return decision.estimate
    }

    private func withLedger(_ body: (OpenLedger) throws(LedgerError) -> Void) throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        try temporary.ledger.writing(body)
    }

    @Test func theNarrowestGroupWithEnoughRunsIsUsed() throws {
        try withLedger { open throws(LedgerError) in
            #expect(try estimate("x", in: open)?.basis == .typical)
            for number in 1...5 {
                _ = try run("a\(number)", in: open, labels: ["docs"], project: "p", cost: 100, now: noon)
                _ = try run("b\(number)", in: open, labels: ["docs"], project: "q", cost: 900, now: noon)
                _ = try run("c\(number)", in: open, labels: ["code"], project: "p", cost: 5000, now: noon)
            }
            let narrow = try estimate("x", in: open, labels: ["docs"], project: "p")
            #expect(narrow?.basis == .projectLabelsModel && narrow?.p50.cost.nanoUSD == 100 && narrow?.samples == 5)
            let labelled = try estimate("x", in: open, labels: ["docs"], project: "new")
            #expect(labelled?.basis == .labelsModel && labelled?.samples == 10)
            let any = try estimate("x", in: open, labels: ["new"], project: "p")
            #expect(any?.basis == .model && any?.p50.cost.nanoUSD == 900)
            let own = try estimate("c1", in: open, labels: ["docs"], project: "p")
            #expect(own == nil, "done tasks are refused before they are estimated")
        }
    }

    @Test func aTasksOwnRunsTellMost() throws {
        try withLedger { open throws(LedgerError) in
            for number in 1...6 { _ = try run("a\(number)", in: open, cost: 100, now: noon) }
            _ = try run("7", in: open, cost: 40_000, outcome: .failed, now: noon)
            let again = try estimate("7", in: open)
            #expect(again?.basis == .ownRuns && again?.p50.cost.nanoUSD == 40_000 && again?.samples == 1)
        }
    }

    @Test func onlyTheRunsOwnUsageCounts() throws {
        try withLedger { open throws(LedgerError) in
            _ = try run("7", in: open, cost: 100, outcome: .failed, now: noon)
            _ = try run("7", in: open, cost: 300, outcome: .failed, now: noon)
            #expect(try estimate("7", in: open)?.p50.cost.nanoUSD == 200)
        }
    }

    @Test func runsOnAnotherModelCountAtItsPrice() throws {
        try withLedger { open throws(LedgerError) in
            for number in 1...5 {
                _ = try run("a\(number)", in: open, model: "claude-haiku-4-5", cost: 1000, now: noon)
            }
            let dearer = try estimate("x", in: open, model: "claude-opus-4-1")
            #expect(dearer?.basis == .model && dearer?.p50.cost.nanoUSD == 15_000)
            #expect(dearer?.p50.tokens.withCacheReads == 1000)
        }
    }

    @Test func givenEstimatesAreCorrectedByHowTheyTurnedOut() throws {
        try withLedger { open throws(LedgerError) in
            let before = try estimate("x", in: open, given: 1000)
            #expect(before?.p50.cost.nanoUSD == 1000)
            for number in 1...8 {
                _ = try run("a\(number)", in: open, cost: 3000, given: 1000, now: noon)
            }
            let after = try estimate("x", in: open, given: 1000)
            #expect(after?.p50.cost.nanoUSD == 3000 && after?.samples == 8 && after?.basis == .given)
        }
    }

    @Test func anAlternativeThatFailsMoreThanItSavesIsNotTaken() throws {
        try withLedger { open throws(LedgerError) in
            for number in 1...6 {
                _ = try run("a\(number)", in: open, model: "claude-opus-4-1", cost: 2000, now: noon)
                _ = try run("b\(number)", in: open, model: "claude-haiku-4-5", cost: 1000, outcome: .failed, now: noon)
            }
            let budget = Budget(
                name: "opus", limit: .usd(.zero), period: .total, scope: BudgetScope(model: "claude-opus-4-1"))
            _ = try open.setBudget(budget, now: noon)
            var request = ApprovalRequest(task: "x")
            request.model = "claude-opus-4-1"
            request.alternatives = ["claude-haiku-4-5"]
            guard case .decided(let decision) = try open.approve(request, rules: ApprovalRules(), now: noon) else {
                return
            }
            #expect(decision.outcome == .deny)
        }
    }

    @Test func aDecisionIsReadAsItWasGiven() throws {
        try withLedger { open throws(LedgerError) in
            let limits: [(String, BudgetLimit)] = [("a,b", .usd(Money(nanoUSD: 5_000_000))), ("t", .tokens(4000))]
            for (name, limit) in limits { _ = try open.setBudget(Budget(name: name, limit: limit), now: noon) }
            for number in 1...6 {
                var request = ApprovalRequest(task: "7:\(number / 2)")
                request.title = "line\nbreak, and 3:abc,"
                request.worker = number.isMultiple(of: 2) ? "ann" : nil
                request.labels = ["b", "a"]
                request.model = "claude-opus-4-1"
                request.estimate = GivenEstimate(tokens: TokenCounts(input: Int64(number * 400)), cost: nil)
                request.asksPerson = true
                guard case .decided(let given) = try open.approve(request, rules: ApprovalRules(), now: noon) else {
                    return
                }
                #expect(try open.decision(id: given.id) == given)
            }
        }
    }
}
