// Bringing a ledger's file to this program's version.

import Budgeting

enum Migration {
    /// Creates the tables of a new file, or runs the migrations an older one lacks.
    static func run(
        on connection: Connection, turnstile: Turnstile, configuration: LedgerConfiguration
    ) throws(LedgerError) {
        let version = try version(of: connection)
        if version > Schema.version { throw newer(version, connection.path) }
        if version < Schema.version {
            try turnstile.enter(timeoutMs: configuration.busyTimeoutMs)
            defer { turnstile.leave() }
            try migrate(connection, configuration: configuration)
        }
        try connection.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -4096;")
        try connection.execute("PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF;")
    }

    private static func migrate(_ connection: Connection, configuration: LedgerConfiguration) throws(LedgerError) {
        // WAL can only be chosen outside a transaction; it is a property of the file from then on.
        let mode = try connection.statement("PRAGMA journal_mode = WAL").firstText()
        guard mode == "wal" else {
            throw LedgerError(
                .failed,
                "the ledger \(connection.path) cannot use write-ahead logging (journal mode \(mode ?? "unknown"))",
                hint: "put the ledger on a local disk")
        }
        try connection.execute("PRAGMA synchronous = FULL; BEGIN IMMEDIATE")
        do throws(LedgerError) {
            // Another process may have done it while this one waited.
            let from = try version(of: connection)
            if from > Schema.version { throw newer(from, connection.path) }
            for index in Int(from)..<Schema.migrations.count { try connection.execute(Schema.migrations[index]) }
            if from == 0 {
                try connection.statement("INSERT INTO setting(name, value) VALUES ('timeZone', ?)")
                    .bind(1, try rules(configuration.timeZone ?? "UTC").name).run()
            }
            try connection.execute("PRAGMA application_id = \(Schema.applicationID)")
            try connection.execute("PRAGMA user_version = \(Schema.version)")
            try connection.execute("COMMIT")
        } catch {
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
    }

    /// The zone the ledger was created with. Asking for another one is refused: every day sum would be wrong.
    static func zone(of connection: Connection, asked: String?) throws(LedgerError) -> TimeZoneRules {
        let stored = try connection.statement("SELECT value FROM setting WHERE name = 'timeZone'").firstText() ?? "UTC"
        if let asked, asked != stored {
            throw LedgerError(
                .wrongTimeZone, "the ledger \(connection.path) counts its days in \(stored), not in \(asked)",
                hint:
                    "unset BUDGET_ADVISOR_TIME_ZONE, or name a new ledger with --ledger: the zone is fixed at creation")
        }
        return try rules(stored)
    }

    private static func version(of connection: Connection) throws(LedgerError) -> Int32 {
        Int32(clamping: try connection.statement("PRAGMA user_version").firstInt() ?? 0)
    }

    private static func newer(_ version: Int32, _ path: String) -> LedgerError {
        LedgerError(
            .newer,
            "the ledger \(path) was written by a newer budget-advisor (version \(version), this one knows \(Schema.version))",
            hint: "install the newer budget-advisor, or name another file with --ledger")
    }

    private static func rules(_ name: String) throws(LedgerError) -> TimeZoneRules {
        do throws(TimeZoneFault) {
            return try TimeZoneRules.system(named: name)
        } catch {
            throw LedgerError(
                .wrongTimeZone, error.description,
                hint: "correct BUDGET_ADVISOR_TIME_ZONE, or install the time zone data")
        }
    }
}
