// Who holds a task: one worker at a time, until its lease runs out or it is finished.

import Budgeting

/// Where a task is in its life.
package enum TaskState: String, CaseIterable, Sendable {
    case claimed
    /// Handed in; nobody else starts it anew.
    case inReview
    case done
    case failed
    case abandoned
    /// Claimed by a worker whose lease has run out: free.
    case expired

    /// How `taskState` stores it. `expired` is never stored: time alone makes it.
    var code: Int64 { Int64(TaskState.allCases.firstIndex(of: self) ?? 0) }

    init(code: Int64) throws(LedgerError) {
        guard TaskState.allCases.indices.contains(Int(clamping: code)) else { throw FactList.damaged }
        self = TaskState.allCases[Int(code)]
    }
}

/// Who holds (or held) a task, and what has been used for it.
package struct Claim: Hashable, Sendable {
    package var task: String
    package var project: String?
    package var worker: String?
    package var title: String?
    package var pullRequest: String?
    package var state: TaskState
    /// When it came into this state.
    package var since: Instant
    /// Of a claimed task.
    package var leaseUntil: Instant?
    /// Everything recorded for the task, by anybody, ever.
    package var spent: HoldAmount
    /// How many times it was approved.
    package var runs: Int64
}

/// A row of `taskState`.
struct TaskRow {
    var identity: TaskIdentity
    var state: TaskState
    var worker: Int64
    var since: Instant
    var leaseUntil: Instant
    var reservation: Int64
    var runs: Int64
    /// When the task was approved last, oldest first: enough of them to see a spawn storm.
    var approvals: [Int64]
    var title: String?
    var pullRequest: String?

    static let columns =
        "task, project, state, worker, since, leaseUntil, reservation, runs, approvals, title, pullRequest"

    init(identity: TaskIdentity) {
        self.identity = identity
        state = .claimed
        worker = 0
        since = .earliest
        leaseUntil = .earliest
        reservation = 0
        runs = 0
        approvals = []
    }

    init(_ row: Statement) throws(LedgerError) {
        identity = TaskIdentity(task: row.int(0), project: row.int(1))
        state = try TaskState(code: row.int(2))
        worker = row.int(3)
        since = Instant(seconds: row.int(4))
        leaseUntil = Instant(seconds: row.int(5))
        reservation = row.int(6)
        runs = row.int(7)
        approvals = row.text(8).split(separator: ",").compactMap { Int64($0) }
        title = row.optionalText(9)
        pullRequest = row.optionalText(10)
    }

    /// With a lease that has run out seen as what it is.
    func state(at now: Instant) -> TaskState { state == .claimed && leaseUntil <= now ? .expired : state }

    func isLive(at now: Instant) -> Bool { state(at: now) == .claimed }
}

extension TaskKind {
    /// Whether work of this kind may start on a task in a state.
    func mayFollow(_ state: TaskState) -> Bool {
        switch state {
        case .claimed: false
        case .inReview, .done: self == .rework || self == .wrapUp
        case .failed, .abandoned, .expired: true
        }
    }
}

extension OpenLedger {
    func taskRow(_ identity: TaskIdentity) throws(LedgerError) -> TaskRow? {
        let row = try connection.statement(
            "SELECT \(TaskRow.columns) FROM taskState WHERE task = ? AND project = ?")
        guard try row.bind(1, identity.task).bind(2, identity.project).step() else { return nil }
        defer { row.reset() }
        return try TaskRow(row)
    }

    func save(_ row: TaskRow) throws(LedgerError) {
        try connection.statement(
            """
            INSERT INTO taskState(\(TaskRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT(task, project) DO UPDATE SET state = excluded.state, worker = excluded.worker,
              since = excluded.since, leaseUntil = excluded.leaseUntil, reservation = excluded.reservation,
              runs = excluded.runs, approvals = excluded.approvals, title = excluded.title,
              pullRequest = excluded.pullRequest
            """
        ).bind(1, row.identity.task).bind(2, row.identity.project).bind(3, row.state.code).bind(4, row.worker)
            .bind(5, row.since.seconds).bind(6, row.leaseUntil.seconds).bind(7, row.reservation).bind(8, row.runs)
            .bind(9, row.approvals.map(String.init).joined(separator: ",")).bind(10, row.title)
            .bind(11, row.pullRequest).run()
    }

    /// A change of state that is no approval, kept for ever.
    func insertTaskEvent(_ row: TaskRow, used: HoldAmount, now: Instant) throws(LedgerError) {
        try connection.statement(
            """
            INSERT INTO taskEvent(at, task, project, worker, state, reservation, cost, tokens, pullRequest)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(1, now.seconds).bind(2, row.identity.task).bind(3, row.identity.project).bind(4, row.worker)
            .bind(5, row.state.code).bind(6, row.reservation).bind(7, used.cost).bind(8, used.tokens)
            .bind(9, row.pullRequest).run()
    }

    func claim(_ row: TaskRow, now: Instant) throws(LedgerError) -> Claim {
        Claim(
            task: try text(ofName: row.identity.task), project: try optionalText(ofName: row.identity.project),
            worker: try optionalText(ofName: row.worker), title: row.title, pullRequest: row.pullRequest,
            state: row.state(at: now), since: row.since,
            leaseUntil: row.state == .claimed ? row.leaseUntil : nil,
            spent: HoldAmount(try allUsage(of: row.identity)), runs: row.runs)
    }

    func optionalText(ofName id: Int64) throws(LedgerError) -> String? {
        id > 0 ? try text(ofName: id) : nil
    }
}
