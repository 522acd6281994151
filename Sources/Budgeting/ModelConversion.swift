// What a task would have taken on another model.

extension ModelPrice {
    /// The cost of many requests' tokens together: the long-context tier, which holds for single requests, left out.
    package func baseCost(ofSum tokens: TokenCounts) throws(ArithmeticOverflow) -> Money {
        var base = self
        base.tier = nil
        return try base.cost(of: tokens)
    }
}

extension FinishedTask {
    /// What this task would have taken on another model: its tokens × `tokenRatio` (measured tokens of the new model
    /// ÷ those of the old, 1 where unknown), its cost by the ratio of both list prices for its own mix of tokens, so
    /// that discounts and long contexts stay in. Where the old list price is 0, the new list price.
    package func converted(
        from old: ModelPrice, to new: ModelPrice, tokenRatio: Ratio = Ratio(thousandths: 1000)
    ) throws(ArithmeticOverflow) -> FinishedTask {
        func scaled(_ count: Int64) throws(ArithmeticOverflow) -> Int64 {
            try (Int128(count) * Int128(tokenRatio.thousandths)).dividedHalfToEven(by: 1000)
        }
        let newTokens = TokenCounts(
            input: try scaled(tokens.input), output: try scaled(tokens.output), cacheRead: try scaled(tokens.cacheRead),
            cacheWrite: try scaled(tokens.cacheWrite), cacheWrite1h: try scaled(tokens.cacheWrite1h))
        let oldCost = try old.baseCost(ofSum: tokens)
        let newCost = try new.baseCost(ofSum: newTokens)
        if oldCost <= .zero { return FinishedTask(cost: newCost, tokens: newTokens) }
        let product = Int128(cost.nanoUSD) * Int128(newCost.nanoUSD)
        let converted = try product.dividedHalfToEven(by: Int128(oldCost.nanoUSD))
        return FinishedTask(cost: Money(nanoUSD: converted), tokens: newTokens)
    }
}
