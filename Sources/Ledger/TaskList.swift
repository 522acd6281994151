// The tasks of a ledger by state, with what they cost.

import Budgeting

package struct TaskFilter: Sendable {
    /// Empty: those that are claimed or in review.
    package var states: Set<TaskState> = []
    package var project: String?
    package var worker: String?
    package var task: String?
    package var limit: Int64 = 100

    package init() {}
}

/// A task with what was reserved for it.
package struct ListedTask: Sendable {
    package var claim: Claim
    package var model: String?
    /// What its last run was expected to take (p90) and what it has used.
    package var reserved: HoldAmount
    package var used: HoldAmount
    /// Held at the moment; nil where nothing is.
    package var reservation: Reservation?
}

extension OpenLedger {
    /// The tasks that were ever approved, those in their state longest first.
    package func listTasks(_ filter: TaskFilter, now: Instant) throws(LedgerError) -> [ListedTask] {
        try loadHolds(now: now)
        func number(_ name: String?, _ kind: NameKind) throws(LedgerError) -> Int64? {
            guard let name else { return nil }
            return try NameTable.existing(name, kind: kind, in: connection) ?? -1
        }
        let (project, worker) = (try number(filter.project, .plain), try number(filter.worker, .plain))
        let task = try number(filter.task, .task)
        let wanted = filter.states.isEmpty ? [.claimed, .inReview] : filter.states
        var rows: [TaskRow] = []
        // `expired` is stored as `claimed`.
        let stored = Set(wanted.map { $0 == .expired ? .claimed : $0 })
        for state in stored.sorted(by: { $0.code < $1.code }) {
            let row = try connection.statement(
                """
                SELECT \(TaskRow.columns) FROM taskState
                WHERE state = ?1 AND (?2 IS NULL OR project = ?2) AND (?3 IS NULL OR worker = ?3)
                  AND (?4 IS NULL OR task = ?4)
                ORDER BY since
                """)
            row.bind(1, state.code).bind(2, project).bind(3, worker).bind(4, task)
            while try row.step() {
                let found = try TaskRow(row)
                if wanted.contains(found.state(at: now)) { rows.append(found) }
                if rows.count >= filter.limit { break }
            }
            row.reset()
        }
        var listed: [ListedTask] = []
        for row in rows.prefix(Int(clamping: filter.limit)) { listed.append(try self.listed(row, now: now)) }
        return listed
    }

    private func listed(_ row: TaskRow, now: Instant) throws(LedgerError) -> ListedTask {
        let run = try run(of: row)
        let hold = holdCache?.holds[row.reservation]
        return ListedTask(
            claim: try claim(row, now: now), model: try optionalText(ofName: run.model), reserved: run.reserved,
            used: HoldAmount(run.used),
            reservation: hold.map {
                Reservation(id: $0.reservation, amount: $0.amount, unit: .usd, expiresAt: $0.expiresAt)
            })
    }

    /// What was lost to runs that ended without a result, by how they ended, over all time. Reads all task events.
    package func lostRuns() throws(LedgerError) -> [(state: TaskState, runs: Int64, cost: Money)] {
        let row = try connection.statement(
            """
            SELECT state, count(*), sum(cost) FROM taskEvent WHERE state IN (\(TaskState.failed.code),
              \(TaskState.abandoned.code)) GROUP BY state ORDER BY state
            """)
        var found: [(state: TaskState, runs: Int64, cost: Money)] = []
        while try row.step() {
            found.append((try TaskState(code: row.int(0)), row.int(1), Money(nanoUSD: row.int(2))))
        }
        return found
    }
}
