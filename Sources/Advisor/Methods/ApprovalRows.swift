// Objects of the approval methods' results.
import Budgeting
import Ledger

extension BudgetBrief {
    fileprivate func amount(_ value: Int64) -> BudgetAmount { BudgetAmount(value, unit) }

    private var committed: Int64 { Int64(clamping: Int128(spent) + Int128(reserved)) }

    static let shape = Shape(
        encoding: BudgetBrief.self,
        [
            Field("budget", .text, "The budget's name.", .required, get: { $0.budget }),
            Field("level", .choice(Level.self), "How near its limit it is.", .required, get: { $0.level }),
            Field(
                "usedPercent", .percent(allowNegative: true), "Spent, in percent of the limit.", .required,
                get: { Percent.of($0.spent, in: $0.limit) }),
            Field(
                "committedPercent", .percent(allowNegative: true), "Spent and reserved, in percent of the limit.",
                .required, get: { Percent.of($0.committed, in: $0.limit) }),
            Field(
                "remaining", .amount, "Limit − spent − reserved; may be negative.", .required,
                get: { $0.amount(Int64(clamping: Int128($0.limit) - Int128($0.committed))) }),
            Field("unit", .choice(LimitUnit.self), "What the amounts are counted in.", .required, get: { $0.unit }),
            Field("limit", .amount, "The limit.", .required, get: { $0.amount($0.limit) }),
            Field("spent", .amount, "Recorded in this period.", .required, get: { $0.amount($0.spent) }),
            Field("reserved", .amount, "Held by approved tasks.", .required, get: { $0.amount($0.reserved) }),
            Field(
                "enforcement", .choice(Enforcement.self), "Whether it stops approvals or only warns.", .required,
                get: { $0.isSoft ? .soft : .hard }),
            Field("periodEnd", .timestamp, "When it starts again.", get: { $0.periodEnd }),
            Field("linePercent", .percent, "The share of the limit open to this task.", get: { $0.line }),
            Field(
                "ceiling", .amount, "That share as an amount.",
                get: { brief in brief.ceiling.map { brief.amount($0) } }),
        ])
}

extension TaskEstimate {
    static let shape = Shape(
        encoding: TaskEstimate.self,
        [
            Field("p50USD", .usd, "As likely less as more.", .required, get: { $0.p50.cost }),
            Field(
                "p90USD", .usd, "Nine in ten tasks take at most this; it is reserved.", .required, get: { $0.p90.cost }),
            Field("p50Tokens", .whole, "All kinds of tokens.", .required, get: { $0.p50.tokens.withCacheReads }),
            Field("p90Tokens", .whole, "All kinds of tokens.", .required, get: { $0.p90.tokens.withCacheReads }),
            Field("basis", .choice(EstimateBasis.self), "What it rests on.", .required, get: { $0.basis }),
            Field("samples", .count, "On how many finished tasks.", .required, get: { Int64($0.samples) }),
        ])
}

extension Reservation {
    static let shape = Shape(
        encoding: Reservation.self,
        [
            Field("id", .count, "The reservation.", .required, get: { $0.id }),
            Field(
                "amount", .amount, "What is held, in the unit.", .required,
                get: { BudgetAmount($0.unit == .usd ? $0.amount.cost : $0.amount.tokens, $0.unit) }),
            Field(
                "unit", .choice(LimitUnit.self), "That of the budget nearest its line.", .required, get: { $0.unit }),
            Field(
                "expiresAt", .timestamp, "When it is free again without a checkIn.", .required, get: { $0.expiresAt }),
            Field("amountUSD", .usd, "What is held in dollars.", .required, get: { Money(nanoUSD: $0.amount.cost) }),
            Field(
                "amountTokens", .whole, "What is held in tokens, without cache reads.", .required,
                get: { $0.amount.tokens }),
        ])
}

extension Claim {
    static let fields: [Field<Claim>] = [
        Field("task", .text, "The task.", .required, get: { $0.task }),
        Field("project", .text, "Its project.", get: { $0.project }),
        Field("title", .text(max: 1000), "What it is about.", get: { $0.title }),
        Field("worker", .text, "Who holds it, or held it last.", .orNull, get: { $0.worker }),
        Field("state", .choice(TaskState.self), "Where it is in its life.", .required, get: { $0.state }),
        Field("since", .timestamp, "When it came into this state.", .required, get: { $0.since }),
        Field("leaseUntil", .timestamp, "When a claimed task is free again without a checkIn.", get: { $0.leaseUntil }),
        Field("pullRequest", .text(max: 1000), "Where the work is.", get: { $0.pullRequest }),
        Field(
            "spentUSD", .usd(allowNegative: true), "All that was ever recorded for the task.", .required,
            get: { Money(nanoUSD: $0.spent.cost) }),
        Field(
            "spentTokens", .whole, "The same in tokens of all kinds.", .required,
            get: { Int64(clamping: Int128($0.spent.tokens) + Int128($0.spent.cacheReads)) }),
        Field("runs", .count, "How often it was approved.", .required, get: { $0.runs }),
    ]

    static let shape = Shape(encoding: Claim.self, fields)
}

/// A way to go on; which members there are depends on `action`.
enum OptionRow {
    enum Action: String, CaseIterable, Sendable { case useModel, wait, cap, raiseLimit }

    static let shape = Shape(
        encoding: CounterOffer.self,
        [
            Field("action", .choice(Action.self), "What to do.", .required, get: { action($0) }),
            Field("message", .text(max: 1000), "The same in a sentence.", .required, get: { $0.sentence }),
            Field(
                "model", .text, "Of useModel: the model.",
                get: { if case .useModel(let model, _, _) = $0 { model } else { nil } }),
            Field(
                "p90USD", .usd, "Of useModel: what it would take.",
                get: { if case .useModel(_, let p90, _) = $0 { p90 } else { nil } }),
            Field(
                "savingUSD", .usd, "Of useModel: how much less that is.",
                get: { if case .useModel(_, _, let saving) = $0 { saving } else { nil } }),
            Field(
                "until", .timestamp, "Of wait: when to ask again.",
                get: { if case .wait(let until) = $0 { until } else { nil } }),
            Field(
                "tokens", .count, "Of cap: the most tokens that fit now, as p90.",
                get: { if case .cap(let tokens) = $0 { tokens } else { nil } }),
            Field(
                "budget", .text, "Of raiseLimit: the budget.",
                get: { if case .raiseLimit(let budget, _, _) = $0 { budget } else { nil } }),
            Field(
                "unit", .choice(LimitUnit.self), "Of raiseLimit: what the amount is counted in.",
                get: { if case .raiseLimit(_, let unit, _) = $0 { unit } else { nil } }),
            Field(
                "by", .amount, "Of raiseLimit: how much more it needs.",
                get: { if case .raiseLimit(_, let unit, let by) = $0 { BudgetAmount(by, unit) } else { nil } }),
        ])

    private static func action(_ offer: CounterOffer) -> Action {
        switch offer {
        case .useModel: .useModel
        case .wait: .wait
        case .cap: .cap
        case .raiseLimit: .raiseLimit
        }
    }
}
