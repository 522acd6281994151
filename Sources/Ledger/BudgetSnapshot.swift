// Where a budget stands at a moment.

import Budgeting

/// One budget (or, without one, all usage of the month) with what is spent and held in a period.
package struct BudgetSnapshot: Sendable {
    /// Nil: no budget is set and this is the sum of everything.
    package var budget: Budget?
    package var period: Period
    package var totals: UsageTotals
    /// Held by live reservations, in the budget's unit.
    package var reserved: Int64

    /// In the budget's unit: nano-dollars or tokens.
    package var spent: Int64 { budget?.amount(of: totals) ?? totals.cost.nanoUSD }
}

/// Spending and its limit, in one budget's unit.
private struct UsedShare {
    let spent: Int64
    let limit: Int64

    static func > (left: UsedShare, right: UsedShare) -> Bool {
        let leftShare = left.spent.multipliedFullWidth(by: right.limit)
        let rightShare = right.spent.multipliedFullWidth(by: left.limit)
        return (leftShare.high, leftShare.low) > (rightShare.high, rightShare.low)
    }
}

/// What tells whether a budget is worth a closer look.
package struct BudgetGlance {
    package let name: String
    /// Both in the budget's unit.
    package let limit: Int64
    package let spent: Int64
    package let period: Period
}

extension OpenLedger {
    /// Every budget in force at a moment, in the order of their names. `now` tells which reservations are live.
    package func snapshots(at: Instant, now: Instant) throws(LedgerError) -> [BudgetSnapshot] {
        var found: [BudgetSnapshot] = []
        for index in try budgets().active.indices { found.append(try snapshot(of: index, at: at, now: now)) }
        return found
    }

    /// The budget of that name, or nil where there is none.
    package func snapshot(ofBudget name: String, at: Instant, now: Instant) throws(LedgerError) -> BudgetSnapshot? {
        guard let index = try budgets().active.firstIndex(where: { $0.budget.name == name }) else { return nil }
        return try snapshot(of: index, at: at, now: now)
    }

    /// All usage of the calendar month, for a ledger that has no overall budget.
    package func monthWithoutBudget(at: Instant) throws(LedgerError) -> BudgetSnapshot {
        let period = Period.containing(at, kind: .month, in: zone)
        let totals = try sum((.all, 0), days: Int64(period.firstDay)...Int64(period.endDay - 1))
        return BudgetSnapshot(budget: nil, period: period, totals: totals, reserved: 0)
    }

    /// The same period as it stood at the end of a moment's day: later records do not count.
    package func snapshot(_ snapshot: BudgetSnapshot, asOf at: Instant) throws(LedgerError) -> BudgetSnapshot {
        let day = zone.localDay(of: at)
        guard day < snapshot.period.endDay - 1, day >= snapshot.period.firstDay else { return snapshot }
        var rollup: (kind: RollupKind, key: Int64) = (.all, 0)
        if let name = snapshot.budget?.name, let active = try budgets().active.first(where: { $0.budget.name == name })
        {
            rollup = active.scope.rollup
        }
        var earlier = snapshot
        earlier.totals = try sum(rollup, days: Int64(snapshot.period.firstDay)...Int64(day))
        return earlier
    }

    /// Of the budgets that a record counts towards, the one nearest its limit in the period of the record's own time.
    package func nearestStanding(to usage: RecordedUsage, now: Instant) throws(LedgerError) -> Standing? {
        var nearest: (index: Int, active: ActiveBudget, state: PeriodState, share: UsedShare)?
        for (index, active) in try budgets().active.enumerated() where active.scope.includes(usage.attribution) {
            let state = try state(of: active, at: usage.at)
            let share = UsedShare(spent: active.budget.amount(of: state.totals), limit: active.budget.limit.amount)
            if let nearest, !(share > nearest.share) { continue }
            nearest = (index, active, state, share)
        }
        guard let nearest else { return nil }
        let period = nearest.state.period
        let held = period.contains(now) ? try reserved(of: nearest.index, now: now) : 0
        return Standing(budget: nearest.active.budget, period: period, spent: nearest.share.spent, reserved: held)
    }

    /// The budgets that a record counts towards and that are `wanted`, in the period of the record's own time.
    package func snapshots(
        countedBy usage: RecordedUsage, now: Instant, where wanted: (BudgetGlance) -> Bool
    ) throws(LedgerError) -> [BudgetSnapshot] {
        var found: [BudgetSnapshot] = []
        for (index, active) in try budgets().active.enumerated() where active.scope.includes(usage.attribution) {
            let state = try state(of: active, at: usage.at)
            let budget = active.budget
            let glance = BudgetGlance(
                name: budget.name, limit: budget.limit.amount, spent: budget.amount(of: state.totals),
                period: state.period)
            if wanted(glance) { found.append(try snapshot(of: index, at: usage.at, now: now)) }
        }
        return found
    }

    /// Whether there is any budget in force.
    package var hasBudgets: Bool { get throws(LedgerError) { try !budgets().active.isEmpty } }

    private func snapshot(of index: Int, at: Instant, now: Instant) throws(LedgerError) -> BudgetSnapshot {
        let active = try budgets().active[index]
        let state = try state(of: active, at: at)
        let held = state.period.contains(now) ? try reserved(of: index, now: now) : 0
        return BudgetSnapshot(budget: active.budget, period: state.period, totals: state.totals, reserved: held)
    }
}
