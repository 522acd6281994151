// Alerts: one for each budget, period, threshold and limit, kept for ever.

import Budgeting

/// A threshold that a budget passed.
package struct Alert: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Spending reached a threshold of the budget.
        case threshold
        /// Spending reached the limit.
        case exceeded
        /// The forecast's median for the period's end reached the limit.
        case projected
    }

    package var id: Int64
    package var budget: String
    package var periodStart: Instant
    /// Nil for a budget without a period.
    package var periodEnd: Instant?
    package var kind: Kind
    package var threshold: Percent
    /// The limit in force when it fired.
    package var limit: BudgetLimit
    package var firedAt: Instant
    /// What was spent (or projected) when it fired, in the limit's unit: nano-dollars or tokens.
    package var observed: Int64
    /// The record that set it off, where one did.
    package var usage: Int64?
    package var acknowledgedAt: Instant?
    package var acknowledgedBy: String?
    package var note: String?
}

/// Which alerts to list.
package struct AlertFilter: Sendable {
    package var budget: String?
    package var onlyActive = false
    package var since: Instant?
    package var afterID: Int64?
    package var limit: Int64 = 100

    package init() {}
}

extension OpenLedger {
    /// Fires every alert that a budget's spending has reached and that has not fired for this period and limit.
    func fireDueAlerts(of index: Int, in period: Period, usage: Int64?, now: Instant) throws(LedgerError) -> [Alert] {
        let budget = try budgets().active[index].budget
        let state = try state(of: index, in: period)
        let spent = budget.amount(of: state.totals)
        var fired: [Alert] = []
        for (kind, threshold) in budget.alertPoints where threshold.isReached(by: spent, of: budget.limit.amount) {
            let alert = Alert(
                id: 0, budget: budget.name, periodStart: period.start, periodEnd: period.end, kind: kind,
                threshold: threshold, limit: budget.limit, firedAt: now, observed: spent, usage: usage)
            if let stored = try insert(alert) { fired.append(stored) }
        }
        state.nextAlertAmount = try nextAlertAmount(of: budget, in: period)
        return fired
    }

    /// The alerts that are due at once when a budget has been set.
    func fireDueAlerts(ofBudget name: String, now: Instant) throws(LedgerError) -> [Alert] {
        guard let index = try budgets().active.firstIndex(where: { $0.budget.name == name }) else { return [] }
        return try fireDueAlerts(of: index, in: try period(of: index, at: now), usage: nil, now: now)
    }

    /// Records that a forecast passed the limit; nil where that is known for this period and limit.
    package func fireProjectedAlert(
        budget: Budget, period: Period, projected: Int64, now: Instant
    ) throws(LedgerError) -> Alert? {
        try insert(
            Alert(
                id: 0, budget: budget.name, periodStart: period.start, periodEnd: period.end, kind: .projected,
                threshold: .hundred, limit: budget.limit, firedAt: now, observed: projected))
    }

    /// The smallest amount at which an alert fires that has not fired yet.
    func nextAlertAmount(of budget: Budget, in period: Period) throws(LedgerError) -> Int64 {
        let rows = try connection.statement(
            "SELECT kind, threshold FROM alert WHERE budget = ? AND periodStart = ? AND unit = ? AND amount = ?")
        rows.bind(1, budget.name).bind(2, period.start.seconds).bind(3, budget.limit.unit.rawValue)
            .bind(4, budget.limit.amount)
        var fired: Set<String> = []
        while try rows.step() { fired.insert("\(rows.text(0)) \(rows.int(1))") }
        let open = budget.alertPoints.filter { !fired.contains("\($0.kind.rawValue) \($0.threshold.thousandths)") }
        return open.map { $0.threshold.amount(of: budget.limit.amount) }.min() ?? Int64.max
    }

    package func listAlerts(_ filter: AlertFilter) throws(LedgerError) -> [Alert] {
        let rows = try connection.statement(
            """
            SELECT \(alertColumns) FROM alert a LEFT JOIN acknowledgement k ON k.alert = a.id
            WHERE (?1 IS NULL OR a.budget = ?1) AND (?2 = 0 OR k.alert IS NULL) AND (?3 IS NULL OR a.firedAt >= ?3)
              AND (?4 IS NULL OR a.id > ?4) ORDER BY a.id DESC LIMIT ?5
            """)
        rows.bind(1, filter.budget).bind(2, filter.onlyActive ? 1 : 0).bind(3, filter.since?.seconds)
            .bind(4, filter.afterID).bind(5, filter.limit)
        var found: [Alert] = []
        while try rows.step() { found.append(try alert(from: rows)) }
        return found
    }

    package func alert(id: Int64) throws(LedgerError) -> Alert? {
        let row = try connection.statement(
            "SELECT \(alertColumns) FROM alert a LEFT JOIN acknowledgement k ON k.alert = a.id WHERE a.id = ?")
        guard try row.bind(1, id).step() else { return nil }
        defer { row.reset() }
        return try alert(from: row)
    }

    /// Marks an alert as seen. Doing it again changes nothing.
    package func acknowledgeAlert(_ id: Int64, by: String?, note: String?, now: Instant) throws(LedgerError) {
        try connection.statement("INSERT OR IGNORE INTO acknowledgement(alert, at, by, note) VALUES (?, ?, ?, ?)")
            .bind(1, id).bind(2, now.seconds).bind(3, by).bind(4, note).run()
    }

    private func insert(_ alert: Alert) throws(LedgerError) -> Alert? {
        try connection.statement(
            """
            INSERT OR IGNORE INTO alert(budget, periodStart, periodEnd, kind, threshold, unit, amount, firedAt, observed,
              usage) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(1, alert.budget).bind(2, alert.periodStart.seconds).bind(3, alert.periodEnd?.seconds)
            .bind(4, alert.kind.rawValue).bind(5, alert.threshold.thousandths).bind(6, alert.limit.unit.rawValue)
            .bind(7, alert.limit.amount).bind(8, alert.firedAt.seconds).bind(9, alert.observed).bind(10, alert.usage)
            .run()
        guard connection.changedRows > 0 else { return nil }
        var stored = alert
        stored.id = connection.lastInsertedRow
        try queueDeliveries(of: stored.id)
        return stored
    }

    private func alert(from row: Statement) throws(LedgerError) -> Alert {
        guard let kind = Alert.Kind(rawValue: row.text(4)) else {
            throw LedgerError(.damaged, "alert \(row.int(0)) is damaged", hint: "run 'budget-advisor doctor'")
        }
        let amount = row.int(7)
        return Alert(
            id: row.int(0), budget: row.text(1), periodStart: Instant(seconds: row.int(2)),
            periodEnd: row.optionalInt(3).map(Instant.init(seconds:)), kind: kind,
            threshold: Percent(thousandths: row.int(5)),
            limit: row.text(6) == "usd" ? .usd(Money(nanoUSD: amount)) : .tokens(amount),
            firedAt: Instant(seconds: row.int(8)), observed: row.int(9), usage: row.optionalInt(10),
            acknowledgedAt: row.optionalInt(11).map(Instant.init(seconds:)), acknowledgedBy: row.optionalText(12),
            note: row.optionalText(13))
    }
}

private let alertColumns = """
    a.id, a.budget, a.periodStart, a.periodEnd, a.kind, a.threshold, a.unit, a.amount, a.firedAt, a.observed, a.usage,
    k.at, k.by, k.note
    """

extension Budget {
    /// Where alerts fire: at each threshold, and at the limit.
    var alertPoints: [(kind: Alert.Kind, threshold: Percent)] {
        thresholds.map { (.threshold, $0) } + [(.exceeded, .hundred)]
    }
}
