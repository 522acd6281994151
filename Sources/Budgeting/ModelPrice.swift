// What a model's tokens cost.

/// List price of one model, in USD per million tokens by kind; exact to 1e-9 USD.
///
/// The rules are those of the contract, "Money":
/// - a kind without a price of its own is charged as the next dearer one that has it: 1-hour cache write → cache write
///   → input; cache read → input;
/// - a long-context tier holds for the whole request once its input (uncached + cache read + cache writes) is above
///   the threshold; a kind without a tier price keeps its base price;
/// - a record's cost is rounded once, half to even, to 1e-9 USD.
package struct ModelPrice: Hashable, Sendable {
    /// Prices that hold above a number of input tokens in one request. Nil: that kind's base price stays.
    package struct LongContextTier: Hashable, Sendable {
        /// The request must have more input tokens than this, not as many.
        package var aboveTokens: Int64
        package var input: Money?
        package var output: Money?
        package var cacheRead: Money?
        package var cacheWrite: Money?
        package var cacheWrite1h: Money?

        package init(
            aboveTokens: Int64, input: Money? = nil, output: Money? = nil, cacheRead: Money? = nil,
            cacheWrite: Money? = nil, cacheWrite1h: Money? = nil
        ) {
            self.aboveTokens = aboveTokens
            self.input = input
            self.output = output
            self.cacheRead = cacheRead
            self.cacheWrite = cacheWrite
            self.cacheWrite1h = cacheWrite1h
        }
    }

    package var input: Money
    package var output: Money
    package var cacheRead: Money?
    /// Cache writes of five minutes' or unstated life.
    package var cacheWrite: Money?
    package var cacheWrite1h: Money?
    package var tier: LongContextTier?
    /// Nil: always.
    package var effectiveFrom: Instant?

    package init(
        input: Money, output: Money, cacheRead: Money? = nil, cacheWrite: Money? = nil, cacheWrite1h: Money? = nil,
        tier: LongContextTier? = nil, effectiveFrom: Instant? = nil
    ) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.cacheWrite1h = cacheWrite1h
        self.tier = tier
        self.effectiveFrom = effectiveFrom
    }

    /// A model that costs nothing.
    package static let free = ModelPrice(input: .zero, output: .zero)

    /// True where no kind costs anything, in the tier neither.
    package var isFree: Bool {
        func isNothing(_ price: Money?) -> Bool { price == nil || price == .zero }
        guard input == .zero, output == .zero, isNothing(cacheRead), isNothing(cacheWrite), isNothing(cacheWrite1h)
        else {
            return false
        }
        guard let tier else { return true }
        return isNothing(tier.input) && isNothing(tier.output) && isNothing(tier.cacheRead)
            && isNothing(tier.cacheWrite) && isNothing(tier.cacheWrite1h)
    }

    /// True where this request's input is above the long-context threshold.
    package func tierApplies(to tokens: TokenCounts) throws(ArithmeticOverflow) -> Bool {
        guard let tier else { return false }
        return try tokens.allInput > tier.aboveTokens
    }

    /// The cost of one request. Overflow (far beyond any real request) is an error. Negative counts, as a correction
    /// has them, give a negative cost.
    package func cost(of tokens: TokenCounts) throws(ArithmeticOverflow) -> Money {
        let rates = rates(inTier: try tierApplies(to: tokens))
        var sum: Int128 = 0
        func add(_ count: Int64, _ rate: Money) throws(ArithmeticOverflow) {
            let (next, overflow) = sum.addingReportingOverflow(Int128(count) * Int128(rate.nanoUSD))
            if overflow { throw ArithmeticOverflow() }
            sum = next
        }
        try add(tokens.input, rates.input)
        try add(tokens.output, rates.output)
        try add(tokens.cacheRead, rates.cacheRead)
        try add(tokens.cacheWrite, rates.cacheWrite)
        try add(tokens.cacheWrite1h, rates.cacheWrite1h)
        return Money(nanoUSD: try sum.dividedHalfToEven(by: ModelPrice.tokensPerPrice))
    }

    /// Prices are for this many tokens.
    static let tokensPerPrice: Int128 = 1_000_000
}

/// What each kind is charged at, after tier and fallbacks; USD per million tokens.
package struct ChargedRates: Hashable, Sendable {
    package let input: Money
    package let output: Money
    package let cacheRead: Money
    package let cacheWrite: Money
    package let cacheWrite1h: Money
}

/// A request's cost by kind. The parts are rounded one by one, half to even; `total` is rounded once and is the
/// cost: the parts' sum may differ from it by at most 3e-9 USD.
package struct CostBreakdown: Hashable, Sendable {
    package let input: Money
    package let output: Money
    package let cacheRead: Money
    package let cacheWrite: Money
    package let cacheWrite1h: Money
    package let total: Money
    /// True where the long-context tier was charged.
    package let isLongContext: Bool
    package let rates: ChargedRates
}

extension ModelPrice {
    /// The price of each kind with the tier or without it, after the fallbacks.
    package func rates(inTier: Bool) -> ChargedRates {
        let tier = inTier ? self.tier : nil
        let input = tier?.input ?? self.input
        let cacheWrite = tier?.cacheWrite ?? self.cacheWrite ?? input
        return ChargedRates(
            input: input,
            output: tier?.output ?? output,
            cacheRead: tier?.cacheRead ?? cacheRead ?? input,
            cacheWrite: cacheWrite,
            cacheWrite1h: tier?.cacheWrite1h ?? cacheWrite1h ?? cacheWrite)
    }

    /// The cost of one request by kind.
    package func breakdown(of tokens: TokenCounts) throws(ArithmeticOverflow) -> CostBreakdown {
        let isLongContext = try tierApplies(to: tokens)
        let rates = rates(inTier: isLongContext)
        func part(_ count: Int64, _ rate: Money) throws(ArithmeticOverflow) -> Money {
            let product = Int128(count) * Int128(rate.nanoUSD)
            return Money(nanoUSD: try product.dividedHalfToEven(by: ModelPrice.tokensPerPrice))
        }
        return CostBreakdown(
            input: try part(tokens.input, rates.input),
            output: try part(tokens.output, rates.output),
            cacheRead: try part(tokens.cacheRead, rates.cacheRead),
            cacheWrite: try part(tokens.cacheWrite, rates.cacheWrite),
            cacheWrite1h: try part(tokens.cacheWrite1h, rates.cacheWrite1h),
            total: try cost(of: tokens),
            isLongContext: isLongContext,
            rates: rates)
    }
}
