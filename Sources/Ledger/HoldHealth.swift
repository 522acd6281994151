// What `doctor` asks beside the sums: holds that nobody will settle, and the versions in use.

import Budgeting
import CSQLite

/// The live holds of a ledger, and those that no claimed task stands behind.
package struct HoldHealth: Sendable {
    /// Live: they count towards budgets.
    package var live: Int64 = 0
    /// Of those: no claimed task refers to them, so nothing but time will free them.
    package var orphans: Int64 = 0
    /// Their time has passed; they count for nothing and go with the next approvals.
    package var expired: Int64 = 0

    package init() {}
}

extension OpenLedger {
    package func holdHealth(now: Instant) throws(LedgerError) -> HoldHealth {
        var health = HoldHealth()
        let counts = try connection.statement(
            "SELECT count(*) FILTER (WHERE expiresAt > ?1), count(*) FILTER (WHERE expiresAt <= ?1) FROM hold"
        ).bind(1, now.seconds)
        if try counts.step() { (health.live, health.expired) = (counts.int(0), counts.int(1)) }
        counts.reset()
        health.orphans =
            try connection.statement(
                """
                SELECT count(*) FROM hold h WHERE h.expiresAt > ? AND NOT EXISTS (
                  SELECT 1 FROM taskState t WHERE t.task = h.task AND t.project = h.project
                    AND t.reservation = h.reservation AND t.state = ?)
                """
            ).bind(1, now.seconds).bind(2, TaskState.claimed.code).firstInt() ?? 0
        return health
    }

    /// `wal` for a ledger as this program makes it: then nobody who writes waits for those who read.
    package func journalMode() throws(LedgerError) -> String {
        try connection.statement("PRAGMA journal_mode").firstText() ?? "unknown"
    }
}

/// The version of the SQLite library in use.
package var sqliteVersion: String { String(cString: sqlite3_libversion()) }
