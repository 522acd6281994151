// The forecast: quantiles of the rest of the period, told as courses by day.

/// Forecasts the period's total. Nil where nothing has ever been spent: there is nothing to go by.
///
/// `RestOfPeriod` says what the rest will cost; 201 courses stand for its quantiles 0, 0.005 … 1, spread by what this history's own past says. Each course spreads
/// its amount over the days as recent days were spread: drawn again from the last 56, times the weekday's share. So
/// path, probability and exhaustion come from one distribution. The seed comes from the shape of the history: the same
/// question gives the same answer. Without any spending in the last 364 days, none is expected.
package func forecast(_ history: SpendHistory) -> Forecast? {
    guard history.today > 0 || history.dailyTotals.contains(where: { $0 > 0 }) else { return nil }
    let pattern = SpendPattern(history)
    let accuracy = accuracy(of: history)
    let plain = pattern.map { RestOfPeriod($0, periodDaysLeft: history.daysLeft) } ?? .nothing
    let rest = plain.spread(by: accuracy?.spreadFactor ?? 1)
    let courses = drawnCourses(rest, pattern, history)
    let elapsed = Double(history.periodDaysElapsed) + history.todayElapsed
    let spent = history.spent
    let days = pattern?.days.count ?? min(history.dailyTotals.count, 364)
    return Forecast(
        spent: spent, runRate: elapsed > 0 ? max(spent, spent / elapsed * Double(history.periodLength)) : spent,
        confidence: confidence(days: days, spent: spent, rest: rest.quantiles, accuracy), historyDays: days,
        method: "calibratedQuantiles", dailyMean: pattern?.levels[2] ?? 0,
        weeklyChangePercent: weeklyChange(history.dailyTotals), accuracy: accuracy, courses: courses,
        days: history.daysLeft + 1)
}

/// Quantiles of the period's total alone, without its path: what `forecast` says at p10, p50 and p90.
package func projectedTotal(_ history: SpendHistory) -> Quantiles {
    total(of: history, spreadBy: accuracy(of: history)?.spreadFactor ?? 1)
}

func total(of history: SpendHistory, spreadBy factor: Double) -> Quantiles {
    let rest = SpendPattern(history).map { RestOfPeriod($0, periodDaysLeft: history.daysLeft) } ?? .nothing
    let quantiles = rest.spread(by: factor).quantiles
    let spent = history.spent
    return Quantiles(
        p10: spent + max(quantiles.p10, history.committed), p50: spent + max(quantiles.p50, history.committed),
        p90: spent + max(quantiles.p90, history.committed))
}

/// One more than a multiple of 10, so that p10, p50 and p90 are courses and not between two.
private let courseCount = 201

private func drawnCourses(_ rest: RestOfPeriod, _ pattern: SpendPattern?, _ history: SpendHistory) -> [Double] {
    let days = history.daysLeft + 1
    var random = SeededRandom(seed: UInt64(history.dailyTotals.count) &* 1_000_003 &+ UInt64(history.periodDaysElapsed))
    let shares = pattern?.shares ?? [Double](repeating: 1, count: 7)
    // Of today only the rest.
    let worths = (0..<days).map { shares[$0 % 7] * ($0 == 0 ? 1 - history.todayElapsed : 1) }
    let sample = pattern.map { plainDays($0) } ?? [1]
    let spent = history.spent
    var courses = [Double](repeating: spent, count: courseCount * days)
    var running = [Double](repeating: 0, count: days)
    for course in 0..<courseCount {
        // What is promised is spent by the end.
        let amount = max(rest.amount(at: Double(course) / Double(courseCount - 1)), history.committed)
        var sum = 0.0
        for day in 0..<days {
            sum += worths[day] * sample[random.index(below: sample.count)]
            running[day] = sum
        }
        let start = course * days
        for day in 0..<days {
            let part = sum > 0 ? running[day] / sum : Double(day + 1) / Double(days)
            courses[start + day] = spent + amount * part
        }
        // Nothing is lost to rounding.
        courses[start + days - 1] = spent + amount
    }
    return courses
}

/// The last 56 days without their weekday's share; days whose weekday is idle say nothing.
private func plainDays(_ pattern: SpendPattern) -> [Double] {
    let days = pattern.days.suffix(56)
    let plain = zip(days.indices, days).compactMap { index, day -> Double? in
        let share = pattern.shares[(((index - pattern.days.count + 1) % 7) + 7) % 7]
        return share >= 0.1 ? day / share : nil
    }
    return plain.isEmpty ? [1] : plain
}

/// From how wide the interval of the total is, and how wrong such forecasts have been here before.
private func confidence(days: Int, spent: Double, rest: Quantiles, _ accuracy: Accuracy?) -> Confidence {
    let width = (rest.p90 - rest.p10) / max(spent + rest.p50, .leastNormalMagnitude)
    let error = accuracy?.medianError ?? 0
    if days >= 28, width < 0.25, error < 0.15 { return .high }
    return days >= 7 && width < 1 && error < 0.5 ? .medium : .low
}

private func weeklyChange(_ days: [Double]) -> Double? {
    guard days.count >= 14 else { return nil }
    let last = days.suffix(7).reduce(0, +)
    let before = days.dropLast(7).suffix(7).reduce(0, +)
    return before > 0 ? (last / before - 1) * 100 : nil
}
