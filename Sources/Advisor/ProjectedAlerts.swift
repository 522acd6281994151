// The alert that comes before the money is gone: the forecast's median passes the limit.
import Budgeting
import Ledger

/// When each budget was last forecast for its alert. A forecast costs about as much as a hundred records, so it is made
/// when a record has moved the budget by a percent of its limit, or a minute after the last one.
struct ProjectionChecks {
    private struct Check {
        var at: Instant
        var spent: Int64
        var periodStart: Instant
        var limit: Int64
    }

    private var checks: [String: Check] = [:]

    /// Whether a budget is due; if so it counts as done.
    mutating func isDue(_ glance: BudgetGlance, now: Instant) -> Bool {
        let limit = glance.limit
        if let last = checks[glance.name], last.periodStart == glance.period.start, last.limit == limit,
            now.seconds - last.at.seconds < 60, now >= last.at, glance.spent - last.spent < limit / 100
        {
            return false
        }
        checks[glance.name] = Check(
            at: now, spent: glance.spent, periodStart: glance.period.start, limit: limit)
        return true
    }
}

extension Session {
    /// Fires the `projected` alert of every budget that a new record counts towards and whose median forecast has
    /// passed its limit. Once for each period and limit; budgets without an end and past periods have none.
    func projectedAlerts(after usage: RecordedUsage, in ledger: OpenLedger) throws(LedgerError) -> [Alert] {
        var fired: [Alert] = []
        let due = try ledger.snapshots(countedBy: usage, now: now) { glance in
            glance.period.end != nil && glance.period.contains(now) && projectionChecks.isDue(glance, now: now)
        }
        for snapshot in due {
            guard let budget = snapshot.budget, let forecast = try ledger.forecast(of: snapshot, at: now, now: now)
            else { continue }
            let median = Int64(exactly: forecast.projected.p50.rounded()) ?? .max
            guard median > budget.limit.amount else { continue }
            let alert = try ledger.fireProjectedAlert(
                budget: budget, period: snapshot.period, projected: median, now: now)
            if let alert { fired.append(alert) }
        }
        return fired
    }
}
