// estimateCost: what a call would cost, by kind of token.
import Budgeting
import Ledger

package enum EstimateCost {
    package struct Params: Sendable {
        package var model = ""
        package var tokens = TokenCounts()
        package var at: Instant?
    }

    package struct Result: Sendable {
        var resolved: ResolvedPrice
        var breakdown: CostBreakdown
        var tokens: TokenCounts
    }

    package static let method = Method(
        "estimateCost", title: "Estimate cost", summary: "What a call of so many tokens would cost. Records nothing.",
        description: "A model without a price is estimated high and says so in costBasis.", effect: .reads,
        isIdempotent: true, params: params, result: .object(result),
        examples: [
            Example("a long context", #"{"model":"claude-sonnet-4-5","inputTokens":250000,"outputTokens":4000}"#)
        ],
        handler: { params, session in
            let resolved = try session.ledger.current().priceBook().resolveOrEstimate(
                params.model, at: params.at ?? session.now)
            guard let breakdown = try? resolved.price.breakdown(of: params.tokens) else {
                throw AdvisorError.invalid("", "the cost of so many tokens cannot be held exactly; give smaller counts")
            }
            return Result(resolved: resolved, breakdown: breakdown, tokens: params.tokens)
        })

    static let params = Shape<Params>(
        Params(),
        [
            Field("model", .text, "The model, in any usual spelling.", .required) { $0.model = $1 },
            Field("inputTokens", .count, "Uncached input.", default: 0) { $0.tokens.input = $1 },
            Field("outputTokens", .count, "Output, reasoning included.", default: 0) { $0.tokens.output = $1 },
            Field("cacheReadTokens", .count, "Read from the cache.", default: 0) { $0.tokens.cacheRead = $1 },
            Field("cacheWriteTokens", .count, "Written to the cache for 5 minutes.", default: 0) {
                $0.tokens.cacheWrite = $1
            },
            Field("cacheWrite1hTokens", .count, "Written to the cache for 1 hour.", default: 0) {
                $0.tokens.cacheWrite1h = $1
            },
            Field("at", .timestamp, "When the call would be made; now when left out.") { $0.at = $1 },
        ])

    static let result = Shape(
        encoding: Result.self,
        [
            Field("model", .text, "The name the price is listed under.", .required, get: { $0.resolved.name }),
            Field("costUSD", .usd, "The whole cost, rounded once.", .required, get: { $0.breakdown.total }),
            Field(
                "costBasis", .choice(CostBasis.self), "Where the price comes from.", .required,
                get: { $0.resolved.costBasis }),
            Field("totalTokens", .count, "All kinds of tokens.", .required, get: { (try? $0.tokens.total) ?? .max }),
            Field(
                "longContext", .bool, "True: the tier for long inputs holds.", .required,
                get: { $0.breakdown.isLongContext }),
            Field("inputUSD", .usd, "The uncached input's part.", .required, get: { $0.breakdown.input }),
            Field("outputUSD", .usd, "The output's part.", .required, get: { $0.breakdown.output }),
            Field("cacheReadUSD", .usd, "The cache reads' part.", .required, get: { $0.breakdown.cacheRead }),
            Field(
                "cacheWriteUSD", .usd, "The 5-minute cache writes' part.", .required, get: { $0.breakdown.cacheWrite }),
            Field(
                "cacheWrite1hUSD", .usd, "The 1-hour cache writes' part.", .required, get: { $0.breakdown.cacheWrite1h }
            ),
            Field(
                "price", .object(PriceRow.shape), "The price that was used.", .required, get: { PriceRow($0.resolved) }),
        ])
}
