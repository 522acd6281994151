// How wrong the same method would have been in this history's own past.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The error of past forecasts. Amounts are shares of the mean period, so that they compare between units.
package struct Accuracy: Hashable, Sendable {
    /// Past periods that were forecast.
    package let cases: Int
    /// Mean distance of p50 from what it came to.
    package let medianError: Double
    /// The share of periods that ended inside p10…p90; 0.8 is meant.
    package let coverage: Double
    /// Mean of p50 minus what it came to: above 0 the forecasts were too high.
    package let bias: Double

    /// What the interval is widened by, below 1 narrowed. Each missed period counts as one part in (cases + 12): half of
    /// twelve missed gives 1.16, none 0.90. So a short past changes little.
    package var spreadFactor: Double {
        let missed = (1 - coverage) * Double(cases)
        return min(max(exp((missed - 0.2 * Double(cases)) / Double(cases + 12)), 0.7), 1.6)
    }

    package init(cases: Int, medianError: Double, coverage: Double, bias: Double) {
        self.cases = cases
        self.medianError = medianError
        self.coverage = coverage
        self.bias = bias
    }
}

/// Forecasts up to 12 periods before this one, each from as many of its days as have passed of this one, from nothing
/// but the days before. Periods are taken as long as this one; those with nothing spent, and those with under three
/// days to go by, are left out. Nil without any.
package func accuracy(of history: SpendHistory) -> Accuracy? {
    let length = history.periodLength
    let elapsed = max(1, min(history.periodDaysElapsed + (history.todayElapsed >= 0.5 ? 1 : 0), length - 1))
    guard length > 1, let first = history.dailyTotals.firstIndex(where: { $0 > 0 }) else { return nil }
    var said: [(quantiles: Quantiles, actual: Double)] = []
    var end = history.dailyTotals.count - history.periodDaysElapsed
    while said.count < 12, end - length >= first, end - length + elapsed - first >= 3 {
        let start = end - length
        let cut = start + elapsed
        let actual = history.dailyTotals[start..<end].reduce(0, +)
        if actual > 0 {
            let past = SpendHistory(
                dailyTotals: Array(history.dailyTotals[max(first, cut - 364)..<(cut - 1)]),
                todayWeekday: history.todayWeekday - (history.dailyTotals.count - (cut - 1)),
                today: history.dailyTotals[cut - 1], todayElapsed: 1, periodDaysElapsed: elapsed - 1,
                periodLength: length)
            said.append((total(of: past, spreadBy: 1), actual))
        }
        end -= length
    }
    guard !said.isEmpty else { return nil }
    let mean = said.reduce(0) { $0 + $1.actual } / Double(said.count)
    let count = Double(said.count)
    return Accuracy(
        cases: said.count,
        medianError: said.reduce(0) { $0 + abs($1.quantiles.p50 - $1.actual) } / mean / count,
        coverage: Double(said.count { isInside($0.actual, $0.quantiles) }) / count,
        bias: said.reduce(0) { $0 + $1.quantiles.p50 - $1.actual } / mean / count)
}

/// Within the interval, but for rounding.
func isInside(_ actual: Double, _ quantiles: Quantiles) -> Bool {
    quantiles.p10 * (1 - 1e-9) <= actual && actual <= quantiles.p90 * (1 + 1e-9)
}
