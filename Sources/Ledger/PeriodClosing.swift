// Closing a past period: its sums are written down once, and what comes later shows as a difference to them.

import Budgeting

/// A period that was closed, and what it came to then.
package struct PeriodClose: Sendable {
    package var id: Int64
    /// Local days, both included.
    package var days: ClosedRange<Int64>
    package var closedAt: Instant
    package var by: String?
    package var note: String?
    package var totals: UsageTotals
}

private let sumColumns = """
    records, failures, input, output, cacheRead, cacheWrite, cacheWrite1h, cost, billedCost, estimatedCost, durationMs,
    timedRecords, timedOutput
    """

extension OpenLedger {
    /// The period of exactly these days, where it was closed.
    package func periodClose(_ days: ClosedRange<Int64>) throws(LedgerError) -> PeriodClose? {
        let row = try connection.statement(
            "SELECT id, closedAt, by, note FROM periodClose WHERE firstDay = ? AND lastDay = ?")
        guard try row.bind(1, days.lowerBound).bind(2, days.upperBound).step() else { return nil }
        defer { row.reset() }
        let id = row.int(0)
        let sums = try connection.statement(
            "SELECT \(sumColumns) FROM periodCloseSum WHERE close = ? AND kind = 0 AND key = 0")
        let totals = try sums.bind(1, id).step() ? UsageTotals(sums, from: 0) : UsageTotals()
        sums.reset()
        return PeriodClose(
            id: id, days: days, closedAt: Instant(seconds: row.int(1)), by: row.optionalText(2),
            note: row.optionalText(3), totals: totals)
    }

    /// Writes the sums of these days down. The caller has seen to it that they are over and not closed yet.
    package func closePeriod(
        _ days: ClosedRange<Int64>, by: String?, note: String?, now: Instant
    ) throws(LedgerError) {
        try flushRollup()
        try connection.statement(
            "INSERT INTO periodClose(firstDay, lastDay, closedAt, by, note) VALUES (?, ?, ?, ?, ?)"
        ).bind(1, days.lowerBound).bind(2, days.upperBound).bind(3, now.seconds).bind(4, by).bind(5, note).run()
        try connection.statement(
            """
            INSERT INTO periodCloseSum(close, kind, key, \(sumColumns))
            SELECT ?1, kind, key, \(UsageTotals.columns) FROM rollup WHERE day BETWEEN ?2 AND ?3 AND kind <= ?4 GROUP BY kind, key
            """
        ).bind(1, connection.lastInsertedRow).bind(2, days.lowerBound).bind(3, days.upperBound)
            .bind(4, RollupKind.operation.rawValue).run()
    }

    /// The frozen sums by one sort of name.
    package func closedSums(
        of close: PeriodClose, by group: UsageGroup
    ) throws(LedgerError) -> [(name: String?, totals: UsageTotals)] {
        guard let kind = group.rollupKind else { return [] }
        let row = try connection.statement(
            "SELECT key, \(sumColumns) FROM periodCloseSum WHERE close = ? AND kind = ? ORDER BY key")
        row.bind(1, close.id).bind(2, kind.rawValue)
        var found: [(key: Int64, totals: UsageTotals)] = []
        while try row.step() { found.append((row.int(0), UsageTotals(row, from: 1))) }
        var named: [(name: String?, totals: UsageTotals)] = []
        for (key, totals) in found { named.append((try optionalText(ofName: key), totals)) }
        return named
    }
}
