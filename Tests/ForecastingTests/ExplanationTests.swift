// What a forecast rests on: levels, weekdays, large days, days that do not fit.
import Testing

@testable import Forecasting

@Suite struct ExplanationTests {
    /// Sunday is today, day 20 of a month of 30; weekdays 10, weekends 2, two months of it.
    private func history(_ change: (inout [Double]) -> Void = { _ in }) -> SpendHistory {
        let week: [Double] = [10, 10, 10, 10, 10, 2, 2]
        var days: [Double] = []
        for day in 0..<80 { days.append(week[(day + 66) % 7]) }
        change(&days)
        return SpendHistory(
            dailyTotals: days, todayWeekday: 6, today: 1, todayElapsed: 0.5, periodDaysElapsed: 19, periodLength: 30)
    }

    @Test func aRegularTeamIsToldAsItIs() throws {
        let told = try #require(explain(history()))
        #expect(abs(told.level - 54.0 / 7) < 0.1 && told.irregularity < 0.1 && told.anomalies.isEmpty)
        #expect(told.weekdays[0] > 1.2 && told.weekdays[6] < 0.3 && abs(told.weekdays.reduce(0, +) - 7) < 1e-9)
        #expect(told.largest.map(\.amount) == [10, 10, 10] && told.largest[0].daysAgo < 7)
        let before = try #require(told.periodBefore)
        #expect(before > 130 && before < 160)
    }

    @Test(
        arguments: [
            // days ago, what that day came to instead, the anomaly's change; nil: none
            (5, 60, 50), (5, 12, nil), (3, 0, -10), (1, 0, nil), (30, 60, nil),
        ] as [(Int, Double, Double?)])
    func daysThatDoNotFit(daysAgo: Int, amount: Double, change: Double?) throws {
        let told = try #require(explain(history { $0[80 - daysAgo] = amount }))
        #expect(told.anomalies.count == (change == nil ? 0 : 1), "\(told.anomalies)")
        if let change { #expect(abs((told.anomalies.first?.change ?? 0) - change) < 1.5) }
    }

    @Test func burstsAmongBurstsAreNoNews() throws {
        let told = try #require(
            explain(history { days in for day in days.indices { days[day] = day % 9 == 0 ? 100 : 0 } }))
        #expect(told.anomalies.isEmpty && told.irregularity > 0.8)
    }

    @Test func nothingIsExplainedWithoutSpending() {
        let empty = SpendHistory(
            dailyTotals: [0, 0], todayWeekday: 1, today: 0, todayElapsed: 0.5, periodDaysElapsed: 2, periodLength: 30)
        #expect(explain(empty) == nil)
    }
}
