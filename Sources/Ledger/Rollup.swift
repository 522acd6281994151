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
struct PendingRollup: ~Copyable {
    static let allDays: RollupDay = -100_000

    // Not private: Swift 6.3 fails on other files that destroy a value whose parts are private and not copyable.
    struct Key: FlatKey {
        var day: RollupDay
        /// The number of the attribution.
        var attribution: Int64

        var mixed: UInt64 { mix(UInt64(bitPattern: day), UInt64(bitPattern: attribution)) }
    }

    struct Entry {
        var names: Attribution
        var sums: Row
    }

    private var entries = FlatMap<Key, Entry>()
    /// Empty but while rows are handed out; kept for its memory.
    private var rows = FlatMap<RowKey, Row>()

    var isEmpty: Bool { entries.count == 0 }

    mutating func forget() { entries.removeAll() }

    mutating func add(_ totals: UsageTotals, day: RollupDay, names: Attribution, attribution: Int64, usage: Int64) {
        let key = Key(day: day, attribution: attribution)
        let position = entries.position(of: key) ?? entries.append(key, Entry(names: names, sums: Row()))
        entries.values[position].sums.add(totals, first: usage, last: usage)
    }

    /// Hands out the rows to add to by day, kind and key: the order of the table, so that neighbours share a page.
    mutating func forEachRow(
        scopes: [Scope], _ body: (RowKey, Row) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        rows.removeAll()
        for index in 0..<entries.count {
            let day = entries.keys[index].day
            let entry = entries.values + index
            let names = entry.pointee.names
            add(entry, day, .all, 0)
            add(entry, PendingRollup.allDays, .all, 0)
            add(entry, day, .model, names.model)
            add(entry, day, .worker, names.worker)
            add(entry, day, .task, names.task)
            if names.task != 0 { add(entry, PendingRollup.allDays, .task, TaskIdentity(names).rollupKey) }
            add(entry, day, .project, names.project)
            add(entry, day, .session, names.session)
            add(entry, day, .operation, names.operation)
            for scope in scopes where scope.includes(names) { add(entry, day, .scope, scope.id) }
        }
        let keys = rows.keys
        for position in (0..<rows.count).sorted(by: { keys[$0] < keys[$1] }) {
            try body(keys[position], rows.values[position])
        }
    }

    @inline(__always)
    private mutating func add(_ entry: UnsafePointer<Entry>, _ day: RollupDay, _ kind: RollupKind, _ name: Int64) {
        let key = RowKey(day: day, kind: kind.rawValue, key: name)
        let position = rows.position(of: key) ?? rows.append(key, Row())
        rows.values[position].add(entry.pointee.sums)
    }

    struct RowKey: FlatKey, Comparable {
        var day: RollupDay
        var kind: Int64
        var key: Int64

        var mixed: UInt64 { mix(UInt64(bitPattern: day << 4 | kind), UInt64(bitPattern: key)) }

        static func < (left: RowKey, right: RowKey) -> Bool {
            if left.day != right.day { return left.day < right.day }
            return left.kind == right.kind ? left.key < right.key : left.kind < right.kind
        }
    }

    struct Row {
        var totals = UsageTotals()
        var firstUsage = Int64.max
        var lastUsage: Int64 = 0

        mutating func add(_ other: Row) { add(other.totals, first: other.firstUsage, last: other.lastUsage) }

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

    static func write(_ key: RowKey, _ row: Row, with statement: Statement) throws(LedgerError) {
        let totals = row.totals
        statement.bind(1, key.day).bind(2, key.kind).bind(3, key.key).bind(4, totals.records).bind(5, totals.failures)
            .bind(6, totals.tokens.input).bind(7, totals.tokens.output).bind(8, totals.tokens.cacheRead)
            .bind(9, totals.tokens.cacheWrite).bind(10, totals.tokens.cacheWrite1h).bind(11, totals.cost.nanoUSD)
            .bind(12, totals.billedCost.nanoUSD).bind(13, totals.estimatedCost.nanoUSD).bind(14, totals.durationMs)
            .bind(15, totals.timedRecords).bind(16, totals.timedOutputTokens).bind(17, row.firstUsage)
            .bind(18, row.lastUsage)
        try statement.run()
    }
}
