// Ledgers of earlier versions are brought up to date with everything that is in them.
import Budgeting
import Testing

@testable import Ledger

@Suite struct MigrationTests {
    /// A ledger as a program that knew only the first `version` migrations wrote it.
    private func ledger(ofVersion version: Int, _ rows: String) throws -> TemporaryLedger {
        let temporary = TemporaryLedger()
        try LedgerFile.createIfMissing(temporary.path, createFolder: false)
        let connection = try Connection(path: temporary.path, busyTimeoutMs: 1000)
        try connection.execute("PRAGMA journal_mode = WAL")
        for migration in Schema.migrations.prefix(version) { try connection.execute(migration) }
        try connection.execute("INSERT INTO setting(name, value) VALUES ('timeZone', 'UTC')")
        try connection.execute(rows)
        try connection.execute("PRAGMA application_id = \(Schema.applicationID); PRAGMA user_version = \(version)")
        connection.close()
        return temporary
    }

    @Test func aGrantOfTheFirstVersionPassesNoLimit() throws {
        let temporary = try ledger(
            ofVersion: 1,
            """
            INSERT INTO name VALUES (1, 1, '1', 'gh-1');
            INSERT INTO decision VALUES (1, 1760011000, 1, 0, 0, 3, 'exceedsBudget', 0, 0, '');
            INSERT INTO approvalAsk VALUES (1, 1, 1760011000, 1, 0, 0, 1760097400);
            INSERT INTO approvalAnswer VALUES (1, 1760011000, 1, 'eve', NULL, 1760097400, NULL);
            """)
        defer { temporary.remove() }
        try temporary.ledger.writing { open throws(LedgerError) in
            let grants = try open.loadGrants(now: noon)
            #expect(grants.map(\.mayPassLimit) == [false])
            #expect(try open.asks(onlyPending: false, limit: 10, now: noon).map(\.state) == [.granted])
        }
    }

    @Test func everyVersionCanBeOpened() throws {
        for version in 1...Schema.migrations.count {
            let temporary = try ledger(ofVersion: version, "")
            defer { temporary.remove() }
            let health = try temporary.ledger.reading { open throws(LedgerError) in try open.health(now: noon) }
            #expect(health.faults == [])
        }
    }
}
