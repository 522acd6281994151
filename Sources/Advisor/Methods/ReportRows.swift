// Objects of getReport's result.
import Budgeting
import Ledger

/// How much more or less, in percent of `before`; nil where there was nothing.
private func changePercent(_ now: Int64, _ before: Int64) -> Double? {
    before > 0 ? (Double(now) - Double(before)) * 100 / Double(before) : nil
}

struct ReportRow: Sendable {
    var row: UsageRowOnWire
    /// What the same name cost in the days before.
    var before = Money.zero
    /// False for rows of a time, which have no such row before.
    var hasBefore = true
    /// What it had cost when the period was closed.
    var closed: Money?

    init(row: UsageRowOnWire, hasBefore: Bool) {
        self.row = row
        self.hasBefore = hasBefore
    }

    init(keys: [UsageGroup: String]) { row = UsageRowOnWire(keys: keys, totals: UsageTotals()) }

    static let shape = Shape(
        encoding: ReportRow.self,
        UsageRowOnWire.fields.map { $0.lifted { $0.row } } + [
            Field(
                "beforeUSD", .usd(allowNegative: true), "Its cost in the days before; null for rows of a time.",
                .orNull, get: { $0.hasBefore ? $0.before : nil }),
            Field(
                "changePercent", .number(min: nil, max: nil, decimals: 3), "The cost against that.", .orNull,
                get: { $0.hasBefore ? changePercent($0.row.totals.cost.nanoUSD, $0.before.nanoUSD) : nil }),
            Field(
                "adjustmentUSD", .usd(allowNegative: true),
                "Recorded or corrected since the period was closed; null where it was not.", .orNull,
                get: { row in row.closed.map { Money(nanoUSD: row.row.totals.cost.nanoUSD &- $0.nanoUSD) } }),
        ])
}

struct BeforeRow: Sendable {
    var days: ClosedRange<Int>
    var totals: UsageTotals

    static let shape = Shape(
        encoding: BeforeRow.self,
        [
            Field("from", .date, "The first day.", .required, get: { CivilDate(dayNumber: $0.days.lowerBound) }),
            Field("to", .date, "The last day.", .required, get: { CivilDate(dayNumber: $0.days.upperBound) }),
        ]
            + UsageRowOnWire.totalFields.map { $0.lifted { UsageRowOnWire(keys: [:], totals: $0.totals) } })
}

struct ChangeRow: Sendable {
    var now, before: UsageTotals

    private func percent(_ part: (UsageTotals) -> Int64) -> Double? { changePercent(part(now), part(before)) }

    static let shape = Shape(
        encoding: ChangeRow.self,
        [
            Field(
                "costPercent", .number(min: nil, max: nil, decimals: 3), "Null where nothing was spent before.",
                .orNull, get: { $0.percent(\.cost.nanoUSD) }),
            Field(
                "tokensPercent", .number(min: nil, max: nil, decimals: 3), "All kinds of tokens.", .orNull,
                get: { $0.percent { (try? $0.tokens.total) ?? 0 } }),
            Field(
                "recordsPercent", .number(min: nil, max: nil, decimals: 3), "Calls.", .orNull,
                get: { $0.percent(\.records) }),
        ])
}

/// What became of runs, and what a finished task costs with everything that went wrong on the way.
struct TaskAccount: Sendable {
    let runs: [EndedRun]

    private var good: Int { runs.count { !$0.isLost } }
    /// A task of one project is one, however many runs it took.
    private var tasks: Int { Set(runs.map { [$0.task, $0.project ?? ""] }).count }
    private var finished: Int { Set(runs.filter { !$0.isLost }.map { [$0.task, $0.project ?? ""] }).count }
    private func count(_ states: TaskState...) -> Int64 { Int64(runs.count { states.contains($0.state) }) }

    private var costPerFinished: Money? {
        let all = runs.reduce(0 as Int128) { $0 + Int128($1.used.nanoUSD) }
        return finished > 0 ? Money(nanoUSD: Int64(clamping: all / Int128(finished))) : nil
    }

    private var meanSeconds: Double? {
        runs.isEmpty
            ? nil : runs.reduce(0.0) { $0 + Double($1.endedAt.seconds - $1.startedAt.seconds) } / Double(runs.count)
    }

    static let shape = Shape(
        encoding: TaskAccount.self,
        [
            Field("runs", .count, "Runs that ended.", .required, get: { Int64($0.runs.count) }),
            Field("finished", .count, "Tasks that were handed in or done.", .required, get: { Int64($0.finished) }),
            Field("failed", .count, "Runs that failed.", .required, get: { $0.count(.failed) }),
            Field(
                "abandoned", .count, "Runs given up, or whose lease ran out.", .required,
                get: { $0.count(.abandoned, .expired) }),
            Field(
                "retries", .count, "Runs beyond the first of each task.", .required,
                get: { Int64($0.runs.count - $0.tasks) }),
            Field(
                "successPercent", .number(decimals: 3), "Runs that were handed in or done.", .orNull,
                get: { $0.runs.isEmpty ? nil : Double($0.good) * 100 / Double($0.runs.count) }),
            Field(
                "costPerFinishedTaskUSD", .usd(allowNegative: true),
                "What all runs cost, failures and retries too, for each finished task.", .orNull,
                get: { $0.costPerFinished }),
            Field("meanRunSeconds", .number(decimals: 3), "From approval to end.", .orNull, get: { $0.meanSeconds }),
        ])
}

/// A closed period against what it comes to now.
struct CloseAccount: Sendable {
    var close: PeriodClose
    var now: UsageTotals

    private var late: UsageTotals { now - close.totals }

    static let shape = Shape(
        encoding: CloseAccount.self,
        [
            Field("closedAt", .timestamp, "When it was closed.", .required, get: { $0.close.closedAt }),
            Field("by", .text, "Who closed it.", get: { $0.close.by }),
            Field("note", .text(max: 500), "What was said to it.", get: { $0.close.note }),
            Field(
                "total", .object(UsageRowOnWire.totalShape), "What it came to then; this never changes.", .required,
                get: { UsageRowOnWire(keys: [:], totals: $0.close.totals) }),
            Field(
                "adjustment", .object(UsageRowOnWire.totalShape),
                "Recorded or corrected since: total then + adjustment = total now.", .required,
                get: { UsageRowOnWire(keys: [:], totals: $0.late) }),
        ])
}
