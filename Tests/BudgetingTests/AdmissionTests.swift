// Admission: lines by priority and policy, defer against deny, and what holds for every decision.

import Testing

@testable import Budgeting

struct AdmissionTests {
    static let now = Instant(seconds: 1_795_341_600)
    static let month = Period.containing(now, kind: .month, in: .utc)
    static let total = Period.containing(now, kind: .total, in: .utc)

    /// A budget of 100 tokens.
    static func gate(
        spent: Int64, reserved: Int64 = 0, limit: Int64 = 100, thresholds: [Int64] = [75, 90, 95],
        policy: AdmissionPolicy = .thresholds, pacing: Pacing? = nil, holds: [Hold] = [], soft: Bool = false,
        period: Period = month, name: String = "b"
    ) -> Gate {
        let budget = Budget(
            name: name, limit: .tokens(limit), period: period.kind, thresholds: thresholds.map { Percent($0) },
            enforcement: soft ? .soft : .hard)
        return Gate(
            standing: Standing(budget: budget, period: period, spent: spent, reserved: reserved), policy: policy,
            pacing: pacing, holds: holds)
    }

    static func task(_ tokens: Int64, _ priority: Priority = .normal, _ kind: TaskKind = .new) -> TaskDemand {
        TaskDemand(
            cost: .zero, tokens: TokenAmount(withoutCacheReads: tokens, withCacheReads: tokens * 10),
            priority: priority,
            kind: kind)
    }

    static let lineTable: [(AdmissionPolicy, Priority, TaskKind, Int64)] = [
        (AdmissionPolicy.thresholds, Priority.low, TaskKind.new, 75), (.thresholds, .normal, .new, 90),
        (.thresholds, .high, .new, 95), (.thresholds, .critical, .new, 100), (.thresholds, .low, .wrapUp, 100),
        (.thresholds, .low, .retry, 75), (.strict, .low, .new, 95), (.strict, .high, .rework, 95),
        (.strict, .critical, .new, 100), (.strict, .normal, .wrapUp, 100), (.fit, .low, .new, 100),
        (.paced, .normal, .new, 90),
    ]

    @Test(arguments: lineTable)
    func lines(policy: AdmissionPolicy, priority: Priority, kind: TaskKind, percent: Int64) {
        let line = policy.line(priority: priority, kind: kind, thresholds: Budget.defaultThresholds)
        #expect(line == Percent(percent))
    }

    static let otherLineTable: [([Int64], Priority, Int64)] = [
        ([80], Priority.low, 80), ([80], .high, 80), ([50, 80], .normal, 80), ([50, 80], .high, 80),
        ([10, 20, 30, 40], .low, 10), ([10, 20, 30, 40], .high, 30), ([], .low, 100),
    ]

    @Test(arguments: otherLineTable)
    func linesOfOtherThresholds(thresholds: [Int64], priority: Priority, percent: Int64) {
        let line = AdmissionPolicy.thresholds.line(
            priority: priority, kind: .new, thresholds: thresholds.map { Percent($0) })
        #expect(line == Percent(percent))
    }

    static let pacingTable: [(Priority, Int64, Int64, Int64)] = [
        (Priority.low, 0, 0, 10_000), (.low, 50, 0, 60_000), (.low, 95, 0, 100_000), (.normal, 0, 50, 12_500),
        (.high, 10, 100, 10_000), (.high, 10, 0, 60_000), (.critical, 0, 100, 100_000),
    ]

    @Test(arguments: pacingTable)
    func pacingOpensTheLineWithTime(priority: Priority, elapsed: Int64, overLimit: Int64, thousandths: Int64) {
        let pacing = Pacing(elapsed: Percent(elapsed), overLimit: Percent(overLimit))
        #expect(
            AdmissionPolicy.paced.line(priority: priority, kind: .new, thresholds: [.hundred], pacing: pacing)
                .thousandths == thousandths)
    }

    /// The contract's lines, met and passed by one token.
    @Test(arguments: [
        (Priority.low, Int64(75)), (.normal, 90), (.high, 95), (.critical, 100),
    ])
    func aLineMayBeMetButNotPassed(priority: Priority, line: Int64) throws {
        let fits = try decide(Self.task(10, priority), gates: [Self.gate(spent: line - 15, reserved: 5)])
        #expect(fits.decision == .approve && fits.reason == .withinBudget)
        #expect(fits.verdicts[0].headroom == 10 && fits.verdicts[0].value == line && fits.verdicts[0].ceiling == line)
        let over = try decide(Self.task(11, priority), gates: [Self.gate(spent: line - 15, reserved: 5)])
        #expect(over.decision == .defer && over.retryAt == Self.month.end && over.binding == 0)
        #expect(over.reason == (line == 100 ? .exceedsBudget : .priorityLine))
    }

    static let decisionTable: [(Gate, TaskDemand, Admission.Decision, ReasonCode)] = [
        // Alone larger than the limit, whatever is spent.
        (gate(spent: 0), task(101, .critical), Admission.Decision.deny, ReasonCode.exceedsBudget),
        (gate(spent: 100), task(101), .deny, .exceedsBudget),
        // Alone larger than the line of an empty period.
        (gate(spent: 0), task(80, .low), .deny, .priorityLine),
        (gate(spent: 0, period: total), task(80, .low), .deny, .priorityLine),
        // The limit is used up: the next period helps, on `total` nothing does.
        (gate(spent: 100), task(1, .critical), .defer, .budgetExhausted),
        (gate(spent: 60, reserved: 40), task(1), .defer, .budgetExhausted),
        (gate(spent: 150), task(0, .critical), .defer, .budgetExhausted),
        (gate(spent: 100, period: total), task(1, .critical), .deny, .budgetExhausted),
        (gate(spent: 95, period: total), task(10, .critical), .deny, .exceedsBudget),
        // Only the line is in the way.
        (gate(spent: 80), task(1, .low), .defer, .priorityLine),
        (gate(spent: 80, period: total), task(1, .low), .defer, .priorityLine),
        (gate(spent: 96, policy: .strict), task(1, .high), .defer, .priorityLine),
        (gate(spent: 96, policy: .strict), task(1, .high, .wrapUp), .approve, .withinBudget),
        (gate(spent: 96, policy: .fit), task(4, .low), .approve, .withinBudget),
        // Only the pace is in the way.
        (gate(spent: 40, policy: .paced, pacing: Pacing(elapsed: Percent(20))), task(5), .defer, .paced),
        (gate(spent: 40, policy: .paced, pacing: Pacing(elapsed: Percent(30))), task(5), .approve, .withinBudget),
        (
            gate(spent: 40, policy: .paced, pacing: Pacing(elapsed: Percent(20))), task(5, .critical), .approve,
            .withinBudget
        ),
        (
            gate(spent: 40, policy: .paced, pacing: Pacing(elapsed: Percent(20)), period: total), task(5), .approve,
            .withinBudget
        ),
        (gate(spent: 88, policy: .paced, pacing: Pacing(elapsed: Percent(20))), task(5), .defer, .priorityLine),
        // Soft budgets warn.
        (gate(spent: 200, soft: true), task(500), .approve, .withinBudget),
    ]

    @Test(arguments: decisionTable)
    func decisions(gate: Gate, task: TaskDemand, decision: Admission.Decision, reason: ReasonCode) throws {
        let admission = try decide(task, gates: [gate])
        #expect(admission.decision == decision)
        #expect(admission.reason == reason)
        if decision == .deny { #expect(admission.retryAt == nil) }
        if decision == .defer && gate.standing.period.end != nil { #expect(admission.retryAt != nil) }
        #expect(admission.warnings.count == (gate.standing.budget.enforcement == .soft ? 1 : 0))
    }

    @Test func holdsThatExpireMakeRoom() throws {
        let holds = [
            Hold(amount: 10, expiresAt: Self.now.adding(seconds: 600)),
            Hold(amount: 20, expiresAt: Self.now.adding(seconds: 60)),
        ]
        func retryAt(_ tokens: Int64, _ period: Period) throws -> Instant? {
            let admission = try decide(
                Self.task(tokens, .critical), gates: [Self.gate(spent: 70, reserved: 30, holds: holds, period: period)])
            #expect(admission.reason == .budgetExhausted)
            return admission.retryAt
        }
        #expect(try retryAt(20, Self.total) == Self.now.adding(seconds: 60))
        #expect(try retryAt(21, Self.total) == Self.now.adding(seconds: 600))
        #expect(try retryAt(30, Self.month) == Self.now.adding(seconds: 600))
        #expect(try retryAt(31, Self.month) == Self.month.end)
        #expect(try retryAt(31, Self.total) == nil)
    }

    @Test func thePaceSaysWhenToComeBack() throws {
        var random = TestRandom(seed: 8)
        var paced = 0
        for _ in 0..<2_000 {
            let limit = max(10, random.magnitude(maxBits: 50))
            let spent = random.int(0...limit)
            let task = Self.task(random.int(0...(limit / 4)), Priority.allCases.randomElement(using: &random) ?? .low)
            let now = Instant(seconds: random.int(Self.month.start.seconds...(Self.month.start.seconds + 29 * 86_400)))
            let overLimit = Percent(random.int(0...100))
            func admission(at instant: Instant) throws -> Admission {
                let pacing = Pacing(elapsed: Self.month.elapsedPercent(at: instant) ?? .zero, overLimit: overLimit)
                return try decide(
                    task, gates: [Self.gate(spent: spent, limit: limit, policy: .paced, pacing: pacing)])
            }
            let first = try admission(at: now)
            guard first.reason == .paced, let retryAt = first.retryAt, let end = Self.month.end else { continue }
            paced += 1
            #expect(retryAt > now && retryAt <= end)
            #expect(try admission(at: retryAt).decision == .approve)
            // Not much earlier either: a thousandth of a percent of the month is 26 seconds.
            #expect(try admission(at: retryAt.adding(seconds: -120)).decision == .defer)
        }
        #expect(paced > 100)
    }

    @Test func everyBudgetMustAgreeAndTheHardestBinds() throws {
        let near = Self.gate(spent: 85, name: "near")
        let empty = Self.gate(spent: 0, name: "empty")
        let small = Self.gate(spent: 0, limit: 4, name: "small")
        let day = Period.containing(Self.now, kind: .day, in: .utc)
        let today = Self.gate(spent: 100, period: day, name: "today")
        let soft = Self.gate(spent: 500, soft: true, name: "soft")
        func binding(_ gates: [Gate]) throws -> String {
            let admission = try decide(Self.task(5), gates: gates)
            return "\(admission.decision) \(admission.binding.map { admission.verdicts[$0].budget } ?? "-")"
        }
        #expect(try binding([]) == "approve -")
        #expect(try binding([empty, near]) == "approve near")
        #expect(try binding([near, empty, soft]) == "approve near")
        #expect(try binding([empty, today, near]) == "defer today")
        #expect(try binding([empty, today, small, near]) == "deny small")
        let full = Self.gate(spent: 100, name: "full")
        #expect(try binding([today, full]) == "defer full")
        #expect(try decide(Self.task(5), gates: [today, full]).retryAt == Self.month.end)
    }

    @Test func eachBudgetCountsInItsOwnUnit() throws {
        var withReads = Self.gate(spent: 0)
        var budget = withReads.standing.budget
        budget.countCacheReads = true
        withReads.standing = Standing(budget: budget, period: Self.month, spent: 0)
        budget.limit = .usd(usd("1"))
        var dollars = withReads
        dollars.standing = Standing(budget: budget, period: Self.month, spent: 0)
        var task = Self.task(9)
        task.cost = usd("0.5")
        let admission = try decide(task, gates: [Self.gate(spent: 0), withReads, dollars])
        #expect(admission.verdicts.map(\.demand) == [9, 90, 500_000_000])
        #expect(admission.verdicts.map(\.unit) == [.tokens, .tokens, .usd])
    }

    /// Approvals never take spent + reserved past a hard limit; a smaller or more important task never fares worse;
    /// deny never comes with a time, and a `defer` in a period always does.
    @Test func whatHoldsForEveryDecision() throws {
        var random = TestRandom(seed: 9)
        var counts: [Admission.Decision: Int] = [:]
        func rank(_ decision: Admission.Decision) -> Int { decision == .approve ? 2 : decision == .defer ? 1 : 0 }
        for _ in 0..<3_000 {
            let gates = (0..<Int(random.int(0...4))).map { index in
                let limit = max(1, random.magnitude(maxBits: 60))
                let period = Bool.random(using: &random) ? Self.month : Self.total
                return Self.gate(
                    spent: random.int(0...limit), reserved: random.int(0...(limit / 3)), limit: limit,
                    policy: AdmissionPolicy.allCases.randomElement(using: &random) ?? .fit,
                    pacing: Pacing(elapsed: Percent(random.int(0...100)), overLimit: Percent(random.int(0...100))),
                    soft: random.int(0...4) == 0, period: period, name: "\(index)")
            }
            let task = Self.task(
                random.magnitude(maxBits: 58) / 10, Priority.allCases.randomElement(using: &random) ?? .low)
            let admission = try decide(task, gates: gates)
            counts[admission.decision, default: 0] += 1
            if admission.decision == .approve {
                for gate in gates where gate.standing.budget.enforcement == .hard {
                    #expect(try gate.standing.committed + task.amount(in: gate.standing.budget) <= gate.standing.limit)
                }
            } else {
                let binding = try #require(admission.binding)
                #expect(gates[binding].standing.budget.enforcement == .hard)
            }
            if admission.decision == .deny { #expect(admission.retryAt == nil) }
            var smaller = task
            smaller.tokens.withoutCacheReads /= 2
            #expect(rank(try decide(smaller, gates: gates).decision) >= rank(admission.decision))
            var critical = task
            critical.priority = .critical
            #expect(rank(try decide(critical, gates: gates).decision) >= rank(admission.decision))
        }
        #expect(counts.count == 3)
    }
}
