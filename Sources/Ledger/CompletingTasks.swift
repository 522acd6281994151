// completeTask: a run ends, its reservation is released, and what it took is learned.

import Budgeting

/// How a task ended.
package struct TaskCompletion: Hashable, Sendable {
    package enum Outcome: String, CaseIterable, Sendable {
        case succeeded, inReview, failed, abandoned

        var state: TaskState {
            switch self {
            case .succeeded: .done
            case .inReview: .inReview
            case .failed: .failed
            case .abandoned: .abandoned
            }
        }
    }

    package var task: String
    package var project: String?
    package var worker: String?
    package var outcome: Outcome
    package var pullRequest: String?

    package init(task: String, outcome: Outcome) {
        self.task = task
        self.outcome = outcome
    }
}

package enum CompletionOutcome: Sendable {
    /// The claim as it is now, what this run used and what had been reserved for it.
    case completed(Claim, used: HoldAmount, reserved: HoldAmount)
    /// Nobody has been approved for this task.
    case notFound
    /// The state or the holder forbids it: why.
    case conflict(String)
}

extension OpenLedger {
    /// Ends a run. Doing it again with the same outcome changes nothing.
    package func completeTask(_ completion: TaskCompletion, now: Instant) throws(LedgerError) -> CompletionOutcome {
        guard let identity = try knownTask(completion.task, project: completion.project),
            var row = try taskRow(identity)
        else { return .notFound }
        let worker = try completion.worker.map { name throws(LedgerError) in try id(ofName: name, kind: .plain) } ?? 0
        if let problem = try obstacle(to: completion, row, worker: worker, now: now) { return .conflict(problem) }
        try sweepExpiredHolds(now: now)
        let run = try run(of: row)
        let target = completion.outcome.state
        if row.state != target {
            try settle(&row, run, as: target, now: now)
            row.state = target
            row.since = now
            if row.worker == 0 { row.worker = worker }
            row.pullRequest = completion.pullRequest ?? row.pullRequest
            try save(row)
            try insertTaskEvent(row, used: HoldAmount(run.used), now: now)
        } else if let pullRequest = completion.pullRequest, pullRequest != row.pullRequest {
            row.pullRequest = pullRequest
            try save(row)
            try insertTaskEvent(row, used: HoldAmount(run.used), now: now)
        }
        return .completed(try claim(row, now: now), used: HoldAmount(run.used), reserved: run.reserved)
    }

    func knownTask(_ task: String, project: String?) throws(LedgerError) -> TaskIdentity? {
        let identity = TaskIdentity(
            task: try number(task, .task, adding: false), project: try number(project, .plain, adding: false))
        return identity.task > 0 && identity.project >= 0 ? identity : nil
    }

    /// Releases what is held, and counts the run where it just ended.
    private func settle(
        _ row: inout TaskRow, _ run: TaskRun, as target: TaskState, now: Instant
    ) throws(LedgerError) {
        let groups = runGroups(of: row.identity, model: run.model, labels: run.labels)
        switch row.state {
        case .claimed:
            try endHold(row.reservation, target == .abandoned ? .released : .settled, now: now)
            guard target != .abandoned else { return }
            try learn(run.finished, hasFailed: target == .failed, of: groups)
        case .inReview where target == .failed:
            try countAsFailed(groups)
        default: return
        }
    }

    private func obstacle(
        to completion: TaskCompletion, _ row: TaskRow, worker: Int64, now: Instant
    ) throws(LedgerError) -> String? {
        if row.state == .claimed, worker != 0, row.worker != 0, worker != row.worker {
            return "the task is held by \(try text(ofName: row.worker)); only its holder completes it"
        }
        let target = completion.outcome.state
        switch row.state {
        case .claimed, .inReview: return nil
        default:
            if row.state == target { return nil }
            let outcome = completion.outcome.rawValue
            return "the task is \(row.state.rawValue) already; ask approveTask before it is worked on again, "
                + "then complete it as \(outcome)"
        }
    }
}
