// The account of a reading: what became of every line.

/// Why a line gave no record. Raw values are for people and JSON.
package enum SkipReason: String, Sendable, CaseIterable, Comparable {
    case blank
    /// Carries what later lines need (session, model, folder), no usage.
    case context
    /// A kind of line that never has usage: prompts, tool results, summaries.
    case otherKind = "lines without usage"
    case noUsage = "usage missing or null"
    case zeroTokens = "all counts zero"
    case synthetic = "synthetic message, not billed"
    case failedMessage = "failed message, not billed"
    /// Assistant lines of `claude -p` whose process ended with a result line.
    case inResult = "counted by the process's result"
    /// Part of a stream whose record is delivered at its end.
    case inStream = "part of a stream's record"
    case replayed = "parent's history replayed by a fork"
    case unchangedTotal = "running total repeated"
    case usageLimit = "usage limit notice"
    case noTokensLogged = "format logs no tokens"
    case unrecognised = "JSON of no known shape"
    case plainText = "plain text"

    package static func < (left: SkipReason, right: SkipReason) -> Bool { left.rawValue < right.rawValue }
}

/// Something that a person should know, with the place.
package struct LogProblem: Sendable, Hashable {
    package var path: String
    /// Byte offset of the line, where the problem is one line's.
    package var offset: Int64?
    package var what: String

    package init(path: String, offset: Int64? = nil, what: String) {
        self.path = path
        self.offset = offset
        self.what = what
    }
}

/// Sums over files. Every full line is in exactly one of: `used`, `duplicates`, `skipped`, `malformed`, `tooLong`;
/// a cut-off last line is in `cutOff` only, and waits.
package struct LogSummary: Sendable, Hashable {
    package var files = 0
    /// Files whose size and time are those of their cursor: not opened.
    package var unchangedFiles = 0
    /// Files that turned out truncated, replaced or rewritten, and were read again from their start.
    package var restartedFiles = 0
    package var bytes: Int64 = 0
    package var lines: Int64 = 0
    /// Lines that gave a record.
    package var used: Int64 = 0
    /// Records delivered (one line can give several).
    package var records: Int64 = 0
    /// Records that were read but are older than the asked time: not delivered.
    package var beforeSince: Int64 = 0
    /// Lines that repeat a call already seen in this reading of the file.
    package var duplicates: Int64 = 0
    package var skipped: [SkipReason: Int64] = [:]
    package var malformed: Int64 = 0
    package var tooLong: Int64 = 0
    package var cutOff: Int64 = 0
    /// Records of streams without an end, without a split, with an assumed model, with an assumed time.
    package var partial: Int64 = 0
    package var unsplit: Int64 = 0
    package var modelAssumed: Int64 = 0
    package var timeAssumed: Int64 = 0
    package var problems: [LogProblem] = []
    /// Problems beyond the number that is kept.
    package var moreProblems: Int64 = 0

    package static let keptProblems = 200

    package init() {}

    package mutating func skip(_ reason: SkipReason, count: Int64 = 1) { skipped[reason, default: 0] += count }

    package mutating func note(_ problem: LogProblem) {
        if problems.count < LogSummary.keptProblems { problems.append(problem) } else { moreProblems += 1 }
    }

    package static func += (left: inout LogSummary, right: LogSummary) {
        left.files += right.files
        left.unchangedFiles += right.unchangedFiles
        left.restartedFiles += right.restartedFiles
        left.bytes += right.bytes
        left.lines += right.lines
        left.used += right.used
        left.records += right.records
        left.beforeSince += right.beforeSince
        left.duplicates += right.duplicates
        left.skipped.merge(right.skipped, uniquingKeysWith: +)
        left.malformed += right.malformed
        left.tooLong += right.tooLong
        left.cutOff += right.cutOff
        left.partial += right.partial
        left.unsplit += right.unsplit
        left.modelAssumed += right.modelAssumed
        left.timeAssumed += right.timeAssumed
        for problem in right.problems { left.note(problem) }
        left.moreProblems += right.moreProblems
    }

    /// Why this reading gave no record, for a person; nil if it gave some or found nothing new.
    package var emptyReason: String? {
        if records > 0 || duplicates > 0 || unchangedFiles == files { return nil }
        if let problem = problems.first, lines == 0 || malformed + tooLong == lines { return problem.what }
        if lines == 0 { return cutOff > 0 ? "only an unfinished line" : "empty" }
        if beforeSince > 0 { return "\(beforeSince) records, all before the asked time" }
        var parts = skipped.sorted { $0.value > $1.value }.map { "\($0.value) × \($0.key.rawValue)" }
        if malformed > 0 { parts.append("\(malformed) × malformed") }
        if tooLong > 0 { parts.append("\(tooLong) × too long") }
        return "no usage in \(lines) lines: " + parts.joined(separator: ", ")
    }
}
