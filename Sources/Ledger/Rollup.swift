// Daily sums by model, worker, task and so on, written once for each transaction.

import Budgeting

/// What a rollup row is keyed by.
package enum RollupKind: Int64, CaseIterable, Sendable {
    case all = 0
    case model, worker, task, project, session, operation
    /// A combination of names that some budget is limited to.
    case scope
}

/// A day number of the ledger's time zone; `allDays` for the sum over all of them.
typealias RollupDay = Int64

/// The sums that this transaction has added and not yet written.
struct PendingRollup {
    static let allDays: RollupDay = -100_000

    struct Key: Hashable {
        var day: RollupDay
        var attribution: Attribution
    }

    struct Entry {
        var key: Key
        var totals: UsageTotals
        var firstUsage: Int64
        var lastUsage: Int64
    }

    private(set) var entries: [Entry] = []
    private var places: [Key: Int] = [:]

    var isEmpty: Bool { entries.isEmpty }

    mutating func forget() {
        entries.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }

    mutating func add(_ totals: UsageTotals, day: RollupDay, attribution: Attribution, usage: Int64) {
        let key = Key(day: day, attribution: attribution)
        if let place = places[key] {
            entries[place].totals += totals
            entries[place].lastUsage = max(usage, entries[place].lastUsage)
            entries[place].firstUsage = min(usage, entries[place].firstUsage)
        } else {
            places[key] = entries.count
            entries.append(Entry(key: key, totals: totals, firstUsage: usage, lastUsage: usage))
        }
    }

    /// The rows to add to, by day, kind and key: the order of the table, so that neighbours share a page.
    func rows(scopes: [Scope]) -> [Row] {
        var rows: [RowKey: Row] = [:]
        rows.reserveCapacity(entries.count * 4)
        for entry in entries {
            let names = entry.key.attribution
            func add(_ day: RollupDay, _ kind: RollupKind, _ key: Int64) {
                rows[RowKey(day: day, kind: kind.rawValue, key: key), default: Row(day: day, kind: kind, key: key)]
                    .add(entry.totals, first: entry.firstUsage, last: entry.lastUsage)
            }
            add(entry.key.day, .all, 0)
            add(PendingRollup.allDays, .all, 0)
            add(entry.key.day, .model, names.model)
            add(entry.key.day, .worker, names.worker)
            add(entry.key.day, .task, names.task)
            if names.task != 0 { add(PendingRollup.allDays, .task, TaskIdentity(names).rollupKey) }
            add(entry.key.day, .project, names.project)
            add(entry.key.day, .session, names.session)
            add(entry.key.day, .operation, names.operation)
            for scope in scopes where scope.id != 0 && scope.includes(names) { add(entry.key.day, .scope, scope.id) }
        }
        return rows.values.sorted { ($0.day, $0.kind, $0.key) < ($1.day, $1.kind, $1.key) }
    }

    private struct RowKey: Hashable {
        var day: RollupDay
        var kind: Int64
        var key: Int64
    }

    struct Row {
        var day: RollupDay
        var kind: Int64
        var key: Int64
        var totals = UsageTotals()
        var firstUsage = Int64.max
        var lastUsage: Int64 = 0

        init(day: RollupDay, kind: RollupKind, key: Int64) {
            self.day = day
            self.kind = kind.rawValue
            self.key = key
        }

        mutating func add(_ added: UsageTotals, first: Int64, last: Int64) {
            totals += added
            firstUsage = min(firstUsage, first)
            lastUsage = max(lastUsage, last)
        }
    }

    static let upsert = """
        INSERT INTO rollup(day, kind, key, records, failures, input, output, cacheRead, cacheWrite, cacheWrite1h, cost,
          billedCost, estimatedCost, durationMs, timedRecords, timedOutput, firstUsage, lastUsage)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT(day, kind, key) DO UPDATE SET records = records + excluded.records,
          failures = failures + excluded.failures, input = input + excluded.input, output = output + excluded.output,
          cacheRead = cacheRead + excluded.cacheRead, cacheWrite = cacheWrite + excluded.cacheWrite,
          cacheWrite1h = cacheWrite1h + excluded.cacheWrite1h, cost = cost + excluded.cost,
          billedCost = billedCost + excluded.billedCost, estimatedCost = estimatedCost + excluded.estimatedCost,
          durationMs = durationMs + excluded.durationMs, timedRecords = timedRecords + excluded.timedRecords,
          timedOutput = timedOutput + excluded.timedOutput, firstUsage = min(firstUsage, excluded.firstUsage),
          lastUsage = max(lastUsage, excluded.lastUsage)
        """

    static func write(_ row: Row, with statement: Statement) throws(LedgerError) {
        let totals = row.totals
        statement.bind(1, row.day).bind(2, row.kind).bind(3, row.key).bind(4, totals.records).bind(5, totals.failures)
            .bind(6, totals.tokens.input).bind(7, totals.tokens.output).bind(8, totals.tokens.cacheRead)
            .bind(9, totals.tokens.cacheWrite).bind(10, totals.tokens.cacheWrite1h).bind(11, totals.cost.nanoUSD)
            .bind(12, totals.billedCost.nanoUSD).bind(13, totals.estimatedCost.nanoUSD).bind(14, totals.durationMs)
            .bind(15, totals.timedRecords).bind(16, totals.timedOutputTokens).bind(17, row.firstUsage)
            .bind(18, row.lastUsage)
        try statement.run()
    }
}
