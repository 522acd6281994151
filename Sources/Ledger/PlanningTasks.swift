// planTasks: which of many tasks to run with what the budgets have left, on which model, in which order.

import Budgeting

/// A task that might be run.
package struct PlannedTask: Sendable {
    package var request: ApprovalRequest
    /// What it is worth; nil: 8, 4, 2, 1 by priority.
    package var value: Double?
    /// Keys of tasks of the same project that have to be done before.
    package var dependsOn: [String] = []

    package init(_ request: ApprovalRequest) { self.request = request }
}

package struct PlanResult: Sendable {
    package struct Step: Sendable {
        package var request: ApprovalRequest
        package var value: Double
        package var model: String?
        package var estimate: TaskEstimate
        /// Where the plan was to reserve.
        package var decision: Decision?
    }

    package struct LeftOut: Sendable {
        package enum Code: String, CaseIterable, Sendable {
            /// Others are worth more for what is left.
            case lessValue
            /// It does not fit by itself.
            case doesNotFit
            case duplicateTask, paused, unpricedModel
            /// It depends on a task that is left out, unknown or not done, or on itself.
            case dependency
        }

        package var request: ApprovalRequest
        package var value: Double
        package var code: Code
        /// The task it depends on, the budget it does not fit, or who holds it.
        package var detail: String?
    }

    /// In the order to run them.
    package var steps: [Step]
    package var leftOut: [LeftOut]
    package var value: Double
    package var upperBound: Double
    package var isExact: Bool
    /// As they stand, after what was reserved.
    package var budgets: [BudgetBrief]
}

extension OpenLedger {
    /// Plans, and reserves where told to. Nil where an estimate is too large to be held exactly.
    package func planTasks(
        _ tasks: [PlannedTask], reserves: Bool, rules: ApprovalRules, now: Instant
    ) throws(LedgerError) -> PlanResult? {
        try loadHolds(now: now)
        var planning = try Planning(tasks, rules, in: self, now: now)
        for index in tasks.indices { try planning.look(at: index) }
        let plan = TaskPlan.best(planning.candidates, budgets: planning.rooms)
        var result = planning.result(of: plan)
        if reserves {
            for place in result.steps.indices {
                var request = result.steps[place].request
                request.model = result.steps[place].model
                request.alternatives = []
                request.isDryRun = false
                guard case .decided(let decision) = try approve(request, rules: rules, now: now) else { return nil }
                result.steps[place].decision = decision
            }
        }
        result.budgets = try snapshots(at: now, now: now).compactMap { snapshot in
            snapshot.budget.map {
                BudgetBrief(
                    Standing(budget: $0, period: snapshot.period, spent: snapshot.spent, reserved: snapshot.reserved))
            }
        }
        return result
    }
}

/// The tasks of a plan as the pure search wants them.
private struct Planning {
    let ledger: OpenLedger
    let tasks: [PlannedTask]
    let rules: ApprovalRules
    let now: Instant
    var candidates: [PlanCandidate] = []
    /// Room by budget and rank; only hard budgets bind.
    var rooms: [PlanBudget] = []
    private var budgetPlaces: [String: Int] = [:]
    private var places: [Key: Int] = [:]
    private var options: [[Weighing]] = []
    private var obstacles: [Obstacle?] = []

    private struct Key: Hashable {
        var task: String
        var project: String?
    }

    private typealias Obstacle = (code: PlanResult.LeftOut.Code, detail: String?)

    init(_ tasks: [PlannedTask], _ rules: ApprovalRules, in ledger: OpenLedger, now: Instant) throws(LedgerError) {
        self.ledger = ledger
        self.tasks = tasks
        self.rules = rules
        self.now = now
        for (index, task) in tasks.enumerated() {
            places[Key(task: taskKey(task.request.task), project: task.request.project)] = index
        }
        for (index, active) in try ledger.budgets().active.enumerated() where active.budget.enforcement == .hard {
            let budget = active.budget
            let period = try ledger.period(of: index, at: now)
            let spent = budget.amount(of: try ledger.state(of: index, in: period).totals)
            let committed = Int128(spent) + Int128(try ledger.reserved(of: index, now: now))
            let pacing = period.elapsedPercent(at: now).map {
                Pacing(elapsed: $0, overLimit: rules.overLimit[budget.name] ?? .zero)
            }
            budgetPlaces[budget.name] = rooms.count
            rooms.append(
                PlanBudget(
                    room: Priority.allCases.map { priority in
                        let line = (budget.policy ?? rules.policy).line(
                            priority: priority, kind: .new, thresholds: budget.thresholds, pacing: pacing)
                        return Double(Int128(line.amount(of: budget.limit.amount)) - committed)
                    }))
        }
    }

    mutating func look(at index: Int) throws(LedgerError) {
        let task = tasks[index]
        var request = task.request
        request.isDryRun = true
        let (dependsOn, missing) = try needs(of: task)
        var found: [Weighing] = []
        var obstacle: Obstacle? = missing.map { (.dependency, $0) }
        if places[Key(task: taskKey(request.task), project: request.project)] != index {
            obstacle = (.duplicateTask, "listed twice")
        }
        if obstacle == nil { (found, obstacle) = try ways(to: request) }
        options.append(found)
        obstacles.append(obstacle)
        candidates.append(
            PlanCandidate(
                value: task.worth, rank: task.rank, options: found.map { option(of: $0) }, dependsOn: dependsOn))
    }

    /// The models it may run on, each by itself within every budget.
    private func ways(to request: ApprovalRequest) throws(LedgerError) -> ([Weighing], Obstacle?) {
        let subject = try ledger.subject(of: request)
        let deliberation = try Deliberation(request, subject, rules, in: ledger, now: now)
        if let row = deliberation.row, row.isLive(at: now) || !request.kind.mayFollow(row.state(at: now)) {
            return ([], (.duplicateTask, try ledger.optionalText(ofName: row.worker)))
        }
        if let pause = try ledger.pause(stopping: subject.names(model: subject.model), now: now) {
            return ([], (.paused, pause.reason))
        }
        var found: [Weighing] = []
        var obstacle: Obstacle?
        for name in [request.model] + request.alternatives.map(Optional.some) {
            let model = try ledger.number(name, .plain, adding: false)
            guard let weighing = try deliberation.weighing(model, named: name) else { continue }
            if weighing.isApproved {
                found.append(weighing)
            } else if obstacle == nil {
                obstacle = weighing.isUnpriced ? (.unpricedModel, name) : (.doesNotFit, weighing.reason.budget)
            }
        }
        return (found, found.isEmpty ? obstacle ?? (.doesNotFit, nil) : nil)
    }

    private func option(of weighing: Weighing) -> PlanOption {
        PlanOption(
            loads: weighing.gates.compactMap { gate in
                guard let place = budgetPlaces[gate.standing.budget.name] else { return nil }
                func amount(_ work: WorkAmount) -> Int64 {
                    TaskDemand(cost: work.cost, tokens: work.tokens).amount(in: gate.standing.budget)
                }
                return PlanOption.Load(
                    budget: place, p50: amount(weighing.estimate.p50), p90: amount(weighing.estimate.p90))
            })
    }

    /// Places of the listed tasks it needs, and the first need that is neither listed nor done.
    private func needs(of task: PlannedTask) throws(LedgerError) -> ([Int], missing: String?) {
        var found: [Int] = []
        for need in task.dependsOn {
            if let place = places[Key(task: taskKey(need), project: task.request.project)] {
                found.append(place)
                continue
            }
            let identity = try ledger.knownTask(need, project: task.request.project)
            let state = try identity.flatMap { identity throws(LedgerError) in try ledger.taskRow(identity) }?.state
            if state != .done { return (found, need) }
        }
        return (found, nil)
    }

    func result(of plan: TaskPlan) -> PlanResult {
        let steps = plan.steps.map { step in
            let weighing = options[step.candidate][step.option]
            return PlanResult.Step(
                request: tasks[step.candidate].request, value: tasks[step.candidate].worth, model: weighing.name,
                estimate: weighing.estimate)
        }
        let chosen = Set(plan.steps.map(\.candidate))
        let leftOut = tasks.indices.filter { !chosen.contains($0) }.map { index in
            let left = obstacles[index] ?? reason(index, chosen)
            return PlanResult.LeftOut(
                request: tasks[index].request, value: tasks[index].worth, code: left.code, detail: left.detail)
        }
        return PlanResult(
            steps: steps, leftOut: leftOut, value: plan.value, upperBound: plan.upperBound, isExact: plan.isExact,
            budgets: [])
    }

    private func reason(_ index: Int, _ chosen: Set<Int>) -> Obstacle {
        let need = candidates[index].dependsOn.first { !chosen.contains($0) }
        return need.map { (.dependency, tasks[$0].request.task) } ?? (.lessValue, nil)
    }
}

extension PlannedTask {
    /// 8, 4, 2, 1 by priority where nothing was given.
    var worth: Double { value ?? Double(8 >> (request.kind == .wrapUp ? 0 : rank)) }

    /// Of two tasks the one of lower rank comes first; `wrapUp` has the line of the most important.
    var rank: Int {
        request.kind == .wrapUp ? 0 : Priority.allCases.firstIndex(of: request.priority) ?? 0
    }
}
