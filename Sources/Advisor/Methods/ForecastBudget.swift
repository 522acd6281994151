// forecast: what the period will have cost at its end, and when the money runs out.
import Budgeting
import Forecasting
import Ledger

package enum ForecastBudget {
    package enum Detail: String, CaseIterable, Sendable { case brief, full }

    package struct Params: Sendable {
        package var budget: String?
        package var at: Instant?
        package var detail = Detail.brief
        var planned: [PlannedTask] = []
    }

    package static let method = Method(
        "forecast", title: "Forecast", summary: "What the period will have cost at its end, with an honest interval.",
        description:
            "p10 to p90 holds the total in four of five cases. Without any usage confidence is none and there is "
            + "no interval. A total budget has no end: only its exhaustion is forecast, up to a year ahead. What is "
            + "spent, held and planned is a floor. detail full adds the path by day and an explanation: level, trend, "
            + "weekdays, largest days, who moved the period against their own past, days that do not fit.",
        effect: .reads, isIdempotent: true, params: params, result: .object(ForecastRow.shape),
        examples: [
            Example("the overall budget", "{}"), Example("with a path by day and why", #"{"detail":"full"}"#),
            Example(
                "with tasks to come", #"{"planned":[{"task":"gh-7","model":"gpt-5","estimate":{"costUSD":12}}]}"#),
        ],
        handler: { params, session in try row(params, session) })

    private static func row(_ params: Params, _ session: Session) throws -> ForecastRow {
        let ledger = try session.ledger.current()
        let at = params.at ?? session.now
        let (name, snapshot) = try ledger.snapshot(of: params.budget, asOf: params.at, now: session.now)
        let rules = params.planned.isEmpty ? ApprovalRules() : try session.approvalRules()
        guard
            let planned = try ledger.plannedAmount(
                params.planned.map(\.request), of: snapshot.budget, rules: rules, now: session.now)
        else { throw AdvisorError.invalid("/planned", "has an estimate too large to be held exactly") }
        let history = try ledger.history(of: snapshot, at: at, now: session.now, planned: planned)
        var row = ForecastRow(
            name: name, snapshot: snapshot, zone: ledger.zone, at: at, forecast: Forecasting.forecast(history))
        row.planned = params.planned.isEmpty ? nil : planned
        guard params.detail == .full, let forecast = row.forecast, let explanation = explain(history) else {
            return row
        }
        row.isFull = true
        row.explanation = ForecastExplanation(
            explanation, forecast, try ledger.drivers(of: snapshot, at: at, limit: 3), row)
        return row
    }

    static let params = Shape<Params>(
        Params(),
        [
            Field("budget", .text, "The budget's name; the overall one, monthly, when left out.") { $0.budget = $1 },
            Field("at", .timestamp, "As of this moment; now when left out.") { $0.at = $1 },
            Field("detail", .choice(Detail.self), "full adds the path by day and the explanation.", default: .brief) {
                $0.detail = $1
            },
            Field(
                "planned", .list(of: .object(PlanTasks.task), 0...1000),
                "Tasks to come, as in planTasks: what they are expected to take (p50) counts as promised."
            ) { $0.planned = $1 },
        ])
}

extension OpenLedger {
    /// A year of history is more than any method looks at.
    private static let historyDays = 400
    /// How far the exhaustion of a total budget is looked for.
    private static let totalHorizonDays = 365

    /// The forecast of a budget's period; nil where nothing was ever spent.
    func forecast(of snapshot: BudgetSnapshot, at: Instant, now: Instant) throws(LedgerError) -> Forecast? {
        Forecasting.forecast(try history(of: snapshot, at: at, now: now))
    }

    /// What a forecast of a budget's period is made from; `planned` is promised beside what is reserved.
    func history(
        of snapshot: BudgetSnapshot, at: Instant, now: Instant, planned: Int64 = 0
    ) throws(LedgerError) -> SpendHistory {
        let today = Int64(zone.localDay(of: at))
        var first = max(
            today - Int64(OpenLedger.historyDays), Int64(snapshot.period.firstDay) - Int64(OpenLedger.historyDays))
        if let recorded = try recordedDays() { first = max(first, min(recorded.lowerBound, today)) }
        let elapsed = snapshot.period.end == nil ? today - first : today - Int64(snapshot.period.firstDay)
        first = min(first, today - elapsed)
        let amounts = try dailyAmounts(of: snapshot.budget, from: first, to: today)
        let start = zone.startOfDay(Int(today)).seconds
        let end = zone.startOfDay(Int(today) + 1).seconds
        // Of a day that is over, all is known.
        let isOver = today < Int64(zone.localDay(of: now))
        return SpendHistory(
            dailyTotals: amounts.dropLast().map(Double.init),
            todayWeekday: CivilDate.weekday(ofDayNumber: Int(today)) - 1,
            today: Double(amounts.last ?? 0),
            todayElapsed: isOver ? 1 : Double(at.seconds - start) / Double(max(end - start, 1)),
            periodDaysElapsed: Int(elapsed),
            periodLength: snapshot.period.end == nil
                ? Int(elapsed) + 1 + OpenLedger.totalHorizonDays
                : snapshot.period.endDay - snapshot.period.firstDay,
            committed: Double(snapshot.reserved) + Double(planned))
    }
}

/// A forecast as it is answered.
package struct ForecastRow: Sendable {
    var name: String
    var snapshot: BudgetSnapshot
    var zone: TimeZoneRules
    var at: Instant
    var forecast: Forecast?
    var isFull = false
    /// What the tasks to come are expected to take; nil where none were given.
    var planned: Int64?
    var explanation: ForecastExplanation?

    var unit: LimitUnit { snapshot.budget?.limit.unit ?? .usd }
    var hasEnd: Bool { snapshot.period.end != nil }

    func amount(_ value: Int64) -> BudgetAmount { BudgetAmount(value, unit) }

    /// Rounded to the unit's smallest part, and never below what is spent.
    private func amount(_ value: Double) -> BudgetAmount {
        amount(max(Int64(exactly: value.rounded()) ?? Int64.max, snapshot.spent))
    }

    private func row(_ quantiles: Quantiles, mean: Double? = nil) -> QuantilesRow {
        QuantilesRow(
            p10: amount(quantiles.p10), p50: amount(quantiles.p50), p90: amount(quantiles.p90),
            mean: mean.map { amount($0) })
    }

    var projected: QuantilesRow? {
        guard hasEnd, let forecast else { return nil }
        return row(forecast.projected, mean: forecast.mean)
    }

    func date(_ day: Int?) -> CivilDate? { day.map { CivilDate(dayNumber: zone.localDay(of: at) + $0) } }

    var exhaustion: ExhaustionRow {
        guard let forecast, let limit = snapshot.budget?.limit.amount else { return ExhaustionRow() }
        let days = forecast.exhaustion(of: Double(limit))
        return ExhaustionRow(p10: date(days.p10), p50: date(days.p50), p90: date(days.p90))
    }

    private var daily: [DayRow]? {
        guard isFull, let forecast else { return nil }
        return forecast.daily.enumerated().compactMap { index, quantiles in
            date(index).map { DayRow(date: $0, quantiles: row(quantiles)) }
        }
    }

    private var trend: TrendRow? {
        forecast.map { forecast in
            TrendRow(
                dailyMean: BudgetAmount(Int64(exactly: forecast.dailyMean.rounded()) ?? .max, unit),
                weeklyChangePercent: forecast.weeklyChangePercent)
        }
    }

    static let shape = Shape(encoding: ForecastRow.self, fields)

    static let fields: [Field<ForecastRow>] = [
        Field("budget", .text, "The budget's name.", .required, get: { $0.name }),
        Field(
            "period", .object(PeriodRow.shape), "The period.", .required,
            get: { PeriodRow(period: $0.snapshot.period, zone: $0.zone, at: $0.at) }),
        Field("asOf", .timestamp, "The moment of the forecast.", .required, get: { $0.at }),
        Field("unit", .choice(LimitUnit.self), "What the amounts are counted in.", .required, get: { $0.unit }),
        Field("spent", .amount, "Recorded in this period.", .required, get: { $0.amount($0.snapshot.spent) }),
        Field("reserved", .amount, "Held by approved tasks.", .required, get: { $0.amount($0.snapshot.reserved) }),
        Field(
            "planned", .amount, "What the tasks given as planned are expected to take.",
            get: { row in row.planned.map { row.amount($0) } }),
        Field(
            "projected", .object(QuantilesRow.shape), "The total at the period's end; null without any usage.",
            .orNull, get: { $0.projected }),
        Field(
            "limit", .amount, "The limit; null when no budget is set.", .orNull,
            get: { row in
                row.snapshot.budget.map { row.amount($0.limit.amount) }
            }),
        Field(
            "overLimitProbability", .probability, "The chance that the total passes the limit.", .orNull,
            get: { row in
                guard row.hasEnd, let limit = row.snapshot.budget?.limit.amount else { return nil }
                return row.forecast?.probability(ofPassing: Double(limit))
            }),
        Field(
            "exhaustion", .object(ExhaustionRow.shape), "The days on which the limit may be reached.", .required,
            get: { $0.exhaustion }),
        Field(
            "runRate", .amount, "The plain projection: spent ÷ elapsed × length.", .orNull,
            get: { row in
                row.hasEnd ? row.forecast.map { row.amount($0.runRate) } : nil
            }),
        Field("trend", .object(TrendRow.shape), "What the recent days are like.", .orNull, get: { $0.trend }),
        Field(
            "historyDays", .count, "Days of history that were looked at.", .required,
            get: { Int64($0.forecast?.historyDays ?? 0) }),
        Field(
            "confidence", .choice(Confidence.self), "How much it can be trusted.", .required,
            get: { $0.forecast?.confidence ?? Confidence.none }),
        Field("method", .text, "The method's name.", .required, get: { $0.forecast?.method ?? "none" }),
        Field(
            "accuracy", .object(AccuracyRow.shape),
            "How wrong it would have been in this budget's own past periods; null without any.", .orNull,
            get: { $0.forecast?.accuracy.map(AccuracyRow.init) }),
        Field(
            "daily", .list(of: .object(DayRow.shape)), "The total by the end of each day left.", get: { $0.daily }),
        Field(
            "explanation", .object(ForecastExplanation.shape), "With detail full: what the forecast rests on.",
            get: { $0.explanation }),
    ]
}
