// The budgets in force and what has been spent of them, remembered as long as nobody else writes.

import Budgeting

/// One budget in force.
struct ActiveBudget {
    let budget: Budget
    let scope: Scope
}

/// One period of one budget: what is spent, and the amount at which the next alert fires.
struct PeriodState {
    let period: Period
    var totals: UsageTotals
    var nextAlertAmount: Int64
}

/// What follows from rows that any process may add to; dropped when another one has written.
final class BudgetCache {
    let active: [ActiveBudget]
    /// The sum of all usage there is: no sum in the ledger is larger.
    var allTime: UsageTotals
    fileprivate var states: [Key: PeriodState] = [:]
    /// The period each budget was asked about last: most records fall into it.
    fileprivate var lastPeriods: [Period?]

    fileprivate struct Key: Hashable {
        var budget: Int
        var start: Instant
    }

    fileprivate init(active: [ActiveBudget], allTime: UsageTotals) {
        self.active = active
        self.allTime = allTime
        lastPeriods = Array(repeating: nil, count: active.count)
    }
}

extension OpenLedger {
    func budgets() throws(LedgerError) -> BudgetCache {
        if let budgetCache { return budgetCache }
        try flushRollup()
        let made = BudgetCache(active: try loadActiveBudgets(), allTime: try loadAllTime())
        budgetCache = made
        return made
    }

    /// The period of a budget that holds a moment.
    func period(of index: Int, at: Instant) throws(LedgerError) -> Period {
        let cache = try budgets()
        if let last = cache.lastPeriods[index], last.contains(at) { return last }
        let budget = cache.active[index].budget
        let period = Period.containing(at, kind: budget.period, in: zone, resetDay: budget.resetDay)
        cache.lastPeriods[index] = period
        return period
    }

    /// What a budget has spent in a period, this transaction's records included.
    func state(of index: Int, in period: Period) throws(LedgerError) -> PeriodState {
        let key = BudgetCache.Key(budget: index, start: period.start)
        let cache = try budgets()
        if let known = cache.states[key] { return known }
        let active = cache.active[index]
        let totals = try sum(active.scope.rollup, days: Int64(period.firstDay)...Int64(period.endDay - 1))
        var state = PeriodState(period: period, totals: totals, nextAlertAmount: 0)
        state.nextAlertAmount = try nextAlertAmount(of: active.budget, in: period)
        cache.states[key] = state
        return state
    }

    func knownState(of index: Int, in period: Period) -> PeriodState? {
        budgetCache?.states[BudgetCache.Key(budget: index, start: period.start)]
    }

    func set(_ state: PeriodState, of index: Int) {
        budgetCache?.states[BudgetCache.Key(budget: index, start: state.period.start)] = state
    }

    /// The sum of the rollup rows of one key over a range of days.
    func sum(_ rollup: (kind: RollupKind, key: Int64), days: ClosedRange<Int64>?) throws(LedgerError) -> UsageTotals {
        try flushRollup()
        let bounds = try recordedDays()
        guard let bounds else { return UsageTotals() }
        let range = days?.clamped(to: bounds) ?? bounds
        guard days.map({ $0.overlaps(bounds) }) ?? true else { return UsageTotals() }
        // One look-up a day: the table is ordered by day, and other keys of the day are not read.
        let row = try connection.statement(
            """
            WITH RECURSIVE days(day) AS (SELECT ?1 UNION ALL SELECT day + 1 FROM days WHERE day < ?2)
            SELECT \(UsageTotals.columns) FROM days CROSS JOIN rollup USING (day) WHERE kind = ?3 AND key = ?4
            """)
        row.bind(1, range.lowerBound).bind(2, range.upperBound).bind(3, rollup.kind.rawValue).bind(4, rollup.key)
        guard try row.step() else { return UsageTotals() }
        defer { row.reset() }
        return UsageTotals(row, from: 0)
    }

    /// The first and last day that has any usage.
    package func recordedDays() throws(LedgerError) -> ClosedRange<Int64>? {
        let row = try connection.statement(
            """
            SELECT (SELECT day FROM rollup WHERE day > \(PendingRollup.allDays) ORDER BY day LIMIT 1),
                   (SELECT day FROM rollup ORDER BY day DESC LIMIT 1)
            """)
        guard try row.step() else { return nil }
        defer { row.reset() }
        guard let first = row.optionalInt(0), let last = row.optionalInt(1), first <= last else { return nil }
        return first...last
    }

    private func loadAllTime() throws(LedgerError) -> UsageTotals {
        let row = try connection.statement(
            "SELECT \(UsageTotals.columns) FROM rollup WHERE day = \(PendingRollup.allDays) AND kind = 0 AND key = 0")
        guard try row.step() else { return UsageTotals() }
        defer { row.reset() }
        return UsageTotals(row, from: 0)
    }

    private func loadActiveBudgets() throws(LedgerError) -> [ActiveBudget] {
        let row = try connection.statement(
            """
            SELECT b.name, b.unit, b.amount, b.period, b.resetDay, b.thresholds, b.enforcement, b.countCacheReads,
              b.scope, b.worker, b.task, b.project, b.model, b.operation, w.text, t.text, p.text, m.text, o.text, b.policy
            FROM budget b JOIN name w ON w.id = b.worker JOIN name t ON t.id = b.task JOIN name p ON p.id = b.project
              JOIN name m ON m.id = b.model JOIN name o ON o.id = b.operation
            WHERE b.id IN (SELECT max(id) FROM budget GROUP BY name) AND NOT b.removed ORDER BY b.name
            """)
        var found: [ActiveBudget] = []
        while try row.step() {
            let scope = Scope(
                id: row.int(8), worker: row.int(9), task: row.int(10), project: row.int(11), model: row.int(12),
                operation: row.int(13))
            found.append(ActiveBudget(budget: try budget(from: row), scope: try scope.matching(in: self)))
        }
        return found
    }

    private func budget(from row: Statement) throws(LedgerError) -> Budget {
        func name(_ column: Int32) -> String? { row.text(column).isEmpty ? nil : row.text(column) }
        guard let period = PeriodKind(rawValue: row.text(3)), let enforcement = Enforcement(rawValue: row.text(6))
        else {
            throw LedgerError(.damaged, "budget row of \(row.text(0)) is damaged", hint: "run 'budget-advisor doctor'")
        }
        let amount = row.int(2)
        return Budget(
            name: row.text(0), limit: row.text(1) == "usd" ? .usd(Money(nanoUSD: amount)) : .tokens(amount),
            period: period, resetDay: Int(row.int(4)),
            scope: BudgetScope(
                worker: name(14), task: name(15), project: name(16), model: name(17), operation: name(18)),
            thresholds: row.text(5).split(separator: ",").compactMap { Int64($0).map(Percent.init(thousandths:)) },
            enforcement: enforcement, countCacheReads: row.int(7) != 0,
            policy: row.optionalText(19).flatMap(AdmissionPolicy.init(rawValue:)))
    }
}
