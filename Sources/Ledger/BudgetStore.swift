// Budgets as rows: each change is a new row, the newest one of a name holds.

import Budgeting

extension OpenLedger {
    /// Sets a budget, replacing the one of that name.
    package func setBudget(_ budget: Budget, now: Instant) throws(LedgerError) -> [Alert] {
        let scope = try Scope.make(budget.scope, in: self)
        try insert(budget, scope: scope, removed: false, now: now)
        return try fireDueAlerts(ofBudget: budget.name, now: now)
    }

    /// Removes a budget; its alerts and history stay. False where there is none of that name.
    package func removeBudget(_ name: String, now: Instant) throws(LedgerError) -> Bool {
        guard let active = try budgets().active.first(where: { $0.budget.name == name }) else { return false }
        try insert(active.budget, scope: active.scope, removed: true, now: now)
        return true
    }

    /// The budgets in force, in the order of their names.
    package func listBudgets() throws(LedgerError) -> [Budget] { try budgets().active.map(\.budget) }

    /// Whether some budget asks for the policy `paced` itself.
    package func hasPacedBudget() throws(LedgerError) -> Bool {
        try budgets().active.contains { $0.budget.policy == .paced }
    }

    private func insert(_ budget: Budget, scope: Scope, removed: Bool, now: Instant) throws(LedgerError) {
        try connection.statement(
            """
            INSERT INTO budget(name, setAt, removed, unit, amount, period, resetDay, worker, task, project, model,
              operation, scope, thresholds, enforcement, countCacheReads, policy)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(1, budget.name).bind(2, now.seconds).bind(3, removed ? 1 : 0).bind(4, budget.limit.unit.rawValue)
            .bind(5, budget.limit.amount).bind(6, budget.period.rawValue).bind(7, Int64(budget.resetDay))
            .bind(8, scope.worker).bind(9, scope.task).bind(10, scope.project).bind(11, scope.model)
            .bind(12, scope.operation).bind(13, scope.id)
            .bind(14, budget.thresholds.map { String($0.thousandths) }.joined(separator: ","))
            .bind(15, budget.enforcement.rawValue).bind(16, budget.countCacheReads ? 1 : 0)
            .bind(17, budget.policy?.rawValue).run()
        budgetCache = nil
    }
}
