// What an import read, booked and could not use.
import AgentLogs
import Budgeting
import Ledger

/// What became of the records that were read.
package struct ImportCounts {
    /// Booked now.
    package var booked: Int64 = 0
    /// Known already; a later line knew more, and a correction was posted.
    package var replaced: Int64 = 0
    package var duplicates: Int64 = 0
    /// Told by `recordUsage` before.
    package var told: Int64 = 0
    /// Booked already by a total of their session, or a total of booked calls.
    package var covered: Int64 = 0
    package var tooLarge: Int64 = 0
    /// Booked, but with an estimate: their model has no price.
    package var unpriced: Int64 = 0
    package var cost = Money.zero
    package var tokens = TokenCounts()
    package var alerts: [Alert] = []

    mutating func add(_ outcome: LoggedOutcome, _ found: LoggedUsage) {
        switch outcome {
        case .booked(let usage, let fired):
            booked += 1
            if usage.basis == .estimate { unpriced += 1 }
            cost.nanoUSD &+= usage.cost.nanoUSD
            // Their sum fits: the ledger would not have taken them else.
            tokens = (try? tokens + usage.tokens) ?? tokens
            alerts += fired
        case .replaced(_, let fired):
            replaced += 1
            alerts += fired
        case .duplicate: duplicates += 1
        case .told: told += 1
        case .covered: covered += 1
        case .overflow: tooLarge += 1
        }
    }

    static func += (left: inout ImportCounts, right: ImportCounts) {
        left.booked += right.booked
        left.replaced += right.replaced
        left.duplicates += right.duplicates
        left.told += right.told
        left.covered += right.covered
        left.tooLarge += right.tooLarge
        left.unpriced += right.unpriced
        left.cost.nanoUSD &+= right.cost.nanoUSD
        left.tokens = (try? left.tokens + right.tokens) ?? left.tokens
        left.alerts += right.alerts
    }
}

/// The account of an import: nothing that was read is missing from it. A class, as the parts of the import add to it.
package final class ImportReport: @unchecked Sendable {
    // Filled by the one thread that imports, then only read.
    package let isDryRun: Bool
    package var summary = LogSummary()
    package var counts = ImportCounts()
    /// Records of other formats than the one that was asked for.
    package var otherFormat: Int64 = 0
    /// Files that gave nothing, and why.
    package var empty: [(path: String, why: String)] = []
    package var moreEmpty: Int64 = 0
    /// The usual places that were found, where no path was named.
    package var places: [String] = []
    private static let keptEmpty = 200

    init(isDryRun: Bool) { self.isDryRun = isDryRun }

    func note(_ problems: [LogProblem]) { for problem in problems { summary.note(problem) } }

    func fileEnded(_ path: String, _ file: LogSummary) {
        guard let why = file.emptyReason else { return }
        if empty.count < ImportReport.keptEmpty { empty.append((path, why)) } else { moreEmpty += 1 }
    }

    /// Nothing at all could be read of what was named.
    package var isFailure: Bool { summary.files == 0 && !summary.problems.isEmpty }

    /// Repeated lines within a file and calls that were known before.
    package var duplicates: Int64 { summary.duplicates + counts.duplicates }

    /// Why lines and records were not used, most frequent first.
    package var skipped: [(reason: String, count: Int64)] {
        var rows = summary.skipped.map { (reason: $0.key.rawValue, count: $0.value) }
        rows.append(("told by recordUsage before", counts.told))
        rows.append(("covered by the session's total, or a total of booked calls", counts.covered))
        rows.append(("before the asked time", summary.beforeSince))
        rows.append(("of another format than asked for", otherFormat))
        rows.append(("too large for the ledger's sums", counts.tooLarge))
        return rows.filter { $0.count > 0 }.sorted { ($0.count, $1.reason) > ($1.count, $0.reason) }
    }
}
