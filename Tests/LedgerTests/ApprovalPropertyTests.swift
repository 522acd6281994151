// Random days of approvals against a simple model of the rules: time moves, processes come and go.
import Budgeting
import Testing

@testable import Ledger

@Suite struct ApprovalPropertyTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func theLedgerDecidesAsTheModelDoes(seed: UInt64) throws {
        var day = try RandomDay(seed: seed)
        defer { day.temporary.remove() }
        for step in 0..<300 {
            try day.step()
            try day.check(step)
        }
        #expect(day.approvals > 0 && day.refusals > 0)
        #expect(try day.faults() == [])
    }
}

/// A random sequence of requests on one file, over two handles as two processes would have them.
private struct RandomDay {
    let temporary = TemporaryLedger()
    private let second: Ledger
    private var random: SeededRandom
    private var now = noon
    private var model: ApprovalModel
    private var records: [(id: Int64, index: Int)] = []
    var approvals = 0
    var refusals = 0
    var takeovers = 0
    var refusedTakeovers = 0

    private static let keys = ["1", "2", "3", "4", "5"]
    private static let workers: [String?] = ["ann", "bob", nil]
    private static let projects: [String?] = ["red", "blue", nil]
    private static let usd: Int64 = 1_000_000_000

    init(seed: UInt64) throws {
        random = SeededRandom(state: seed)
        second = Ledger(LedgerConfiguration(path: temporary.path))
        let thresholds = [Percent(50), Percent(70), Percent(90)]
        func budget(_ name: String, _ usd: Int64, _ period: PeriodKind, _ scope: BudgetScope = BudgetScope()) -> Budget
        {
            Budget(
                name: name, limit: .usd(Money(nanoUSD: usd * RandomDay.usd)), period: period, scope: scope,
                thresholds: thresholds)
        }
        var soft = budget("soft", 1, .day)
        soft.enforcement = .soft
        let all = [
            budget("all", 120, .month), budget("day", 40, .day), budget("ann", 30, .week, BudgetScope(worker: "ann")),
            budget("red", 45, .total, BudgetScope(project: "red")),
            budget("bobInBlue", 25, .day, BudgetScope(worker: "bob", project: "blue")),
            budget("task", 12, .total, BudgetScope(task: "#2")), soft,
        ]
        model = ApprovalModel(
            budgets: all.map {
                var known = $0
                known.scope.task = known.scope.task.map(taskKey)
                return known
            })
        let start = now
        try temporary.ledger.writing { open throws(LedgerError) in
            for budget in all { _ = try open.setBudget(budget, now: start) }
        }
    }

    mutating func step() throws {
        now = now.adding(
            seconds: Int64.random(in: 0...([0, 5, 600, 4000].randomElement(using: &random) ?? 0), using: &random))
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: try approve()
        case 40..<65: try record()
        case 65..<72: try takeBack()
        case 72..<82: try checkIn()
        case 82..<96: try complete()
        default: now = now.adding(seconds: 40_000)
        }
        // Processes end and begin again.
        if Int.random(in: 0..<30, using: &random) == 0 { temporary.ledger.close() }
        if Int.random(in: 0..<30, using: &random) == 0 { second.close() }
    }

    /// After every step: what is held and spent of each budget, on both handles.
    func check(_ step: Int) throws {
        for ledger in [temporary.ledger, second] {
            try ledger.reading { open throws(LedgerError) in
                for snapshot in try open.snapshots(at: now, now: now) {
                    guard let budget = model.budgets.first(where: { $0.name == snapshot.budget?.name }) else {
                        continue
                    }
                    #expect(snapshot.reserved == model.reserved(budget, at: now), "\(budget.name), step \(step)")
                    #expect(snapshot.spent == model.spent(budget, at: now), "\(budget.name), step \(step)")
                    #expect(snapshot.reserved >= 0)
                }
            }
        }
    }

    /// What `doctor` would find.
    func faults() throws -> [String] {
        let moment = now
        return try second.reading { open throws(LedgerError) in try open.health(now: moment).faults }
    }

    private mutating func randomTask() -> ApprovalModel.Task {
        ApprovalModel.Task(
            key: RandomDay.keys.randomElement(using: &random) ?? "1",
            project: RandomDay.projects.randomElement(using: &random) ?? nil)
    }

    private mutating func ledger() -> Ledger { Bool.random(using: &random) ? temporary.ledger : second }

    private mutating func approve() throws {
        let task = randomTask()
        var request = ApprovalRequest(task: "gh-" + task.key)
        request.project = task.project
        request.worker = RandomDay.workers.randomElement(using: &random) ?? nil
        request.kind = TaskKind.allCases.randomElement(using: &random) ?? .new
        request.priority = Priority.allCases.randomElement(using: &random) ?? .normal
        request.model = "claude-sonnet-4-5"
        request.ttlSeconds = Int64.random(in: 60...4000, using: &random)
        let cost = Int64.random(in: 1...8_000_000_000, using: &random)
        request.estimate = GivenEstimate(tokens: nil, cost: Money(nanoUSD: cost))
        let (asked, moment) = (request, now)
        let outcome = try ledger().writing { open throws(LedgerError) in
            try open.approve(asked, rules: ApprovalRules(), now: moment)
        }
        guard case .decided(let decision) = outcome else {
            Issue.record("not decided: \(outcome)")
            return
        }
        let p90 = decision.estimate?.p90.cost.nanoUSD ?? 0
        let expected = model.answer(
            task, worker: request.worker, kind: request.kind, priority: request.priority, p90: p90, now: now)
        #expect(answer(decision) == expected)
        apply(decision, to: task, request)
    }

    private func answer(_ decision: Decision) -> ApprovalModel.Answer {
        switch (decision.outcome, decision.reason.code) {
        case (.approve, _) where decision.reason.detail == "held": .returned(decision.reservation?.id ?? 0)
        case (.approve, _): .approved
        case (_, .duplicateTask): .duplicate
        case (_, .spawnStorm): .storm
        default: .refused
        }
    }

    private mutating func apply(_ decision: Decision, to task: ApprovalModel.Task, _ request: ApprovalRequest) {
        guard answer(decision) == .approved, let reservation = decision.reservation else {
            refusals += 1
            return
        }
        approvals += 1
        model.holds[reservation.id] = ApprovalModel.Hold(
            task: task, worker: request.worker, amount: reservation.amount.cost, expiresAt: reservation.expiresAt,
            usageBefore: model.usage.count)
        let before = model.claims[task]?.approvals ?? []
        model.claims[task] = ApprovalModel.Claim(
            state: .claimed, worker: request.worker, leaseUntil: reservation.expiresAt, hold: reservation.id,
            approvals: before + [now])
        for budget in model.budgets where budget.enforcement == .hard {
            guard decision.budgets.contains(where: { $0.budget == budget.name }) else { continue }
            #expect(model.spent(budget, at: now) + model.reserved(budget, at: now) <= budget.limit.amount)
        }
    }

    private mutating func record() throws {
        let task = randomTask()
        let hasTask = Int.random(in: 0..<4, using: &random) > 0
        var one = UsageRecord(model: name("claude-sonnet-4-5"))
        one.tokens = TokenCounts(input: 10)
        one.at = Int.random(in: 0..<5, using: &random) == 0 ? now.adding(seconds: -90_000) : now
        one.task = hasTask ? name("#" + task.key) : nil
        one.project = task.project.map(name)
        let worker = RandomDay.workers.randomElement(using: &random) ?? nil
        one.worker = worker.map(name)
        let cost = Int64.random(in: 1...3_000_000_000, using: &random)
        one.billedCost = Money(nanoUSD: cost)
        let target = ledger()
        let at = one.at ?? now
        guard
            case .recorded(let recorded, _) = try target.writing({ [now] open throws(LedgerError) in
                try open.record(one, now: now)
            })
        else {
            Issue.record("not recorded")
            return
        }
        records.append((recorded.id, model.usage.count))
        model.usage.append(
            ApprovalModel.Usage(
                task: hasTask ? task.key : nil, project: task.project, worker: worker, at: at, cost: cost))
    }

    private mutating func takeBack() throws {
        guard let place = records.indices.randomElement(using: &random) else { return }
        let (id, index) = records.remove(at: place)
        var correction = UsageCorrection(reason: "test")
        correction.voids = true
        let (wanted, moment) = (correction, now)
        try ledger().writing { open throws(LedgerError) in
            _ = try open.correct(id, with: wanted, now: moment)
        }
        var reversed = model.usage[index]
        reversed.cost = -reversed.cost
        model.usage.append(reversed)
    }

    private mutating func checkIn() throws {
        let task = randomTask()
        guard var claim = model.claims[task], claim.state(at: now) == .claimed else { return }
        // A task that was approved without a worker is taken over by the first that checks in.
        let worker = claim.worker ?? (Bool.random(using: &random) ? "ann" : "bob")
        var checkIn = CheckIn(task: task.key, worker: worker)
        checkIn.project = task.project
        checkIn.ttlSeconds = 1000
        let (asked, moment) = (checkIn, now)
        let answer = try ledger().writing { open throws(LedgerError) in
            try open.checkIn(asked, rules: ApprovalRules(), now: moment)
        }
        #expect(answer != nil)
        guard model.mayTake(claim, worker, at: now) else {
            refusedTakeovers += 1
            #expect(answer?.action == .stop && answer?.code == .exceedsBudget)
            return
        }
        if claim.worker == nil { takeovers += 1 }
        claim.worker = worker
        model.holds[claim.hold]?.worker = worker
        claim.leaseUntil = max(claim.leaseUntil, now.adding(seconds: 1000))
        model.claims[task] = claim
        model.holds[claim.hold]?.expiresAt = claim.leaseUntil
        #expect(answer?.reservation?.expiresAt == claim.leaseUntil)
    }

    private mutating func complete() throws {
        let task = randomTask()
        guard var claim = model.claims[task] else { return }
        let outcome: TaskCompletion.Outcome =
            [.succeeded, .inReview, .failed, .abandoned].randomElement(using: &random) ?? .succeeded
        var completion = TaskCompletion(task: " GH-\(task.key) ", outcome: outcome)
        completion.project = task.project
        completion.worker = claim.worker
        let (asked, moment) = (completion, now)
        let result = try ledger().writing { open throws(LedgerError) in
            try open.completeTask(asked, now: moment)
        }
        let mayEnd = claim.state == .claimed || claim.state == .inReview || claim.state == outcome.state
        guard case .completed(let after, _, _) = result else {
            #expect(!mayEnd)
            return
        }
        #expect(mayEnd && after.state == outcome.state)
        claim.state = outcome.state
        model.claims[task] = claim
        model.holds[claim.hold]?.isOpen = false
    }
}
