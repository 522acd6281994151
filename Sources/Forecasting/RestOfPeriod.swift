// How much the rest of a period will cost: a distribution from a spend pattern.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The distribution of what is still to come, by five points of its quantile function; straight between them.
struct RestOfPeriod {
    private let shares: [Double] = [0, 0.1, 0.5, 0.9, 1]
    private let amounts: [Double]
    /// A mean day, and how little one can rely on it: 0 … 1.
    let level: Double
    let irregularity: Double

    /// The constants were fitted by quantile regression on agents' daily spending, whole owners left out
    /// (docs/FORECASTING.md). With irregularity 0 all of them drop out and what is left is the straight line.
    init(_ pattern: SpendPattern, periodDaysLeft: Int) {
        let days = pattern.daysLeft
        // 0 for spending that is known to be steady … 1.
        let count = Double(pattern.days.count)
        irregularity = max(1 - exp(-Fitted.roughness * min(pattern.roughness, 4)), exp(-count / 4))
        let experience = 1 - exp(-count / 120)
        level = zip(pattern.levels, Fitted.levelWeights).reduce(0) { $0 + $1.0 * $1.1 }
        // Growth is believed as far as spending is steady, and is damped: 70 % of it, for two more weeks at most.
        let lead = 4 + min(Double(periodDaysLeft), 28) / 2
        let line = days * (level + (1 - irregularity) * 0.7 * pattern.slope * lead)
        let burst = irregularity * days.squareRoot()
        let bursts = zip(pattern.peaks, Fitted.burst).reduce(0) { $0 + $1.0 * $1.1 } * burst
        let irregularity = irregularity
        func scaled(_ change: Double, fading: Double) -> Double {
            line * (1 + irregularity * change * (1 - fading * experience))
        }
        // The first days of a user say little of those to come: many stop, one in ten goes on at several times as much.
        let newness = irregularity * exp(-(count - 1) / Fitted.newDays)
        let low =
            (scaled(Fitted.low, fading: Fitted.spreadFading) - Fitted.lowBurst * pattern.peaks[0] * burst)
            * (1 - newness)
        let middle = scaled(Fitted.middle, fading: Fitted.middleFading) + Fitted.middleBurst * bursts
        let high = scaled(Fitted.high, fading: Fitted.spreadFading) + bursts + line * Fitted.newcomer * newness
        let p10 = max(0, low)
        let p50 = max(p10, middle)
        let p90 = max(p50, high)
        // Beyond nine cases in ten: as far again as from the middle, and at least a week of waking up.
        let active = pattern.days.lazy.filter { $0 > 0 }
        let usualDay = active.reduce(0, +) / Double(max(active.count, 1))
        let top = max(p90 + 1.2 * (p90 - p50), p90 + irregularity * usualDay * min(days, 7) / 2)
        amounts = [max(0, p10 - (p50 - p10) / 2), p10, p50, p90, top]
    }

    /// Nothing at all is to come, for certain.
    static let nothing = RestOfPeriod(amounts: [0, 0, 0, 0, 0])

    private init(amounts: [Double]) {
        self.amounts = amounts
        level = 0
        irregularity = 0
    }

    /// The amount that is not passed in this share of cases, 0…1.
    func amount(at share: Double) -> Double {
        for place in 1..<shares.count where share <= shares[place] {
            let part = (share - shares[place - 1]) / (shares[place] - shares[place - 1])
            return amounts[place - 1] + part * (amounts[place] - amounts[place - 1])
        }
        return amounts[amounts.count - 1]
    }

    var quantiles: Quantiles { Quantiles(p10: amounts[1], p50: amounts[2], p90: amounts[3]) }
}

/// Sixteen constants, none of which has a unit.
private enum Fitted {
    /// Of the period so far and the last 3, 7, 28 and 112 days.
    static let levelWeights = [0.05, 0.16, 0.55, 0.17, 0.07]
    /// How fast roughness becomes irregularity.
    static let roughness = 3.3
    /// What irregular spending is below or above the line, at p10, p50 and p90.
    static let low = -0.85
    static let middle = -0.43
    static let high = 0.05
    /// How much of that is gone after long experience: new users fade, old ones go on.
    static let middleFading = 0.76
    static let spreadFading = 0.21
    /// What the largest days of 28 and of 112 add to p90, and what part of it to p50; what they take from p10.
    static let burst = [0.28, 0.63]
    static let middleBurst = 0.07
    static let lowBurst = 0.08
    /// What p90 is above the line on a user's first day, and the days in which that and p10 fade in.
    static let newcomer = 3.0
    static let newDays = 3.0
}
