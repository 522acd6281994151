// What was decided on a request, with every number that it rests on.

import Budgeting

/// The decision on one request, as it was given and as it is kept.
package struct Decision: Hashable, Sendable {
    package enum Outcome: String, CaseIterable, Sendable {
        case approve
        /// Approved on a cheaper model.
        case downgrade
        /// Not now.
        case `defer`
        /// Not at all.
        case deny

        package var isApproved: Bool { self == .approve || self == .downgrade }
        var code: Int64 { Int64(Outcome.allCases.firstIndex(of: self) ?? 0) }
    }

    /// 0 for a dry run, which is not kept.
    package var id: Int64 = 0
    package var at: Instant
    package var task: String
    package var project: String?
    package var worker: String?
    package var title: String?
    package var kind: TaskKind
    package var priority: Priority
    package var askedModel: String?
    package var labels: [String] = []

    package var outcome: Outcome
    /// The model to use.
    package var model: String?
    package var reason: DecisionReason
    package var estimate: TaskEstimate?
    package var reservation: Reservation?
    package var claim: Claim?
    package var options: [CounterOffer] = []
    package var isRetryable = false
    package var retryAt: Instant?
    /// The budgets that apply, after the decision, in the order of their names.
    package var budgets: [BudgetBrief] = []
    package var policy: AdmissionPolicy
    /// The question to a person that this refusal became, and until when it can be answered.
    package var ask: PendingAsk?

    /// By how much a budget would be passed if this task and all live ones took all that is reserved for them: the
    /// worst of the budgets that apply. Nil where none does.
    package var worstCaseOvershoot: (budget: String, unit: LimitUnit, amount: Int64)? {
        let refused = outcome.isApproved ? 0 : 1 as Int64
        let all = budgets.map { brief in
            let committed = Int128(brief.spent) + Int128(brief.reserved) + Int128(refused * (brief.demand ?? 0))
            return (
                budget: brief.budget, unit: brief.unit, amount: Int64(clamping: max(0, committed - Int128(brief.limit)))
            )
        }
        return all.max { $0.amount < $1.amount }
    }
}

/// The rule that decided and its numbers, in the budget's unit: nano-dollars or tokens.
package struct DecisionReason: Hashable, Sendable {
    package enum Code: String, CaseIterable, Sendable {
        case withinBudget, cheaperModelFits, priorityLine, exceedsBudget, budgetExhausted, duplicateTask
        case unpricedModel, paced, spawnStorm, paused
        /// A person let it through.
        case granted

        init(_ code: ReasonCode) { self = Code(rawValue: code.rawValue) ?? .exceedsBudget }
    }

    package var code: Code
    package var budget: String?
    package var unit: LimitUnit?
    package var limit: Int64?
    package var spent: Int64?
    package var reserved: Int64?
    /// The p90 of this task.
    package var demand: Int64?
    /// The share of the limit that it may go up to.
    package var line: Percent?
    /// That share as an amount.
    package var ceiling: Int64?
    /// Of `paused`: why. Of `granted`: by whom, after `overLimit` where it passes a hard limit. Of `spawnStorm`: how many approvals, after `overall` where it is about
    /// all tasks together.
    /// Of `withinBudget`: `held` where the worker gets the reservation back that it has.
    package var detail: String?

    package static let overall = "all "
    package static let overLimit = "over the limit: "

    /// A person let it pass a hard limit.
    package var isOverLimit: Bool { code == .granted && detail?.hasPrefix(DecisionReason.overLimit) ?? false }

    package init(_ code: Code, detail: String? = nil) {
        self.code = code
        self.detail = detail
    }
}

/// What is held for a task.
package struct Reservation: Hashable, Sendable {
    package var id: Int64
    package var amount: HoldAmount
    /// The unit of the budget that is nearest its line.
    package var unit: LimitUnit
    package var expiresAt: Instant
}

/// A way to go on after a refusal. Amounts are in the unit's own: nano-dollars or tokens.
package enum CounterOffer: Hashable, Sendable {
    /// A cheaper model that fits now: what it would take (p90), and how much less that is.
    case useModel(String, p90: Money, saving: Money)
    /// The moment at which it fits, if nothing else is spent.
    case wait(until: Instant)
    /// The most tokens (as p90) that fit now.
    case cap(tokens: Int64)
    /// How much more limit a budget needs.
    case raiseLimit(budget: String, unit: LimitUnit, by: Int64)
}

/// A budget as a decision saw it.
package struct BudgetBrief: Hashable, Sendable {
    package var budget: String
    package var unit: LimitUnit
    package var limit: Int64
    package var spent: Int64
    /// After the decision.
    package var reserved: Int64
    package var level: Level
    package var periodEnd: Instant?
    /// What this task was measured with: its p90, its line. Nil where the task was not measured.
    package var demand: Int64?
    package var line: Percent?
    package var ceiling: Int64?
    package var isSoft: Bool
}

/// A question to a person.
package struct PendingAsk: Hashable, Sendable {
    package var id: Int64
    package var expiresAt: Instant
}

package enum ApprovalOutcome: Sendable {
    case decided(Decision)
    /// The request id was used with another body.
    case conflict(decision: Int64)
    /// The estimate is too large to be held exactly.
    case overflow
}
