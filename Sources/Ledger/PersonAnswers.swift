// Refused tasks that a person may let through: asked, granted or declined, used once.

import Budgeting

/// A refused task that waits for a person, or waited.
package struct ApprovalAsk: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable { case pending, granted, declined, used, expired }

    package var id: Int64
    package var decision: Int64
    package var task: String
    package var project: String?
    package var worker: String?
    package var at: Instant
    package var expiresAt: Instant
    package var state: State
    package var answeredBy: String?
    package var note: String?
    /// Of a grant: it may pass a hard limit.
    package var mayPassLimit: Bool
}

/// A grant that has not been used.
struct Grant {
    var ask: Int64
    var task: TaskIdentity
    /// 0: whoever asks.
    var worker: Int64
    var expiresAt: Instant
    var by: String?
    /// The person said that it may pass a hard limit, not only the line of its priority.
    var mayPassLimit: Bool
}

package enum AskAnswer: Sendable {
    case answered(ApprovalAsk)
    case notFound
    /// Answered already, or too late.
    case conflict(ApprovalAsk)
    /// The task would pass this hard limit by so much, and the person has not said that it may.
    case passesLimit(budget: String, unit: LimitUnit, by: Int64)
}

extension OpenLedger {
    /// How long a question waits for a person, and a grant for the agent to ask again.
    static let askSeconds: Int64 = 86_400

    /// Makes a refusal a question to a person. The same task's open question is taken up again.
    func ask(
        decision: Int64, _ subject: ApprovalSubject, now: Instant
    ) throws(LedgerError) -> PendingAsk {
        let known = try connection.statement(
            """
            SELECT k.id, k.expiresAt FROM approvalAsk k LEFT JOIN approvalAnswer a ON a.ask = k.id
            WHERE a.ask IS NULL AND k.expiresAt > ?1 AND k.task = ?2 AND k.project = ?3 AND k.worker = ?4
            ORDER BY k.id DESC LIMIT 1
            """)
        known.bind(1, now.seconds).bind(2, subject.task.task).bind(3, subject.task.project).bind(4, subject.worker)
        if try known.step() {
            defer { known.reset() }
            return PendingAsk(id: known.int(0), expiresAt: Instant(seconds: known.int(1)))
        }
        let expiresAt = now.adding(seconds: OpenLedger.askSeconds)
        try connection.statement(
            "INSERT INTO approvalAsk(decision, at, task, project, worker, expiresAt) VALUES (?, ?, ?, ?, ?, ?)"
        ).bind(1, decision).bind(2, now.seconds).bind(3, subject.task.task).bind(4, subject.task.project)
            .bind(5, subject.worker).bind(6, expiresAt.seconds).run()
        return PendingAsk(id: connection.lastInsertedRow, expiresAt: expiresAt)
    }

    /// A person's answer. A grant lets the task through once, within a day, past the line of its priority; past a hard
    /// limit only with `overLimit`.
    package func answerAsk(
        _ id: Int64, grants: Bool, overLimit: Bool = false, by: String?, note: String?, now: Instant
    ) throws(LedgerError) -> AskAnswer {
        guard let asked = try asks(id: id, now: now).first else { return .notFound }
        guard asked.state == .pending else { return .conflict(asked) }
        if grants, !overLimit, let passed = try limitPassed(byDecision: asked.decision, now: now) {
            return .passesLimit(budget: passed.budget, unit: passed.unit, by: passed.amount)
        }
        try connection.statement(
            """
            INSERT INTO approvalAnswer(ask, at, granted, by, note, expiresAt, overLimit) VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(1, id).bind(2, now.seconds).bind(3, grants ? 1 : 0).bind(4, by).bind(5, note)
            .bind(6, now.adding(seconds: OpenLedger.askSeconds).seconds).bind(7, grants && overLimit ? 1 : 0).run()
        brakes = nil
        guard let answered = try asks(id: id, now: now).first else { return .notFound }
        return .answered(answered)
    }

    /// The hard limit that a refused task would pass as the budgets stand now, the one passed by most.
    private func limitPassed(
        byDecision id: Int64, now: Instant
    ) throws(LedgerError) -> (budget: String, unit: LimitUnit, amount: Int64)? {
        var worst: (budget: String, unit: LimitUnit, amount: Int64)?
        for brief in try decision(id: id)?.budgets ?? [] where !brief.isSoft {
            guard let snapshot = try snapshot(ofBudget: brief.budget, at: now, now: now), let budget = snapshot.budget,
                let demand = brief.demand, budget.enforcement == .hard, budget.limit.unit == brief.unit
            else { continue }
            let sum = Int128(snapshot.spent) + Int128(snapshot.reserved) + Int128(demand)
            let amount = Int64(clamping: sum - Int128(budget.limit.amount))
            if amount > worst?.amount ?? 0 { worst = (brief.budget, brief.unit, amount) }
        }
        return worst
    }

    /// The questions, newest first; `onlyPending` those that wait.
    package func asks(onlyPending: Bool, limit: Int64, now: Instant) throws(LedgerError) -> [ApprovalAsk] {
        try asks(id: nil, onlyPending: onlyPending, limit: limit, now: now)
    }

    package func ask(id: Int64, now: Instant) throws(LedgerError) -> ApprovalAsk? { try asks(id: id, now: now).first }

    /// The grant that lets a request through, which may or may not pass a hard limit.
    func grant(for subject: ApprovalSubject, passesLimit: Bool, now: Instant) throws(LedgerError) -> Grant? {
        try brakes(now: now).grants.first { grant in
            grant.task == subject.task && grant.expiresAt > now && (grant.mayPassLimit || !passesLimit)
                && (grant.worker == 0 || grant.worker == subject.worker)
        }
    }

    func use(_ grant: Grant, decision: Int64) throws(LedgerError) {
        try connection.statement("UPDATE approvalAnswer SET usedBy = ? WHERE ask = ?")
            .bind(1, decision).bind(2, grant.ask).run()
        brakes = nil
    }

    func loadGrants(now: Instant) throws(LedgerError) -> [Grant] {
        let row = try connection.statement(
            """
            SELECT k.id, k.task, k.project, k.worker, a.expiresAt, a.by, a.overLimit FROM approvalAnswer a
            JOIN approvalAsk k ON k.id = a.ask WHERE a.granted AND a.usedBy IS NULL AND a.expiresAt > ? ORDER BY k.id
            """)
        row.bind(1, now.seconds)
        var grants: [Grant] = []
        while try row.step() {
            grants.append(
                Grant(
                    ask: row.int(0), task: TaskIdentity(task: row.int(1), project: row.int(2)), worker: row.int(3),
                    expiresAt: Instant(seconds: row.int(4)), by: row.optionalText(5), mayPassLimit: row.int(6) != 0))
        }
        return grants
    }

    private func asks(
        id: Int64?, onlyPending: Bool = false, limit: Int64 = 1, now: Instant
    ) throws(LedgerError) -> [ApprovalAsk] {
        let row = try connection.statement(
            """
            SELECT k.id, k.decision, t.text, p.text, w.text, k.at, k.expiresAt, a.granted, a.usedBy, a.expiresAt, a.by,
              a.note, a.overLimit
            FROM approvalAsk k JOIN name t ON t.id = k.task JOIN name p ON p.id = k.project
              JOIN name w ON w.id = k.worker LEFT JOIN approvalAnswer a ON a.ask = k.id
            WHERE (?1 IS NULL OR k.id = ?1) AND (?2 = 0 OR (a.ask IS NULL AND k.expiresAt > ?3))
            ORDER BY k.id DESC LIMIT ?4
            """)
        row.bind(1, id).bind(2, onlyPending ? 1 : 0).bind(3, now.seconds).bind(4, limit)
        func name(_ column: Int32) -> String? { row.text(column).isEmpty ? nil : row.text(column) }
        var found: [ApprovalAsk] = []
        while try row.step() {
            let state: ApprovalAsk.State
            switch (row.optionalInt(7), row.optionalInt(8)) {
            case (nil, _): state = row.int(6) <= now.seconds ? .expired : .pending
            case (0?, _): state = .declined
            case (_, .some): state = .used
            default: state = row.int(9) <= now.seconds ? .expired : .granted
            }
            found.append(
                ApprovalAsk(
                    id: row.int(0), decision: row.int(1), task: row.text(2), project: name(3), worker: name(4),
                    at: Instant(seconds: row.int(5)), expiresAt: Instant(seconds: row.int(6)), state: state,
                    answeredBy: row.optionalText(10), note: row.optionalText(11),
                    mayPassLimit: row.optionalInt(12) == 1))
        }
        return found
    }
}
