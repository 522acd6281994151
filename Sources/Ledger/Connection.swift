// One SQLite connection: opening, cached statements, plain commands.

import CSQLite

/// A connection of one thread, opened without SQLite's own mutex.
final class Connection {
    private static let isConfigured = budget_sqlite_without_memory_statistics() == SQLITE_OK

    private var handle: OpaquePointer?
    private var statements: [String: Statement] = [:]
    /// Those of fixed texts, by where the texts are: hashing a text takes longer than running some statements.
    private var fixedStatements: [UnsafePointer<UInt8>: Statement] = [:]
    let path: String
    /// A fault other than a lock has been met: the connection may hold on to what caused it (a file opened for reading
    /// only, pages read from a damaged file), so that only a new one sees it mended.
    private(set) var isSuspect = false

    /// Opens an existing file for reading and writing.
    init(path: String, busyTimeoutMs: Int32, readOnly: Bool = false) throws(LedgerError) {
        self.path = path
        _ = Connection.isConfigured
        let flags = (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK else {
            let fault = LedgerError.sqlite(
                code, system: sqlite3_system_errno(handle), detail: Connection.message(of: handle), path: path)
            sqlite3_close_v2(handle)
            handle = nil
            throw fault
        }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, busyTimeoutMs)
        _ = budget_sqlite_defensive(handle)
    }

    deinit { close() }

    func close() {
        statements.removeAll()
        fixedStatements.removeAll()
        sqlite3_close_v2(handle)
        handle = nil
    }

    /// The statement for this text, prepared once and ready to bind.
    func statement(_ sql: StaticString) throws(LedgerError) -> Statement {
        if let known = fixedStatements[sql.utf8Start] {
            known.reset()
            return known
        }
        let made = try prepare(sql.description)
        fixedStatements[sql.utf8Start] = made
        return made
    }

    /// The same for a text that is put together. Disfavoured: every literal would be one.
    @_disfavoredOverload
    func statement(_ sql: String) throws(LedgerError) -> Statement {
        if let known = statements[sql] {
            known.reset()
            return known
        }
        let made = try prepare(sql)
        statements[sql] = made
        return made
    }

    /// A statement of its own, for callers that hold on to it.
    func prepare(_ sql: String) throws(LedgerError) -> Statement {
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer else { throw fault(code) }
        return Statement(pointer, connection: self)
    }

    /// Runs statements that take and give no values.
    func execute(_ sql: String) throws(LedgerError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw fault(code) }
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Where the write-ahead log is.
    var logPath: String? {
        guard let path = sqlite3_db_filename(handle, "main"), let log = sqlite3_filename_wal(path) else { return nil }
        return String(cString: log)
    }

    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    var changedRows: Int { Int(sqlite3_changes(handle)) }

    func fault(_ code: Int32) -> LedgerError {
        let fault = LedgerError.sqlite(
            code, system: sqlite3_system_errno(handle), detail: Connection.message(of: handle), path: path)
        if fault.kind != .busy { isSuspect = true }
        return fault
    }

    /// Copies the whole database into another file while others write.
    func backUp(to target: Connection, progress: (_ remainingPages: Int, _ allPages: Int) -> Void) throws(LedgerError) {
        guard let backup = sqlite3_backup_init(target.handle, "main", handle, "main") else {
            throw target.fault(sqlite3_errcode(target.handle))
        }
        var code = SQLITE_OK
        repeat {
            code = sqlite3_backup_step(backup, 256)
            progress(Int(sqlite3_backup_remaining(backup)), Int(sqlite3_backup_pagecount(backup)))
            if code == SQLITE_BUSY || code == SQLITE_LOCKED { sqlite3_sleep(10) }
        } while code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED
        let finished = sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, finished == SQLITE_OK else { throw target.fault(finished) }
    }

    private static func message(of handle: OpaquePointer?) -> String {
        sqlite3_errmsg(handle).map { String(cString: $0) } ?? "out of memory"
    }
}
