// What one budget says to one task, and when it would say yes.

func verdict(on task: TaskDemand, at gate: Gate) throws(ArithmeticOverflow) -> Verdict {
    let standing = gate.standing
    let budget = standing.budget
    let thresholds = budget.thresholds
    let line = gate.policy.line(
        priority: task.priority, kind: task.kind, thresholds: thresholds, pacing: gate.effectivePacing)
    let settledLine = gate.policy.settledLine(priority: task.priority, kind: task.kind, thresholds: thresholds)
    let demand = task.amount(in: budget)
    let committed = try standing.committed
    let ceiling = line.amount(of: standing.limit)
    let attempt = Attempt(
        gate: gate, task: task, demand: demand, committed: committed, value: try committed.checkedAdding(demand),
        ceiling: ceiling, settledCeiling: settledLine.amount(of: standing.limit), settledLine: settledLine)
    let fits = attempt.value <= ceiling
    let retryAt = fits ? nil : attempt.retryAt
    var outcome = Verdict.Outcome.fits
    if !fits {
        let helps = retryAt != nil || attempt.higherPriorityHelps
        outcome = budget.enforcement == .soft ? .warns : helps ? .defers : .denies
    }
    return Verdict(
        budget: budget.name, unit: budget.limit.unit, outcome: outcome,
        reason: fits ? .withinBudget : attempt.reason, line: line, value: attempt.value, ceiling: ceiling,
        headroom: try ceiling.checkedSubtracting(committed), limit: standing.limit, demand: demand, retryAt: retryAt)
}

extension Gate {
    /// Only a period that ends can be paced.
    fileprivate var effectivePacing: Pacing? { standing.period.end == nil ? nil : pacing }
}

/// A task that does not fit now.
private struct Attempt {
    let gate: Gate
    let task: TaskDemand
    let demand: Int64
    let committed: Int64
    let value: Int64
    let ceiling: Int64
    /// The ceiling when pace no longer matters.
    let settledCeiling: Int64
    let settledLine: Percent

    private var limit: Int64 { gate.standing.limit }

    var reason: ReasonCode {
        if demand > limit { return .exceedsBudget }
        if committed >= limit { return .budgetExhausted }
        if value > limit { return .exceedsBudget }
        return value <= settledCeiling ? .paced : .priorityLine
    }

    /// On a `total` budget no period starts anew, but a line further up may still have room.
    var higherPriorityHelps: Bool {
        gate.standing.period.end == nil && value <= limit && demand <= settledCeiling
    }

    /// The earliest of what time brings; nil where even an empty period would not hold the task.
    var retryAt: Instant? {
        if demand > settledCeiling { return nil }
        return [holdsExpire, paceAllows, gate.standing.period.end].compactMap(\.self).min()
    }

    /// When enough holds have run out, the line staying where it is.
    private var holdsExpire: Instant? {
        var value = Int128(self.value)
        for hold in gate.holds.sorted(by: { $0.expiresAt < $1.expiresAt }) {
            value -= Int128(hold.amount)
            if value <= Int128(ceiling) { return hold.expiresAt }
        }
        return nil
    }

    /// When the line has moved up to the value, nothing else being spent.
    private var paceAllows: Instant? {
        guard gate.policy == .paced, let pacing = gate.effectivePacing, value <= settledCeiling,
            let end = gate.standing.period.end, value > ceiling, settledLine > .zero
        else { return nil }
        let start = gate.standing.period.start
        let length = Int128(end.seconds) - Int128(start.seconds)
        let whole = Int128(Percent.hundred.thousandths)
        // The line needed, then the open share needed, each rounded up as it must reach the value.
        let neededLine = (Int128(value) * whole + Int128(limit) - 1) / Int128(max(limit, 1))
        let neededShare = (neededLine * whole + Int128(settledLine.thousandths) - 1) / Int128(settledLine.thousandths)
        let headStart = Int128(pacing.openShare(task.priority).thousandths - pacing.elapsed.thousandths)
        let seconds = ((neededShare - headStart) * length + whole - 1) / whole
        guard let offset = Int64(exactly: max(0, seconds)) else { return nil }
        return min(start.adding(seconds: offset), end)
    }
}
