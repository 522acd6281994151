// Objects of forecast's result.
import Budgeting
import Forecasting
import Ledger

struct QuantilesRow: Sendable {
    var p10, p50, p90: BudgetAmount
    var mean: BudgetAmount?

    static let shape = Shape(
        encoding: QuantilesRow.self, fields + [Field("mean", .amount, "The mean.", get: { $0.mean })])

    static let fields: [Field<QuantilesRow>] = [
        Field("p10", .amount, "One case in ten is below.", .required, get: { $0.p10 }),
        Field("p50", .amount, "Half of the cases are below.", .required, get: { $0.p50 }),
        Field("p90", .amount, "Nine cases in ten are below.", .required, get: { $0.p90 }),
    ]
}

struct ExhaustionRow: Sendable {
    var p10, p50, p90: CivilDate?

    static let shape = Shape(
        encoding: ExhaustionRow.self,
        [
            Field(
                "p10", .date, "Early: one case in ten is earlier; null when not inside the period.", .orNull,
                get: { $0.p10 }),
            Field("p50", .date, "In the middle; null when not inside the period.", .orNull, get: { $0.p50 }),
            Field("p90", .date, "Late; null when not inside the period.", .orNull, get: { $0.p90 }),
        ])
}

struct TrendRow: Sendable {
    var dailyMean: BudgetAmount
    var weeklyChangePercent: Double?

    static let shape = Shape(
        encoding: TrendRow.self,
        [
            Field(
                "dailyMean", .amount, "Mean of a recent day, newer days counting more.", .required,
                get: { $0.dailyMean }),
            Field(
                "weeklyChangePercent", .number(decimals: 3), "The last seven days against the seven before.", .orNull,
                get: { $0.weeklyChangePercent }),
        ])
}

struct AccuracyRow: Sendable {
    var accuracy: Accuracy

    static let shape = Shape(
        encoding: AccuracyRow.self,
        [
            Field("cases", .count, "Past periods that were forecast.", .required, get: { Int64($0.accuracy.cases) }),
            Field(
                "medianErrorPercent", .number(decimals: 3),
                "Mean distance of p50 from the total, in percent of a mean period.",
                .required, get: { $0.accuracy.medianError * 100 }),
            Field(
                "coveragePercent", .number(decimals: 3), "Periods that ended between p10 and p90; 80 is meant.",
                .required,
                get: { $0.accuracy.coverage * 100 }),
            Field(
                "biasPercent", .number(decimals: 3), "Above 0: the forecasts were too high.", .required,
                get: { $0.accuracy.bias * 100 }),
        ])
}

struct DayRow: Sendable {
    var date: CivilDate
    var quantiles: QuantilesRow

    static let shape = Shape(
        encoding: DayRow.self,
        [Field("date", .date, "The day.", .required, get: { $0.date })]
            + QuantilesRow.fields.map { $0.lifted { $0.quantiles } })
}
