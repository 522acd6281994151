// What getUsage answers about runs of tasks when it is asked to: estimate against actual, and dollars lost.
import Budgeting
import Ledger

/// Runs that ended in a time, as they were expected and as they came out.
struct EstimateAccount: Sendable {
    let runs: [EndedRun]
    let shown: [EndedRun]

    /// The runs that came out furthest from what was expected are shown.
    init(_ runs: [EndedRun], limit: Int) {
        self.runs = runs
        shown = Array(runs.sorted { ($0.miss, $1.endedAt) > ($1.miss, $0.endedAt) }.prefix(limit))
    }

    private func sum(_ amount: (EndedRun) -> Money) -> Money {
        Money(nanoUSD: Int64(clamping: runs.reduce(0 as Int128) { $0 + Int128(amount($1).nanoUSD) }))
    }

    /// In percent of the expected; nil without runs that something was expected of.
    private var medianUsedPercent: Double? {
        let ratios = runs.compactMap(\.usedPercent).sorted()
        guard !ratios.isEmpty else { return nil }
        return (ratios[(ratios.count - 1) / 2] + ratios[ratios.count / 2]) / 2
    }

    static let shape = Shape(
        encoding: EstimateAccount.self,
        [
            Field("runs", .count, "Runs of tasks that ended in this time.", .required, get: { Int64($0.runs.count) }),
            Field(
                "expectedUSD", .usd, "What they were expected to cost: the sum of their p50.", .required,
                get: { $0.sum { $0.expected ?? .zero } }),
            Field(
                "reservedUSD", .usd, "What was held for them: the sum of their p90.", .required,
                get: { $0.sum(\.reserved) }),
            Field(
                "usedUSD", .usd(allowNegative: true), "What they cost.", .required, get: { $0.sum(\.used) }),
            Field(
                "medianUsedPercent", .number(decimals: 3),
                "What the run in the middle cost, in percent of its p50; 100 is meant.", .orNull,
                get: { $0.medianUsedPercent }),
            Field(
                "withinReservedPercent", .number(decimals: 3),
                "The share of runs that cost no more than was held; 90 is meant.", .orNull,
                get: { account in
                    account.runs.isEmpty
                        ? nil
                        : Double(account.runs.count { $0.used <= $0.reserved }) * 100 / Double(account.runs.count)
                }),
            Field(
                "rows", .list(of: .object(EndedRun.shape)), "Each run, the furthest from its p50 first; up to limit.",
                .required, get: { $0.shown }),
        ])
}

extension EndedRun {
    fileprivate var usedPercent: Double? {
        expected.flatMap { $0 > .zero ? Double(used.nanoUSD) * 100 / Double($0.nanoUSD) : nil }
    }

    fileprivate var miss: UInt64 { used.nanoUSD.subtractingReportingOverflow((expected ?? used).nanoUSD).0.magnitude }

    fileprivate static let shape = Shape(
        encoding: EndedRun.self,
        [
            Field("task", .text, "The task.", .required, get: { $0.task }),
            Field("project", .text, "Its project.", get: { $0.project }),
            Field("worker", .text, "Who ran it.", get: { $0.worker }),
            Field("model", .text, "The model it was approved on.", get: { $0.model }),
            Field("outcome", .choice(TaskState.self), "How it stands.", .required, get: { $0.state }),
            Field("startedAt", .timestamp, "When it was approved.", .required, get: { $0.startedAt }),
            Field("endedAt", .timestamp, "When it was handed in, closed or given up.", .required, get: { $0.endedAt }),
            Field("expectedUSD", .usd, "Its p50 when it was approved.", .orNull, get: { $0.expected }),
            Field("basis", .choice(EstimateBasis.self), "What the estimate rested on.", get: { $0.basis }),
            Field("reservedUSD", .usd, "What was held: its p90.", .required, get: { $0.reserved }),
            Field(
                "usedUSD", .usd(allowNegative: true), "Recorded for the task from start to end.", .required,
                get: { $0.used }),
            Field(
                "usedPercent", .number(decimals: 3), "Used, in percent of expected.", .orNull, get: { $0.usedPercent }),
        ])
}

/// Dollars that bought nothing: work on tasks of others, and runs that ended without a result.
struct LostAccount: Sendable {
    enum Cause: String, CaseIterable, Sendable {
        /// By a worker that the task was never given to.
        case duplicate
        case failed
        /// Given up, or the lease ran out.
        case abandoned
    }

    struct Row: Sendable {
        var task: String
        var project, worker: String?
        var cause: Cause
        var cost: Money
        var at: Instant
    }

    private(set) var rows: [Row] = []
    let limit: Int

    init(_ runs: [EndedRun], _ duplicates: [DuplicateWork], limit: Int) {
        self.limit = limit
        rows = runs.filter { $0.used > .zero }.map {
            Row(
                task: $0.task, project: $0.project, worker: $0.worker,
                cause: $0.state == .failed ? .failed : .abandoned, cost: $0.used, at: $0.endedAt)
        }
        rows += duplicates.map {
            Row(
                task: $0.task, project: $0.project, worker: $0.worker, cause: .duplicate, cost: $0.cost, at: $0.lastAt)
        }
        rows.sort { ($0.cost, $1.at, $1.task) > ($1.cost, $0.at, $0.task) }
    }

    private func sum(_ cause: Cause? = nil) -> Money {
        let counted = rows.filter { cause == nil || $0.cause == cause }
        return Money(nanoUSD: Int64(clamping: counted.reduce(0 as Int128) { $0 + Int128($1.cost.nanoUSD) }))
    }

    static let shape = Shape(
        encoding: LostAccount.self,
        [
            Field("totalUSD", .usd, "All of it; nothing is counted twice.", .required, get: { $0.sum() }),
            Field(
                "duplicateUSD", .usd, "Recorded for tasks by workers that were never approved for them.", .required,
                get: { $0.sum(.duplicate) }),
            Field("failedUSD", .usd, "What failed runs cost.", .required, get: { $0.sum(.failed) }),
            Field(
                "abandonedUSD", .usd, "What runs cost that were given up or whose lease ran out.", .required,
                get: { $0.sum(.abandoned) }),
            Field(
                "rows", .list(of: .object(row)), "Each loss, the largest first; up to limit.", .required,
                get: { Array($0.rows.prefix($0.limit)) }),
        ])

    private static let row = Shape(
        encoding: Row.self,
        [
            Field("task", .text, "The task.", .required, get: { $0.task }),
            Field("project", .text, "Its project.", get: { $0.project }),
            Field("worker", .text, "Who spent it.", get: { $0.worker }),
            Field("cause", .choice(Cause.self), "How it was lost.", .required, get: { $0.cause }),
            Field("costUSD", .usd, "How much.", .required, get: { $0.cost }),
            Field("at", .timestamp, "When the run ended, or the last record of it.", .required, get: { $0.at }),
        ])
}

/// Both accounts, as far as they are asked for.
struct RunAccounts: Sendable {
    /// What may be asked for.
    enum Part: String, CaseIterable, Sendable { case estimates, lost }

    var estimates: EstimateAccount?
    var lost: LostAccount?

    init() {}

    /// Nothing is read that was not asked for.
    init(
        _ parts: [Part], filter: RunFilter, limit: Int, in ledger: OpenLedger, now: Instant
    ) throws(LedgerError) {
        guard !parts.isEmpty else { return }
        let runs = try ledger.endedRuns(filter, now: now)
        if parts.contains(.estimates) { estimates = EstimateAccount(runs, limit: limit) }
        if parts.contains(.lost) {
            let lostRuns = runs.filter(\.isLost)
            lost = LostAccount(lostRuns, try ledger.duplicateWork(filter, besides: lostRuns), limit: limit)
        }
    }
}
