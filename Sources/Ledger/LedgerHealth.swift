// What `doctor` finds in a ledger.

import Budgeting

/// The state of a ledger. Faults are sentences; an empty list is good news.
package struct LedgerHealth: Sendable {
    package var faults: [String] = []
    package var usageRows: Int64 = 0
    package var bytes: Int64 = 0
    package var schemaVersion: Int64 = 0
    /// Models whose cost is an estimate, dearest first.
    package var unpricedModels: [(model: String, records: Int64, estimatedCost: Money)] = []
    /// Records stamped later than an hour from now.
    package var futureRecords: Int64 = 0
    /// Reservations that have not ended, and what they still hold.
    package var liveHolds: Int64 = 0
    package var heldCost = Money.zero
    /// The newest time stamp of the ledger, to compare with the clock.
    package var lastUsageAt: Instant?

    package init() {}
}

extension OpenLedger {
    /// Checks the file and that the daily sums are what the rows add up to. Reads everything: seconds for millions
    /// of records.
    package func health(now: Instant) throws(LedgerError) -> LedgerHealth {
        var health = LedgerHealth()
        let check = try connection.statement("PRAGMA integrity_check(20)")
        while try check.step() {
            if check.text(0) != "ok" { health.faults.append("the file: \(check.text(0))") }
        }
        let orphans = try connection.statement("PRAGMA foreign_key_check")
        while try orphans.step() {
            health.faults.append("a row of \(orphans.text(0)) refers to no row of \(orphans.text(2))")
        }
        try checkSums(&health)
        try checkApprovals(&health, now: now)
        health.usageRows = try connection.statement("SELECT count(*) FROM usage").firstInt() ?? 0
        health.bytes =
            try connection.statement(
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            ).firstInt() ?? 0
        health.schemaVersion = try connection.statement("PRAGMA user_version").firstInt() ?? 0
        health.lastUsageAt = try connection.statement("SELECT max(at) FROM usage").firstInt().map(
            Instant.init(seconds:))
        health.futureRecords =
            try connection.statement("SELECT count(*) FROM usage WHERE at > ?").bind(1, now.seconds + 3600).firstInt()
            ?? 0
        health.unpricedModels = try unpricedModels()
        return health
    }

    /// Models with records whose cost was estimated, because no price was known when they came.
    package func unpricedModels() throws(LedgerError) -> [(model: String, records: Int64, estimatedCost: Money)] {
        let rows = try connection.statement(
            """
            SELECT n.text, sum(r.records), sum(r.estimatedCost) FROM rollup r JOIN name n ON n.id = r.key
            WHERE r.kind = \(RollupKind.model.rawValue) AND r.estimatedCost <> 0 GROUP BY n.id ORDER BY 3 DESC, 1
            """)
        var found: [(model: String, records: Int64, estimatedCost: Money)] = []
        while try rows.step() { found.append((rows.text(0), rows.int(1), Money(nanoUSD: rows.int(2)))) }
        return found
    }

    private func checkSums(_ health: inout LedgerHealth) throws(LedgerError) {
        let fields = ["records", "input", "output", "cacheRead", "cacheWrite", "cacheWrite1h", "cost"]
        let sums = fields.map { "ifnull(sum(\($0)), 0)" }.joined(separator: ", ")
        let days = "day > \(PendingRollup.allDays)"
        var groups = [("all time", "NOT (\(days)) AND kind = 0")]
        for kind in RollupKind.allCases where kind != .scope {
            groups.append(("\(kind)", "\(days) AND kind = \(kind.rawValue)"))
        }
        for (name, condition) in groups {
            let rows = try connection.statement(
                "SELECT \(sums) FROM usage UNION ALL SELECT \(sums) FROM rollup WHERE \(condition)")
            guard try rows.step() else { continue }
            let expected = fields.indices.map { rows.int(Int32($0)) }
            guard try rows.step() else { continue }
            for (index, field) in fields.enumerated() where rows.int(Int32(index)) != expected[index] {
                health.faults.append(
                    "the sums by \(name) say \(rows.int(Int32(index))) \(field), the records say \(expected[index])")
            }
            rows.reset()
        }
    }
}
