// getReport: what a period came to, against the period before, against the estimates, and against its closed sums.
import Budgeting
import Ledger

package enum GetReport {
    /// The periods that a report may be about.
    enum Span: String, CaseIterable, Sendable {
        case day, week, month

        var kind: PeriodKind { PeriodKind(rawValue: rawValue) ?? .month }
    }

    package struct Params: Sendable {
        var period: Span?
        var at, from, to: CivilDate?
        var by = [UsageGroup.model]
        var limit: Int64 = 20
    }

    package struct Result: Sendable {
        var span: ReportSpan
        var zone: TimeZoneRules
        var asOf: Instant
        var by: [UsageGroup]
        var total, before: UsageTotals
        var rows: [ReportRow]
        var isTruncated: Bool
        var tasks: TaskAccount
        var accounts: RunAccounts
        var close: CloseAccount?
    }

    package static let method = Method(
        "getReport", title: "Get a report",
        summary: "What a day, week or month came to: cost, tasks, trends, estimates, waste, late records.",
        description:
            "Without params: this month so far, by model. Every sum is beside that of the period before; a running "
            + "period is compared with as many days of it. A closed period (closePeriod) also shows what was recorded "
            + "for it since.",
        effect: .reads, isIdempotent: true, params: params, result: .object(result),
        examples: [
            Example("this month by worker", #"{"by":["worker"]}"#),
            Example("a past month", #"{"period":"month","at":"2026-10-15"}"#),
            Example("some days", #"{"from":"2026-11-02","to":"2026-11-08","by":["day"]}"#),
        ],
        handler: { params, session in try report(params, session) })

    static let params = Shape<Params>(
        Params(),
        [
            Field("period", .choice(Span.self), "What it is about; month when no days are given.") { $0.period = $1 },
            Field("at", .date, "A day of the period; today when left out.") { $0.at = $1 },
            Field("from", .date, "The first day, in place of a period.") { $0.from = $1 },
            Field("to", .date, "The last day; today when left out.") { $0.to = $1 },
            Field(
                "by", .list(of: .choice(UsageGroup.self), 0...4), "What a row stands for; none: only the sums.",
                default: [.model]
            ) { $0.by = $1 },
            Field("limit", .whole(1...10_000), "At most this many rows; the sums cover all.", default: 20) {
                $0.limit = $1
            },
        ],
        check: { params, faults in
            if params.from != nil || params.to != nil, params.period != nil || params.at != nil {
                faults.add("from", "and to name the days themselves; leave out period and at")
            }
            if params.to != nil, params.from == nil { faults.add("to", "needs from beside it") }
            if Set(params.by).count < params.by.count { faults.add("by", "must not name a group twice") }
        })

    static let result = Shape(
        encoding: Result.self,
        [
            Field("from", .date, "The first day.", .required, get: { CivilDate(dayNumber: $0.span.days.lowerBound) }),
            Field(
                "to", .date, "The last day; of a running period today.", .required,
                get: { CivilDate(dayNumber: $0.span.days.upperBound) }),
            Field("timeZone", .text, "The zone whose days are counted.", .required, get: { $0.zone.name }),
            Field(
                "period", .choice(PeriodKind.self), "What it is about; null for chosen days.", .orNull,
                get: { $0.span.kind }),
            Field("asOf", .timestamp, "When it was made.", .required, get: { $0.asOf }),
            Field("by", .list(of: .choice(UsageGroup.self)), "What a row stands for.", .required, get: { $0.by }),
            Field(
                "total", .object(UsageRowOnWire.totalShape), "All usage of these days.", .required,
                get: { UsageRowOnWire(keys: [:], totals: $0.total) }),
            Field(
                "before", .object(BeforeRow.shape), "The days that it is compared with.", .required,
                get: { BeforeRow(days: $0.span.before, totals: $0.before) }),
            Field(
                "change", .object(ChangeRow.shape), "Now against before.", .required,
                get: { ChangeRow(now: $0.total, before: $0.before) }),
            Field(
                "rows", .list(of: .object(ReportRow.shape)), "By time, or the dearest first.", .required,
                get: { $0.rows }),
            Field("truncated", .bool, "True: there are more rows than limit.", .required, get: { $0.isTruncated }),
            Field(
                "tasks", .object(TaskAccount.shape), "Runs of tasks that ended in these days.", .required,
                get: { $0.tasks }),
            Field(
                "estimates", .object(EstimateAccount.shape), "What those runs were expected to cost.", .required,
                get: { $0.accounts.estimates ?? EstimateAccount([], limit: 0) }),
            Field(
                "lost", .object(LostAccount.shape), "Duplicate, failed and abandoned work.", .required,
                get: { $0.accounts.lost ?? LostAccount([], [], limit: 0) }),
            Field(
                "close", .object(CloseAccount.shape), "Its closed sums; null where these days were not closed.",
                .orNull, get: { $0.close }),
        ])

    private static func report(_ params: Params, _ session: Session) throws -> Result {
        let ledger = try session.ledger.current()
        let span = try span(params, today: ledger.zone.localDay(of: session.now), in: ledger.zone)
        let close = try ledger.periodClose(Int64(span.whole.lowerBound)...Int64(span.whole.upperBound))
        let all = try rows(params.by, span, ledger, close)
        var filter = RunFilter(
            from: ledger.zone.startOfDay(span.days.lowerBound), to: ledger.zone.startOfDay(span.days.upperBound + 1))
        filter.to = max(filter.from, filter.to)
        let accounts = try RunAccounts(
            [.estimates, .lost], filter: filter, limit: Int(params.limit), in: ledger, now: session.now)
        let total = try sum(span.days, ledger)
        return Result(
            span: span, zone: ledger.zone, asOf: session.now, by: params.by, total: total,
            before: try sum(span.before, ledger), rows: Array(all.prefix(Int(params.limit))),
            isTruncated: all.count > Int(params.limit), tasks: TaskAccount(runs: accounts.estimates?.runs ?? []),
            accounts: accounts, close: close.map { CloseAccount(close: $0, now: total) })
    }

    private static func span(_ params: Params, today: Int, in zone: TimeZoneRules) throws(AdvisorError) -> ReportSpan {
        guard let from = params.from?.dayNumber else {
            return ReportSpan(
                params.period?.kind ?? .month, holding: params.at?.dayNumber ?? today, today: today, in: zone)
        }
        let to = params.to?.dayNumber ?? max(today, from)
        guard from <= to else { throw .invalid("/to", "must not be before from (\(CivilDate(dayNumber: from)))") }
        return ReportSpan(from: from, to: to)
    }

    private static func sum(_ days: ClosedRange<Int>, _ ledger: OpenLedger) throws(LedgerError) -> UsageTotals {
        try ledger.usage(ReportSpan.query(days, by: [], in: ledger.zone)).first?.totals ?? UsageTotals()
    }

    /// By time in its order, else the dearest first. Rows that were only there before, or only when it was closed, too.
    private static func rows(
        _ groups: [UsageGroup], _ span: ReportSpan, _ ledger: OpenLedger, _ close: PeriodClose?
    ) throws(LedgerError) -> [ReportRow] {
        guard !groups.isEmpty else { return [] }
        let hasTime = groups.contains { [.hour, .day, .week, .month].contains($0) }
        var found: [[UsageGroup: String]: ReportRow] = [:]
        for row in try ledger.usage(ReportSpan.query(span.days, by: groups, in: ledger.zone)) {
            let row = UsageRowOnWire(row, groupBy: groups)
            found[row.keys] = ReportRow(row: row, hasBefore: !hasTime)
        }
        if !hasTime {
            for row in try ledger.usage(ReportSpan.query(span.before, by: groups, in: ledger.zone)) {
                let row = UsageRowOnWire(row, groupBy: groups)
                found[row.keys, default: ReportRow(keys: row.keys)].before = row.totals.cost
            }
        }
        if let close, groups.count == 1, let group = groups.first, !hasTime {
            for keys in found.keys { found[keys]?.closed = .zero }
            for (name, totals) in try ledger.closedSums(of: close, by: group) {
                let keys = name.map { [group: $0] } ?? [:]
                found[keys, default: ReportRow(keys: keys)].closed = totals.cost
            }
        }
        func order(_ row: ReportRow) -> [String] { groups.map { row.row.keys[$0] ?? "" } }
        return found.values.sorted { left, right in
            let (leftCost, rightCost) = (left.row.totals.cost, right.row.totals.cost)
            return hasTime || leftCost == rightCost
                ? order(left).lexicographicallyPrecedes(order(right)) : leftCost > rightCost
        }
    }
}
