// What a forecast rests on: level, trend, weekdays, the largest days, the period before, days that do not fit.

/// A day and what it says, counted from today: 0 is today, 1 yesterday.
package struct NotableDay: Hashable, Sendable {
    package let daysAgo: Int
    package let amount: Double
    /// What a day of this weekday usually came to in the four weeks before it.
    package let expected: Double

    package var change: Double { amount - expected }
}

/// Why a forecast says what it says. Amounts have the unit of the history.
package struct Explanation: Hashable, Sendable {
    /// A mean day of the last weeks, as the forecast weighs them.
    package let level: Double
    /// How much of a mean day is added (below 0: taken away) from day to day; 0 unless two weeks in a row agree.
    package let dailyGrowthPercent: Double
    /// What a Monday … Sunday is of a mean day; all 1 where no difference is more than chance.
    package let weekdays: [Double]
    /// 0 for spending like clockwork … 1 for spending that one cannot rely on.
    package let irregularity: Double
    /// The largest days of this period, at most three, the largest first; `expected` as for anomalies.
    package let largest: [NotableDay]
    /// What had been spent at this point of the period before; nil where the history does not reach back that far.
    package let periodBefore: Double?
    /// Days of this period or of the last 28 that do not fit those before them, the newest first.
    package let anomalies: [NotableDay]
}

/// Nil where there is no forecast or nothing was spent for a year.
package func explain(_ history: SpendHistory) -> Explanation? {
    guard let pattern = SpendPattern(history) else { return nil }
    let days = history.dailyTotals + [history.today]
    let rest = RestOfPeriod(pattern, periodDaysLeft: history.daysLeft)
    let inPeriod = (0...history.periodDaysElapsed).filter { $0 < days.count && days[days.count - 1 - $0] > 0 }
    let largest = inPeriod.sorted {
        (days[days.count - 1 - $0], $1) > (days[days.count - 1 - $1], $0)
    }.prefix(3)
    let looked = min(max(28, history.periodDaysElapsed + 1), days.count)
    return Explanation(
        level: rest.level, dailyGrowthPercent: rest.level > 0 ? pattern.slope / rest.level * 100 : 0,
        weekdays: (0..<7).map { pattern.shares[(($0 - history.todayWeekday) % 7 + 7) % 7] },
        irregularity: rest.irregularity,
        largest: largest.map { notable($0, days, pattern.shares) ?? NotableDay(daysAgo: $0, days, expected: 0) },
        periodBefore: amountBefore(history),
        anomalies: (0..<looked).compactMap { daysAgo in
            let day = notable(daysAgo, days, pattern.shares)
            // A day that is not over is not low yet.
            return day.flatMap { isAnomaly($0, days, pattern.shares, isOver: daysAgo > 0) ? $0 : nil }
        })
}

extension NotableDay {
    fileprivate init(daysAgo: Int, _ days: [Double], expected: Double) {
        self.init(daysAgo: daysAgo, amount: days[days.count - 1 - daysAgo], expected: expected)
    }
}

/// The four weeks before a day, each as a mean day; nil under two weeks, or on a weekday that is idle.
private func plainWeeks(before daysAgo: Int, _ days: [Double], _ shares: [Double]) -> [Double]? {
    let place = days.count - 1 - daysAgo
    let before = max(0, place - 28)..<place
    guard before.count >= 14 else { return nil }
    return before.compactMap { index in
        let share = shares[((index - days.count + 1) % 7 + 7) % 7]
        return share >= 0.1 ? days[index] / share : nil
    }
}

private func notable(_ daysAgo: Int, _ days: [Double], _ shares: [Double]) -> NotableDay? {
    guard let plain = plainWeeks(before: daysAgo, days, shares), !plain.isEmpty else { return nil }
    return NotableDay(daysAgo: daysAgo, days, expected: median(plain) * shares[((-daysAgo) % 7 + 7) % 7])
}

/// Far outside what the four weeks before it were like: more than four robust deviations (Leys and others 2013: median
/// absolute deviation × 1.4826), and above it also a quarter more than the largest of them, below it under a quarter of
/// what was expected. So one burst among bursts is none, and a quiet day of a steady user is one.
private func isAnomaly(_ day: NotableDay, _ days: [Double], _ shares: [Double], isOver: Bool) -> Bool {
    guard let plain = plainWeeks(before: day.daysAgo, days, shares), !plain.isEmpty else { return false }
    let share = shares[((-day.daysAgo) % 7 + 7) % 7]
    let middle = median(plain)
    let far = 4 * 1.4826 * median(plain.map { abs($0 - middle) }) * share
    if day.change > 0 { return day.change > far && day.amount > 1.25 * (plain.max() ?? 0) * max(share, 1) }
    // A weekday that is quiet anyway is no news.
    return isOver && share >= 0.5 && -day.change > far && day.amount < day.expected / 4
}

private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// Spent in the period before up to the same moment of it, periods taken as long as this one.
private func amountBefore(_ history: SpendHistory) -> Double? {
    let days = history.dailyTotals
    let end = days.count - history.periodDaysElapsed
    let start = end - history.periodLength
    guard start >= 0, history.periodDaysElapsed < history.periodLength else { return nil }
    let cut = start + history.periodDaysElapsed
    return days[start..<cut].reduce(0, +) + history.todayElapsed * days[cut]
}
