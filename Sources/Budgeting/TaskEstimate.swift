// What a task will take, learned from those that are finished.

/// A task that has ended: what it took.
package struct FinishedTask: Hashable, Sendable {
    package var cost: Money
    package var tokens: TokenCounts

    package init(cost: Money, tokens: TokenCounts) {
        self.cost = cost
        self.tokens = tokens
    }
}

/// Where an estimate comes from, the narrowest first.
package enum EstimateBasis: String, Hashable, Sendable, CaseIterable {
    /// The caller gave it.
    case given
    /// Earlier runs of the same task.
    case ownRuns
    case projectLabelsModel
    case labelsModel
    case model
    /// Nothing is known: ``TaskEstimate/typicalTokens``.
    case typical

    /// From how many finished tasks on a group is used: a task's own earlier run tells more than anybody's.
    package var minimumSamples: Int {
        switch self {
        case .given, .typical: 0
        case .ownRuns: 1
        case .projectLabelsModel, .labelsModel, .model: 5
        }
    }
}

/// What a task is expected to take.
package struct TaskEstimate: Hashable, Sendable {
    package let p50: WorkAmount
    package let p90: WorkAmount
    package let basis: EstimateBasis
    /// How many finished tasks it rests on.
    package let samples: Int

    package init(p50: WorkAmount, p90: WorkAmount, basis: EstimateBasis, samples: Int) {
        self.p50 = p50
        self.p90 = p90
        self.basis = basis
        self.samples = samples
    }
}

/// An amount of work in both units.
package struct WorkAmount: Hashable, Sendable {
    package var cost: Money
    package var tokens: TokenAmount

    package init(cost: Money, tokens: TokenAmount) {
        self.cost = cost
        self.tokens = tokens
    }
}

extension TaskEstimate {
    /// Learned from finished tasks, each unit by itself; nil where there are none. See ``RobustQuantiles``.
    package init?(learnedFrom tasks: [FinishedTask], basis: EstimateBasis) throws(ArithmeticOverflow) {
        var amounts: [TokenAmount] = []
        for task in tasks { amounts.append(try TokenAmount(task.tokens)) }
        guard let cost = RobustQuantiles(of: tasks.map(\.cost.nanoUSD)),
            let without = RobustQuantiles(of: amounts.map(\.withoutCacheReads)),
            let with = RobustQuantiles(of: amounts.map(\.withCacheReads))
        else { return nil }
        self.init(
            p50: WorkAmount(
                cost: Money(nanoUSD: cost.p50),
                tokens: TokenAmount(withoutCacheReads: without.p50, withCacheReads: max(with.p50, without.p50))),
            p90: WorkAmount(
                cost: Money(nanoUSD: cost.p90),
                tokens: TokenAmount(withoutCacheReads: without.p90, withCacheReads: max(with.p90, without.p90))),
            basis: basis, samples: tasks.count)
    }

    /// The narrowest group that has enough finished tasks; where none has, the widest that has any; else
    /// ``typical(price:)``. `groups` in any order.
    package static func learned(
        from groups: [(basis: EstimateBasis, tasks: [FinishedTask])], price: ModelPrice
    ) throws(ArithmeticOverflow) -> TaskEstimate {
        let order = EstimateBasis.allCases
        let ranked = groups.sorted {
            (order.firstIndex(of: $0.basis) ?? 0) < (order.firstIndex(of: $1.basis) ?? 0)
        }
        let enough = ranked.first { !$0.tasks.isEmpty && $0.tasks.count >= $0.basis.minimumSamples }
        if let group = enough ?? ranked.last(where: { !$0.tasks.isEmpty }) {
            if let estimate = try TaskEstimate(learnedFrom: group.tasks, basis: group.basis) { return estimate }
        }
        return try typical(price: price)
    }

    /// What a coding agent's task takes where nothing is known: some forty requests over a growing context, most of
    /// it read from the cache. An assumption, to be replaced by the ledger's own tasks as soon as there are any.
    package static let typicalTokens = TokenCounts(
        input: 50_000, output: 20_000, cacheRead: 1_000_000, cacheWrite: 120_000)
    /// p90 ÷ p50 of ``typicalTokens``: a log-normal spread of about 0.9.
    package static let typicalSpread: Int64 = 3
    /// From how many finished tasks on a caller's estimates are corrected.
    package static let leastTurnouts = 3

    /// ``typicalTokens`` at a model's base price.
    package static func typical(price: ModelPrice) throws(ArithmeticOverflow) -> TaskEstimate {
        try given(typicalTokens, cost: nil, price: price, spread: (1, typicalSpread), basis: .typical, samples: 0)
    }

    /// The caller's own estimate, corrected by how such estimates have turned out on this ledger: `turnouts` are
    /// actual ÷ given of finished tasks. Before there are ``leastTurnouts`` of them the caller is taken at their word:
    /// what was asked for is what is held.
    package static func given(
        _ tokens: TokenCounts, cost: Money?, price: ModelPrice, turnouts: [Ratio] = []
    ) throws(ArithmeticOverflow) -> TaskEstimate {
        var spread: (Int64, Int64) = (1000, 1000)
        if turnouts.count >= leastTurnouts,
            let factors = RobustQuantiles(of: turnouts.map(\.thousandths), priorSpread: 0.4)
        {
            spread = (factors.p50, factors.p90)
        }
        return try given(
            tokens, cost: cost, price: price, spread: spread, divisor: 1000, basis: .given,
            samples: turnouts.count)
    }

    private static func given(
        _ tokens: TokenCounts, cost: Money?, price: ModelPrice, spread: (Int64, Int64), divisor: Int64 = 1,
        basis: EstimateBasis, samples: Int
    ) throws(ArithmeticOverflow) -> TaskEstimate {
        let amount = try TokenAmount(tokens)
        var base = cost ?? .zero
        if cost == nil { base = try price.baseCost(ofSum: tokens) }
        func scaled(_ factor: Int64) throws(ArithmeticOverflow) -> WorkAmount {
            func times(_ value: Int64) throws(ArithmeticOverflow) -> Int64 {
                try (Int128(value) * Int128(factor)).dividedHalfToEven(by: Int128(divisor))
            }
            return WorkAmount(
                cost: Money(nanoUSD: try times(base.nanoUSD)),
                tokens: TokenAmount(
                    withoutCacheReads: try times(amount.withoutCacheReads),
                    withCacheReads: try times(amount.withCacheReads)))
        }
        return TaskEstimate(p50: try scaled(spread.0), p90: try scaled(spread.1), basis: basis, samples: samples)
    }
}
