// What finished runs of each sort of task took: the newest of each sort, kept in one row.

import Budgeting

/// One run of a task, from its approval to its end.
struct FinishedRun: Hashable {
    var model: Int64
    var cost: Money
    var tokens: TokenCounts
    /// What the asker had expected it to cost, before any correction.
    var givenCost: Money?

    var task: FinishedTask { FinishedTask(cost: cost, tokens: tokens) }
}

/// A sort of task: what its runs have in common; 0 where they may differ. `task` 0 is any task.
struct RunGroupKey: Hashable {
    var model: Int64 = 0
    var labels: Int64 = 0
    var project: Int64 = 0
    var task: Int64 = 0
}

struct RunGroup {
    /// Newest last.
    var runs: [FinishedRun] = []
    /// Of all runs ever: how many ended, and how many of them failed.
    var finished: Int64 = 0
    var failed: Int64 = 0

    static let mostRuns = 32

    /// How many runs a task takes until one succeeds, in thousandths, with one success assumed beforehand so that a
    /// single failure proves nothing: (finished + 1) / (succeeded + 1).
    var runsPerSuccess: Int64 { (finished + 1) * 1000 / (finished - failed + 1) }

    var text: String {
        var list = FactWriter()
        list.addAll(runs) { list, run in
            let tokens = run.tokens
            for value in [
                run.model, run.cost.nanoUSD, tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite,
                tokens.cacheWrite1h,
            ] { list.add(value) }
            list.add(run.givenCost?.nanoUSD)
        }
        return list.text
    }

    init() {}

    init(finished: Int64, failed: Int64, text: String) throws(LedgerError) {
        self.finished = finished
        self.failed = failed
        var list = FactReader(text)
        runs = try list.all { (list: inout FactReader) throws(LedgerError) in
            FinishedRun(
                model: try list.int(), cost: Money(nanoUSD: try list.int()),
                tokens: TokenCounts(
                    input: try list.int(), output: try list.int(), cacheRead: try list.int(),
                    cacheWrite: try list.int(), cacheWrite1h: try list.int()),
                givenCost: try list.optionalInt().map(Money.init(nanoUSD:)))
        }
    }
}

extension OpenLedger {
    func runGroup(_ key: RunGroupKey) throws(LedgerError) -> RunGroup {
        if let known = learned.groups[key] { return known }
        let row = try connection.statement(
            "SELECT finished, failed, runs FROM runGroup WHERE model = ? AND labels = ? AND project = ? AND task = ?")
        row.bind(1, key.model).bind(2, key.labels).bind(3, key.project).bind(4, key.task)
        var group = RunGroup()
        if try row.step() {
            defer { row.reset() }
            group = try RunGroup(finished: row.int(0), failed: row.int(1), text: row.text(2))
        }
        learned.remember(group, key)
        return group
    }

    /// Adds a run to every sort it is of. A run without usage teaches nothing about cost; its end still counts.
    func learn(_ run: FinishedRun?, hasFailed: Bool, of keys: Set<RunGroupKey>) throws(LedgerError) {
        for key in keys {
            var group = try runGroup(key)
            group.finished += 1
            if hasFailed { group.failed += 1 }
            if let run { group.runs = (group.runs + [run]).suffix(RunGroup.mostRuns) }
            try save(group, key)
        }
    }

    /// Counts a run that had ended well as failed after all: its review refused it.
    func countAsFailed(_ keys: Set<RunGroupKey>) throws(LedgerError) {
        for key in keys {
            var group = try runGroup(key)
            guard group.failed < group.finished else { continue }
            group.failed += 1
            try save(group, key)
        }
    }

    private func save(_ group: RunGroup, _ key: RunGroupKey) throws(LedgerError) {
        try connection.statement(
            """
            INSERT INTO runGroup(model, labels, project, task, finished, failed, runs) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT(model, labels, project, task) DO UPDATE SET finished = excluded.finished,
              failed = excluded.failed, runs = excluded.runs
            """
        ).bind(1, key.model).bind(2, key.labels).bind(3, key.project).bind(4, key.task).bind(5, group.finished)
            .bind(6, group.failed).bind(7, group.text).run()
        learned.change(group, key)
    }
}

/// What has been read of the run groups, and what was made of it. Dropped when another process has written.
struct LearnedCache {
    private static let mostEntries = 2048

    struct Question: Hashable {
        var model: Int64
        var labels: Int64
        var project: Int64
        var task: Int64
    }

    private(set) var groups: [RunGroupKey: RunGroup] = [:]
    private(set) var estimates: [Question: TaskEstimate] = [:]

    mutating func remember(_ group: RunGroup, _ key: RunGroupKey) {
        if groups.count >= LearnedCache.mostEntries { groups.removeAll() }
        groups[key] = group
    }

    /// A group has changed, and with it what was made of it.
    mutating func change(_ group: RunGroup, _ key: RunGroupKey) {
        remember(group, key)
        estimates.removeAll()
    }

    mutating func remember(_ estimate: TaskEstimate, _ question: Question) {
        if estimates.count >= LearnedCache.mostEntries { estimates.removeAll() }
        estimates[question] = estimate
    }
}
