// Deciding on a request: who holds the task, the brakes, the estimate, every budget that applies, the alternatives.

import Budgeting

/// What was decided, and what has to be written to make it so.
struct Draft {
    var decision: Decision
    /// The model to run on, in the ledger's numbers.
    var model: Int64 = 0
    /// To be held; nil where nothing is.
    var amount: HoldAmount?
    /// What the asker expected, to learn from how it turns out.
    var givenCost: Money?
    var grant: Grant?
    /// Whether a person may be asked to let it through.
    var mayBeAsked = false
}

/// One request, looked at from all sides. Reads the ledger and writes nothing.
struct Deliberation {
    let ledger: OpenLedger
    let request: ApprovalRequest
    let subject: ApprovalSubject
    let rules: ApprovalRules
    let now: Instant
    let row: TaskRow?

    init(
        _ request: ApprovalRequest, _ subject: ApprovalSubject, _ rules: ApprovalRules, in ledger: OpenLedger,
        now: Instant
    ) throws(LedgerError) {
        self.ledger = ledger
        self.request = request
        self.subject = subject
        self.rules = rules
        self.now = now
        row = try ledger.taskRow(subject.task)
    }

    /// Nil where an amount is too large to be held exactly.
    func draft() throws(LedgerError) -> Draft? {
        if let row {
            if row.isLive(at: now), subject.worker > 0, row.worker == subject.worker { return try returned(row) }
            if !request.kind.mayFollow(row.state(at: now)) { return try duplicate(row) }
        }
        if let pause = try ledger.pause(stopping: subject.names(model: subject.model), now: now) {
            let reason = DecisionReason(.paused, detail: pause.reason)
            return try stopped(reason, until: pause.until)
        }
        if let storm = try ledger.storm(row, rules, now: now) {
            let reason = DecisionReason(.spawnStorm, detail: storm.approvals)
            return try stopped(reason, until: storm.until)
        }
        return try weighed()
    }

    /// The worker holds the task already: what it has, not a second time.
    private func returned(_ row: TaskRow) throws(LedgerError) -> Draft {
        var reason = DecisionReason(.withinBudget, detail: "held")
        reason.budget = nil
        let hold = ledger.holdCache?.holds[row.reservation]
        var draft = Draft(decision: decision(.approve, reason))
        draft.decision.reservation = hold.map {
            Reservation(id: $0.reservation, amount: $0.amount, unit: .usd, expiresAt: $0.expiresAt)
        }
        draft.decision.model =
            try hold.flatMap { hold throws(LedgerError) in
                try ledger.optionalText(ofName: hold.model)
            } ?? request.model
        draft.decision.budgets = try briefs(model: hold?.model ?? subject.model)
        return draft
    }

    private func duplicate(_ row: TaskRow) throws(LedgerError) -> Draft {
        var draft = Draft(decision: decision(.deny, DecisionReason(.duplicateTask)))
        draft.decision.claim = try ledger.claim(row, now: now)
        if row.isLive(at: now) {
            draft.decision.isRetryable = true
            draft.decision.retryAt = row.leaseUntil
        }
        draft.decision.budgets = try briefs(model: subject.model)
        return draft
    }

    private func stopped(_ reason: DecisionReason, until: Instant?) throws(LedgerError) -> Draft {
        var draft = Draft(decision: decision(.defer, reason))
        draft.decision.isRetryable = true
        draft.decision.retryAt = until
        if let until { draft.decision.options = [.wait(until: until)] }
        draft.decision.budgets = try briefs(model: subject.model)
        return draft
    }

    private func weighed() throws(LedgerError) -> Draft? {
        guard let asked = try weighing(subject.model, named: request.model) else { return nil }
        if asked.isApproved { return draft(.approve, asked, code: .withinBudget) }
        if let grant = try ledger.grant(for: subject, passesLimit: asked.passesLimit, now: now) {
            var draft = draft(.approve, asked, code: .granted)
            draft.decision.reason.detail = grant.by
            if asked.passesLimit {
                draft.decision.reason.detail = DecisionReason.overLimit + (grant.by ?? "a person")
            }
            draft.grant = grant
            return draft
        }
        for name in request.alternatives where name != request.model {
            let model = try ledger.number(name, .plain, adding: !request.isDryRun)
            guard let other = try weighing(model, named: name), other.isApproved,
                asked.isUnpriced || other.estimate.p90.cost < asked.estimate.p90.cost,
                try !isDearerByHistory(other, than: asked)
            else { continue }
            return draft(.downgrade, other, code: .cheaperModelFits)
        }
        return try refusal(asked)
    }

    private func refusal(_ asked: Weighing) throws(LedgerError) -> Draft? {
        guard let full = try weighing(subject.model, named: request.model, withHolds: true) else { return nil }
        var draft = Draft(decision: decision(full.admission.decision == .defer ? .defer : .deny, full.reason))
        if full.isUnpriced {
            draft.decision.outcome = .deny
            draft.decision.reason = DecisionReason(.unpricedModel, detail: request.model)
        } else {
            draft.decision.isRetryable = full.admission.decision == .defer
            draft.decision.retryAt = full.admission.retryAt
        }
        draft.decision.model = nil
        draft.decision.estimate = full.estimate
        draft.decision.budgets = full.briefs(adding: nil)
        draft.decision.options = try counterOffers(to: full)
        draft.mayBeAsked = true
        return draft
    }

    private func draft(_ outcome: Decision.Outcome, _ weighing: Weighing, code: DecisionReason.Code) -> Draft {
        var draft = Draft(decision: decision(outcome, weighing.reason))
        draft.decision.reason.code = code
        draft.decision.model = weighing.name
        draft.decision.estimate = weighing.estimate
        draft.decision.budgets = weighing.briefs(adding: weighing.amount)
        draft.model = weighing.model
        draft.amount = weighing.amount
        draft.givenCost = weighing.givenCost
        draft.decision.reservation = Reservation(
            id: 0, amount: weighing.amount, unit: weighing.reason.unit ?? .usd,
            expiresAt: now.adding(seconds: request.ttlSeconds))
        return draft
    }

    private func decision(_ outcome: Decision.Outcome, _ reason: DecisionReason) -> Decision {
        Decision(
            at: now, task: request.task, project: request.project, worker: request.worker, title: request.title,
            kind: request.kind, priority: request.priority, askedModel: request.model, labels: request.labels,
            outcome: outcome, model: outcome.isApproved ? request.model : nil, reason: reason, policy: rules.policy)
    }
}
