// planTasks: which of many tasks to run with what is left.
import Budgeting
import Ledger

package enum PlanTasks {
    package struct Params: Sendable {
        var tasks: [PlannedTask] = []
        var reserves = false
    }

    package static let method = Method(
        "planTasks", title: "Plan tasks",
        summary: "Choose which tasks to run with what the budgets have left, on which model, in which order.",
        description:
            "Give the candidates with value or priority, estimates, alternatives and dependencies. The plan has the "
            + "highest value that fits every hard budget with a chance of 90 %; exact up to 20 tasks, beyond with a bound "
            + "on what is missed. With reserve each task of the plan is approved at once; otherwise nothing is written.",
        effect: .writes, params: params, result: .object(result),
        examples: [
            Example(
                "two tasks",
                #"{"tasks":[{"task":"gh-1","model":"claude-opus-4-1","priority":"high","#
                    + #""alternatives":["claude-haiku-4-5"]},{"task":"gh-2","value":3,"dependsOn":["gh-1"]}]}"#)
        ],
        handler: { params, session in
            let result = try session.ledger.current().planTasks(
                params.tasks, reserves: params.reserves, rules: try session.approvalRules(), now: session.now)
            guard let result else {
                throw AdvisorError.invalid("/tasks", "has an estimate too large to be held exactly")
            }
            return result
        })

    static let params = Shape<Params>(
        Params(),
        [
            Field("tasks", .list(of: .object(task), 1...1000), "The candidates.", .required) { $0.tasks = $1 },
            Field("reserve", .bool, "Approve each task of the plan at once.", default: false) { $0.reserves = $1 },
        ])

    static let task = Shape<PlannedTask>(
        PlannedTask(ApprovalRequest(task: "")),
        [
            Field("task", .text, "The task's key.", .required) { $0.request.task = $1 },
            Field("title", .text(max: 1000), "What it is about.") { $0.request.title = $1 },
            Field("worker", .text, "Who would do it.") { $0.request.worker = $1 },
            Field("project", .text, "The project it belongs to.") { $0.request.project = $1 },
            Field("model", .text, "The model it would run on.") { $0.request.model = $1 },
            Field("alternatives", .list(of: .text, 0...20), "Models it may be moved to, the preferred first.") {
                $0.request.alternatives = $1
            },
            Field("priority", .choice(Priority.self), "How important it is.", default: .normal) {
                $0.request.priority = $1
            },
            Field("kind", .choice(TaskKind.self), "As in approveTask.", default: .new) { $0.request.kind = $1 },
            Field("labels", .list(of: .text, 0...20), "What sort of task.") { $0.request.labels = $1 },
            Field("estimate", .object(EstimateRow.shape), "What you expect it to take.") {
                $0.request.estimate = $1.given
            },
            Field(
                "value", .number(min: 0, max: 1e9),
                "What it is worth; by priority 8, 4, 2, 1 when left out."
            ) { $0.value = $1 },
            Field("dependsOn", .list(of: .text, 0...100), "Tasks that must be done or planned before.") {
                $0.dependsOn = $1
            },
        ])

    static let result = Shape(
        encoding: PlanResult.self,
        [
            Field("run", .list(of: .object(step)), "The tasks to run, in this order.", .required, get: { $0.steps }),
            Field("leftOut", .list(of: .object(left)), "The others, and why.", .required, get: { $0.leftOut }),
            Field("value", .number(), "What the plan is worth.", .required, get: { $0.value }),
            Field("upperBound", .number(), "No plan is worth more than this.", .required, get: { $0.upperBound }),
            Field("exact", .bool, "True: no plan is worth more.", .required, get: { $0.isExact }),
            Field("p50USD", .usd, "The sum of the plan's p50.", .required, get: { sum($0) { $0.p50.cost } }),
            Field("p90USD", .usd, "The sum of the plan's p90.", .required, get: { sum($0) { $0.p90.cost } }),
            Field(
                "budgets", .list(of: .object(BudgetBrief.shape)), "All budgets, after what was reserved.", .required,
                get: { $0.budgets }),
        ])

    private static func sum(_ result: PlanResult, _ amount: (TaskEstimate) -> Money) -> Money {
        let total = result.steps.reduce(Int128(0)) { $0 + Int128(amount($1.estimate).nanoUSD) }
        return Money(nanoUSD: Int64(clamping: total))
    }

    private static let step = Shape(
        encoding: PlanResult.Step.self,
        [
            Field("task", .text, "The task.", .required, get: { $0.request.task }),
            Field("project", .text, "Its project.", get: { $0.request.project }),
            Field("model", .text, "The model to run it on; null where none was named.", .orNull, get: { $0.model }),
            Field("value", .number(), "What it is worth.", .required, get: { $0.value }),
            Field(
                "estimate", .object(TaskEstimate.shape), "What it is expected to take.", .required, get: { $0.estimate }
            ),
            Field(
                "approval", .object(DecisionRow.shape), "With reserve: what approveTask answered.", get: { $0.decision }
            ),
        ])

    private static let left = Shape(
        encoding: PlanResult.LeftOut.self,
        [
            Field("task", .text, "The task.", .required, get: { $0.request.task }),
            Field("project", .text, "Its project.", get: { $0.request.project }),
            Field("value", .number(), "What it is worth.", .required, get: { $0.value }),
            Field("code", .choice(PlanResult.LeftOut.Code.self), "Why.", .required, get: { $0.code }),
            Field("message", .text(max: 1000), "The same in words.", .required, get: { $0.sentence }),
        ])
}

extension PlanResult.LeftOut {
    var sentence: String {
        switch code {
        case .lessValue: "Others are worth more for what is left."
        case .doesNotFit: "It does not fit\(detail.map { " into budget \($0)" } ?? "") even by itself."
        case .duplicateTask:
            detail == "listed twice" ? "It is listed twice." : "\(detail ?? "Somebody") has it already."
        case .paused: "Approvals are paused\(detail.map { ": \($0)" } ?? "")."
        case .unpricedModel: "The model \(detail ?? "") has no price, and this ledger refuses such models."
        case .dependency: "It depends on \(detail ?? "a task"), which is neither done nor in the plan."
        }
    }
}
