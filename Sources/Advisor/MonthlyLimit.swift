// Puts the monthly limit of the settings in force, before anything else is asked of the ledger.
import Budgeting
import Ledger

extension Session {
    /// Creates the budget `monthly`, or sets it to the limit, thresholds and reset day of the settings, where it differs
    /// from them. What the settings do not know (enforcement, cache reads) stays as it was set.
    ///
    /// Called outside a transaction. Does nothing once it has succeeded; after a fault the next call tries again.
    package func putMonthlyLimitInForce() throws(LedgerError) {
        guard !isMonthlyLimitInForce else { return }
        // Looking first: mostly nothing has changed, and a reader waits for nobody.
        let differs = try ledger.reading { (open) throws(LedgerError) in try monthlyToSet(in: open) != nil }
        if differs {
            try ledger.writing { (open) throws(LedgerError) in
                if let budget = try monthlyToSet(in: open) { _ = try open.setBudget(budget, now: now) }
            }
        }
        isMonthlyLimitInForce = true
    }

    /// The budget that the settings ask for; nil where it is in force as it is, or where they ask for none.
    package func monthlyToSet(in open: OpenLedger) throws(LedgerError) -> Budget? {
        guard let asked = settings.monthlyLimit else { return nil }
        let limit: BudgetLimit =
            switch asked {
            case .usd(let money): .usd(money)
            case .tokens(let count): .tokens(count)
            }
        let current = try open.listBudgets().first { $0.name == overallBudget }
        let wanted = Budget(
            name: overallBudget, limit: limit, period: .month, resetDay: settings.resetDay,
            thresholds: settings.thresholds, enforcement: current?.enforcement ?? .hard,
            countCacheReads: current?.countCacheReads ?? false, policy: current?.policy)
        return wanted == current ? nil : wanted
    }
}
