// The backtest's cases, and scores that can be checked by hand.
import Testing

@testable import Forecasting

@Suite struct BacktestTests {
    private func series(_ name: String, _ values: [Double], _ months: [Range<Int>]) -> BacktestSeries {
        BacktestSeries(name: name, firstWeekday: 0, values: values, months: months)
    }

    @Test func everyFullMonthWithSpendingIsCutFiveTimes() {
        let values = Array(repeating: 0.0, count: 30) + Array(repeating: 1.0, count: 31)
        let cases = BacktestCase.all(of: series("a-x", values, [0..<30, 30..<61]))
        #expect(cases.map(\.cut) == [32, 36, 41, 47, 53])
        #expect(cases.allSatisfy { $0.actual == 31 })
    }

    @Test(arguments: BacktestMethod.allCases) func aConstantSeriesIsForecastByAll(method: BacktestMethod) throws {
        let one = series("a-x", Array(repeating: 2, count: 150), [120..<150])
        let cases = BacktestCase.all(of: one)
        let said = cases.map { method.quantiles($0) }
        let score = try #require(BacktestScore(method, cases, said: said))
        #expect(score.coverage == 1 && score.pinballLoss < 1e-6 && abs(score.bias) < 1e-6 && score.width < 1e-6)
    }

    @Test func ownersCountAlike() throws {
        // Owner a has two series, said exactly; owner b one, said 50 % too high.
        let values = Array(repeating: 1.0, count: 30)
        let cases = ["a-x", "a-y", "b-x"].flatMap { BacktestCase.all(of: series($0, values, [0..<30])) }
        let said = cases.map { test in
            let amount = test.series.name == "b-x" ? 45.0 : 30
            return Quantiles(p10: amount, p50: amount, p90: amount)
        }
        let score = try #require(BacktestScore(.ours, cases, said: said))
        #expect(abs(score.bias - 0.25) < 1e-12 && abs(score.coverage - 0.5) < 1e-12)
        // Pinball: 0.5 × (0.9 + 0.5 + 0.1) ÷ 3 for b.
        #expect(abs(score.pinballLoss - 0.125) < 1e-12)
    }

    @Test func weekdaysAreSharesOfAMeanDay() {
        let steady = (0..<56).map { $0 % 7 < 5 ? 7.0 : 0 }
        let shares = weekdayShares(of: steady[...])
        #expect(abs(shares[0] - 1.4) < 1e-12 && shares[6] == 0)
        var random = SeededRandom(seed: 3)
        let noise = weekdayShares(of: random.agentDays(56)[...])
        #expect(noise.allSatisfy { $0 > 0.5 && $0 < 1.6 })
    }

    @Test func accuracyLooksOnlyAtThePast() throws {
        var random = SeededRandom(seed: 5)
        var days = random.agentDays(200)
        let given = history(days, elapsed: 0, before: 10)
        let past = try #require(accuracy(of: given))
        #expect(past.cases == 6)
        // This period's days are no past period's.
        for index in 190..<200 { days[index] = 1000 }
        #expect(accuracy(of: history(days, elapsed: 0, before: 10)) == past)
        #expect(accuracy(of: history([1, 2, 3], before: 3)) == nil)
    }
}
