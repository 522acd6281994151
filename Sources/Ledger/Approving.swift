// approveTask: one transaction decides and writes the decision, the reservation and the claim.

import Budgeting

extension OpenLedger {
    /// Decides whether a task may start, and holds what it will need where it may.
    ///
    /// Runs inside one writing transaction (a dry run inside any), so that what it read is still true when it writes:
    /// through approvals, spent + reserved never passes the limit of a hard budget, and a task has one live holder.
    package func approve(
        _ request: ApprovalRequest, rules: ApprovalRules, now: Instant
    ) throws(LedgerError) -> ApprovalOutcome {
        // Only compared where a request id is asked again with.
        let body = request.requestID == nil ? 0 : request.bodyHash
        if let id = request.requestID, !request.isDryRun, let known = try decision(ofRequest: id) {
            return known.body == body ? .decided(known.decision) : .conflict(decision: known.decision.id)
        }
        let subject = try subject(of: request)
        if request.isDryRun { try loadHolds(now: now) } else { try sweepExpiredHolds(now: now) }
        let deliberation = try Deliberation(request, subject, rules, in: self, now: now)
        guard var draft = try deliberation.draft() else { return .overflow }
        if request.isDryRun { return .decided(draft.decision) }

        if let amount = draft.amount {
            let id = try reserve(amount, draft, subject, row: deliberation.row, request, now: now)
            draft.decision.reservation?.id = id
        }
        let id = try nextDecisionID()
        if request.asksPerson, draft.mayBeAsked {
            draft.decision.ask = try ask(decision: id, subject, now: now)
        }
        draft.decision.id = id
        try insert(draft.decision, subject, body: body)
        if let grant = draft.grant { try use(grant, decision: id) }
        if let requestID = request.requestID { try remember(requestID, decision: id) }
        return .decided(draft.decision)
    }

    /// Writes a reservation with its hold and its claim.
    private func reserve(
        _ amount: HoldAmount, _ draft: Draft, _ subject: ApprovalSubject, row: TaskRow?, _ request: ApprovalRequest,
        now: Instant
    ) throws(LedgerError) -> Int64 {
        let expiresAt = now.adding(seconds: request.ttlSeconds)
        let start = try allUsage(of: subject.task)
        let id = try insertReservation(
            amount, subject, model: draft.model, givenCost: draft.givenCost, start: start, expiresAt: expiresAt,
            now: now)
        try insert(
            LiveHold(
                reservation: id, task: subject.task, worker: subject.worker, model: draft.model, amount: amount,
                expiresAt: expiresAt))
        if var lost = row, lost.state == .claimed {
            // Its lease ran out and nobody said how it ended.
            lost.state = .abandoned
            try insertTaskEvent(lost, used: HoldAmount(try run(of: lost).used), now: now)
        }
        var claimed = row ?? TaskRow(identity: subject.task)
        claimed.state = .claimed
        claimed.worker = subject.worker
        claimed.since = now
        claimed.leaseUntil = expiresAt
        claimed.reservation = id
        claimed.runs += 1
        claimed.approvals = Array((claimed.approvals + [now.seconds]).suffix(TaskRow.mostApprovals))
        claimed.title = request.title ?? claimed.title
        try save(claimed)
        return id
    }

    func insertReservation(
        _ amount: HoldAmount, _ subject: ApprovalSubject, model: Int64, givenCost: Money?, start: UsageTotals,
        expiresAt: Instant, now: Instant
    ) throws(LedgerError) -> Int64 {
        let tokens = start.tokens
        try connection.statement(
            """
            INSERT INTO reservation(madeAt, task, project, worker, model, labels, cost, tokens, cacheReads, expiresAt,
              givenCost, startInput, startOutput, startCacheRead, startCacheWrite, startCacheWrite1h, startCost)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(1, now.seconds).bind(2, subject.task.task).bind(3, subject.task.project).bind(4, subject.worker)
            .bind(5, model).bind(6, subject.labels).bind(7, amount.cost).bind(8, amount.tokens)
            .bind(9, amount.cacheReads).bind(10, expiresAt.seconds).bind(11, givenCost?.nanoUSD)
            .bind(12, tokens.input).bind(13, tokens.output).bind(14, tokens.cacheRead).bind(15, tokens.cacheWrite)
            .bind(16, tokens.cacheWrite1h).bind(17, start.cost.nanoUSD).run()
        return connection.lastInsertedRow
    }
}

extension TaskRow {
    /// As many as a storm of the largest allowed size needs.
    static let mostApprovals = 20
}
