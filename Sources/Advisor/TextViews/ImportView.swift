// What an import of logs did, for a person.
import AgentLogs
import Budgeting
import JSONRPC
import Ledger

extension ImportReport {
    /// The account in a few lines: what was booked first, then what was not and why.
    package func view(on page: Page) -> String {
        let verb = isDryRun ? "would book" : "booked"
        var text = "\(verb) \(counts.booked) calls, \(counts.cost.sentenceText), "
        text += "\(shortCount((try? counts.tokens.total) ?? 0)) tokens"
        text += " from \(summary.files) files (\(summary.lines) lines, \(size(summary.bytes)))\n"
        if summary.unchangedFiles > 0 { text += "  \(summary.unchangedFiles) files have nothing new\n" }
        func line(_ count: Int64, _ what: String) { if count > 0 { text += "  \(count) \(what)\n" } }
        line(duplicates, "copies of calls that are booked")
        line(counts.replaced, "known calls were corrected: a later line knew more")
        for row in skipped { line(row.count, "not counted: \(row.reason)") }
        line(summary.malformed + summary.tooLong, "lines could not be read")
        line(summary.cutOff, "unfinished last lines wait for their end")
        line(summary.partial, "calls have no end: counted as far as they are known")
        line(counts.unpriced, "calls of models without a price: their cost is an estimate")
        line(summary.unsplit, "calls with one total of tokens: counted as output")
        line(summary.modelAssumed, "calls without a model")
        line(summary.timeAssumed, "calls without a time")
        for (path, why) in empty.prefix(20) { text += "\(visible(path)): \(visible(why))\n" }
        if empty.count > 20 || moreEmpty > 0 {
            text += "… and \(Int64(empty.count - min(20, empty.count)) + moreEmpty) more files without usage\n"
        }
        let told = Set(empty.prefix(20).map { "\($0.path)\u{0}\($0.why)" })
        let others = summary.problems.filter { !told.contains("\($0.path)\u{0}\($0.what)") }
        for problem in others.prefix(20) {
            let place = problem.offset.map { " at byte \($0)" } ?? ""
            text += "\(visible(problem.path))\(place): \(visible(problem.what))\n"
        }
        let more = Int64(others.count - min(20, others.count)) + summary.moreProblems
        if more > 0 { text += "… and \(more) more problems; --json lists them\n" }
        for alert in counts.alerts { text += "alert: \(visible(AlertRow(alert: alert).message))\n" }
        if summary.files == 0, summary.problems.isEmpty {
            text += "no logs were found; name a file or folder: budget-advisor ingest PATH\n"
        }
        return text
    }

    /// The result of the method, for programs.
    package var json: JSON {
        var writer = JSONWriter()
        var report = self
        ImportLogs.result.encode(&report, &writer)
        return (try? JSON(parsing: writer.string)) ?? .null
    }

    private func size(_ bytes: Int64) -> String {
        if bytes < 10_000 { return "\(bytes) bytes" }
        return bytes < 10_000_000 ? "\(bytes / 1000) kB" : "\(bytes / 1_000_000) MB"
    }
}
