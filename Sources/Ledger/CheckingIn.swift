// checkIn: a worker says that it is alive, keeps its lease, and is told whether to go on.

import Budgeting

/// A worker that checks in.
package struct CheckIn: Hashable, Sendable {
    package var task: String
    package var worker: String
    package var project: String?
    /// How long the lease lasts from now; nil: as long as the reservation first did.
    package var ttlSeconds: Int64?
    /// What it still needs, where it knows: the reservation is fitted to it.
    package var remaining: GivenEstimate?

    package init(task: String, worker: String) {
        self.task = task
        self.worker = worker
    }
}

package enum CheckInAction: String, CaseIterable, Sendable {
    case `continue`
    /// Finish what is open and hand in.
    case wrapUp
    case stop
}

package struct CheckInAnswer: Sendable {
    package enum Code: String, CaseIterable, Sendable {
        case withinReservation
        /// Most of the reservation is used.
        case reservationNearlyUsed
        /// The reservation is used up, and there is no room for more.
        case reservationUsed
        /// Far more is used than was reserved.
        case runaway
        case budgetNearLimit
        case budgetExhausted
        /// Nobody holds the task, and what is held for it does not fit into a budget of this worker.
        case exceedsBudget
        /// The lease ran out and what it held is gone.
        case leaseLost
        /// Somebody else holds the task.
        case heldByOther
        /// The task has ended.
        case ended
    }

    package var action: CheckInAction
    package var code: Code
    package var claim: Claim
    package var reservation: Reservation?
    /// Recorded for the task since it was approved.
    package var used: HoldAmount
    /// The budget that the action is about.
    package var budget: BudgetBrief?
    package var budgets: [BudgetBrief]
}

extension OpenLedger {
    /// Nil where nobody has been approved for this task.
    package func checkIn(_ checkIn: CheckIn, rules: ApprovalRules, now: Instant) throws(LedgerError) -> CheckInAnswer? {
        guard let identity = try knownTask(checkIn.task, project: checkIn.project), var row = try taskRow(identity)
        else { return nil }
        try sweepExpiredHolds(now: now)
        let worker = try id(ofName: checkIn.worker, kind: .plain)
        let run = try run(of: row)
        let isOther = row.worker != 0 && row.worker != worker
        guard row.state == .claimed, !isOther else {
            let code: CheckInAnswer.Code = row.state == .claimed && isOther ? .heldByOther : .ended
            return try answer(.stop, code, row, run, now: now)
        }
        if row.worker == 0, let over = try adopt(&row, worker, now: now) {
            return try answer(.stop, .exceedsBudget, row, run, budget: BudgetBrief(over), now: now)
        }
        let firstLease = try firstLeaseSeconds(of: row)
        let ttl = checkIn.ttlSeconds ?? firstLease
        let until = max(row.leaseUntil, now.adding(seconds: ttl))
        guard var hold = holdCache?.holds[row.reservation] else {
            return try renew(row, run, until: until, rules, now: now)
        }
        if let remaining = try amount(of: checkIn.remaining, hold.model, now: now) {
            try fit(&hold, drawnAnd: remaining, now: now)
        }
        row.leaseUntil = until
        try extend(hold.reservation, amount: hold.amount, expiresAt: until, now: now)
        try save(row)
        return try judged(row, run, hold.amount, now: now)
    }

    /// Makes a task that was approved without a worker this worker's, with what is held for it. Gives the hard budget of
    /// the worker that has no room for that; then nothing is changed.
    private func adopt(_ row: inout TaskRow, _ worker: Int64, now: Instant) throws(LedgerError) -> Standing? {
        var adopted = row
        adopted.worker = worker
        if let hold = holdCache?.holds[row.reservation] {
            let before = Set(try standings(of: row, model: hold.model, now: now).map(\.budget.name))
            for standing in try standings(of: adopted, model: hold.model, now: now)
            where standing.budget.enforcement == .hard && !before.contains(standing.budget.name) {
                let more = Int128(hold.remainder(of: standing.budget))
                let sum = Int128(standing.spent) + Int128(standing.reserved) + more
                if more > 0, sum > Int128(standing.limit) { return standing }
            }
            try give(hold.reservation, to: worker)
        }
        row = adopted
        return nil
    }

    /// The lease has run out. It begins anew where nobody took the task and what the run still needs fits.
    private func renew(
        _ row: TaskRow, _ run: TaskRun, until: Instant, _ rules: ApprovalRules, now: Instant
    ) throws(LedgerError) -> CheckInAnswer {
        let rest = (run.reserved - HoldAmount(run.used)).floored
        var row = row
        guard try hasRoom(for: rest, row, model: run.model, now: now) else {
            return try answer(.stop, .leaseLost, row, run, now: now)
        }
        let hold = LiveHold(
            reservation: run.reservation, task: row.identity, worker: row.worker, model: run.model,
            amount: run.reserved, drawn: HoldAmount(run.used), expiresAt: until)
        try insert(hold)
        try extend(hold.reservation, amount: hold.amount, expiresAt: until, now: now)
        row.leaseUntil = until
        try save(row)
        return try judged(row, run, hold.amount, now: now)
    }

    /// Fits what is held to what the worker still needs: less always, more where every hard budget has room for it.
    private func fit(_ hold: inout LiveHold, drawnAnd remaining: HoldAmount, now: Instant) throws(LedgerError) {
        let wanted = hold.drawn.floored + remaining
        let more = (wanted - hold.amount).floored
        guard let row = try taskRow(hold.task), try hasRoom(for: more, row, model: hold.model, now: now) else { return }
        hold.amount = wanted
    }

    /// What the run has used, against its reservation and the budgets.
    private func judged(
        _ row: TaskRow, _ run: TaskRun, _ reserved: HoldAmount, now: Instant
    ) throws(LedgerError) -> CheckInAnswer {
        let used = HoldAmount(run.used)
        let budgets = try briefs(of: row, model: run.model, now: now)
        let hard = budgets.filter { !$0.isSoft }
        if let over = hard.first(where: { $0.spent >= $0.limit }) {
            return try answer(.stop, .budgetExhausted, row, run, budget: over, now: now)
        }
        // Dollars tell; a free model is measured by its tokens.
        let (part, whole) =
            reserved.cost > 0 ? (used.cost, reserved.cost) : (used.tokens, reserved.tokens)
        if whole > 0, Percent(200).isReached(by: part, of: whole) {
            return try answer(.stop, .runaway, row, run, now: now)
        }
        if whole > 0, Percent.hundred.isReached(by: part, of: whole) {
            return try answer(.wrapUp, .reservationUsed, row, run, now: now)
        }
        if whole > 0, Percent(85).isReached(by: part, of: whole) {
            return try answer(.wrapUp, .reservationNearlyUsed, row, run, now: now)
        }
        if let near = hard.first(where: { $0.level == .red }) {
            return try answer(.wrapUp, .budgetNearLimit, row, run, budget: near, now: now)
        }
        return try answer(.continue, .withinReservation, row, run, now: now)
    }

    private func answer(
        _ action: CheckInAction, _ code: CheckInAnswer.Code, _ row: TaskRow, _ run: TaskRun,
        budget: BudgetBrief? = nil, now: Instant
    ) throws(LedgerError) -> CheckInAnswer {
        let reservation = holdCache?.holds[row.reservation].map {
            Reservation(id: $0.reservation, amount: $0.amount, unit: .usd, expiresAt: $0.expiresAt)
        }
        return CheckInAnswer(
            action: action, code: code, claim: try claim(row, now: now),
            reservation: code == .heldByOther ? nil : reservation, used: HoldAmount(run.used), budget: budget,
            budgets: try briefs(of: row, model: run.model, now: now))
    }

    /// The budgets that a task's usage falls under, nearest to its limit first.
    private func briefs(of row: TaskRow, model: Int64, now: Instant) throws(LedgerError) -> [BudgetBrief] {
        try standings(of: row, model: model, now: now).map { BudgetBrief($0) }
    }

    private func standings(of row: TaskRow, model: Int64, now: Instant) throws(LedgerError) -> [Standing] {
        let names = Attribution(
            model: model, worker: row.worker, task: row.identity.task, project: row.identity.project, session: 0,
            operation: 0, basis: 0)
        let active = try budgets().active
        var found: [Standing] = []
        for index in active.indices where active[index].scope.includes(names) {
            let period = try period(of: index, at: now)
            let spent = active[index].budget.amount(of: try state(of: index, in: period).totals)
            found.append(
                Standing(
                    budget: active[index].budget, period: period, spent: spent,
                    reserved: try reserved(of: index, now: now)))
        }
        return found
    }

    private func hasRoom(
        for more: HoldAmount, _ row: TaskRow, model: Int64, now: Instant
    ) throws(LedgerError) -> Bool {
        for standing in try standings(of: row, model: model, now: now) where standing.budget.enforcement == .hard {
            let wanted = Int128(more.measured(by: standing.budget))
            if wanted > 0, Int128(standing.spent) + Int128(standing.reserved) + wanted > Int128(standing.limit) {
                return false
            }
        }
        return true
    }

    private func firstLeaseSeconds(of row: TaskRow) throws(LedgerError) -> Int64 {
        try connection.statement("SELECT expiresAt - madeAt FROM reservation WHERE id = ?")
            .bind(1, row.reservation).firstInt() ?? 3600
    }

    private func amount(
        of remaining: GivenEstimate?, _ model: Int64, now: Instant
    ) throws(LedgerError) -> HoldAmount? {
        guard let remaining else { return nil }
        let price = try price(of: model, named: nil, at: now).price
        return try exact { () throws(ArithmeticOverflow) in
            let tokens = try TokenAmount(try remaining.expectedTokens(at: price))
            return HoldAmount(WorkAmount(cost: try remaining.baseCost(at: price), tokens: tokens))
        } ?? nil
    }
}

extension HoldAmount {
    /// With nothing below 0.
    var floored: HoldAmount { HoldAmount(cost: max(0, cost), tokens: max(0, tokens), cacheReads: max(0, cacheReads)) }
}
