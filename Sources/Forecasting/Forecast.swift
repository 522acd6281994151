// A distribution of what a period will have cost at its end.

/// Quantiles of one amount.
package struct Quantiles: Hashable, Sendable {
    package var p10: Double
    package var p50: Double
    package var p90: Double

    package init(p10: Double, p50: Double, p90: Double) {
        self.p10 = p10
        self.p50 = p50
        self.p90 = p90
    }
}

/// How much a forecast can be trusted.
package enum Confidence: String, CaseIterable, Sendable { case none, low, medium, high }

/// Possible courses of the rest of a period, and what follows from them. All answers come from the same courses, so
/// they agree with each other.
package struct Forecast: Sendable {
    /// Spent when the forecast was made: no course is below it.
    package let spent: Double
    /// Spent ÷ elapsed × length: the plain projection.
    package let runRate: Double
    package let confidence: Confidence
    /// Days of history that were looked at.
    package let historyDays: Int
    /// The name of the method.
    package let method: String
    /// Mean of a day of the recent past.
    package let dailyMean: Double
    /// The last seven days against the seven before; nil where there were none or they were 0.
    package let weeklyChangePercent: Double?
    /// How wrong it would have been in earlier periods; nil where there were none.
    package let accuracy: Accuracy?

    /// `courses[c * days + d]`: what course `c` has spent by the end of the `d`-th day from today on.
    private let courses: [Double]
    /// Today and the days after it.
    package let days: Int
    private let totals: [Double]

    init(
        spent: Double, runRate: Double, confidence: Confidence, historyDays: Int, method: String, dailyMean: Double,
        weeklyChangePercent: Double?, accuracy: Accuracy?, courses: [Double], days: Int
    ) {
        self.spent = spent
        self.runRate = runRate
        self.confidence = confidence
        self.historyDays = historyDays
        self.method = method
        self.dailyMean = dailyMean
        self.weeklyChangePercent = weeklyChangePercent
        self.accuracy = accuracy
        self.courses = courses
        self.days = days
        totals = stride(from: days - 1, to: courses.count, by: days).map { courses[$0] }.sorted()
    }

    /// The total at the period's end.
    package var projected: Quantiles { quantiles(of: totals) }

    package var mean: Double { totals.reduce(0, +) / Double(max(totals.count, 1)) }

    /// By the end of each day from today on.
    package var daily: [Quantiles] {
        (0..<days).map { day in
            quantiles(of: stride(from: day, to: courses.count, by: days).map { courses[$0] }.sorted())
        }
    }

    /// The share of courses that end above the limit by more than rounding.
    package func probability(ofPassing limit: Double) -> Double {
        let first = totals.partitioningIndex { $0 > limit + abs(limit) * 1e-9 }
        return Double(totals.count - first) / Double(max(totals.count, 1))
    }

    /// The day, 0 for today, on which spending reaches the limit: early, middle and late courses; nil where that is
    /// not inside the period.
    package func exhaustion(of limit: Double) -> (p10: Int?, p50: Int?, p90: Int?) {
        var reached = [Int](repeating: 0, count: days)
        for course in stride(from: 0, to: courses.count, by: days) {
            if let day = (0..<days).first(where: { courses[course + $0] >= limit - abs(limit) * 1e-9 }) {
                reached[day] += 1
            }
        }
        func day(_ share: Double) -> Int? {
            var sum = 0
            for day in 0..<days {
                sum += reached[day]
                if Double(sum) >= share * Double(totals.count) { return day }
            }
            return nil
        }
        return (day(0.1), day(0.5), day(0.9))
    }

    private func quantiles(of sorted: [Double]) -> Quantiles {
        func at(_ share: Double) -> Double {
            guard let last = sorted.last else { return spent }
            let place = share * Double(sorted.count - 1)
            let index = Int(place)
            guard index + 1 < sorted.count else { return last }
            return sorted[index] + (sorted[index + 1] - sorted[index]) * (place - Double(index))
        }
        return Quantiles(p10: at(0.1), p50: at(0.5), p90: at(0.9))
    }
}

extension Array where Element == Double {
    /// The first index whose element fulfils the condition, in an array where all those come last.
    fileprivate func partitioningIndex(_ isInSecondPart: (Double) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isInSecondPart(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
