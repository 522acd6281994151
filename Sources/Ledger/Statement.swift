// A prepared statement: bind by position, step, read columns.

import CSQLite

/// Positions of parameters start at 1, those of columns at 0, as in SQLite.
final class Statement {
    private let pointer: OpaquePointer
    private unowned(unsafe) let connection: Connection

    init(_ pointer: OpaquePointer, connection: Connection) {
        self.pointer = pointer
        self.connection = connection
    }

    deinit { sqlite3_finalize(pointer) }

    func reset() { sqlite3_reset(pointer) }

    @discardableResult
    func bind(_ position: Int32, _ value: Int64) -> Statement {
        sqlite3_bind_int64(pointer, position, value)
        return self
    }

    @discardableResult
    func bind(_ position: Int32, _ value: Int64?) -> Statement {
        if let value { sqlite3_bind_int64(pointer, position, value) } else { sqlite3_bind_null(pointer, position) }
        return self
    }

    @discardableResult
    func bind(_ position: Int32, _ value: String?) -> Statement {
        guard var value else {
            sqlite3_bind_null(pointer, position)
            return self
        }
        value.withUTF8 { bytes in
            // An empty buffer has no address, and a null address would bind NULL.
            if let base = bytes.baseAddress {
                _ = base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    sqlite3_bind_text(pointer, position, $0, Int32(bytes.count), budget_sqlite_transient())
                }
            } else {
                sqlite3_bind_text(pointer, position, "", 0, budget_sqlite_transient())
            }
        }
        return self
    }

    /// Binds text that stays where it is until the statement is stepped.
    func bind(_ position: Int32, bytes: UnsafeBufferPointer<UInt8>) {
        bytes.withMemoryRebound(to: CChar.self) {
            _ = sqlite3_bind_text(pointer, position, $0.baseAddress, Int32($0.count), nil)
        }
    }

    /// Runs to the end of a statement that gives no rows, and makes it ready for the next use.
    func run() throws(LedgerError) {
        let code = sqlite3_step(pointer)
        sqlite3_reset(pointer)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw connection.fault(code) }
    }

    /// Moves to the next row; false at the end, where the statement is ready for the next use.
    func step() throws(LedgerError) -> Bool {
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        sqlite3_reset(pointer)
        guard code == SQLITE_DONE else { throw connection.fault(code) }
        return false
    }

    /// The first row's value, or nil where there is no row or the value is NULL.
    func firstInt() throws(LedgerError) -> Int64? {
        guard try step() else { return nil }
        let value = optionalInt(0)
        reset()
        return value
    }

    func firstText() throws(LedgerError) -> String? {
        guard try step() else { return nil }
        let value = optionalText(0)
        reset()
        return value
    }

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

    func optionalInt(_ column: Int32) -> Int64? {
        sqlite3_column_type(pointer, column) == SQLITE_NULL ? nil : sqlite3_column_int64(pointer, column)
    }

    func text(_ column: Int32) -> String { optionalText(column) ?? "" }

    func optionalText(_ column: Int32) -> String? {
        guard let start = sqlite3_column_text(pointer, column) else { return nil }
        let count = Int(sqlite3_column_bytes(pointer, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
