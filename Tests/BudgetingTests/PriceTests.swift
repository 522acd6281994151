// What tokens cost: tiers, fallbacks, one rounding.

import Testing

@testable import Budgeting

/// An amount in dollars; a text that is none fails the test.
func usd(_ text: String) -> Money {
    if let amount = try? Money(decimalText: text) { return amount }
    Issue.record("no amount: \(text)")
    return Money(nanoUSD: .min)
}

struct PriceTests {
    static func price(tiered: Bool = false) throws -> ModelPrice {
        var price = ModelPrice(
            input: usd("3"), output: usd("15"), cacheRead: usd("0.3"), cacheWrite: usd("3.75"),
            cacheWrite1h: usd("6"))
        if tiered {
            price.tier = .init(
                aboveTokens: 200_000, input: usd("6"), output: usd("22.5"), cacheRead: usd("0.6"))
        }
        return price
    }

    @Test func everyKindHasItsPrice() throws {
        let tokens = TokenCounts(
            input: 1_000, output: 2_000, cacheRead: 30_000, cacheWrite: 4_000, cacheWrite1h: 5_000)
        let breakdown = try Self.price().breakdown(of: tokens)
        #expect(breakdown.input == usd("0.003"))
        #expect(breakdown.output == usd("0.03"))
        #expect(breakdown.cacheRead == usd("0.009"))
        #expect(breakdown.cacheWrite == usd("0.015"))
        #expect(breakdown.cacheWrite1h == usd("0.03"))
        #expect(breakdown.total == usd("0.087"))
        #expect(!breakdown.isLongContext)
    }

    /// The threshold is on all input together, and must be passed, not met; then it holds for the whole request.
    @Test(arguments: [
        (TokenCounts(input: 200_000, output: 1), "0.600015"),
        (TokenCounts(input: 200_001, output: 1), "1.2000285"),
        (TokenCounts(input: 100_000, output: 1_000_000, cacheRead: 50_000, cacheWrite: 50_000), "15.5025"),
        (TokenCounts(input: 100_000, output: 1_000_000, cacheRead: 50_000, cacheWrite: 50_001), "23.31750375"),
        (TokenCounts(input: 1, cacheWrite1h: 200_000), "1.200006"),
    ])
    func tiers(tokens: TokenCounts, cost: String) throws {
        #expect(try Self.price(tiered: true).cost(of: tokens).decimalText == cost)
    }

    @Test func missingKindsAreChargedAsTheNextDearerOne() throws {
        let bare = ModelPrice(input: usd("2"), output: usd("8"))
        let rates = bare.rates(inTier: false)
        #expect(rates.cacheRead == usd("2") && rates.cacheWrite == usd("2"))
        #expect(rates.cacheWrite1h == usd("2"))
        let withWrite = ModelPrice(input: usd("2"), output: usd("8"), cacheWrite: usd("2.5"))
        #expect(withWrite.rates(inTier: false).cacheWrite1h == usd("2.5"))
        let tiered = ModelPrice(
            input: usd("2"), output: usd("8"), cacheWrite: usd("2.5"),
            tier: .init(aboveTokens: 1, input: usd("4")))
        #expect(tiered.rates(inTier: true).cacheRead == usd("4"))
        #expect(tiered.rates(inTier: true).cacheWrite == usd("2.5"))
        #expect(tiered.rates(inTier: true).output == usd("8"))
        let freeWrites = ModelPrice(input: usd("2"), output: usd("8"), cacheWrite: .zero)
        #expect(try freeWrites.cost(of: TokenCounts(cacheWrite: 1_000_000, cacheWrite1h: 1_000_000)) == .zero)
    }

    /// 0.0005 nano-dollars a token: two halves make one whole, where rounding each kind would give 0 or 2.
    @Test func aRecordIsRoundedOnceHalfToEven() throws {
        let half = ModelPrice(input: Money(nanoUSD: 500_000), output: Money(nanoUSD: 500_000))
        #expect(try half.cost(of: TokenCounts(input: 1)).nanoUSD == 0)
        #expect(try half.cost(of: TokenCounts(input: 1, output: 1)).nanoUSD == 1)
        #expect(try half.cost(of: TokenCounts(input: 3)).nanoUSD == 2)
        #expect(try half.cost(of: TokenCounts(input: 5)).nanoUSD == 2)
        #expect(try half.cost(of: TokenCounts(input: -3)).nanoUSD == -2)
    }

    @Test func overflowIsAnError() throws {
        let price = ModelPrice(
            input: Money(nanoUSD: .max), output: Money(nanoUSD: .max), cacheRead: .init(nanoUSD: .max))
        #expect(throws: ArithmeticOverflow.self) {
            try price.cost(of: TokenCounts(input: .max, output: .max, cacheRead: .max, cacheWrite: .max))
        }
        #expect(throws: ArithmeticOverflow.self) { try price.cost(of: TokenCounts(input: 1_000_001)) }
        #expect(try price.cost(of: TokenCounts(input: 1_000_000)).nanoUSD == .max)
        #expect(throws: ArithmeticOverflow.self) {
            try Self.price(tiered: true).cost(of: .init(input: .max, cacheRead: 1))
        }
        let largest: Int64 = 9_007_199_254_740_991
        #expect(throws: ArithmeticOverflow.self) { try Self.price().cost(of: TokenCounts(output: largest)) }
    }

    /// Against long division by hand: whole dollars' worth and the rest apart.
    @Test func costsAreExact() throws {
        var random = TestRandom(seed: 6)
        for _ in 0..<2_000 {
            let price = ModelPrice(
                input: Money(nanoUSD: random.magnitude(maxBits: 40)),
                output: Money(nanoUSD: random.magnitude(maxBits: 40)))
            let tokens = TokenCounts(input: random.magnitude(maxBits: 36), output: random.magnitude(maxBits: 36))
            let cost = try? price.cost(of: tokens)
            let exact =
                Int128(tokens.input) * Int128(price.input.nanoUSD) + Int128(tokens.output)
                * Int128(price.output.nanoUSD)
            guard let cost else {
                #expect(exact > Int128(Int64.max) * 1_000_000)
                continue
            }
            let error = exact - Int128(cost.nanoUSD) * 1_000_000
            #expect(abs(error) <= 500_000)
            if abs(error) == 500_000 { #expect(cost.nanoUSD % 2 == 0) }
        }
    }

    @Test func freeMeansNothingCosts() throws {
        #expect(ModelPrice.free.isFree)
        #expect(!ModelPrice(input: .zero, output: Money(nanoUSD: 1)).isFree)
        #expect(!ModelPrice(input: .zero, output: .zero, tier: .init(aboveTokens: 1, output: Money(nanoUSD: 1))).isFree)
    }
}
