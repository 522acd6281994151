// Runs of tasks that have ended: what was expected of each, what was held for it, what it took, how it ended.

import Budgeting

/// Which runs to report.
package struct RunFilter: Sendable {
    /// Runs that ended from this moment on …
    package var from: Instant
    /// … and before this one.
    package var to: Instant
    package var task: String?
    package var project: String?
    package var worker: String?
    package var model: String?

    package init(from: Instant, to: Instant) {
        self.from = from
        self.to = to
    }
}

/// A run of a task, from its approval to its end.
package struct EndedRun: Sendable {
    package var task: String
    package var project: String?
    package var worker: String?
    package var model: String?
    package var startedAt: Instant
    package var endedAt: Instant
    /// `expired`: its lease ran out, and nobody has taken the task since.
    package var state: TaskState
    /// The estimate when it was approved: its p50, and what that rested on.
    package var expected: Money?
    package var basis: EstimateBasis?
    /// What was held: the estimate's p90.
    package var reserved: Money
    /// Everything recorded for the task from the approval to the end, by anybody.
    package var used: Money

    /// Whether its money is lost: it ended without a result.
    package var isLost: Bool { state == .failed || state == .abandoned || state == .expired }

    /// What the task is called in the ledger, for comparing.
    var identity: TaskIdentity
}

extension OpenLedger {
    /// The runs that ended in a time, in the order of their ends. Reads all ends there are: for callers that ask.
    ///
    /// A run that went into review counts from then on, with how it stands today.
    package func endedRuns(_ filter: RunFilter, now: Instant) throws(LedgerError) -> [EndedRun] {
        var runs: [EndedRun] = []
        let row = try connection.statement(
            """
            WITH ends AS (SELECT reservation, min(id) AS first, max(id) AS last FROM taskEvent WHERE reservation > 0
                          GROUP BY reservation)
            SELECT r.id, r.madeAt, r.task, r.project, r.model, r.cost, e.worker, f.at, e.state, e.cost
            FROM ends JOIN taskEvent f ON f.id = ends.first JOIN taskEvent e ON e.id = ends.last
              JOIN reservation r ON r.id = ends.reservation
            WHERE f.at >= ?1 AND f.at < ?2 AND (?3 IS NULL OR r.task = ?3) AND (?4 IS NULL OR r.project = ?4)
              AND (?5 IS NULL OR e.worker = ?5) AND (?6 IS NULL OR r.model = ?6)
            UNION ALL
            SELECT r.id, r.madeAt, r.task, r.project, r.model, r.cost, s.worker, s.leaseUntil, -1, NULL
            FROM taskState s JOIN reservation r ON r.id = s.reservation
            WHERE s.state = \(TaskState.claimed.code) AND s.leaseUntil >= ?1 AND s.leaseUntil < ?2 AND s.leaseUntil <= ?7
              AND (?3 IS NULL OR r.task = ?3) AND (?4 IS NULL OR r.project = ?4)
              AND (?5 IS NULL OR s.worker = ?5) AND (?6 IS NULL OR r.model = ?6)
            ORDER BY 8
            """)
        row.bind(1, filter.from.seconds).bind(2, filter.to.seconds).bind(3, try number(filter.task, .task))
            .bind(4, try number(filter.project, .plain)).bind(5, try number(filter.worker, .plain))
            .bind(6, try number(filter.model, .plain)).bind(7, now.seconds)
        while try row.step() {
            let identity = TaskIdentity(task: row.int(2), project: row.int(3))
            let estimate = try self.estimate(ofReservation: row.int(0), task: identity.task)
            let ended = row.optionalInt(9)
            let used = ended == nil ? try usedSoFar(identity) : ended ?? 0
            runs.append(
                EndedRun(
                    task: try text(ofName: identity.task), project: try optionalText(ofName: identity.project),
                    worker: try optionalText(ofName: row.int(6)), model: try optionalText(ofName: row.int(4)),
                    startedAt: Instant(seconds: row.int(1)), endedAt: Instant(seconds: row.int(7)),
                    state: row.int(8) < 0 ? .expired : try TaskState(code: row.int(8)),
                    expected: estimate?.p50.cost, basis: estimate?.basis, reserved: Money(nanoUSD: row.int(5)),
                    used: Money(nanoUSD: used), identity: identity))
        }
        return runs
    }

    /// Nil for no name, -1 for one that nothing has.
    private func number(_ name: String?, _ kind: NameKind) throws(LedgerError) -> Int64? {
        guard let name else { return nil }
        return try NameTable.existing(name, kind: kind, in: connection) ?? -1
    }

    private func usedSoFar(_ identity: TaskIdentity) throws(LedgerError) -> Int64 {
        guard let row = try taskRow(identity) else { return 0 }
        return HoldAmount(try run(of: row).used).cost
    }

    /// What was expected when a reservation was made.
    private func estimate(ofReservation reservation: Int64, task: Int64) throws(LedgerError) -> TaskEstimate? {
        let found = try connection.statement("SELECT id FROM decision WHERE task = ? AND reservation = ? LIMIT 1")
            .bind(1, task).bind(2, reservation).firstInt()
        guard let found else { return nil }
        return try decision(id: found)?.estimate
    }
}
