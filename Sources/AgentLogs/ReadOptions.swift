// What a caller decides about a reading.
import Budgeting

package struct ReadOptions: Sendable {
    package var attribution = Attribution()
    /// Records before it are skipped and counted.
    package var since: Instant?
    /// The time of records whose log has none; nil: the file's own modification time.
    package var assumedTime: Instant?
    /// The model of records whose log has none. Codex logs without one are taken as `gpt-5`, marked as assumed.
    package var assumedModel: String?
    /// A longer line is passed over and reported. At most this much of a line is held in memory.
    package var maximumLineBytes = 16 * 1024 * 1024
    /// A batch is delivered once it has so many records, and at the file's end.
    package var batchRecords = 4096
    /// Deliver what an unfinished stream holds so far, marked as partial; its end replaces it later.
    package var deliversPartial = true

    package init() {}
}

/// Records of one file that belong together with the cursor behind them.
package struct LogBatch: Sendable {
    package var path: String
    package var records: [LoggedUsage]
    /// Commit it in the transaction that books `records`.
    package var cursor: FileCursor

    package init(path: String, records: [LoggedUsage], cursor: FileCursor) {
        self.path = path
        self.records = records
        self.cursor = cursor
    }
}
