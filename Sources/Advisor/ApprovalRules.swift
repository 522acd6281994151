// The rules of approvals that hold: the settings', and for paced budgets what the forecast says.
import Budgeting
import Forecasting
import Ledger

/// The chance that each paced budget's limit is passed, as it was found last. A forecast costs far more than a
/// decision, so it is made when a budget has moved by a percent of its limit, or a minute after the last one.
struct PacingChecks {
    private struct Check {
        var at: Instant
        var spent: Int64
        var periodStart: Instant
        var limit: Int64
        var chance: Percent
    }

    private var checks: [String: Check] = [:]

    func chance(_ snapshot: BudgetSnapshot, now: Instant) -> Percent? {
        guard let budget = snapshot.budget, let last = checks[budget.name] else { return nil }
        let limit = budget.limit.amount
        let isFresh =
            last.periodStart == snapshot.period.start && last.limit == limit && now.seconds - last.at.seconds < 60
            && now >= last.at && snapshot.spent - last.spent < limit / 100
        return isFresh ? last.chance : nil
    }

    mutating func note(_ chance: Percent, _ snapshot: BudgetSnapshot, now: Instant) {
        guard let budget = snapshot.budget else { return }
        checks[budget.name] = Check(
            at: now, spent: snapshot.spent, periodStart: snapshot.period.start, limit: budget.limit.amount,
            chance: chance)
    }
}

extension Session {
    /// Called inside a transaction.
    func approvalRules() throws -> ApprovalRules {
        var rules = ApprovalRules()
        rules.policy = settings.policy
        rules.refusesUnpriced = settings.unpriced == .deny
        rules.mostApprovals = settings.approvalRate
        let ledger = try ledger.current()
        guard try settings.policy == .paced || ledger.hasPacedBudget() else { return rules }
        for snapshot in try ledger.snapshots(at: now, now: now) {
            guard let budget = snapshot.budget, (budget.policy ?? settings.policy) == .paced,
                snapshot.period.end != nil
            else { continue }
            rules.overLimit[budget.name] = try chanceOfPassing(snapshot, in: ledger)
        }
        return rules
    }

    /// Without any usage nothing is known, and the chance counts as none.
    private func chanceOfPassing(_ snapshot: BudgetSnapshot, in ledger: OpenLedger) throws(LedgerError) -> Percent {
        if let known = pacingChecks.chance(snapshot, now: now) { return known }
        let forecast = try ledger.forecast(of: snapshot, at: now, now: now)
        let limit = Double(snapshot.budget?.limit.amount ?? 0)
        let probability = forecast?.probability(ofPassing: limit) ?? 0
        let chance = Percent(thousandths: Int64((min(max(probability, 0), 1) * 100_000).rounded()))
        pacingChecks.note(chance, snapshot, now: now)
        return chance
    }
}
