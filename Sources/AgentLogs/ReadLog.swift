// Reads log files: one from its cursor, or many with two threads.

/// Reads one file from `cursor` (nil: from its start) and gives its records in order, a batch at a time, each with the
/// cursor to commit beside it. Stops at the last full line. What could not be used is in the summary, by reason.
///
/// Reading again from an older cursor, or from none, delivers the same event ids: booking them by
/// ``mergeVerdict(stored:found:by:)`` changes nothing.
package func readLog(
    path: String, cursor: FileCursor? = nil, options: ReadOptions = ReadOptions(), siblings: [String] = [],
    deliver: (LogBatch) throws -> Void
) rethrows -> LogSummary {
    let lineages = CodexLineages(candidates: siblings, options: options)
    let reading = FileReading(path: path, cursor: cursor, options: options, feed: LineFeed(), lineages: lineages)
    while let batch = reading.nextBatch() { try deliver(batch) }
    return reading.finishedSummary()
}

/// Records out of rows that somebody else fetched, each as the JSON text of one object: OpenCode's `message.data` (and
/// `part.data`), or the rows of the origin's `budget.db` with their column names. `source` names the database in
/// problems; their offset is the row's number. Rows of one message should come in one call, at most some ten thousand
/// at a time: all records are held until the end.
package func readRows(
    _ rows: some Sequence<String>, source: String, options: ReadOptions = ReadOptions()
) -> (records: [LoggedUsage], summary: LogSummary) {
    let reading = FileReading(named: source, options: options, feed: LineFeed(), lineages: nil)
    var number: Int64 = 0
    for var row in rows {
        row.withUTF8 { reading.takeRow($0, number: number) }
        number += 1
    }
    let records = reading.finishRows()
    return (records, reading.finishedSummary())
}

extension FileReading {
    /// The summary, with a sentence for a file that gave nothing.
    func finishedSummary() -> LogSummary {
        var result = summary
        if result.problems.isEmpty, let reason = result.emptyReason {
            result.note(LogProblem(path: path, what: reason))
        }
        return result
    }
}
