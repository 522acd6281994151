// getUsage: sums of what was recorded, by time and name.
import Budgeting
import JSONRPC
import Ledger

package enum GetUsage {
    /// What rows are ordered by.
    package enum Order: String, CaseIterable, Sendable { case key, costUSD, totalTokens, records }

    package struct Params: Sendable {
        package var groupBy = [UsageGroup.day]
        package var from, to: MomentOrDay?
        package var filter: [UsageGroup: String] = [:]
        package var orderBy: Order?
        package var limit: Int64 = 1000
        var include: [RunAccounts.Part] = []
    }

    package struct Result: Sendable {
        var from: Instant
        var to: Instant
        var rows: [UsageRowOnWire]
        var isTruncated: Bool
        var total: UsageTotals
        var accounts: RunAccounts
    }

    package static let method = Method(
        "getUsage", title: "Get usage",
        summary: "What was spent, grouped by time, model, worker, task, project and more.",
        description:
            "Without from and to it covers the calendar month so far. A date as `to` includes that day. include adds "
            + "what runs of tasks were expected to cost against what they did, and dollars lost to duplicate and "
            + "abandoned work.",
        effect: .reads, isIdempotent: true, params: params, result: .object(result),
        examples: [
            Example("this month by model", #"{"groupBy":["model"],"orderBy":"costUSD"}"#),
            Example("two days", #"{"groupBy":["day"],"from":"2026-11-01","to":"2026-11-02"}"#),
            Example("what was lost this month", #"{"groupBy":[],"include":["lost","estimates"]}"#),
        ],
        handler: { params, session in try report(params, session) })

    static let params = Shape<Params>(
        Params(),
        [
            Field(
                "groupBy", .list(of: .choice(UsageGroup.self), 0...4), "What a row stands for; none: one row.",
                default: [.day]
            ) { $0.groupBy = $1 },
            Field("from", .momentOrDay, "The first moment or day.") { $0.from = $1 },
            Field("to", .momentOrDay, "The moment after the last, or the last day.") { $0.to = $1 },
            Field("filter", .object(filterShape), "Only records with these names.") { $0.filter = $1 },
            Field(
                "orderBy", .choice(Order.self),
                "By key ascending, the others descending; rows of a time by key, others by costUSD."
            ) { $0.orderBy = $1 },
            Field("limit", .whole(1...100_000), "At most this many rows; total covers all.", default: 1000) {
                $0.limit = $1
            },
            Field(
                "include", .list(of: .choice(RunAccounts.Part.self), 0...2),
                "estimates: runs of tasks against what was expected of them; lost: work that bought nothing.",
                default: []
            ) { $0.include = $1 },
        ],
        check: { params, faults in
            if !params.include.isEmpty, params.filter[.session] != nil || params.filter[.operation] != nil {
                faults.add("include", "cannot stand beside a filter by session or operation: runs of tasks have none")
            }
            if Set(params.groupBy).count < params.groupBy.count { faults.add("groupBy", "must not name a group twice") }
        })

    private static let filterShape = Shape<[UsageGroup: String]>(
        [:],
        [
            Field("model", .text, "Only this model.") { $0[.model] = $1 },
            Field("worker", .text, "Only this worker.") { $0[.worker] = $1 },
            Field("task", .text, "Only this task.") { $0[.task] = $1 },
            Field("project", .text, "Only this project.") { $0[.project] = $1 },
            Field("session", .text, "Only this session.") { $0[.session] = $1 },
            Field("operation", .text, "Only this operation.") { $0[.operation] = $1 },
        ])

    static let result = Shape(
        encoding: Result.self,
        [
            Field("from", .timestamp, "The first moment.", .required, get: { $0.from }),
            Field("to", .timestamp, "The moment after the last.", .required, get: { $0.to }),
            Field("rows", .list(of: .object(UsageRowOnWire.shape)), "One for each group.", .required, get: { $0.rows }),
            Field("truncated", .bool, "True: there are more rows than limit.", .required, get: { $0.isTruncated }),
            Field(
                "total", .object(UsageRowOnWire.totalShape), "All rows, also those not shown.", .required,
                get: { UsageRowOnWire(keys: [:], totals: $0.total) }),
            Field(
                "estimates", .object(EstimateAccount.shape), "Where asked for: runs that ended in this time.",
                get: { $0.accounts.estimates }),
            Field(
                "lost", .object(LostAccount.shape), "Where asked for: what bought nothing in this time.",
                get: { $0.accounts.lost }),
        ])

    private static func report(_ params: Params, _ session: Session) throws -> Result {
        let ledger = try session.ledger.current()
        let zone = ledger.zone
        let month = Period.containing(session.now, kind: .month, in: zone)
        let from = params.from?.start(in: zone) ?? month.start
        let to = params.to?.end(in: zone) ?? max(from, zone.startOfDay(zone.localDay(of: session.now) + 1))
        guard from <= to else { throw AdvisorError.invalid("/to", "must not be before from (\(from.rfc3339))") }
        var query = UsageQuery(groupBy: params.groupBy, from: from, to: to)
        query.filter = params.filter
        var rows = try ledger.usage(query).map { UsageRowOnWire($0, groupBy: params.groupBy) }
        var total = UsageTotals()
        for row in rows { total += row.totals }
        if params.groupBy == [.day] { addEmptyDays(&rows, from, to, zone) }
        if params.groupBy.isEmpty, rows.isEmpty { rows = [UsageRowOnWire(keys: [:], totals: UsageTotals())] }
        let hasTime = params.groupBy.contains { [.hour, .day, .week, .month].contains($0) }
        sort(&rows, by: params.orderBy ?? (hasTime ? .key : .costUSD), params.groupBy)
        return Result(
            from: from, to: to, rows: Array(rows.prefix(Int(params.limit))),
            isTruncated: rows.count > Int(params.limit),
            total: total, accounts: try accounts(params, from, to, ledger, session.now))
    }

    private static func accounts(
        _ params: Params, _ from: Instant, _ to: Instant, _ ledger: OpenLedger, _ now: Instant
    ) throws(LedgerError) -> RunAccounts {
        var filter = RunFilter(from: from, to: to)
        filter.task = params.filter[.task]
        filter.project = params.filter[.project]
        filter.worker = params.filter[.worker]
        filter.model = params.filter[.model]
        return try RunAccounts(params.include, filter: filter, limit: Int(params.limit), in: ledger, now: now)
    }

    private static func addEmptyDays(
        _ rows: inout [UsageRowOnWire], _ from: Instant, _ to: Instant, _ zone: TimeZoneRules
    ) {
        guard from < to else { return }
        let known = Set(rows.compactMap { $0.keys[.day] })
        let last = zone.localDay(of: to.adding(seconds: -1))
        for day in zone.localDay(of: from)...max(last, zone.localDay(of: from)) where rows.count < 100_000 {
            let text = CivilDate(dayNumber: day).description
            if !known.contains(text) { rows.append(UsageRowOnWire(keys: [.day: text], totals: UsageTotals())) }
        }
    }

    private static func sort(_ rows: inout [UsageRowOnWire], by order: Order, _ groupBy: [UsageGroup]) {
        func key(_ row: UsageRowOnWire) -> [String] { groupBy.map { row.keys[$0] ?? "" } }
        func value(_ row: UsageRowOnWire) -> Int64 {
            switch order {
            case .key: 0
            case .costUSD: row.totals.cost.nanoUSD
            case .totalTokens: (try? row.totals.tokens.total) ?? .max
            case .records: row.totals.records
            }
        }
        rows.sort { left, right in
            let (leftValue, rightValue) = (value(left), value(right))
            return leftValue == rightValue
                ? key(left).lexicographicallyPrecedes(key(right)) : leftValue > rightValue
        }
    }
}

/// A row of usage with its keys as text.
package struct UsageRowOnWire: Sendable {
    var keys: [UsageGroup: String]
    var totals: UsageTotals

    init(keys: [UsageGroup: String], totals: UsageTotals) {
        self.keys = keys
        self.totals = totals
    }

    init(_ row: UsageGroupRow, groupBy: [UsageGroup]) {
        totals = row.totals
        keys = [:]
        for (group, key) in zip(groupBy, row.keys) {
            switch key {
            case .day(let day): keys[group] = text(ofDay: day, group)
            case .hour(let hour): keys[group] = hour.rfc3339
            case .name(let name): keys[group] = name
            }
        }
    }

    private func text(ofDay day: Int64, _ group: UsageGroup) -> String {
        let date = CivilDate(dayNumber: Int(day)).description
        return group == .month ? String(date.prefix(7)) : date
    }

    static let shape = Shape(encoding: UsageRowOnWire.self, fields)
    static let totalShape = Shape(encoding: UsageRowOnWire.self, totalFields)

    static let fields = keyFields + totalFields

    private static let keyFields: [Field<UsageRowOnWire>] = [
        Field("hour", .text, "The hour's first moment, UTC.", get: { $0.keys[.hour] }),
        Field("day", .text, "The day, as 2026-11-22.", get: { $0.keys[.day] }),
        Field("week", .text, "The week's Monday.", get: { $0.keys[.week] }),
        Field("month", .text, "The month, as 2026-11.", get: { $0.keys[.month] }),
        Field("model", .text, "The model.", get: { $0.keys[.model] }),
        Field("worker", .text, "The worker; left out for records without one.", get: { $0.keys[.worker] }),
        Field("task", .text, "The task; left out for records without one.", get: { $0.keys[.task] }),
        Field("project", .text, "The project; left out for records without one.", get: { $0.keys[.project] }),
        Field("session", .text, "The session; left out for records without one.", get: { $0.keys[.session] }),
        Field("operation", .text, "The operation; left out for records without one.", get: { $0.keys[.operation] }),
    ]

    static let totalFields: [Field<UsageRowOnWire>] = [
        Field("costUSD", .usd(allowNegative: true), "What it cost.", .required, get: { $0.totals.cost }),
        Field("inputTokens", .whole, "Uncached input.", .required, get: { $0.totals.tokens.input }),
        Field("outputTokens", .whole, "Output, reasoning included.", .required, get: { $0.totals.tokens.output }),
        Field("cacheReadTokens", .whole, "Read from the cache.", .required, get: { $0.totals.tokens.cacheRead }),
        Field(
            "cacheWriteTokens", .whole, "Written to the cache for 5 minutes.", .required,
            get: { $0.totals.tokens.cacheWrite }),
        Field(
            "cacheWrite1hTokens", .whole, "Written to the cache for 1 hour.", .required,
            get: { $0.totals.tokens.cacheWrite1h }),
        Field("totalTokens", .whole, "All kinds.", .required, get: { (try? $0.totals.tokens.total) ?? .max }),
        Field("records", .whole, "Calls.", .required, get: { $0.totals.records }),
        Field("failures", .whole, "Calls that failed.", .required, get: { $0.totals.failures }),
        Field(
            "meanDurationMs", .number(decimals: 3), "Mean over the calls that say how long they took.", .orNull,
            get: { row in
                row.totals.timedRecords > 0 ? Double(row.totals.durationMs) / Double(row.totals.timedRecords) : nil
            }),
        Field(
            "tokensPerSecond", .number(decimals: 3), "Output tokens per second of those calls.", .orNull,
            get: { row in
                row.totals.durationMs > 0
                    ? Double(row.totals.timedOutputTokens) * 1000 / Double(row.totals.durationMs) : nil
            }),
    ]
}
