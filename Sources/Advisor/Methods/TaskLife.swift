// checkIn, completeTask, listTasks: the life of an approved task.
import Budgeting
import Ledger

package enum CheckInTask {
    package static let method = Method(
        "checkIn", title: "Check in", summary: "Keep a task's lease and learn whether to go on.",
        description:
            "Call it every few minutes while a task runs. It compares what was recorded for the task with what is "
            + "reserved and with the budgets, and answers continue, wrapUp (finish what is open and hand in) or stop.",
        effect: .writes, params: params, result: .object(result),
        examples: [Example("alive", #"{"task":"gh-450","worker":"w-3"}"#, "Needs an approved task.")],
        handler: { params, session in
            let answer = try session.ledger.current().checkIn(
                params, rules: try session.approvalRules(), now: session.now)
            guard let answer else { throw AdvisorError.notFound(noSuchTask(params.task)) }
            return answer
        })

    static let params = Shape<CheckIn>(
        CheckIn(task: "", worker: ""),
        [
            Field("task", .text, "The task's key.", .required) { $0.task = $1 },
            Field("worker", .text, "Who works on it.", .required) { $0.worker = $1 },
            Field("project", .text, "The project it belongs to.") { $0.project = $1 },
            Field("ttlSeconds", .whole(1...604_800), "How long the lease lasts from now; as at first when left out.") {
                $0.ttlSeconds = $1
            },
            Field("remaining", .object(EstimateRow.shape), "What is still needed; fits the reservation to it.") {
                $0.remaining = $1.given
            },
        ])

    static let result = Shape(
        encoding: CheckInAnswer.self,
        [
            Field("action", .choice(CheckInAction.self), "What to do.", .required, get: { $0.action }),
            Field("reason", .object(reason), "Why.", .required, get: { $0 }),
            Field(
                "reservation", .object(Reservation.shape), "What is held for it now.", .orNull, get: { $0.reservation }),
            Field(
                "spentUSD", .usd(allowNegative: true), "Recorded for the task since it was approved.", .required,
                get: { Money(nanoUSD: $0.used.cost) }),
            Field(
                "spentTokens", .whole, "The same in tokens of all kinds.", .required,
                get: { Int64(clamping: Int128($0.used.tokens) + Int128($0.used.cacheReads)) }),
            Field("claim", .object(Claim.shape), "Who holds the task.", .required, get: { $0.claim }),
            Field(
                "budgets", .list(of: .object(BudgetBrief.shape)), "The budgets that apply.", .required,
                get: { $0.budgets }),
        ])

    private static let reason = Shape(
        encoding: CheckInAnswer.self,
        [
            Field("code", .choice(CheckInAnswer.Code.self), "The rule.", .required, get: { $0.code }),
            Field("message", .text(max: 1000), "The same in words.", .required, get: { $0.sentence }),
            Field("budget", .text, "The budget that decided.", get: { $0.budget?.budget }),
        ])
}

package enum CompleteTask {
    package struct Result: Sendable {
        var claim: Claim
        var used: HoldAmount
        var reserved: HoldAmount
    }

    package static let method = Method(
        "completeTask", title: "Complete a task", summary: "End a task's run: frees what is held and learns from it.",
        description:
            "Call it when the work was handed in, has failed or is given up. What was recorded for the task stays; what "
            + "was reserved and not used is free. inReview keeps the claim, so that nobody starts the task anew; "
            + "succeeded afterwards closes it.",
        effect: .writes, isIdempotent: true, params: params, result: .object(result),
        handler: { params, session in
            switch try session.ledger.current().completeTask(params, now: session.now) {
            case .completed(let claim, let used, let reserved):
                return Result(claim: claim, used: used, reserved: reserved)
            case .notFound: throw AdvisorError.notFound(noSuchTask(params.task))
            case .conflict(let why): throw AdvisorError.conflict(why)
            }
        })

    static let params = Shape<TaskCompletion>(
        TaskCompletion(task: "", outcome: .succeeded),
        [
            Field("task", .text, "The task's key.", .required) { $0.task = $1 },
            Field("worker", .text, "Who worked on it.") { $0.worker = $1 },
            Field("outcome", .choice(TaskCompletion.Outcome.self), "How it ended.", .required) { $0.outcome = $1 },
            Field("pullRequest", .text(max: 1000), "Where the work is.") { $0.pullRequest = $1 },
            Field("project", .text, "The project it belongs to.") { $0.project = $1 },
        ])

    static let result = Shape(
        encoding: Result.self,
        Claim.fields.map { $0.lifted { $0.claim } } + [
            Field(
                "usedUSD", .usd(allowNegative: true), "What this run used.", .required,
                get: { Money(nanoUSD: $0.used.cost) }),
            Field(
                "usedTokens", .whole, "The same in tokens of all kinds.", .required,
                get: { Int64(clamping: Int128($0.used.tokens) + Int128($0.used.cacheReads)) }),
            Field(
                "reservedUSD", .usd, "What had been reserved for it.", .required,
                get: { Money(nanoUSD: $0.reserved.cost) }),
        ])
}

package enum ListTasks {
    package struct Result: Sendable {
        var tasks: [ListedTask]
        var lost: [Lost]?
    }

    struct Lost: Sendable {
        var state: TaskState
        var runs: Int64
        var cost: Money
    }

    package static let method = Method(
        "listTasks", title: "List tasks", summary: "Who works on what, since when, and what it has cost.",
        description:
            "Claimed tasks and those in review unless state says otherwise; a claimed task whose lease ran out "
            + "is expired, and free.",
        effect: .reads, isIdempotent: true, params: params, result: .object(result),
        examples: [Example("live", "{}"), Example("done", #"{"state":"done","limit":10}"#)],
        handler: { params, session in
            let ledger = try session.ledger.current()
            return Result(
                tasks: try ledger.listTasks(params.filter, now: session.now),
                lost: params.countsLost
                    ? try ledger.lostRuns().map { Lost(state: $0.state, runs: $0.runs, cost: $0.cost) } : nil)
        })

    package struct Params: Sendable {
        var filter = TaskFilter()
        var countsLost = false
    }

    static let params = Shape<Params>(
        Params(),
        [
            Field("state", .choice(TaskState.self), "Only tasks in this state.") { $0.filter.states = [$1] },
            Field("project", .text, "Only tasks of this project.") { $0.filter.project = $1 },
            Field("worker", .text, "Only tasks of this worker.") { $0.filter.worker = $1 },
            Field("task", .text, "Only this task, in any project.") { $0.filter.task = $1 },
            Field("limit", .whole(1...1000), "The most tasks to list.", default: 100) { $0.filter.limit = $1 },
            Field("lost", .bool, "Also sum up what runs without a result have cost.", default: false) {
                $0.countsLost = $1
            },
        ])

    static let result = Shape(
        encoding: Result.self,
        [
            Field(
                "tasks", .list(of: .object(task)), "Those in their state longest first.", .required, get: { $0.tasks }),
            Field(
                "lost", .list(of: .object(lost)), "With lost: what runs without a result have cost, over all time.",
                get: { $0.lost }),
        ])

    private static let task = Shape(
        encoding: ListedTask.self,
        Claim.fields.map { $0.lifted { $0.claim } } + [
            Field("model", .text, "The model it was approved on.", get: { $0.model }),
            Field(
                "reservedUSD", .usd, "What its last run was expected to take (p90).", .required,
                get: { Money(nanoUSD: $0.reserved.cost) }),
            Field(
                "usedUSD", .usd(allowNegative: true), "What has been recorded since that run was approved.", .required,
                get: { Money(nanoUSD: $0.used.cost) }),
            Field("reservation", .object(Reservation.shape), "What is held for it.", .orNull, get: { $0.reservation }),
        ])

    private static let lost = Shape(
        encoding: Lost.self,
        [
            Field("state", .choice(TaskState.self), "How the runs ended.", .required, get: { $0.state }),
            Field("runs", .count, "How many.", .required, get: { $0.runs }),
            Field("costUSD", .usd(allowNegative: true), "What they cost.", .required, get: { $0.cost }),
        ])
}

private func noSuchTask(_ task: String) -> String {
    "no approval is known for task \(task) in this project; ask approveTask first, and name the same project"
}
