// What a record does to the budgets it falls under, and the alerts it sets off.

import Budgeting

extension BudgetCache {
    /// Whether every sum stays within 64 bits with this record. All sums are of the same non-negative amounts, so
    /// none is larger than the sum of everything.
    func canHold(_ added: UsageTotals) -> Bool {
        // An eighth of the range: the sum of the five kinds of tokens must fit too.
        let most = Int64.max / 8
        func fits(_ sum: Int64, _ more: Int64) -> Bool { more <= most && sum + more <= most }
        return fits(allTime.cost.nanoUSD, added.cost.nanoUSD) && fits(allTime.durationMs, added.durationMs)
            && fits(allTime.tokens.input, added.tokens.input) && fits(allTime.tokens.output, added.tokens.output)
            && fits(allTime.tokens.cacheRead, added.tokens.cacheRead)
            && fits(allTime.tokens.cacheWrite, added.tokens.cacheWrite)
            && fits(allTime.tokens.cacheWrite1h, added.tokens.cacheWrite1h)
    }
}

extension OpenLedger {
    /// Adds a record (or a correction) to every budget that includes it. Gives the alerts that fire.
    func addToBudgets(
        _ totals: UsageTotals, attribution: Attribution, at: Instant, usage: Int64, now: Instant
    ) throws(LedgerError) -> [Alert] {
        let cache = try budgets()
        cache.allTime += totals
        try drawOnHolds(totals, attribution, now: now)
        var alerts: [Alert] = []
        for (index, active) in cache.active.enumerated() where active.scope.includes(attribution) {
            let period = period(of: active, at: at)
            // A state that is not known is read from the rollup, which has this record already.
            active.knownState(in: period)?.totals += totals
            if try state(of: active, at: at).isAlertDue(active.budget) {
                alerts += try fireDueAlerts(of: index, in: period, usage: usage, now: now)
            }
        }
        return alerts
    }
}

extension PeriodState {
    func isAlertDue(_ budget: Budget) -> Bool { budget.amount(of: totals) >= nextAlertAmount }
}

extension Budget {
    /// What a budget counts of a sum, in its own unit: nano-dollars or tokens.
    package func amount(of totals: UsageTotals) -> Int64 {
        switch limit {
        case .usd: totals.cost.nanoUSD
        case .tokens:
            totals.tokens.input + totals.tokens.output + totals.tokens.cacheWrite + totals.tokens.cacheWrite1h
                + (countCacheReads ? totals.tokens.cacheRead : 0)
        }
    }
}
