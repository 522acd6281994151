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
    /// How far a day is from the mean of the seven before it, as a share of the mean: 0 for steady spending.
    let roughness: Double
    /// How far the largest day of 28 and of 112 is above their mean.
    let peaks: [Double]
    /// Growth of a mean day from day to day, at most 3 % of it; below 0 when it shrinks.
    let slope: Double
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
        roughness = sums.roughness
        peaks = [(28, levels[3]), (112, levels[4])].map { max(0, (days.suffix($0).max() ?? 0) - $1) }
        slope = sums.slope
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

    /// From day to day, as far as two weeks in a row went the same way: one extraordinary day is no growth.
    var slope: Double {
        let end = days.count
        guard end >= 21, let last = level(end - 7, end), let before = level(end - 14, end - 7),
            let first = level(end - 21, end - 14)
        else { return 0 }
        let (late, early) = ((last - before) / 7, (before - first) / 7)
        let size = min(abs(late), abs(early), 0.03 * last)
        return late > 0 && early > 0 ? size : late < 0 && early < 0 ? -size : 0
    }

    var roughness: Double {
        var (squares, count) = (0.0, 0.0)
        for day in stride(from: max(1, days.count - 56), to: days.count, by: 1) {
            guard let before = level(day - 7, day) else { continue }
            let error = days[day] - worths[day] * before
            squares += error * error
            count += 1
        }
        let mean = level(last: 56) ?? recentLevel
        return count > 0 && mean > 0 ? (squares / count).squareRoot() / mean : 0
    }
}
