// What a forecast rests on, as data and as a sentence.
import Budgeting
import Forecasting
import Ledger

/// The explanation of one forecast, in the unit and on the dates of its budget.
struct ForecastExplanation: Sendable {
    let explanation: Explanation
    let drivers: [Driver]
    let unit: LimitUnit
    let spent: Int64
    let today: Int
    let sentence: String

    init(_ explanation: Explanation, _ forecast: Forecast, _ drivers: [Driver], _ row: ForecastRow) {
        self.explanation = explanation
        self.drivers = drivers
        unit = row.unit
        spent = row.snapshot.spent
        today = row.zone.localDay(of: row.at)
        sentence = ForecastSentence(explanation, forecast, drivers, row).text
    }

    /// Signed: a change may be below 0.
    fileprivate func amount(_ value: Double) -> BudgetAmount { BudgetAmount(rounded(value), unit) }

    fileprivate func date(_ daysAgo: Int) -> CivilDate { CivilDate(dayNumber: today - daysAgo) }

    static let shape = Shape(
        encoding: ForecastExplanation.self,
        [
            Field("sentence", .text(max: 2000), "The same in words.", .required, get: { $0.sentence }),
            Field(
                "level", .amount, "A mean day of the recent past, as the forecast weighs it.", .required,
                get: { $0.amount($0.explanation.level) }),
            Field(
                "dailyGrowthPercent", .number(min: nil, max: nil, decimals: 3),
                "What is added to a mean day from day to day; 0 unless two weeks in a row agree.", .required,
                get: { $0.explanation.dailyGrowthPercent }),
            Field(
                "weekdays", .list(of: .object(WeekdayRow.shape)),
                "What each weekday is of a mean day; all 1 where differences are no more than chance.", .required,
                get: { $0.explanation.weekdays.enumerated().map { WeekdayRow(weekday: $0, share: $1) } }),
            Field(
                "irregularity", .probability, "0: spending like clockwork; 1: spending that nothing follows from.",
                .required, get: { $0.explanation.irregularity }),
            Field(
                "largestDays", .list(of: .object(NotableDayRow.shape)), "At most three days of this period.", .required,
                get: { row in row.explanation.largest.map { NotableDayRow(day: $0, row: row) } }),
            Field(
                "periodBefore", .object(PeriodBeforeRow.shape),
                "The period before at the same point; null where nothing is known of it.", .orNull,
                get: { row in
                    row.explanation.periodBefore.map { PeriodBeforeRow(before: $0, row: row) }
                }),
            Field(
                "drivers", .list(of: .object(DriverRow.shape)),
                "Who and what moved this period most against their own past.", .required,
                get: { row in row.drivers.map { DriverRow(driver: $0, row: row) } }),
            Field(
                "anomalies", .list(of: .object(NotableDayRow.shape)),
                "Days that do not fit the four weeks before them, the newest first.", .required,
                get: { row in row.explanation.anomalies.map { NotableDayRow(day: $0, row: row) } }),
        ])
}

/// To the unit's smallest part.
private func rounded(_ value: Double) -> Int64 { Int64(exactly: value.rounded()) ?? (value < 0 ? .min + 1 : .max) }

private struct WeekdayRow: Sendable {
    var weekday: Int
    var share: Double

    static let shape = Shape(
        encoding: WeekdayRow.self,
        [
            Field("weekday", .text, "Monday to Sunday.", .required, get: { weekdayNames[$0.weekday % 7] }),
            Field("share", .number(decimals: 3), "Of a mean day.", .required, get: { $0.share }),
        ])
}

let weekdayNames = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

private struct NotableDayRow: Sendable {
    var day: NotableDay
    var row: ForecastExplanation

    static let shape = Shape(
        encoding: NotableDayRow.self,
        [
            Field("date", .date, "The day.", .required, get: { $0.row.date($0.day.daysAgo) }),
            Field("amount", .amount, "What it came to.", .required, get: { $0.row.amount($0.day.amount) }),
            Field(
                "expected", .amount, "What such a weekday came to in the four weeks before it.", .required,
                get: { $0.row.amount($0.day.expected) }),
            Field("change", .amount, "Amount − expected.", .required, get: { $0.row.amount($0.day.change) }),
        ])
}

private struct PeriodBeforeRow: Sendable {
    var before: Double
    var row: ForecastExplanation

    static let shape = Shape(
        encoding: PeriodBeforeRow.self,
        [
            Field("amount", .amount, "Spent up to the same point of it.", .required, get: { $0.row.amount($0.before) }),
            Field(
                "change", .amount, "What is spent now − amount.", .required,
                get: { $0.row.amount(Double($0.row.spent) - $0.before) }),
            Field(
                "changePercent", .number(min: nil, max: nil, decimals: 3), "The same in percent.", .orNull,
                get: { $0.before > 0 ? (Double($0.row.spent) / $0.before - 1) * 100 : nil }),
        ])
}

private struct DriverRow: Sendable {
    var driver: Driver
    var row: ForecastExplanation

    static let shape = Shape(
        encoding: DriverRow.self,
        [
            Field("sort", .choice(UsageGroup.self), "What it is a name of.", .required, get: { $0.driver.sort }),
            Field("name", .text, "The worker, model, task or project.", .required, get: { $0.driver.name }),
            Field(
                "spent", .amount, "In this period so far.", .required, get: { $0.row.amount(Double($0.driver.spent)) }),
            Field(
                "expected", .amount,
                "Its mean day in up to eight weeks before the period × the days so far; null without such a past.",
                .orNull, get: { row in row.driver.expected.map { row.row.amount($0) } }),
            Field("change", .amount, "Spent − expected.", .required, get: { $0.row.amount($0.driver.change) }),
        ])
}
