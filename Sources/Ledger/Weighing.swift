// One request on one model against every budget that applies.

import Budgeting

/// What the budgets say to a request on a model.
struct Weighing {
    let model: Int64
    let name: String?
    let estimate: TaskEstimate
    /// The p90, to be held.
    let amount: HoldAmount
    let givenCost: Money?
    let gates: [Gate]
    let admission: Admission
    /// The model has no price, and the rules refuse such.
    let isUnpriced: Bool

    var isApproved: Bool { admission.decision == .approve && !isUnpriced }

    /// Whether it would pass the limit of a hard budget, not only the line of its priority.
    var passesLimit: Bool {
        zip(gates, admission.verdicts).contains { gate, verdict in
            gate.standing.budget.enforcement == .hard && verdict.value > verdict.limit
        }
    }

    /// The verdict that decides and its numbers.
    var reason: DecisionReason {
        var reason = DecisionReason(DecisionReason.Code(admission.reason))
        guard let binding = admission.binding else { return reason }
        let verdict = admission.verdicts[binding]
        let standing = gates[binding].standing
        reason.budget = verdict.budget
        reason.unit = verdict.unit
        reason.limit = verdict.limit
        reason.spent = standing.spent
        reason.reserved = standing.reserved
        reason.demand = verdict.demand
        reason.line = verdict.line
        reason.ceiling = verdict.ceiling
        return reason
    }

    /// Every budget that applies, with what is held after the decision.
    func briefs(adding held: HoldAmount?) -> [BudgetBrief] {
        zip(gates, admission.verdicts).map { gate, verdict in
            var brief = BudgetBrief(gate.standing)
            let (sum, overflow) = brief.reserved.addingReportingOverflow(
                held?.measured(by: gate.standing.budget) ?? 0)
            brief.reserved = overflow ? .max : sum
            brief.demand = verdict.demand
            brief.line = verdict.line
            brief.ceiling = verdict.ceiling
            return brief
        }
    }
}

extension BudgetBrief {
    init(_ standing: Standing) {
        self.init(
            budget: standing.budget.name, unit: standing.budget.limit.unit, limit: standing.limit,
            spent: standing.spent, reserved: standing.reserved, level: standing.level,
            periodEnd: standing.period.end, isSoft: standing.budget.enforcement == .soft)
    }
}

extension HoldAmount {
    /// Nil where it is larger than can be held.
    init?(_ work: WorkAmount) {
        let tokens = work.tokens
        self.init(
            cost: work.cost.nanoUSD, tokens: tokens.withoutCacheReads,
            cacheReads: max(0, tokens.withCacheReads - tokens.withoutCacheReads))
        guard [cost, self.tokens, cacheReads].allSatisfy({ (0...HoldAmount.most).contains($0) }) else { return nil }
    }
}

extension Deliberation {
    /// Nil where an amount cannot be held exactly. With `withHolds` a refusal also knows when holds run out.
    func weighing(_ model: Int64, named name: String?, withHolds: Bool = false) throws(LedgerError) -> Weighing? {
        guard let estimate = try ledger.estimate(request, subject, model: model, named: name, now: now),
            let amount = HoldAmount(estimate.p90)
        else { return nil }
        let price = try ledger.price(of: model, named: name, at: now)
        let demand = TaskDemand(
            cost: estimate.p90.cost, tokens: estimate.p90.tokens, priority: request.priority, kind: request.kind)
        let gates = try gates(names: subject.names(model: model), withHolds: withHolds)
        guard let admission = try ledger.exact({ () throws(ArithmeticOverflow) in try decide(demand, gates: gates) })
        else { return nil }
        let expected = try ledger.givenEstimate(request, subject, model: model, price: price.price, now: now)
        let given = try ledger.exact { () throws(ArithmeticOverflow) in try expected?.baseCost(at: price.price) }
        return Weighing(
            model: model, name: name, estimate: estimate, amount: amount, givenCost: given ?? nil, gates: gates,
            admission: admission, isUnpriced: rules.refusesUnpriced && name != nil && price.source == .estimate)
    }

    /// The budgets that apply to a request that is not measured.
    func briefs(model: Int64) throws(LedgerError) -> [BudgetBrief] {
        try gates(names: subject.names(model: model), withHolds: false).map { BudgetBrief($0.standing) }
    }

    /// The budgets that a request with these names falls under, in the period of now.
    private func gates(names: Attribution, withHolds: Bool) throws(LedgerError) -> [Gate] {
        let active = try ledger.budgets().active
        var gates: [Gate] = []
        for index in active.indices where active[index].scope.includes(names) {
            let budget = active[index].budget
            let period = try ledger.period(of: index, at: now)
            let spent = budget.amount(of: try ledger.state(of: index, in: period).totals)
            let standing = Standing(
                budget: budget, period: period, spent: spent, reserved: try ledger.reserved(of: index, now: now))
            let pacing = period.elapsedPercent(at: now).map {
                Pacing(elapsed: $0, overLimit: rules.overLimit[budget.name] ?? .zero)
            }
            gates.append(
                Gate(
                    standing: standing, policy: budget.policy ?? rules.policy, pacing: pacing,
                    holds: withHolds ? ledger.holds(on: active[index]) : []))
        }
        return gates
    }

    /// Whether a model that is cheaper a run is dearer a success, because more of its runs fail.
    func isDearerByHistory(_ other: Weighing, than asked: Weighing) throws(LedgerError) -> Bool {
        func group(_ model: Int64) throws(LedgerError) -> RunGroup {
            let labelled = try ledger.runGroup(RunGroupKey(model: model, labels: subject.labels))
            return labelled.finished >= 5 ? labelled : try ledger.runGroup(RunGroupKey(model: model))
        }
        let (theirs, ours) = (try group(other.model), try group(asked.model))
        return Int128(other.estimate.p50.cost.nanoUSD) * Int128(theirs.runsPerSuccess)
            > Int128(asked.estimate.p50.cost.nanoUSD) * Int128(ours.runsPerSuccess)
    }
}

extension OpenLedger {
    /// The live holds that a budget includes, in its unit.
    func holds(on active: ActiveBudget) -> [Hold] {
        (holdCache?.holds ?? [:]).values.filter { active.scope.includes($0.names) }.map {
            Hold(amount: $0.remainder(of: active.budget), expiresAt: $0.expiresAt)
        }
    }
}
