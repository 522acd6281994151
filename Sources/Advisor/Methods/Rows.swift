// Objects that stand in the results of more than one method.
import Budgeting
import JSONRPC

/// How near a budget is to its limit.
package enum Level: String, CaseIterable, Sendable { case green, yellow, orange, red }

/// An amount in a budget's own unit.
package enum BudgetAmount: Sendable {
    case usd(Money)
    case tokens(Int64)
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
                case .usd(let money): Codec<Money>.usd.encode(money, &writer)
                case .tokens(let count): writer.write(count)
                }
            })
    }
}

/// The budget nearest its limit, in brief.
package struct NearestBudget: Sendable {
    package var budget: String
    package var level: Level
    package var usedPercent: Percent
    /// Limit − spent − reserved in the budget's own unit; may be negative.
    package var remaining: BudgetAmount

    static let shape = Shape(
        encoding: NearestBudget.self,
        [
            Field("budget", .text, "The budget's name.", .required, get: { $0.budget }),
            Field("level", .choice(Level.self), "How near its limit it is.", .required, get: { $0.level }),
            Field("usedPercent", .percent, "Spent, in percent of the limit.", .required, get: { $0.usedPercent }),
            Field("remaining", .amount, "Limit − spent − reserved; may be negative.", .required, get: { $0.remaining }),
        ])
}

/// One alert.
package struct AlertRow: Sendable {
    package var id: Int64
    package var budget: String
    package var kind: Kind
    package var thresholdPercent: Int64
    package var message: String

    package enum Kind: String, CaseIterable, Sendable { case threshold, exceeded, projected }

    static let shape = Shape(
        encoding: AlertRow.self,
        [
            Field("id", .count, "For acknowledgeAlert.", .required, get: { $0.id }),
            Field("budget", .text, "The budget that it is about.", .required, get: { $0.budget }),
            Field("kind", .choice(Kind.self), "What set it off.", .required, get: { $0.kind }),
            Field(
                "thresholdPercent", .count, "The threshold that was passed.", .required, get: { $0.thresholdPercent }),
            Field("message", .text, "The alert in a sentence.", .required, get: { $0.message }),
        ])
}
