// The first method: recent days drawn again, with the weekday's share and an uncertain level.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Forecasts the period's total. Nil where nothing has ever been spent: there is nothing to go by.
///
/// Each of 500 courses draws every day that is left from the last 56 days (newer ones more often: half-life 14 days),
/// after dividing by the weekday's share of a mean day (shrunk towards 1 by four days' worth) and multiplying by that of
/// the day drawn for. Each course has a level of its own, spread by how uncertain the mean of those days is. The rest of
/// today is a share of a drawn day. The seed comes from the history: the same question gives the same answer.
package func forecast(_ history: SpendHistory) -> Forecast? {
    let firstUse = history.dailyTotals.firstIndex { $0 > 0 }
    guard firstUse != nil || history.today > 0 else { return nil }
    let used = Array(history.dailyTotals[(firstUse ?? history.dailyTotals.count)...].suffix(56))
    let sample = DaySample(used, history)
    var random = SeededRandom(seed: seed(of: history))
    let days = history.daysLeft + 1
    var courses: [Double] = []
    courses.reserveCapacity(courseCount * days)
    for _ in 0..<courseCount { appendCourse(to: &courses, history, sample, &random) }
    let elapsed = Double(history.periodDaysElapsed) + history.todayElapsed
    let spent = history.spent
    return Forecast(
        spent: spent, runRate: elapsed > 0 ? max(spent, spent / elapsed * Double(history.periodLength)) : spent,
        confidence: confidence(days: used.count, spread: sample.levelSpread), historyDays: used.count,
        method: "resampledDays", dailyMean: sample.mean, weeklyChangePercent: weeklyChange(history.dailyTotals),
        courses: courses, days: days)
}

private let courseCount = 500

private func appendCourse(
    to courses: inout [Double], _ history: SpendHistory, _ sample: DaySample, _ random: inout SeededRandom
) {
    let level = exp(sample.levelSpread * random.normal())
    var future = 0.0
    let start = courses.count
    for day in 0...history.daysLeft {
        let drawn = sample.draw(&random) * sample.weekdayShare[(history.todayWeekday + day) % 7] * level
        future += day == 0 ? drawn * (1 - history.todayElapsed) : drawn
        courses.append(history.spent + future)
    }
    // What is promised will be spent by the end, in proportion to the days.
    let missing = history.committed - future
    guard missing > 0 else { return }
    let days = Double(history.daysLeft + 1)
    for day in 0...history.daysLeft { courses[start + day] += missing * Double(day + 1) / days }
}

/// Recent days without their weekday's share, and how likely each is drawn.
private struct DaySample {
    private var values: [Double] = []
    /// Running sum of weights.
    private var bounds: [Double] = []
    var weekdayShare = [Double](repeating: 1, count: 7)
    var mean = 0.0
    /// Standard deviation of the logarithm of the level.
    var levelSpread = 0.0

    init(_ days: [Double], _ history: SpendHistory) {
        guard days.contains(where: { $0 > 0 }) else {
            // The first day: all there is to go by is today so far.
            values = [history.today / max(history.todayElapsed, 0.25)]
            bounds = [1]
            mean = values[0]
            levelSpread = 1
            return
        }
        let weights = days.indices.map { exp2(-Double(days.count - 1 - $0) / 14) }
        let sum = weights.reduce(0, +)
        mean = zip(days, weights).reduce(0) { $0 + $1.0 * $1.1 } / sum
        let firstWeekday = (history.todayWeekday - days.count % 7 + 7) % 7
        setWeekdayShares(days, firstWeekday)
        var running = 0.0
        for (index, day) in days.enumerated() {
            values.append(day / weekdayShare[(firstWeekday + index) % 7])
            running += weights[index]
            bounds.append(running)
        }
        let level = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / sum
        let variance = zip(values, weights).reduce(0) { $0 + ($1.0 - level) * ($1.0 - level) * $1.1 } / sum
        let effectiveDays = sum * sum / weights.reduce(0) { $0 + $1 * $1 }
        // Neighbouring days are alike: the mean is worth about a third of the days it is made of.
        levelSpread = level > 0 ? min(1, variance.squareRoot() / level / (effectiveDays / 3).squareRoot()) : 0
    }

    private mutating func setWeekdayShares(_ days: [Double], _ firstWeekday: Int) {
        let plainMean = days.reduce(0, +) / Double(days.count)
        for weekday in 0..<7 {
            let own = days.indices.filter { (firstWeekday + $0) % 7 == weekday }.map { days[$0] }
            let share = (own.reduce(0, +) / plainMean + 4) / (Double(own.count) + 4)
            weekdayShare[weekday] = max(share, 0.1)
        }
    }

    func draw(_ random: inout SeededRandom) -> Double {
        let place = random.uniform() * (bounds.last ?? 1)
        var low = 0
        var high = bounds.count - 1
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] > place { high = middle } else { low = middle + 1 }
        }
        return values[low]
    }
}

private func confidence(days: Int, spread: Double) -> Confidence {
    if days < 3 { return .low }
    if days >= 28, spread < 0.25 { return .high }
    return days >= 7 && spread < 0.5 ? .medium : .low
}

private func weeklyChange(_ days: [Double]) -> Double? {
    guard days.count >= 14 else { return nil }
    let last = days.suffix(7).reduce(0, +)
    let before = days.dropLast(7).suffix(7).reduce(0, +)
    return before > 0 ? (last / before - 1) * 100 : nil
}

/// Depends on the shape of the history, not on its unit.
private func seed(of history: SpendHistory) -> UInt64 {
    UInt64(history.dailyTotals.count) &* 1_000_003 &+ UInt64(history.periodLength * 100 + history.periodDaysElapsed)
}

/// SplitMix64 (Steele, Lea, Flood 2014), and normals by the polar form of Box and Muller.
struct SeededRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// 0…1, 1 excluded.
    mutating func uniform() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    mutating func normal() -> Double {
        while true {
            let (left, right) = (2 * uniform() - 1, 2 * uniform() - 1)
            let square = left * left + right * right
            if square > 0, square < 1 { return left * (-2 * log(square) / square).squareRoot() }
        }
    }
}
