// Estimates: robust to outliers, wide where little is known, carried over to other models.

import Testing

@testable import Budgeting

struct EstimateTests {
    @Test func nothingGivesNothing() {
        #expect(RobustQuantiles(of: []) == nil)
    }

    static let medianTable: [([Int64], Int64)] = [
        ([10], 10), ([10, 20], 15), ([10, 11], 10), ([11, 12], 12), ([30, 10, 20], 20), ([0, 0, 5], 0), ([-5], 0),
        ([Int64.max, .max], .max),
    ]

    @Test(arguments: medianTable)
    func medians(amounts: [Int64], p50: Int64) throws {
        let quantiles = try #require(RobustQuantiles(of: amounts))
        #expect(quantiles.p50 == p50)
        #expect(quantiles.p90 >= p50)
        #expect(quantiles.samples == amounts.count)
    }

    /// Equal samples: the room above them shrinks as they grow in number.
    @Test func fewSamplesAreWide() throws {
        let ratios = try [1, 2, 4, 8, 16, 29].map { count in
            let quantiles = try #require(RobustQuantiles(of: Array(repeating: 1_000_000, count: count)))
            return Double(quantiles.p90) / 1e6
        }
        #expect(ratios == ratios.sorted(by: >))
        #expect(ratios[0] > 3.5 && ratios[0] < 4)
        #expect(ratios[5] > 1.2 && ratios[5] < 1.5)
    }

    @Test func anOutlierMovesLittle() throws {
        let usual: [Int64] = [900, 1_000, 1_100, 950, 1_050, 1_000, 980, 1_020, 990]
        let clean = try #require(RobustQuantiles(of: usual))
        let spoiled = try #require(RobustQuantiles(of: usual + [1_000_000]))
        #expect(spoiled.p50 <= clean.p50 + 20)
        #expect(Double(spoiled.p90) < 1.1 * Double(clean.p90))
    }

    @Test func manySamplesSpeakForThemselves() throws {
        let quantiles = try #require(RobustQuantiles(of: Array(1...100)))
        #expect(quantiles.p50 == 50 && quantiles.p90 == 90)
    }

    /// About 90 of 100 next tasks stay under p90, from 1 sample to 40, for log-normal costs.
    @Test(arguments: [1, 2, 3, 5, 10, 20, 40])
    func p90Covers(samples: Int) throws {
        var random = TestRandom(seed: UInt64(samples))
        // The sum of 12 uniforms is nearly normal; doubling per step of 0.7 / ln 2 gives a log spread of 0.7.
        func cost() -> Int64 {
            let normal = (0..<12).reduce(0.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) } - 6
            var value = 1_000_000.0
            for _ in 0..<100 { value *= 1 + normal * 0.7 / 100 }
            return Int64(value)
        }
        var under = 0
        for _ in 0..<2_000 {
            let quantiles = try #require(RobustQuantiles(of: (0..<samples).map { _ in cost() }))
            if cost() <= quantiles.p90 { under += 1 }
        }
        #expect(under > 1_720 && under < 1_900, "\(under) of 2000")
    }

    static let price = ModelPrice(input: usd("3"), output: usd("15"), cacheRead: usd("0.3"), cacheWrite: usd("3.75"))

    static func tasks(_ count: Int, dollars: Int64) -> [FinishedTask] {
        (0..<count).map { _ in
            FinishedTask(
                cost: Money(nanoUSD: dollars * Money.nanoPerUSD), tokens: TokenCounts(input: 1_000, cacheRead: 9_000))
        }
    }

    @Test func theNarrowestGroupWithEnoughRunsIsUsed() throws {
        func basis(_ groups: [(basis: EstimateBasis, tasks: [FinishedTask])]) throws -> String {
            let estimate = try TaskEstimate.learned(from: groups, price: Self.price)
            return "\(estimate.basis) \(estimate.samples)"
        }
        let wide: (basis: EstimateBasis, tasks: [FinishedTask]) = (.model, Self.tasks(50, dollars: 2))
        #expect(try basis([]) == "typical 0")
        #expect(try basis([(.ownRuns, [])]) == "typical 0")
        #expect(try basis([wide, (.projectLabelsModel, Self.tasks(5, dollars: 1))]) == "projectLabelsModel 5")
        #expect(try basis([wide, (.projectLabelsModel, Self.tasks(4, dollars: 1))]) == "model 50")
        #expect(try basis([wide, (.ownRuns, Self.tasks(1, dollars: 1))]) == "ownRuns 1")
        #expect(
            try basis([(.model, Self.tasks(3, dollars: 2)), (.labelsModel, Self.tasks(2, dollars: 1))]) == "model 3")
    }

    @Test func learnedAmountsKeepTheirUnits() throws {
        let estimate = try #require(try TaskEstimate(learnedFrom: Self.tasks(40, dollars: 2), basis: .model))
        #expect(estimate.p50.cost == usd("2") && estimate.p90.cost == usd("2"))
        #expect(estimate.p50.tokens == TokenAmount(withoutCacheReads: 1_000, withCacheReads: 10_000))
    }

    @Test func theTypicalTaskIsPriced() throws {
        let estimate = try TaskEstimate.typical(price: Self.price)
        #expect(estimate.p50.cost == usd("1.2") && estimate.p90.cost == usd("3.6"))
        #expect(estimate.p90.tokens.withoutCacheReads == 570_000)
    }

    @Test func givenEstimatesAreCorrectedByHowTheyTurnOut() throws {
        let tokens = TokenCounts(input: 100_000, output: 10_000)
        let alone = try TaskEstimate.given(tokens, cost: nil, price: Self.price)
        #expect(alone.p50.cost == usd("0.45") && alone.samples == 0)
        #expect(alone.p90 == alone.p50, "taken at its word until there is evidence")
        let doubled = try TaskEstimate.given(
            tokens, cost: usd("1"), price: Self.price, turnouts: Array(repeating: Ratio(thousandths: 2_000), count: 30))
        #expect(doubled.p50.cost == usd("2") && doubled.p90.cost == usd("2") && doubled.samples == 30)
        #expect(doubled.p50.tokens.withoutCacheReads == 220_000)
    }

    @Test func tasksAreConvertedByPriceAndTokens() throws {
        let cheap = ModelPrice(input: usd("1"), output: usd("5"), cacheRead: usd("0.1"))
        let task = FinishedTask(cost: usd("0.9"), tokens: TokenCounts(input: 100_000, output: 40_000))
        let converted = try task.converted(from: Self.price, to: cheap)
        #expect(converted.cost == usd("0.3") && converted.tokens == task.tokens)
        // Billed at half the list price: the discount stays.
        let discounted = try FinishedTask(cost: usd("0.45"), tokens: task.tokens).converted(from: Self.price, to: cheap)
        #expect(discounted.cost == usd("0.15"))
        let wordy = try task.converted(from: Self.price, to: cheap, tokenRatio: Ratio(thousandths: 1_500))
        #expect(wordy.cost == usd("0.45") && wordy.tokens.input == 150_000)
        #expect(try task.converted(from: .free, to: cheap).cost == usd("0.3"))
        #expect(try task.converted(from: Self.price, to: .free).cost == .zero)
    }

    @Test func sumsOfRequestsAreNotLongContexts() throws {
        var price = Self.price
        price.tier = .init(aboveTokens: 200_000, input: usd("6"))
        #expect(try price.baseCost(ofSum: TokenCounts(input: 1_000_000)) == usd("3"))
    }
}
