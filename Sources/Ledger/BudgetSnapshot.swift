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

    /// Whether a larger share of the limit is spent.
    fileprivate func isNearer(than other: BudgetSnapshot) -> Bool {
        let (limit, otherLimit) = (budget?.limit.amount ?? .max, other.budget?.limit.amount ?? .max)
        let (share, otherShare) = (
            spent.multipliedFullWidth(by: otherLimit), other.spent.multipliedFullWidth(by: limit)
        )
        return (share.high, share.low) > (otherShare.high, otherShare.low)
    }
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
    package func nearestBudget(to usage: RecordedUsage, now: Instant) throws(LedgerError) -> BudgetSnapshot? {
        if try budgets().active.isEmpty { return nil }
        var nearest: BudgetSnapshot?
        for found in try snapshots(countedBy: usage, now: now) where nearest.map({ found.isNearer(than: $0) }) ?? true {
            nearest = found
        }
        return nearest
    }

    /// The budgets that a record counts towards, in the period of the record's own time.
    package func snapshots(countedBy usage: RecordedUsage, now: Instant) throws(LedgerError) -> [BudgetSnapshot] {
        let cache = try budgets()
        var found: [BudgetSnapshot] = []
        for index in cache.active.indices where cache.active[index].scope.includes(usage.attribution) {
            found.append(try snapshot(of: index, at: usage.at, now: now))
        }
        return found
    }

    private func snapshot(of index: Int, at: Instant, now: Instant) throws(LedgerError) -> BudgetSnapshot {
        let active = try budgets().active[index]
        let period = try period(of: index, at: at)
        let state = try state(of: index, in: period)
        let held = period.contains(now) ? try reserved(of: index, now: now) : 0
        return BudgetSnapshot(budget: active.budget, period: period, totals: state.totals, reserved: held)
    }
}
