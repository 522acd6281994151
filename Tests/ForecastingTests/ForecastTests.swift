// What must hold of every forecast.
import Testing

@testable import Forecasting

private func history(
    _ days: [Double], today: Double = 0, elapsed: Double = 0.5, before: Int = 10, length: Int = 30,
    committed: Double = 0
) -> SpendHistory {
    SpendHistory(
        dailyTotals: days, todayWeekday: 2, today: today, todayElapsed: elapsed, periodDaysElapsed: before,
        periodLength: length, committed: committed)
}

@Suite struct ForecastTests {
    @Test func nothingSpentGivesNoForecast() {
        #expect(forecast(history([])) == nil)
        #expect(forecast(history([0, 0, 0])) == nil)
    }

    @Test func aSteadySpenderIsProjectedExactly() throws {
        let result = try #require(forecast(history(Array(repeating: 10, count: 60), today: 5)))
        #expect(abs(result.projected.p50 - 300) < 1e-6)
        #expect(result.projected.p90 - result.projected.p10 < 1e-6)
        #expect(result.probability(ofPassing: 299) == 1 && result.probability(ofPassing: 301) == 0)
        #expect(result.exhaustion(of: 150).p50 == 4)
        #expect(result.confidence == .high)
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

    @Test(arguments: 0..<200) func ofRandomHistoriesTheQuantilesAreInOrder(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let count = Int(random.next() % 120)
        let days = (0..<count).map { _ in random.uniform() < 0.4 ? 0 : 100 * random.uniform() * random.uniform() }
        let length = 1 + Int(random.next() % 31)
        let before = min(Int(random.next() % UInt64(length)), count)
        let given = history(
            days, today: 3 * random.uniform(), elapsed: random.uniform(), before: before, length: length)
        guard let result = forecast(given) else { return }
        let projected = result.projected
        #expect(given.spent <= projected.p10 + 1e-9)
        #expect(projected.p10 <= projected.p50 && projected.p50 <= projected.p90)
        #expect(projected.p90.isFinite && result.mean.isFinite && result.runRate.isFinite)
        for (earlier, later) in zip(result.daily, result.daily.dropFirst()) { #expect(earlier.p50 <= later.p50 + 1e-9) }
        #expect(abs((result.daily.last?.p50 ?? 0) - projected.p50) < 1e-9)
        // In another unit everything scales.
        var scaled = given
        scaled.dailyTotals = days.map { $0 * 1000 }
        scaled.today *= 1000
        let other = try #require(forecast(scaled))
        #expect(abs(other.projected.p90 / 1000 - projected.p90) < 1e-6 * max(1, projected.p90))
        // A limit at the median is passed by about half of the courses.
        if projected.p10 < projected.p50, projected.p50 < projected.p90 {
            #expect(abs(result.probability(ofPassing: projected.p50) - 0.5) < 0.05)
        }
    }
}
