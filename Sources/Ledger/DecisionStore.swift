// Decisions as rows: added, found again by request id, listed.

import Budgeting

/// Which decisions to list.
package struct DecisionFilter: Sendable {
    package var task: String?
    package var project: String?
    package var worker: String?
    package var outcome: Decision.Outcome?
    package var since: Instant?
    package var until: Instant?
    /// Only older ones than this, to page on.
    package var before: Int64?
    package var limit: Int64 = 50

    package init() {}
}

extension OpenLedger {
    func nextDecisionID() throws(LedgerError) -> Int64 {
        (try connection.statement("SELECT max(id) FROM decision").firstInt() ?? 0) + 1
    }

    func insert(_ decision: Decision, _ subject: ApprovalSubject, body: Int64) throws(LedgerError) {
        try connection.statement(
            """
            INSERT INTO decision(id, at, task, project, worker, outcome, code, reservation, body, facts)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(1, decision.id).bind(2, decision.at.seconds).bind(3, subject.task.task).bind(4, subject.task.project)
            .bind(5, subject.worker).bind(6, decision.outcome.code).bind(7, decision.reason.code.rawValue)
            .bind(8, decision.reservation?.id ?? 0).bind(9, body).bind(10, decision.facts).run()
    }

    func remember(_ requestID: String, decision: Int64) throws(LedgerError) {
        try connection.statement("INSERT INTO requestKey(key, decision) VALUES (?, ?)")
            .bind(1, requestKey(requestID)).bind(2, decision).run()
    }

    /// The decision that was given to a request id, and the hash of the body it came with.
    func decision(ofRequest requestID: String) throws(LedgerError) -> (decision: Decision, body: Int64)? {
        let found = try connection.statement("SELECT decision FROM requestKey WHERE key = ?")
            .bind(1, requestKey(requestID)).firstInt()
        guard let found else { return nil }
        let row = try connection.statement("SELECT \(decisionColumns), body FROM decision WHERE id = ?")
        guard try row.bind(1, found).step() else { throw FactList.damaged }
        defer { row.reset() }
        return (try decision(from: row), row.int(4))
    }

    package func decision(id: Int64) throws(LedgerError) -> Decision? {
        let row = try connection.statement("SELECT \(decisionColumns) FROM decision WHERE id = ?")
        guard try row.bind(1, id).step() else { return nil }
        defer { row.reset() }
        return try decision(from: row)
    }

    /// The decisions, newest first.
    package func decisions(_ filter: DecisionFilter) throws(LedgerError) -> [Decision] {
        func number(_ name: String?, _ kind: NameKind) throws(LedgerError) -> Int64? {
            guard let name else { return nil }
            return try NameTable.existing(name, kind: kind, in: connection) ?? -1
        }
        // A task's own decisions lie together in the index; all others are read from the newest on.
        let ofTask = filter.task == nil ? "?2 IS NULL" : "task = ?2"
        let row = try connection.statement(
            """
            SELECT \(decisionColumns) FROM decision
            WHERE id < ?1 AND \(ofTask) AND (?3 IS NULL OR project = ?3)
              AND (?4 IS NULL OR worker = ?4) AND (?5 IS NULL OR outcome = ?5) AND (?6 IS NULL OR at >= ?6)
              AND (?7 IS NULL OR at < ?7)
            ORDER BY id DESC LIMIT ?8
            """)
        row.bind(1, filter.before ?? .max).bind(2, try number(filter.task, .task))
            .bind(3, try number(filter.project, .plain)).bind(4, try number(filter.worker, .plain))
            .bind(5, filter.outcome?.code).bind(6, filter.since?.seconds).bind(7, filter.until?.seconds)
            .bind(8, filter.limit)
        var found: [Decision] = []
        while try row.step() { found.append(try decision(from: row)) }
        return found
    }

    private func decision(from row: Statement) throws(LedgerError) -> Decision {
        guard Decision.Outcome.allCases.indices.contains(Int(clamping: row.int(2))) else { throw FactList.damaged }
        return try Decision(
            id: row.int(0), at: Instant(seconds: row.int(1)), outcome: Decision.Outcome.allCases[Int(row.int(2))],
            facts: row.text(3))
    }

    private func requestKey(_ id: String) -> Int64 {
        var id = id
        return id.withUTF8 { Int64(bitPattern: stableHash($0)) }
    }
}

private let decisionColumns = "id, at, outcome, facts"
