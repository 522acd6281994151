// Usage by day, for the forecast.

import Budgeting

extension OpenLedger {
    /// What a budget counted on each day from `first` to `last`, zeros included. Without a budget: the cost of all usage.
    package func dailyAmounts(
        of budget: Budget?, from first: Int64, to last: Int64
    ) throws(LedgerError) -> [Int64] {
        guard first <= last else { return [] }
        try flushRollup()
        var amounts = [Int64](repeating: 0, count: Int(last - first + 1))
        var rollup: (kind: RollupKind, key: Int64) = (.all, 0)
        if let budget, let active = try budgets().active.first(where: { $0.budget.name == budget.name }) {
            rollup = active.scope.rollup
        }
        let rows = try connection.statement(
            """
            WITH RECURSIVE days(day) AS (SELECT ?1 UNION ALL SELECT day + 1 FROM days WHERE day < ?2)
            SELECT day, records, failures, input, output, cacheRead, cacheWrite, cacheWrite1h, cost, billedCost,
              estimatedCost, durationMs, timedRecords, timedOutput
            FROM days CROSS JOIN rollup USING (day) WHERE kind = ?3 AND key = ?4
            """)
        rows.bind(1, first).bind(2, last).bind(3, rollup.kind.rawValue).bind(4, rollup.key)
        while try rows.step() {
            let totals = UsageTotals(rows, from: 1)
            amounts[Int(rows.int(0) - first)] = budget?.amount(of: totals) ?? totals.cost.nanoUSD
        }
        return amounts
    }
}
