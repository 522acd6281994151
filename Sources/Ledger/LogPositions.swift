// How far each log file is read.

import Budgeting

/// A file's position, kept in the transaction that books what stands before it.
package struct LogPosition: Sendable, Hashable {
    package var path: String
    package var device: UInt64
    package var inode: UInt64
    package var offset: Int64
    /// Calls before this time were passed over.
    package var since: Instant?
    /// What the reader needs to go on; see `FileCursor` of AgentLogs.
    package var cursor: String

    package init(path: String, device: UInt64, inode: UInt64, offset: Int64, since: Instant?, cursor: String) {
        self.path = path
        self.device = device
        self.inode = inode
        self.offset = offset
        self.since = since
        self.cursor = cursor
    }
}

extension OpenLedger {
    /// All files that were ever read, by path.
    package func logPositions() throws(LedgerError) -> [String: LogPosition] {
        var found: [String: LogPosition] = [:]
        let rows = try connection.statement("SELECT path, device, inode, offset, since, cursor FROM logFile")
        while try rows.step() {
            let path = rows.text(0)
            found[path] = LogPosition(
                path: path, device: UInt64(bitPattern: rows.int(1)), inode: UInt64(bitPattern: rows.int(2)),
                offset: rows.int(3), since: rows.optionalInt(4).map(Instant.init(seconds:)), cursor: rows.text(5))
        }
        return found
    }

    package func setLogPosition(_ position: LogPosition, now: Instant) throws(LedgerError) {
        try connection.statement(
            """
            INSERT OR REPLACE INTO logFile(path, device, inode, offset, since, readAt, cursor)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(1, position.path).bind(2, Int64(bitPattern: position.device)).bind(3, Int64(bitPattern: position.inode))
            .bind(4, position.offset).bind(5, position.since?.seconds).bind(6, now.seconds).bind(7, position.cursor)
            .run()
    }

    /// Names this ledger among others, so that its own export is not booked into it again.
    package func ledgerID() throws(LedgerError) -> String {
        try connection.statement("SELECT value FROM setting WHERE name = 'ledgerID'").firstText() ?? ""
    }
}
