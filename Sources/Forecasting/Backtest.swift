// Forecasting methods side by side on the past of many series.

/// A series of days without gaps.
package struct BacktestSeries: Sendable {
    package var name: String
    /// 0 for Monday … 6 for Sunday: the weekday of the first value.
    package var firstWeekday: Int
    package var values: [Double]
    /// The calendar months that lie fully inside, as ranges of places in `values`.
    package var months: [Range<Int>]

    package init(name: String, firstWeekday: Int, values: [Double], months: [Range<Int>]) {
        self.name = name
        self.firstWeekday = firstWeekday
        self.values = values
        self.months = months
    }

    /// Series of one owner have names that begin alike, up to the first hyphen.
    var owner: String { String(name.prefix { $0 != "-" }) }
}

/// One forecast of the past: everything up to and including the cut day is known.
package struct BacktestCase: Sendable {
    package let series: BacktestSeries
    package let month: Range<Int>
    /// The place of the cut day in the values.
    package let cut: Int

    package var actual: Double { series.values[month].reduce(0, +) }

    var history: SpendHistory {
        SpendHistory(
            dailyTotals: Array(series.values[..<cut]), todayWeekday: series.firstWeekday + cut,
            today: series.values[cut], todayElapsed: 1, periodDaysElapsed: cut - month.lowerBound,
            periodLength: month.count)
    }

    /// Rolling origins at days 3, 7, 12, 18 and 24 of each full month that is not all zero, with at least three days
    /// of history.
    package static func all(of series: BacktestSeries) -> [BacktestCase] {
        series.months.filter { month in series.values[month].contains { $0 > 0 } }.flatMap { month in
            [3, 7, 12, 18, 24].map { BacktestCase(series: series, month: month, cut: month.lowerBound + $0 - 1) }
                .filter { $0.cut + 1 >= 3 && $0.cut < month.upperBound }
        }
    }
}

/// What is compared.
package enum BacktestMethod: String, CaseIterable, Sendable {
    case ours
    /// Spent ÷ elapsed × length.
    case runRate
    case last7
    case last28
    /// The mean of the same weekdays of the last 28 days.
    case weekday28

    /// The plain methods have an interval from how much the days they average differ, as if days were independent.
    package func quantiles(_ test: BacktestCase) -> Quantiles {
        let history = test.history
        let known = history.dailyTotals + [history.today]
        switch self {
        case .ours: return projectedTotal(history)
        case .runRate: return plain(known.suffix(history.periodDaysElapsed + 1), history)
        case .last7: return plain(known.suffix(7), history)
        case .last28: return plain(known.suffix(28), history)
        case .weekday28:
            let days = known.suffix(28)
            let mean = days.reduce(0, +) / Double(days.count)
            let rest = (0..<history.daysLeft).reduce(0) { sum, ahead in
                // The same weekday in the weeks before.
                let same = stride(from: 6 - ahead % 7, to: days.count, by: 7).map { days[days.endIndex - 1 - $0] }
                return sum + (same.isEmpty ? mean : same.reduce(0, +) / Double(same.count))
            }
            return interval(around: rest, days, history)
        }
    }

    private func plain(_ days: ArraySlice<Double>, _ history: SpendHistory) -> Quantiles {
        interval(around: days.reduce(0, +) / Double(days.count) * Double(history.daysLeft), days, history)
    }

    private func interval(around rest: Double, _ days: ArraySlice<Double>, _ history: SpendHistory) -> Quantiles {
        let mean = days.reduce(0, +) / Double(days.count)
        let variance = days.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(days.count - 1, 1))
        // 1.2816 is the normal distribution's ninth decile.
        let width = 1.2816 * (variance * Double(history.daysLeft)).squareRoot()
        return Quantiles(
            p10: history.spent + max(0, rest - width), p50: history.spent + rest, p90: history.spent + rest + width)
    }
}

/// How well a method did. All errors are shares of the series' mean month.
package struct BacktestScore: Sendable {
    package let method: BacktestMethod
    /// Mean pinball loss at 10, 50 and 90 %: what to compare methods by (Gneiting and Raftery 2007).
    package let pinballLoss: Double
    package let medianError: Double
    package let coverage: Double
    package let width: Double
    package let bias: Double

    /// Errors are averaged within a series, then an owner, then over owners. Nil without any case.
    package init?(_ method: BacktestMethod, _ cases: [BacktestCase], said: [Quantiles]) {
        var bySeries: [String: [(actual: Double, said: Quantiles)]] = [:]
        var owners: [String: String] = [:]
        for (test, quantiles) in zip(cases, said) {
            bySeries[test.series.name, default: []].append((test.actual, quantiles))
            owners[test.series.name] = test.series.owner
        }
        guard !bySeries.isEmpty else { return nil }
        var byOwner: [String: [[Double]]] = [:]
        for (name, rows) in bySeries.sorted(by: { $0.key < $1.key }) {
            let scale = rows.reduce(0) { $0 + $1.actual } / Double(rows.count)
            let errors = rows.map { caseErrors(actual: $0.actual, said: $0.said, scale: scale) }
            byOwner[owners[name] ?? name, default: []].append(columnMeans(errors))
        }
        let means = columnMeans(byOwner.sorted { $0.key < $1.key }.map { columnMeans($0.value) })
        self.method = method
        pinballLoss = means[0]
        medianError = means[1]
        coverage = means[2]
        width = means[3]
        bias = means[4]
    }
}

private func caseErrors(actual: Double, said: Quantiles, scale: Double) -> [Double] {
    let losses = [(0.1, said.p10), (0.5, said.p50), (0.9, said.p90)].map { share, amount in
        max(share * (actual - amount), (share - 1) * (actual - amount)) / scale
    }
    return [
        losses.reduce(0, +) / 3, abs(said.p50 - actual) / scale, isInside(actual, said) ? 1 : 0,
        (said.p90 - said.p10) / scale, (said.p50 - actual) / scale,
    ]
}

private func columnMeans(_ rows: [[Double]]) -> [Double] {
    guard let first = rows.first else { return [] }
    return first.indices.map { column in rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
}
