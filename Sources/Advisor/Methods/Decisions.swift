// explainDecision, listDecisions: nothing is decided that cannot be looked at again.
import Budgeting
import Ledger

package enum ExplainDecision {
    package static let method = Method(
        "explainDecision", title: "Explain a decision",
        summary: "Replay a decision: what was asked, the rule, every number, in data and in a sentence.",
        description:
            "For each budget that applied, checks shows the sum that was compared and with what. Decisions are "
            + "kept for ever.",
        effect: .reads, isIdempotent: true,
        params: Shape(
            Int64(0), [Field("decisionId", .count, "From approveTask or listDecisions.", .required) { $0 = $1 }]),
        result: .object(result),
        handler: { id, session in
            guard let decision = try session.ledger.current().decision(id: id) else {
                throw AdvisorError.notFound("there is no decision \(id); listDecisions shows the newest")
            }
            return decision
        })

    static let result = Shape(
        encoding: Decision.self,
        DecisionRow.askedFields + DecisionRow.fields + [
            Field("explanation", .text(max: 2000), "The decision in a sentence.", .required, get: { $0.explanation }),
            Field(
                "checks", .list(of: .object(check)), "What was compared, budget by budget.", .required,
                get: { $0.checks }),
        ])

    private static let check = Shape(
        encoding: BudgetCheck.self,
        [
            Field("budget", .text, "The budget.", .required, get: { $0.brief.budget }),
            Field("unit", .choice(LimitUnit.self), "What it is counted in.", .required, get: { $0.brief.unit }),
            Field("limit", .amount, "Its limit.", .required, get: { $0.amount($0.brief.limit) }),
            Field("spent", .amount, "Spent at that time.", .required, get: { $0.amount($0.brief.spent) }),
            Field("reserved", .amount, "Held before the decision.", .required, get: { $0.amount($0.reserved) }),
            Field("estimate", .amount, "The p90 of the task.", .required, get: { $0.amount($0.demand) }),
            Field("sum", .amount, "Spent + reserved + estimate.", .required, get: { $0.amount($0.sum) }),
            Field("linePercent", .percent, "The share of the limit open to the task.", .required, get: { $0.line }),
            Field("ceiling", .amount, "That share as an amount.", .required, get: { $0.amount($0.ceiling) }),
            Field("fits", .bool, "Whether the sum is at most the ceiling.", .required, get: { $0.sum <= $0.ceiling }),
            Field(
                "enforcement", .choice(Enforcement.self), "A soft budget refuses nothing.", .required,
                get: { $0.brief.isSoft ? .soft : .hard }),
        ])
}

/// One comparison of a decision.
struct BudgetCheck: Sendable {
    var brief: BudgetBrief
    var reserved: Int64
    var demand: Int64
    var line: Percent
    var ceiling: Int64

    var sum: Int64 { Int64(clamping: Int128(brief.spent) + Int128(reserved) + Int128(demand)) }
    func amount(_ value: Int64) -> BudgetAmount { BudgetAmount(value, brief.unit) }
}

extension Decision {
    /// Nothing where the task was not measured: somebody held it, or approvals were stopped.
    var checks: [BudgetCheck] {
        budgets.compactMap { brief in
            guard let demand = brief.demand, let line = brief.line, let ceiling = brief.ceiling else { return nil }
            let held = outcome.isApproved ? brief.reserved - demand : brief.reserved
            return BudgetCheck(brief: brief, reserved: held, demand: demand, line: line, ceiling: ceiling)
        }
    }

    var explanation: String {
        let who = worker.map { "\($0) asked" } ?? "it was asked"
        let what = "\(kind.rawValue) work of \(priority.rawValue) priority on \(task)"
        let place = model.map { " on \($0)" } ?? askedModel.map { " on \($0)" } ?? ""
        return "At \(at.rfc3339) \(who) for \(what)\(place), under the policy \(policy.rawValue): "
            + "\(outcome.rawValue). \(sentence)"
    }
}

package enum ListDecisions {
    package static let method = Method(
        "listDecisions", title: "List decisions", summary: "What was approved and refused, newest first, and why.",
        description: "Page on by giving the last decisionId as before.",
        effect: .reads, isIdempotent: true, params: params,
        result: .object(
            Shape(
                encoding: [Decision].self,
                [
                    Field("decisions", .list(of: .object(row)), "Newest first.", .required, get: { $0 })
                ])),
        examples: [Example("refusals", #"{"decision":"deny","limit":20}"#)],
        handler: { filter, session in try session.ledger.current().decisions(filter) })

    static let params = Shape<DecisionFilter>(
        DecisionFilter(),
        [
            Field("task", .text, "Only of this task.") { $0.task = $1 },
            Field("project", .text, "Only of this project.") { $0.project = $1 },
            Field("worker", .text, "Only of this worker.") { $0.worker = $1 },
            Field("decision", .choice(Decision.Outcome.self), "Only of this outcome.") { $0.outcome = $1 },
            Field("from", .timestamp, "The first moment.") { $0.since = $1 },
            Field("to", .timestamp, "The moment after the last.") { $0.until = $1 },
            Field("before", .count, "Only decisions with a lower decisionId.") { $0.before = $1 },
            Field("limit", .whole(1...1000), "The most to list.", default: 50) { $0.limit = $1 },
        ])

    private static let row = Shape(
        encoding: Decision.self,
        DecisionRow.askedFields + [
            Field("decisionId", .count, "For explainDecision.", .required, get: { $0.id }),
            Field("decision", .choice(Decision.Outcome.self), "What was decided.", .required, get: { $0.outcome }),
            Field("model", .text, "The model it was approved on.", get: { $0.model }),
            Field(
                "code", .choice(DecisionReason.Code.self), "The rule that decided.", .required, get: { $0.reason.code }),
            Field("message", .text(max: 1000), "The rule and its numbers in words.", .required, get: { $0.sentence }),
            Field("p90USD", .usd, "What the task was expected to take.", get: { $0.estimate?.p90.cost }),
        ])
}
