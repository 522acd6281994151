// A simple model of the rules of approvals: plain lists, summed anew for every question.
import Budgeting

@testable import Ledger

/// What the ledger must agree with. Amounts in nano-dollars; tokens are left to other tests.
struct ApprovalModel {
    struct Task: Hashable {
        var key: String
        var project: String?
    }

    struct Usage {
        var task: String?
        var project: String?
        var worker: String?
        var at: Instant
        var cost: Int64
    }

    struct Hold {
        var task: Task
        var worker: String?
        var amount: Int64
        var expiresAt: Instant
        var isOpen = true
        /// How many records there were when it was made.
        var usageBefore: Int
    }

    struct Claim {
        var state: TaskState
        var worker: String?
        var leaseUntil: Instant
        var hold: Int64
        var approvals: [Instant]

        func state(at now: Instant) -> TaskState { state == .claimed && leaseUntil <= now ? .expired : state }
    }

    var budgets: [Budget]
    var usage: [Usage] = []
    var holds: [Int64: Hold] = [:]
    var claims: [Task: Claim] = [:]

    func spent(_ budget: Budget, at now: Instant) -> Int64 {
        let period = Period.containing(now, kind: budget.period, in: .utc)
        return usage.filter {
            period.contains($0.at) && covers(budget.scope, worker: $0.worker, task: $0.task, project: $0.project)
        }.reduce(0) { $0 + $1.cost }
    }

    func reserved(_ budget: Budget, at now: Instant) -> Int64 {
        holds.values.filter { hold in
            hold.isOpen && hold.expiresAt > now
                && covers(budget.scope, worker: hold.worker, task: hold.task.key, project: hold.task.project)
        }.reduce(0) { $0 + min($1.amount, max(0, $1.amount - used(for: $1))) }
    }

    func used(for hold: Hold) -> Int64 {
        usage.dropFirst(hold.usageBefore).filter { one in
            one.task == hold.task.key
                && (one.project == nil || hold.task.project == nil || one.project == hold.task.project)
        }.reduce(0) { $0 + $1.cost }
    }

    enum Answer: Equatable {
        case approved
        case returned(Int64)
        case duplicate
        case storm
        case refused
    }

    /// What approveTask must answer, given the p90 it found.
    func answer(
        _ task: Task, worker: String?, kind: TaskKind, priority: Priority, p90: Int64, now: Instant
    ) -> Answer {
        if let claim = claims[task] {
            let state = claim.state(at: now)
            if state == .claimed, let worker, worker == claim.worker { return .returned(claim.hold) }
            if state == .claimed { return .duplicate }
            if state == .inReview || state == .done, kind == .new || kind == .retry { return .duplicate }
            if claim.approvals.count(where: { $0 > now.adding(seconds: -600) }) >= 5 { return .storm }
        }
        for budget in budgets where budget.enforcement == .hard {
            guard covers(budget.scope, worker: worker, task: task.key, project: task.project) else { continue }
            let line: Percent
            switch (kind, priority) {
            case (.wrapUp, _), (_, .critical): line = .hundred
            case (_, .high): line = budget.thresholds[2]
            case (_, .normal): line = budget.thresholds[1]
            case (_, .low): line = budget.thresholds[0]
            }
            let sum = Int128(spent(budget, at: now) + reserved(budget, at: now) + p90)
            if sum * 100_000 > Int128(line.thousandths) * Int128(budget.limit.amount) { return .refused }
        }
        return .approved
    }

    /// Whether a worker may take over a task that was approved without one: what is held must fit into its budgets.
    func mayTake(_ claim: Claim, _ worker: String, at now: Instant) -> Bool {
        guard claim.worker == nil, let hold = holds[claim.hold] else { return true }
        let rest = min(hold.amount, max(0, hold.amount - used(for: hold)))
        return budgets.allSatisfy { budget in
            guard budget.enforcement == .hard, rest > 0,
                covers(budget.scope, worker: worker, task: hold.task.key, project: hold.task.project),
                !covers(budget.scope, worker: nil, task: hold.task.key, project: hold.task.project)
            else { return true }
            return spent(budget, at: now) + reserved(budget, at: now) + rest <= budget.limit.amount
        }
    }

    private func covers(_ scope: BudgetScope, worker: String?, task: String?, project: String?) -> Bool {
        (scope.worker == nil || scope.worker == worker) && (scope.project == nil || scope.project == project)
            && (scope.task == nil || scope.task == task) && scope.operation == nil
    }
}

/// A reproducible sequence: SplitMix64.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
