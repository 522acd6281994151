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

    /// A mixture: the part 1 − irregularity of spending goes on as a line with its growth and the noise of its days, the
    /// rest as agents' irregular spending did (docs/FORECASTING.md). Spending like clockwork has irregularity 0.
    init(_ pattern: SpendPattern, periodDaysLeft: Int) {
        let count = Double(pattern.days.count)
        let rough = Fitted.roughness * pattern.roughness
        let irregularity = max(1 - exp(-rough * rough * rough * rough), exp(-count / 4))
        let steady = SteadyPart(pattern, irregularity, periodDaysLeft)
        let wild = IrregularPart(pattern, irregularity)
        // The first days of a user say little of those to come: many stop, one in ten goes on at several times as much.
        let newness = irregularity * exp(-(count - 1) / Fitted.newDays)
        let line = steady.amount + wild.line
        let p10 = max(0, (steady.amount - steady.reachDown + wild.low) * (1 - newness))
        let p50 = max(p10, steady.amount + wild.middle)
        let p90 = max(p50, steady.amount + steady.reachUp + wild.high + line * Fitted.newcomer * newness)
        // Beyond nine cases in ten: as far again as from the middle, and at least a week of waking up.
        let active = pattern.days.lazy.filter { $0 > 0 }
        let usualDay = active.reduce(0, +) / Double(max(active.count, 1))
        let top = max(p90 + 1.2 * (p90 - p50), p90 + irregularity * usualDay * min(pattern.daysLeft, 7) / 2)
        amounts = [max(0, p10 - (p50 - p10) / 2), p10, p50, p90, top]
        level = steady.level * (1 - irregularity) + wild.level * irregularity
        self.irregularity = irregularity
    }

    /// Nothing at all is to come, for certain.
    static let nothing = RestOfPeriod(amounts: [0, 0, 0, 0, 0], level: 0, irregularity: 0)

    private init(amounts: [Double], level: Double, irregularity: Double) {
        self.amounts = amounts
        self.level = level
        self.irregularity = irregularity
    }

    /// The same middle with everything so many times as far from it.
    func spread(by factor: Double) -> RestOfPeriod {
        RestOfPeriod(
            amounts: amounts.map { max(0, amounts[2] + factor * ($0 - amounts[2])) }, level: level,
            irregularity: irregularity)
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

/// Spending that one can rely on: the line with damped growth, and how far its days' noise reaches.
private struct SteadyPart {
    let level: Double
    let amount: Double
    /// From the middle to the first and to the ninth decile.
    let reachDown: Double
    let reachUp: Double

    init(_ pattern: SpendPattern, _ irregularity: Double, _ periodDaysLeft: Int) {
        let days = pattern.daysLeft
        let part = 1 - irregularity
        // The mean of such days is 4.6 days old. Of the growth to come 80 % is believed, for four weeks.
        level = 0.25 * pattern.levels[1] + 0.55 * pattern.levels[2] + 0.2 * pattern.levels[3]
        let grown = part * pattern.growth * level * (4.6 + 0.4 * min(Double(periodDaysLeft), 28))
        amount = max(0, part * days * (level + grown))
        // The noise of the days left, and that of the level, which about twelve days tell. 1.2816: the normal
        // distribution's ninth decile; 1.3: what the bounded roughness of such noise is too small by.
        let ofDay = 1.2816 * 1.3 * min(pattern.roughness, 0.5) * level
        let reach = ofDay * (days + days * days / 12).squareRoot() + 0.75 * days * abs(grown)
        // The last three days may be a new level, as far as they are outside what noise makes of three days.
        let news = pattern.levels[1] - level
        let far = 0.8 * days * max(0, abs(news) - ofDay / 3.0.squareRoot())
        reachUp = part * (reach + (news > 0 ? far : 0))
        reachDown = part * (reach + (news < 0 ? far : 0))
    }
}

/// Spending of which only its kind is known. Sixteen constants (`Fitted`), none of which has a unit.
private struct IrregularPart {
    let level: Double
    let line: Double
    let low: Double
    let middle: Double
    let high: Double

    init(_ pattern: SpendPattern, _ irregularity: Double) {
        level = zip(pattern.levels, Fitted.levelWeights).reduce(0) { $0 + $1.0 * $1.1 }
        let line = irregularity * pattern.daysLeft * level
        let burst = irregularity * pattern.daysLeft.squareRoot()
        let bursts = zip(pattern.peaks, Fitted.burst).reduce(0) { $0 + $1.0 * $1.1 } * burst
        let experience = 1 - exp(-Double(pattern.days.count) / 120)
        // The level has fallen already while nothing was spent.
        let idle = min(pattern.idleDays, 28) / 28
        // In the middle of a period the least is known: at its start users that fade go with those that wake.
        let middleOfPeriod = 4 * pattern.elapsed * (1 - pattern.elapsed) - 0.6
        low =
            line * (1 + Fitted.low * (1 - Fitted.spreadFading * experience)) - Fitted.lowBurst * pattern.peaks[0]
            * burst
        middle =
            line * (1 + Fitted.middle * (1 - Fitted.middleFading * experience) + Fitted.middleIdle * idle)
            + Fitted.middleBurst * bursts
        high =
            line
            * (1 + Fitted.high * (1 - Fitted.spreadFading * experience) + Fitted.highIdle * idle
                + Fitted.highMiddle * middleOfPeriod) + bursts
        self.line = line
    }
}

private enum Fitted {
    /// How fast roughness becomes irregularity.
    static let roughness = 3.1
    /// Of the period so far and the last 3, 7, 28 and 112 days.
    static let levelWeights = [0.10, 0.20, 0.39, 0.20, 0.11]
    /// What irregular spending is below or above the line, at p10, p50 and p90.
    static let low = -0.78
    static let middle = -0.47
    static let high = -0.10
    /// How much of that is gone after long experience: new users fade, old ones go on.
    static let middleFading = 1.09
    static let spreadFading = 0.62
    /// What the largest days of 28 and of 112 add to p90, and what part of it to p50; what they take from p10.
    static let burst = [0.31, 0.58]
    static let middleBurst = 0.05
    static let lowBurst = 0.34
    /// What four idle weeks add to p50 and p90, and the middle of the period to p90.
    static let middleIdle = 0.32
    static let highIdle = 0.19
    static let highMiddle = 0.16
    /// What p90 is above the line on a user's first day, and the days in which that and p10 fade in.
    static let newcomer = 3.0
    static let newDays = 3.0
}
