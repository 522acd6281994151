// A forecast explained in words, the most important first.
import Budgeting
import Forecasting
import Ledger

struct ForecastSentence {
    private let explanation: Explanation
    private let forecast: Forecast
    private let drivers: [Driver]
    private let row: ForecastRow

    init(_ explanation: Explanation, _ forecast: Forecast, _ drivers: [Driver], _ row: ForecastRow) {
        self.explanation = explanation
        self.forecast = forecast
        self.drivers = drivers
        self.row = row
    }

    var text: String {
        let clauses = [total, pace, before, driver, anomaly].compactMap(\.self)
        return clauses.joined(separator: "; ") + "."
    }

    private func shown(_ value: Double) -> String {
        row.unit.sentenceText(Int64(exactly: value.magnitude.rounded()) ?? .max)
    }

    private func day(_ daysAgo: Int) -> String { row.date(-daysAgo)?.description ?? "a day" }

    private var total: String {
        guard row.snapshot.period.end != nil else { return "\(shown(forecast.spent)) is spent" }
        let end = CivilDate(dayNumber: row.snapshot.period.endDay - 1).description
        let range = forecast.projected
        return "About \(shown(range.p50)) by the end of \(end), in 8 of 10 cases \(shown(range.p10)) to "
            + "\(shown(range.p90)): \(shown(forecast.spent)) is spent"
    }

    private var pace: String {
        let growth = explanation.dailyGrowthPercent
        let steady = growth == 0 ? "" : ", \(growth > 0 ? "growing" : "falling") by \(percent(growth.magnitude)) a day"
        return "a recent day is \(shown(explanation.level))\(steady)\(restDays)"
    }

    /// The weekdays that stand out below half of a mean day.
    private var restDays: String {
        let low = explanation.weekdays.indices.filter { explanation.weekdays[$0] < 0.5 }
        guard (1...4).contains(low.count) else { return "" }
        let share = low.reduce(0) { $0 + explanation.weekdays[$1] } / Double(low.count) * 100
        let names = low.map { "\(weekdayNames[$0])s" }.joined(separator: " and ")
        return ", \(names) \(percent(share)) of a mean day"
    }

    private var before: String? {
        guard let before = explanation.periodBefore, before > 0 else { return nil }
        let change = forecast.spent - before
        if abs(change) < 0.02 * before { return "as much as at this point of the period before" }
        return "\(shown(change)) \(change > 0 ? "more" : "less") than at this point of the period before"
    }

    /// The one that moved most, where its own past is known and it moved by a tenth of the spending or more. Of a name
    /// that all spending has, nothing is to be said beside the total.
    private var driver: String? {
        let told = drivers.first { $0.expected != nil && Double($0.spent) < 0.95 * forecast.spent }
        guard let most = told, abs(most.change) >= 0.1 * forecast.spent else { return nil }
        return "\(most.sort.rawValue) \(visible(most.name)) is \(shown(most.change)) "
            + "\(most.change > 0 ? "above" : "below") its past"
    }

    private var anomaly: String? {
        guard let odd = explanation.anomalies.max(by: { abs($0.change) < abs($1.change) }) else { return nil }
        return "\(day(odd.daysAgo)) does not fit (\(shown(odd.amount)), \(shown(odd.expected)) was to be expected)"
    }

    private func percent(_ value: Double) -> String {
        let tenths = (value * 10).rounded() / 10
        return tenths == tenths.rounded() ? "\(Int(tenths)) %" : "\(tenths) %"
    }
}
