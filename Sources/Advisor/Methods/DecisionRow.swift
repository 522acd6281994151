// A decision as approveTask answers it and as it is listed later.
import Budgeting
import Ledger

enum DecisionRow {
    static let shape = Shape(encoding: Decision.self, fields)

    static let fields: [Field<Decision>] = [
        Field(
            "decisionId", .count, "For explainDecision; null for a dry run.", .orNull, get: { $0.id > 0 ? $0.id : nil }),
        Field("decision", .choice(Decision.Outcome.self), "What was decided.", .required, get: { $0.outcome }),
        Field("approved", .bool, "True for approve and downgrade.", .required, get: { $0.outcome.isApproved }),
        Field(
            "model", .text, "The model to use; null where none was named or it is refused.", .orNull, get: { $0.model }),
        Field("reason", .object(reasonShape), "The rule that decided, with its numbers.", .required, get: { $0 }),
        Field(
            "estimate", .object(TaskEstimate.shape), "What the task is expected to take.", .orNull, get: { $0.estimate }
        ),
        Field("reservation", .object(Reservation.shape), "What is held for it.", .orNull, get: { $0.reservation }),
        Field("claim", .object(Claim.shape), "Who holds the task, where that is the reason.", get: { $0.claim }),
        Field(
            "options", .list(of: .object(OptionRow.shape)), "Ways to go on after a refusal, the best first.", .required,
            get: { $0.options }),
        Field("retryable", .bool, "Whether asking again later may help.", .required, get: { $0.isRetryable }),
        Field(
            "retryAfterSeconds", .count, "When to ask again, where time helps.", .orNull,
            get: { decision in decision.retryAt.map { max(0, $0.seconds - decision.at.seconds) } }),
        Field(
            "worstCaseOvershoot", .object(overshootShape),
            "By how much a budget would be passed if this task and all live ones took all they may; null without budgets.",
            .orNull, get: { $0.worstCaseOvershoot.map(Overshoot.init) }),
        Field(
            "budgets", .list(of: .object(BudgetBrief.shape)), "The budgets that apply, after the decision.", .required,
            get: { $0.budgets }),
        Field(
            "pendingApproval", .object(askShape), "The question to a person that the refusal became.", get: { $0.ask }),
    ]

    /// What was asked, for lists and explanations.
    static let askedFields: [Field<Decision>] = [
        Field("at", .timestamp, "When it was decided.", .required, get: { $0.at }),
        Field("task", .text, "The task.", .required, get: { $0.task }),
        Field("title", .text(max: 1000), "What it is about.", get: { $0.title }),
        Field("project", .text, "Its project.", get: { $0.project }),
        Field("worker", .text, "Who asked.", get: { $0.worker }),
        Field("kind", .choice(TaskKind.self), "What sort of work.", .required, get: { $0.kind }),
        Field("priority", .choice(Priority.self), "How important.", .required, get: { $0.priority }),
        Field("askedModel", .text, "The model that was asked for.", get: { $0.askedModel }),
        Field("labels", .list(of: .text), "What sort of task.", .required, get: { $0.labels }),
        Field("policy", .choice(AdmissionPolicy.self), "The policy in force.", .required, get: { $0.policy }),
    ]

    private static func amount(_ decision: Decision, _ value: Int64?) -> BudgetAmount? {
        guard let value, let unit = decision.reason.unit else { return nil }
        return BudgetAmount(value, unit)
    }

    private static let reasonShape = Shape(
        encoding: Decision.self,
        [
            Field("code", .choice(DecisionReason.Code.self), "The rule.", .required, get: { $0.reason.code }),
            Field("message", .text(max: 1000), "The rule and its numbers in words.", .required, get: { $0.sentence }),
            Field(
                "overLimit", .bool, "True: a person let it pass a hard limit.",
                get: { $0.reason.isOverLimit ? true : nil }),
            Field("budget", .text, "The budget that decided.", get: { $0.reason.budget }),
            Field("unit", .choice(LimitUnit.self), "What the amounts are counted in.", get: { $0.reason.unit }),
            Field("limit", .amount, "The budget's limit.", get: { amount($0, $0.reason.limit) }),
            Field("spent", .amount, "Spent of it before.", get: { amount($0, $0.reason.spent) }),
            Field("reserved", .amount, "Held of it before.", get: { amount($0, $0.reason.reserved) }),
            Field("estimate", .amount, "The p90 of this task.", get: { amount($0, $0.reason.demand) }),
            Field("linePercent", .percent, "The share of the limit open to this task.", get: { $0.reason.line }),
            Field("ceiling", .amount, "That share as an amount.", get: { amount($0, $0.reason.ceiling) }),
        ])

    private struct Overshoot: Sendable {
        var budget: String
        var unit: LimitUnit
        var amount: Int64

        init(_ worst: (budget: String, unit: LimitUnit, amount: Int64)) {
            (budget, unit, amount) = worst
        }
    }

    private static let overshootShape = Shape(
        encoding: Overshoot.self,
        [
            Field("budget", .text, "The budget that would be passed by most.", .required, get: { $0.budget }),
            Field("unit", .choice(LimitUnit.self), "What the amount is counted in.", .required, get: { $0.unit }),
            Field(
                "amount", .amount, "By how much; 0: not at all.", .required, get: { BudgetAmount($0.amount, $0.unit) }),
        ])

    private static let askShape = Shape(
        encoding: PendingAsk.self,
        [
            Field("id", .count, "For grantApproval and declineApproval.", .required, get: { $0.id }),
            Field("expiresAt", .timestamp, "Until when it can be answered.", .required, get: { $0.expiresAt }),
        ])
}
