// Reads log files: one from its cursor, or many with two threads.

/// Reads one file from `cursor` (nil: from its start) and gives its records in order, a batch at a time, each with the
/// cursor to commit beside it. Stops at the last full line. What could not be used is in the summary, by reason.
///
/// Reading again from an older cursor, or from none, delivers the same event ids: booking them by
/// ``mergeVerdict(stored:found:)`` changes nothing.
package func readLog(
    path: String, cursor: FileCursor? = nil, options: ReadOptions = ReadOptions(), siblings: [String] = [],
    deliver: (LogBatch) throws -> Void
) rethrows -> LogSummary {
    let lineages = CodexLineages(candidates: siblings, options: options)
    let reading = FileReading(path: path, cursor: cursor, options: options, feed: LineFeed(), lineages: lineages)
    while let batch = reading.nextBatch() { try deliver(batch) }
    return reading.finishedSummary()
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
