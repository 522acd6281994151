// What tasks to come are expected to take of a budget.

import Budgeting

extension OpenLedger {
    /// The sum of the tasks' p50 in the budget's unit (nano-dollars without a budget), of those that it covers and that
    /// hold no reservation yet. Nil where an estimate cannot be held exactly. Writes nothing.
    package func plannedAmount(
        _ tasks: [ApprovalRequest], of budget: Budget?, rules: ApprovalRules, now: Instant
    ) throws(LedgerError) -> Int64? {
        guard !tasks.isEmpty else { return 0 }
        try loadHolds(now: now)
        let scope = try budgets().active.first { $0.budget.name == budget?.name }?.scope
        var sum = 0 as Int128
        for task in tasks {
            var request = task
            request.isDryRun = true
            let subject = try subject(of: request)
            if let row = try taskRow(subject.task), row.isLive(at: now) { continue }
            guard scope?.includes(subject.names(model: subject.model)) ?? true else { continue }
            guard
                let estimate = try estimate(
                    request, subject, model: subject.model, named: request.model, now: now)
            else { return nil }
            let demand = TaskDemand(cost: estimate.p50.cost, tokens: estimate.p50.tokens)
            sum += Int128(budget.map { demand.amount(in: $0) } ?? estimate.p50.cost.nanoUSD)
        }
        return Int64(clamping: sum)
    }
}
