// Whether a task may start, under every budget that covers it.

/// Why a decision was taken; the contract's words.
package enum ReasonCode: String, Hashable, Sendable, CaseIterable {
    case withinBudget
    case cheaperModelFits
    case priorityLine
    case exceedsBudget
    case budgetExhausted
    case duplicateTask
    case unpricedModel
    case paced
    case spawnStorm
    case paused
}

/// What a task is expected to take: its 90th percentile, and how important it is.
package struct TaskDemand: Hashable, Sendable {
    package var cost: Money
    package var tokens: TokenAmount
    package var priority: Priority
    package var kind: TaskKind

    package init(cost: Money, tokens: TokenAmount, priority: Priority = .normal, kind: TaskKind = .new) {
        self.cost = cost
        self.tokens = tokens
        self.priority = priority
        self.kind = kind
    }

    /// The demand in a budget's unit.
    package func amount(in budget: Budget) -> Int64 {
        switch budget.limit {
        case .usd: cost.nanoUSD
        case .tokens: budget.countCacheReads ? tokens.withCacheReads : tokens.withoutCacheReads
        }
    }
}

/// Tokens as budgets count them.
package struct TokenAmount: Hashable, Sendable {
    /// Input + output + cache writes.
    package var withoutCacheReads: Int64
    /// The same and cache reads.
    package var withCacheReads: Int64

    package init(withoutCacheReads: Int64, withCacheReads: Int64) {
        self.withoutCacheReads = withoutCacheReads
        self.withCacheReads = withCacheReads
    }

    package init(_ tokens: TokenCounts) throws(ArithmeticOverflow) {
        withoutCacheReads = try tokens.billable(countCacheReads: false)
        withCacheReads = try tokens.billable(countCacheReads: true)
    }

    package static let zero = TokenAmount(withoutCacheReads: 0, withCacheReads: 0)
}

/// A reservation that may fall away by time.
package struct Hold: Hashable, Sendable {
    /// In the budget's unit; part of `reserved`.
    package var amount: Int64
    package var expiresAt: Instant

    package init(amount: Int64, expiresAt: Instant) {
        self.amount = amount
        self.expiresAt = expiresAt
    }
}

/// A budget that covers the task, as it stands.
package struct Gate: Hashable, Sendable {
    package var standing: Standing
    package var policy: AdmissionPolicy
    /// For the policy `paced`; nil: as if the period were over.
    package var pacing: Pacing?
    /// The live reservations, where known: they tell when a refused task would fit.
    package var holds: [Hold]

    package init(standing: Standing, policy: AdmissionPolicy = .thresholds, pacing: Pacing? = nil, holds: [Hold] = []) {
        self.standing = standing
        self.policy = policy
        self.pacing = pacing
        self.holds = holds
    }
}

/// What one budget says to a task. Amounts are in the budget's unit.
package struct Verdict: Hashable, Sendable {
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        case fits
        /// A soft budget that would refuse; it only warns.
        case warns
        /// Waiting helps, or a higher priority would.
        case defers
        /// Asking again for the same never helps.
        case denies
    }

    package let budget: String
    package let unit: LimitUnit
    package let outcome: Outcome
    package let reason: ReasonCode
    /// The share of the limit that this task may go up to.
    package let line: Percent
    /// spent + reserved + the task's p90.
    package let value: Int64
    /// The line as an amount, rounded down.
    package let ceiling: Int64
    /// ceiling − spent − reserved: the largest p90 that fits now; may be negative.
    package let headroom: Int64
    package let limit: Int64
    /// The task's p90 alone.
    package let demand: Int64
    /// The earliest moment at which it would fit, if nothing else is spent; nil where no time does it.
    package let retryAt: Instant?
}

/// The decision on one task.
package struct Admission: Hashable, Sendable {
    package enum Decision: String, Hashable, Sendable, CaseIterable {
        case approve
        /// Not now.
        case `defer`
        /// Not at all.
        case deny
    }

    package let decision: Decision
    package let reason: ReasonCode
    /// In the order of the gates.
    package let verdicts: [Verdict]
    /// The index of the verdict that decides: of a refusal the one that refuses hardest, of an approval the one
    /// nearest its line; nil where no budget covers the task.
    package let binding: Int?
    /// The earliest moment at which every budget would let it start; nil unless it is a `defer` that time resolves.
    package let retryAt: Instant?

    /// The soft budgets that would have refused.
    package var warnings: [Verdict] { verdicts.filter { $0.outcome == .warns } }
}

/// Decides on one task against every budget that covers it. Pure: the same values give the same decision.
///
/// A task fits a budget where spent + reserved + p90 is at most line × limit, compared exactly (see
/// ``AdmissionPolicy``); measured literally, so a task that costs nothing does not fit a budget that is overdrawn.
/// Soft budgets never refuse. Where a hard one does not fit:
/// - **deny**: time does not help. The p90 alone is above the line of an empty period, or the budget is `total` and
///   neither holds that expire nor a higher priority would make room;
/// - **defer**: it fits once holds expire, once the pace allows it or once the next period starts (`retryAt`), or, on a
///   `total` budget, with a higher priority (no `retryAt`).
///
/// One deny denies, else one defer defers. Reasons, the first that is true: `exceedsBudget` (the p90 alone is above
/// the limit), `budgetExhausted` (spent + reserved is at the limit), `exceedsBudget` (more than what is left of the
/// limit), `paced` (only the pace is in the way), `priorityLine`.
package func decide(_ task: TaskDemand, gates: [Gate]) throws(ArithmeticOverflow) -> Admission {
    var verdicts: [Verdict] = []
    for gate in gates { verdicts.append(try verdict(on: task, at: gate)) }
    for (outcome, decision) in [(Verdict.Outcome.denies, Admission.Decision.deny), (.defers, .defer)] {
        let refusing = verdicts.indices.filter { verdicts[$0].outcome == outcome }
        guard let binding = hardest(of: refusing, in: verdicts) else { continue }
        let times = refusing.map { verdicts[$0].retryAt }
        // All must fit at once: the latest, and none where one of them is resolved by no time.
        let retryAt = decision == .defer && !times.contains(nil) ? times.compactMap(\.self).max() : nil
        return Admission(
            decision: decision, reason: verdicts[binding].reason, verdicts: verdicts, binding: binding, retryAt: retryAt
        )
    }
    let hard = verdicts.indices.filter { verdicts[$0].outcome == .fits }
    return Admission(
        decision: .approve, reason: .withinBudget, verdicts: verdicts, binding: hardest(of: hard, in: verdicts),
        retryAt: nil)
}

/// The verdict whose value is the largest share of its ceiling; among those that only time resolves, the last to do.
private func hardest(of indices: [Int], in verdicts: [Verdict]) -> Int? {
    indices.max { left, right in
        let (first, second) = (verdicts[left], verdicts[right])
        if first.outcome == .defers && first.retryAt != second.retryAt {
            guard let firstAt = first.retryAt else { return false }
            guard let secondAt = second.retryAt else { return true }
            return firstAt < secondAt
        }
        // value / ceiling without division; a ceiling of 0 or less counts as 1.
        let (firstCeiling, secondCeiling) = (Int128(max(first.ceiling, 1)), Int128(max(second.ceiling, 1)))
        return Int128(first.value) * secondCeiling < Int128(second.value) * firstCeiling
    }
}
