// Objects that stand in the results of more than one method.
import Budgeting
import JSONRPC
import Ledger

/// An amount in a budget's own unit.
package enum BudgetAmount: Sendable {
    case usd(Money)
    case tokens(Int64)

    /// `amount` is nano-dollars or tokens.
    init(_ amount: Int64, _ unit: LimitUnit) { self = unit == .usd ? .usd(Money(nanoUSD: amount)) : .tokens(amount) }
}

extension Codec where Value == BudgetAmount {
    /// A number in the budget's unit: dollars or tokens. Only encoded; limits are given as `limitUSD` or `limitTokens`.
    package static var amount: Codec {
        Codec(
            type: .number(min: nil, max: nil),
            decode: { value, faults in
                faults.add("cannot be given")
                return nil
            },
            encode: { amount, writer in
                switch amount {
                case .usd(let money): writer.write(decimal: money.nanoUSD, scale: 9)
                case .tokens(let count): writer.write(count)
                }
            })
    }
}

/// A budget in brief. A class for `recordUsage`, which hands it on for each record.
package final class BudgetRow: Sendable {
    package let standing: Standing

    init(_ standing: Standing) { self.standing = standing }

    fileprivate func amount(_ value: Int64) -> BudgetAmount { BudgetAmount(value, standing.budget.limit.unit) }
    var remaining: BudgetAmount { amount((try? standing.remaining) ?? .min) }
    var committedPercent: Percent { (try? standing.committedPercent) ?? Percent(thousandths: .max) }

    /// Nearest its limit first.
    static func rows(_ snapshots: [BudgetSnapshot]) -> [BudgetRow] {
        snapshots.compactMap { $0.standing.map(BudgetRow.init) }.sorted { left, right in
            (left.standing.usedPercent, left.committedPercent) == (right.standing.usedPercent, right.committedPercent)
                ? left.standing.budget.name < right.standing.budget.name
                : (left.standing.usedPercent, left.committedPercent)
                    > (right.standing.usedPercent, right.committedPercent)
        }
    }

    /// As `recordUsage` answers it: what a caller needs to see at once.
    static let briefShape = Shape(encoding: BudgetRow.self, briefFields)

    static let shape = Shape(encoding: BudgetRow.self, briefFields + moreFields)

    private static let briefFields: [Field<BudgetRow>] = [
        Field("budget", .text, "The budget's name.", .required, get: { $0.standing.budget.name }),
        Field("level", .choice(Level.self), "How near its limit it is.", .required, get: { $0.standing.level }),
        Field(
            "usedPercent", .percent(allowNegative: true), "Spent, in percent of the limit.", .required,
            get: { $0.standing.usedPercent }),
        Field(
            "remaining", .amount, "Limit − spent − reserved in the budget's unit; may be negative.", .required,
            get: { $0.remaining }),
    ]

    private static let moreFields: [Field<BudgetRow>] = [
        Field(
            "unit", .choice(LimitUnit.self), "What it is counted in.", .required, get: { $0.standing.budget.limit.unit }
        ),
        Field("limit", .amount, "The limit.", .required, get: { $0.amount($0.standing.limit) }),
        Field("spent", .amount, "Recorded in this period.", .required, get: { $0.amount($0.standing.spent) }),
        Field("reserved", .amount, "Held by approved tasks.", .required, get: { $0.amount($0.standing.reserved) }),
        Field(
            "committedPercent", .percent(allowNegative: true), "Spent and reserved, in percent of the limit.",
            .required, get: { $0.committedPercent }),
        Field("exceeded", .bool, "True from 100 percent.", .required, get: { $0.standing.isExceeded }),
        Field(
            "enforcement", .choice(Enforcement.self), "Whether it stops approvals or only warns.", .required,
            get: { $0.standing.budget.enforcement }),
        Field(
            "period", .choice(PeriodKind.self), "How often it starts again.", .required,
            get: { $0.standing.period.kind }),
        Field("periodEnd", .timestamp, "When it starts again.", get: { $0.standing.period.end }),
    ]
}

extension BudgetSnapshot {
    /// Nil where no budget is set.
    package var standing: Standing? {
        budget.map { Standing(budget: $0, period: period, spent: spent, reserved: reserved) }
    }
}

/// One alert.
package struct AlertRow: Sendable {
    package var alert: Alert

    fileprivate func amount(_ value: Int64) -> BudgetAmount { BudgetAmount(value, alert.limit.unit) }

    /// The alert in a sentence.
    var message: String {
        let observed = alert.limit.sentenceText(alert.observed)
        let limit = alert.limit.sentenceText(alert.limit.amount)
        switch alert.kind {
        case .threshold:
            return
                "Budget \(alert.budget) has reached \(alert.threshold.decimalText) %: \(observed) of \(limit) is spent."
        case .exceeded: return "Budget \(alert.budget) is used up: \(observed) of \(limit) is spent."
        case .projected:
            return "Budget \(alert.budget) will probably pass its limit: \(observed) of \(limit) is forecast."
        }
    }

    static let shape = Shape(encoding: AlertRow.self, fields)

    static let fields: [Field<AlertRow>] = [
        Field("id", .count, "For acknowledgeAlert.", .required, get: { $0.alert.id }),
        Field("budget", .text, "The budget that it is about.", .required, get: { $0.alert.budget }),
        Field("kind", .choice(Alert.Kind.self), "What set it off.", .required, get: { $0.alert.kind }),
        Field(
            "thresholdPercent", .percent, "The share of the limit that was reached.", .required,
            get: { $0.alert.threshold }),
        Field("message", .text, "The alert in a sentence.", .required, get: { $0.message }),
        Field(
            "unit", .choice(LimitUnit.self), "What the amounts are counted in.", .required,
            get: { $0.alert.limit.unit }),
        Field("limit", .amount, "The limit at that time.", .required, get: { $0.amount($0.alert.limit.amount) }),
        Field(
            "observed", .amount, "What was spent (or forecast) when it fired.", .required,
            get: { $0.amount($0.alert.observed) }),
        Field("firedAt", .timestamp, "When it fired.", .required, get: { $0.alert.firedAt }),
        Field(
            "periodStart", .timestamp, "The budget's period; left out for a total budget.",
            get: { $0.alert.periodEnd == nil ? nil : $0.alert.periodStart }),
        Field("acknowledgedAt", .timestamp, "When somebody took note.", get: { $0.alert.acknowledgedAt }),
        Field("acknowledgedBy", .text, "Who took note.", get: { $0.alert.acknowledgedBy }),
        Field("note", .text(max: 1000), "What they noted.", get: { $0.alert.note }),
    ]
}

/// Token counts of a sum.
package struct TokensRow: Sendable {
    package var tokens: TokenCounts

    static let shape = Shape(
        encoding: TokensRow.self,
        [
            Field("input", .whole, "Uncached input.", .required, get: { $0.tokens.input }),
            Field("output", .whole, "Output, reasoning included.", .required, get: { $0.tokens.output }),
            Field("cacheRead", .whole, "Read from the cache.", .required, get: { $0.tokens.cacheRead }),
            Field(
                "cacheWrite", .whole, "Written to the cache, of any life.", .required,
                get: { $0.tokens.cacheWrite &+ $0.tokens.cacheWrite1h }),
            Field("total", .whole, "All kinds.", .required, get: { (try? $0.tokens.total) ?? .max }),
        ])
}

extension Codec where Value == Int64 {
    /// Any whole number: sums may go below 0 by corrections and beyond 2^53.
    static var whole: Codec { whole(Int64.min...Int64.max) }
}
