// getStatus: where a budget stands.
import Budgeting
import Ledger

package enum GetStatus {
    package struct Params: Sendable {
        package var budget: String?
        package var at: Instant?
    }

    package struct Result: Sendable {
        var name: String
        var snapshot: BudgetSnapshot
        var zone: TimeZoneRules
        var at: Instant
        /// Of this period, acknowledged ones included: an acknowledged forecast is still the forecast.
        var alerts: [AlertRow]
        var budgets: [BudgetRow]

        var standing: Standing? { snapshot.standing }
        var activeAlerts: [AlertRow] { alerts.filter { $0.alert.acknowledgedAt == nil } }
        private var isProjectedToPass: Bool {
            alerts.contains { $0.alert.kind == .projected && $0.alert.limit == snapshot.budget?.limit }
        }
        var unit: LimitUnit { snapshot.budget?.limit.unit ?? .usd }
        func amount(_ value: Int64) -> BudgetAmount { BudgetAmount(value, unit) }

        var recommendation: String {
            standing?.recommendation(at: at, in: zone, isProjectedToPass: isProjectedToPass)
                ?? recommendationWithoutBudget(spent: snapshot.totals.cost)
        }
    }

    package static let method = Method(
        "getStatus", title: "Get status", summary: "Where a budget stands: level, spent, left, alerts, what to do.",
        description: "Ask before planning work. Without a budget it says what this month has cost and how to set one.",
        effect: .reads, isIdempotent: true, params: params, result: .object(result),
        examples: [Example("overall", "{}", "The budget monthly.")],
        handler: { params, session in try status(params, session) })

    static let params = Shape<Params>(
        Params(),
        [
            Field("budget", .text, "The budget's name; the overall one, monthly, when left out.") { $0.budget = $1 },
            Field("at", .timestamp, "As of the end of this moment's day; now when left out.") { $0.at = $1 },
        ])

    static let result = Shape(encoding: Result.self, fields)

    static let fields: [Field<Result>] = [
        Field("budget", .text, "The budget's name.", .required, get: { $0.name }),
        Field(
            "scope", .object(ScopeRow.shape), "What it is limited to.", .required,
            get: { $0.snapshot.budget?.scope ?? BudgetScope() }),
        Field(
            "period", .object(PeriodRow.shape), "The period looked at.", .required,
            get: { PeriodRow(period: $0.snapshot.period, zone: $0.zone, at: $0.at) }),
        Field("unit", .choice(LimitUnit.self), "What the amounts are counted in.", .required, get: { $0.unit }),
        Field(
            "limit", .amount, "The limit; null when no budget is set.", .orNull,
            get: { result in
                result.snapshot.budget.map { result.amount($0.limit.amount) }
            }),
        Field("spent", .amount, "Recorded in this period.", .required, get: { $0.amount($0.snapshot.spent) }),
        Field("reserved", .amount, "Held by approved tasks.", .required, get: { $0.amount($0.snapshot.reserved) }),
        Field(
            "remaining", .amount, "Limit − spent − reserved; may be negative.", .orNull,
            get: { result in
                result.standing.flatMap { try? $0.remaining }.map { result.amount($0) }
            }),
        Field(
            "usedPercent", .percent(allowNegative: true), "Spent, in percent of the limit.", .orNull,
            get: { $0.standing?.usedPercent }),
        Field(
            "committedPercent", .percent(allowNegative: true), "Spent and reserved, in percent of the limit.",
            .orNull, get: { $0.standing.flatMap { try? $0.committedPercent } }),
        Field(
            "level", .choice(Level.self), "green, yellow, orange or red.", .required,
            get: { $0.standing?.level ?? .green }),
        Field("exceeded", .bool, "True from 100 percent.", .required, get: { $0.standing?.isExceeded ?? false }),
        Field(
            "pace", .number(min: nil, max: nil, decimals: 3),
            "usedPercent ÷ elapsedPercent: above 1 the limit comes before the period's end.", .orNull,
            get: { result in result.standing?.pace(at: result.at).map { Double($0.thousandths) / 1000 } }),
        Field("costUSD", .usd, "What the period's usage cost.", .required, get: { $0.snapshot.totals.cost }),
        Field(
            "tokens", .object(TokensRow.shape), "The period's tokens.", .required,
            get: { TokensRow(tokens: $0.snapshot.totals.tokens) }),
        Field(
            "coverage", .object(CoverageRow.shape), "What the cost rests on.", .required,
            get: { CoverageRow(totals: $0.snapshot.totals) }),
        Field(
            "recommendation", .text(max: 1000), "What to do, in a sentence.", .required, get: { $0.recommendation }),
        Field(
            "activeAlerts", .list(of: .object(AlertRow.shape)),
            "Alerts of this period that nobody has acknowledged.",
            .required, get: { $0.activeAlerts }),
        Field(
            "budgets", .list(of: .object(BudgetRow.shape)), "Every budget, the one nearest its limit first.",
            .required, get: { $0.budgets }),
    ]

    static func status(_ params: Params, _ session: Session) throws -> Result {
        let ledger = try session.ledger.current()
        let at = params.at ?? session.now
        let (name, snapshot) = try ledger.snapshot(of: params.budget, asOf: params.at, now: session.now)
        var filter = AlertFilter()
        filter.budget = name
        let alerts = try ledger.listAlerts(filter).filter { $0.periodStart == snapshot.period.start }
        return Result(
            name: name, snapshot: snapshot, zone: ledger.zone, at: at, alerts: alerts.map(AlertRow.init),
            budgets: BudgetRow.rows(
                try ledger.snapshots(at: at, now: session.now).map { try ledger.snapshot($0, upTo: params.at) }))
    }
}

extension OpenLedger {
    /// The budget of a name, `monthly` without one. A ledger without an overall budget answers with the month's usage.
    /// With `at`, what was recorded for later days does not count.
    func snapshot(of name: String?, asOf at: Instant?, now: Instant) throws -> (name: String, snapshot: BudgetSnapshot)
    {
        let wanted = name ?? overallBudget
        if let found = try snapshot(ofBudget: wanted, at: at ?? now, now: now) {
            return (wanted, try snapshot(found, upTo: at))
        }
        guard wanted == overallBudget else {
            throw AdvisorError.notFound("no budget is named \(wanted); listBudgets shows the names")
        }
        return (wanted, try snapshot(monthWithoutBudget(at: at ?? now), upTo: at))
    }

    fileprivate func snapshot(_ found: BudgetSnapshot, upTo at: Instant?) throws -> BudgetSnapshot {
        guard let at else { return found }
        return try snapshot(found, asOf: at)
    }
}

/// The name of the budget that covers everything.
package let overallBudget = "monthly"

/// A period as it stands at a moment.
struct PeriodRow: Sendable {
    var period: Period
    var zone: TimeZoneRules
    var at: Instant

    static let shape = Shape(
        encoding: PeriodRow.self,
        [
            Field("kind", .choice(PeriodKind.self), "day, week, month or total.", .required, get: { $0.period.kind }),
            Field(
                "start", .timestamp, "Its first moment; null for total.", .orNull,
                get: { $0.period.end == nil ? nil : $0.period.start }),
            Field("end", .timestamp, "The moment after its last; null for total.", .orNull, get: { $0.period.end }),
            Field("timeZone", .text, "The zone whose days are counted.", .required, get: { $0.zone.name }),
            Field(
                "elapsedPercent", .percent, "How much of it has passed; null for total.", .orNull,
                get: { $0.period.elapsedPercent(at: $0.at) }),
            Field(
                "daysRemaining", .whole(0...366), "Days left, today included; null for total.", .orNull,
                get: { row in
                    row.period.daysRemaining(at: row.at, in: row.zone).map(Int64.init)
                }),
        ])
}

/// What a cost rests on, in percent of it.
struct CoverageRow: Sendable {
    var totals: UsageTotals

    private var estimate: Percent { share(totals.estimatedCost) }
    private var billed: Percent { share(totals.billedCost) }
    private func share(_ part: Money) -> Percent {
        totals.cost > .zero ? Percent.of(part.nanoUSD, in: totals.cost.nanoUSD) : .zero
    }

    static let shape = Shape(
        encoding: CoverageRow.self,
        [
            Field("billedPercent", .percent, "Billed by providers.", .required, get: { $0.billed }),
            Field(
                "listPricePercent", .percent, "From list prices.", .required,
                get: { row in
                    row.totals.cost > .zero
                        ? Percent(thousandths: 100_000 - row.billed.thousandths - row.estimate.thousandths) : .zero
                }),
            Field(
                "estimatePercent", .percent, "Estimated, for models without a price.", .required, get: { $0.estimate }),
        ])
}
