// The budgets in force and what has been spent of them, remembered as long as nobody else writes.

import Budgeting

/// One budget in force. A class, as is its state: a record looks at both several times, and copies neither.
final class ActiveBudget {
    let budget: Budget
    let scope: Scope
    /// By the beginnings of their periods.
    fileprivate var states: [Instant: PeriodState] = [:]
    /// What was asked for last: most records fall into the same period.
    fileprivate var lastState: PeriodState?

    init(budget: Budget, scope: Scope) {
        self.budget = budget
        self.scope = scope
    }

    /// The state of a period, where it is remembered.
    func knownState(in period: Period) -> PeriodState? {
        if let lastState, lastState.period.start == period.start { return lastState }
        guard let known = states[period.start] else { return nil }
        lastState = known
        return known
    }
}

/// One period of one budget: what is spent, and the amount at which the next alert fires.
final class PeriodState {
    let period: Period
    var totals: UsageTotals
    var nextAlertAmount: Int64

    fileprivate init(period: Period, totals: UsageTotals, nextAlertAmount: Int64) {
        self.period = period
        self.totals = totals
        self.nextAlertAmount = nextAlertAmount
    }
}

/// What follows from rows that any process may add to; dropped when another one has written.
final class BudgetCache {
    let active: [ActiveBudget]
    /// The sum of all usage there is: no sum in the ledger is larger.
    var allTime: UsageTotals

    fileprivate init(active: [ActiveBudget], allTime: UsageTotals) {
        self.active = active
        self.allTime = allTime
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
        period(of: try budgets().active[index], at: at)
    }

    /// What a budget has spent in a period, this transaction's records included.
    func state(of index: Int, in period: Period) throws(LedgerError) -> PeriodState {
        try state(of: try budgets().active[index], in: period)
    }

    /// What a budget has spent in the period that holds a moment.
    func state(of active: ActiveBudget, at: Instant) throws(LedgerError) -> PeriodState {
        if let last = active.lastState, last.period.contains(at) { return last }
        return try state(of: active, in: period(of: active, at: at))
    }

    func period(of active: ActiveBudget, at: Instant) -> Period {
        if let last = active.lastState?.period, last.contains(at) { return last }
        let budget = active.budget
        return Period.containing(at, kind: budget.period, in: zone, resetDay: budget.resetDay)
    }

    private func state(of active: ActiveBudget, in period: Period) throws(LedgerError) -> PeriodState {
        if let known = active.knownState(in: period) { return known }
        let totals = try sum(active.scope.rollup, days: Int64(period.firstDay)...Int64(period.endDay - 1))
        let state = PeriodState(
            period: period, totals: totals, nextAlertAmount: try nextAlertAmount(of: active.budget, in: period))
        active.states[period.start] = state
        active.lastState = state
        return state
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
