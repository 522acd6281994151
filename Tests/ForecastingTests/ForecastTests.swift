// What must hold of every forecast.
import Testing

@testable import Forecasting

func history(
    _ days: [Double], today: Double = 0, elapsed: Double = 0.5, weekday: Int = 2, before: Int = 10, length: Int = 30,
    committed: Double = 0
) -> SpendHistory {
    SpendHistory(
        dailyTotals: days, todayWeekday: weekday, today: today, todayElapsed: elapsed, periodDaysElapsed: before,
        periodLength: length, committed: committed)
}

extension SeededRandom {
    mutating func share() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// Days as agents spend: idle days, usual ones and a few large ones.
    mutating func agentDays(_ count: Int) -> [Double] {
        (0..<count).map { _ in
            let kind = share()
            return kind < 0.35 ? 0 : kind < 0.92 ? 20 * share() : 200 * share()
        }
    }
}

private func nearly(_ left: Double, _ right: Double, _ tolerance: Double = 1e-9) -> Bool {
    abs(left - right) <= tolerance * max(1, abs(left), abs(right))
}

@Suite struct ForecastTests {
    @Test func nothingSpentGivesNoForecast() {
        #expect(forecast(history([])) == nil)
        #expect(forecast(history([0, 0, 0])) == nil)
    }

    @Test func aSteadySpenderIsProjectedExactly() throws {
        let result = try #require(forecast(history(Array(repeating: 10, count: 120), today: 5)))
        #expect(abs(result.projected.p50 - 300) < 1e-6)
        #expect(result.projected.p90 - result.projected.p10 < 1e-6)
        #expect(result.probability(ofPassing: 299) == 1 && result.probability(ofPassing: 301) == 0)
        #expect(result.exhaustion(of: 150).p50 == 4)
        #expect(result.confidence == .high)
        let accuracy = try #require(result.accuracy)
        #expect(accuracy.cases == 3 && accuracy.medianError < 0.01)
    }

    @Test func aTeamThatRestsAtWeekendsIsProjectedExactly() throws {
        // Monday first; today, after 20 weeks, is a Monday.
        let days = (0..<140).map { $0 % 7 < 5 ? 8.0 : 0 }
        let result = try #require(forecast(history(days, elapsed: 0, weekday: 0, before: 14, length: 28)))
        #expect(abs(result.projected.p50 - 160) < 1e-6)
        #expect(result.projected.p90 - result.projected.p10 < 1e-6)
        #expect(result.daily.count == 14 && nearly(result.daily[4].p50, 120) && nearly(result.daily[6].p50, 120))
    }

    @Test func promisesAreAFloor() throws {
        let result = try #require(forecast(history(Array(repeating: 1, count: 30), today: 1, committed: 500)))
        #expect(result.projected.p10 >= result.spent + 500 - 1e-9)
    }

    @Test func theFirstDayHasAWideInterval() throws {
        let result = try #require(forecast(history([], today: 4, before: 0)))
        #expect(result.confidence == .low)
        #expect(result.projected.p90 > 2 * result.projected.p10)
    }

    @Test(arguments: [1, 7, 20]) func oneHundredfoldDayMovesTheRestByLessThanAQuarter(ago: Int) throws {
        var random = SeededRandom(seed: 4)
        var days = (0..<90).map { _ in 8 + 4 * random.share() }
        let usual = try #require(forecast(history(days, elapsed: 0, before: 0)))
        days[days.count - ago] = 1000
        let moved = try #require(forecast(history(days, elapsed: 0, before: 0)))
        #expect(abs(moved.projected.p50 / usual.projected.p50 - 1) < 0.25)
    }

    @Test func steadyGrowthIsFollowed() throws {
        let days = (0..<90).map { 10 * growth($0) }
        let actual = (90..<120).reduce(0) { $0 + 10 * growth($1) }
        let result = try #require(forecast(history(days, elapsed: 0, before: 0)))
        #expect(result.projected.p50 > 0.85 * actual && result.projected.p50 < 1.1 * actual)
        #expect(result.projected.p10 < result.projected.p50 && result.projected.p90 > actual)
    }

    /// Noise of ± 50 %, the mean of 20 series: nothing is lost to what is only noise.
    @Test(arguments: [(1.0, 0.92, 1.05), (1.02, 0.65, 1.05), (0.98, 0.9, 1.5)])
    func noiseOnASteadyCourseIsNoise(factor: Double, least: Double, most: Double) throws {
        var sum = 0.0
        for seed in 1...20 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            var (level, days) = (10.0, [Double]())
            for _ in 0..<120 {
                days.append(level * (0.5 + random.share()))
                level *= factor
            }
            let result = try #require(forecast(history(Array(days[..<90]), elapsed: 0, before: 0)))
            sum += result.projected.p50 / days[90...].reduce(0, +) / 20
        }
        #expect(sum > least && sum < most, "\(sum)")
    }

    /// Days since everything costs ten times as much: the share of the new level that is believed.
    @Test(arguments: [(3, 0.5), (7, 0.8), (14, 0.85)]) func aTenfoldJumpIsFollowed(days: Int, least: Double) throws {
        let past = Array(repeating: 1.0, count: 90 - days) + Array(repeating: 10, count: days)
        let result = try #require(forecast(history(past, elapsed: 0, before: 0)))
        #expect(result.projected.p50 > least * 300 && result.projected.p50 < 330)
    }

    @Test func theIntervalFollowsItsOwnErrors() throws {
        func factor(_ cases: Int, _ coverage: Double) -> Double {
            Accuracy(cases: cases, medianError: 0.3, coverage: coverage, bias: 0).spreadFactor
        }
        #expect(factor(12, 0.5) > 1.15 && factor(12, 1) < 0.95 && factor(12, 0) <= 1.6)
        #expect(abs(factor(1, 0) - 1) < 0.1 && factor(10, 0.8) == 1)
        // Periods that alternate between 1 and 20 a day miss: the interval is wider than from the days alone.
        let days = (0..<300).map { ($0 / 30) % 2 == 0 ? 1.0 : 20 }
        let given = history(days, elapsed: 0, before: 0)
        let result = try #require(forecast(given))
        let plain = total(of: given, spreadBy: 1)
        let spread = try #require(result.accuracy?.spreadFactor)
        #expect(spread > 1.2 && result.confidence != .high)
        #expect(result.projected.p90 - result.projected.p50 >= (plain.p90 - plain.p50) * spread * 0.999)
        #expect(nearly(result.projected.p50, plain.p50))
    }

    @Test func anIdleLedgerStaysIdle() throws {
        let days = Array(repeating: 5.0, count: 30)
        let month = try #require(forecast(history(days + Array(repeating: 0, count: 40), before: 9)))
        #expect(month.projected.p50 <= 5 && month.projected.p90 > 0)
        // After 112 idle days waking is not excluded, but below one in ten.
        let long = try #require(forecast(history(days + Array(repeating: 0, count: 150), before: 9)))
        #expect(long.projected.p90 == 0)
        #expect(long.probability(ofPassing: 0) > 0 && long.probability(ofPassing: 0) <= 0.1)
        let years = try #require(forecast(history(days + Array(repeating: 0, count: 400), before: 9)))
        #expect(years.probability(ofPassing: 0) == 0)
    }

    @Test func aWeekLaterTheSameDaysGiveTheSame() throws {
        var random = SeededRandom(seed: 9)
        let days = random.agentDays(80)
        let now = try #require(forecast(history(days, today: 3, weekday: 4)))
        let later = try #require(forecast(history(days, today: 3, weekday: 11)))
        #expect(now.projected == later.projected && now.daily == later.daily)
    }

    @Test(arguments: 0..<300) func ofRandomHistoriesTheQuantilesAreInOrder(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let days = random.agentDays(random.index(below: 130))
        let length = 1 + random.index(below: 31)
        let given = history(
            days, today: 3 * random.share(), elapsed: random.share(), weekday: random.index(below: 7),
            before: min(random.index(below: length), days.count), length: length)
        guard let result = forecast(given) else { return }
        let projected = result.projected
        #expect(given.spent <= projected.p10)
        #expect(projected.p10 <= projected.p50 && projected.p50 <= projected.p90)
        #expect(projected.p90.isFinite && result.mean.isFinite && result.runRate.isFinite)
        for (earlier, later) in zip(result.daily, result.daily.dropFirst()) {
            #expect(earlier.p10 <= later.p10 && earlier.p50 <= later.p50 && earlier.p90 <= later.p90)
        }
        // The path ends where the total is, and the total is what the backtest measures.
        #expect(result.daily.last == projected)
        let measured = projectedTotal(given)
        #expect(nearly(measured.p10, projected.p10) && nearly(measured.p50, projected.p50))
        #expect(nearly(measured.p90, projected.p90))
        // In another unit everything scales.
        var scaled = given
        scaled.dailyTotals = given.dailyTotals.map { $0 * 1024 }
        scaled.today *= 1024
        let other = try #require(forecast(scaled))
        #expect(nearly(other.projected.p10 / 1024, projected.p10) && nearly(other.projected.p50 / 1024, projected.p50))
        #expect(nearly(other.projected.p90 / 1024, projected.p90))
        // A limit at a quantile is passed by its share of the courses.
        if projected.p10 < projected.p50, projected.p50 < projected.p90 {
            #expect(abs(result.probability(ofPassing: projected.p50) - 0.5) < 0.01)
            #expect(abs(result.probability(ofPassing: projected.p90) - 0.1) < 0.01)
        }
    }

    @Test(arguments: [
        [Double.nan, 1, .infinity, -5], [Double.greatestFiniteMagnitude, 1, 2], [1e-300, 0, 1e-300],
        [Double.leastNonzeroMagnitude],
    ]) func strangeAmountsGiveNumbers(days: [Double]) throws {
        for elapsed in [0, 0.5, 1, .nan] {
            guard let result = forecast(history(days, today: 1, elapsed: elapsed, before: 3)) else { continue }
            #expect(!result.projected.p10.isNaN && !result.projected.p50.isNaN && !result.projected.p90.isNaN)
            #expect(!result.mean.isNaN && !result.runRate.isNaN)
        }
    }
}

/// 2 % a day.
private func growth(_ day: Int) -> Double { (0..<day).reduce(1) { product, _ in product * 1.02 } }
