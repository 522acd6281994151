// What recent days tell about the days to come: levels, weekdays, roughness, bursts, growth.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Measured on at most 364 days up to today; every amount has the unit of the history.
struct SpendPattern {
    /// From the first day with spending on; the last is today. The part of today that is left is filled with the mean.
    let days: [Double]
    /// Shares of the mean day by weekday, 0 for today.
    let shares: [Double]
    /// A mean day over: the period so far; 3, 7, 28, 112 days. Weekdays are accounted for.
    let levels: [Double]
    /// How far a day is from the mean of the seven before it, as a share of the larger of the two: 0 for steady
    /// spending, 1 for days that have nothing to do with those before. A jump to another level counts for a few days
    /// only, however large.
    let roughness: Double
    /// How far the largest day of 28 and of 112 is above their mean.
    let peaks: [Double]
    /// Growth from day to day as a share of a mean day, at most 3 %; below 0 when it shrinks.
    let growth: Double
    /// Days since anything was spent; 0 when today something was.
    let idleDays: Double
    /// The share of the period that has passed, 0…1.
    let elapsed: Double
    /// What is left of the period in mean days; today counts as what is left of it.
    let daysLeft: Double

    /// Nil where nothing was spent in those days.
    init?(_ history: SpendHistory) {
        let recent = history.dailyTotals.suffix(363)
        let isTodayOver = history.todayElapsed >= 1
        var known = isTodayOver ? recent + [history.today] : recent
        if let first = known.firstIndex(where: { $0 > 0 }) {
            known = known[first...]
        } else if history.today > 0 {
            known = []
        } else {
            return nil
        }
        var days = withoutOutliers(Array(known))
        // Counted from the first of the 56 days; turned so that 0 is today.
        let window = days.suffix(56)
        let past = window.count - (isTodayOver ? 1 : 0)
        let found = weekdayShares(of: window)
        let shares = (0..<7).map { found[(past + $0) % 7] }
        if !isTodayOver {
            // The first day has only itself to go by.
            let left = 1 - history.todayElapsed
            let mean = Sums(days, shares: shares, endingBefore: true).recentLevel * shares[0]
            days.append(
                days.isEmpty
                    ? history.today / max(history.todayElapsed, 0.5) : history.today + left * mean)
            days = withoutOutliers(days)
        }
        let sums = Sums(days, shares: shares, endingBefore: false)
        let windows = [history.periodDaysElapsed + 1, 3, 7, 28, 112]
        self.days = days
        self.shares = shares
        levels = windows.map { sums.level(last: $0) ?? sums.recentLevel }
        roughness = sums.roughness(endingBefore: !isTodayOver)
        peaks = [(28, levels[3]), (112, levels[4])].map { max(0, (days.suffix($0).max() ?? 0) - $1) }
        growth = sums.growth
        let idle = known.reversed().prefix { $0 == 0 }.count
        idleDays = history.today > 0 ? 0 : Double(idle) + (isTodayOver ? 0 : history.todayElapsed)
        elapsed =
            (Double(history.periodDaysElapsed) + history.todayElapsed) / Double(history.periodLength)
        daysLeft =
            shares[0] * (1 - history.todayElapsed)
            + stride(from: 1, through: history.daysLeft, by: 1).reduce(0) { $0 + shares[$1 % 7] }
    }
}

/// No day counts more than one and a half times the second largest of the last 112: one extraordinary day is no level, two are.
private func withoutOutliers(_ days: [Double]) -> [Double] {
    var (largest, second) = (0.0, 0.0)
    for day in days.suffix(112) {
        if day > largest {
            (largest, second) = (day, largest)
        } else if day > second {
            second = day
        }
    }
    return second > 0 ? days.map { min($0, 1.5 * second) } : days
}

/// Running sums of the days and of what their weekdays are worth.
private struct Sums {
    private let days: [Double]
    private let worths: [Double]
    private var spent = [0.0]
    private var worth = [0.0]

    /// `endingBefore`: the last day is yesterday, not today.
    init(_ days: [Double], shares: [Double], endingBefore: Bool) {
        let shift = days.count - (endingBefore ? 0 : 1)
        self.days = days
        worths = days.indices.map { shares[((($0 - shift) % 7) + 7) % 7] }
        for (day, share) in zip(days, worths) {
            spent.append((spent.last ?? 0) + day)
            worth.append((worth.last ?? 0) + share)
        }
    }

    /// A mean day of `first ..< end`; nil where hardly anything is ever spent on their weekdays.
    func level(_ first: Int, _ end: Int) -> Double? {
        let first = max(first, 0)
        let worth = worth[end] - worth[first]
        guard end > first, worth >= 0.25 * Double(end - first) else { return nil }
        return max(0, spent[end] - spent[first]) / worth
    }

    func level(last count: Int) -> Double? { level(days.count - count, days.count) }

    var recentLevel: Double {
        level(last: 7) ?? (days.isEmpty ? 0 : days.suffix(7).reduce(0, +) / Double(min(days.count, 7)))
    }

    /// From day to day, as far as two fortnights in a row and the last two weeks (in a short history: two weeks in a row)
    /// went the same way: one extraordinary day is no growth, and neither is a jump to another level.
    var growth: Double {
        guard let late = growth(14, 0), let early = growth(14, 14), let lately = growth(7, 0) else {
            guard let late = growth(7, 0), let early = growth(7, 7) else { return 0 }
            return common([late, early])
        }
        return common([late, early, 2 * lately])
    }

    /// Of the stretch of so many days that ended `back` days ago against the one before it; nil where one is missing or
    /// empty.
    private func growth(_ length: Int, _ back: Int) -> Double? {
        let end = days.count - back
        guard end >= 2 * length, let last = level(end - length, end), last > 0,
            let before = level(end - 2 * length, end - length), before > 0
        else { return nil }
        return log(last / before) / Double(length)
    }

    /// The smallest where all have one sign, at most 3 % a day.
    private func common(_ changes: [Double]) -> Double {
        let size = changes.reduce(0.03) { min($0, abs($1)) }
        return changes.allSatisfy { $0 > 0 } ? size : changes.allSatisfy { $0 < 0 } ? -size : 0
    }

    /// The standard deviation of what days are above (below) their week before, as shares of the larger of the two: so
    /// steady growth has none.
    func roughness(endingBefore: Bool) -> Double {
        let end = days.count - (endingBefore ? 1 : 0)
        var (sum, squares, count) = (0.0, 0.0, 0.0)
        for day in stride(from: max(1, days.count - 56), to: end, by: 1) {
            guard let before = level(day - 7, day) else { continue }
            let expected = worths[day] * before
            let larger = max(days[day], expected)
            let error = larger > 0 ? (days[day] - expected) / larger : 0
            sum += error
            squares += error * error
            count += 1
        }
        guard count > 0 else { return 0 }
        return max(0, squares / count - (sum / count) * (sum / count)).squareRoot()
    }
}
