// Reads the bytes of a compiled time zone file.

/// The format TZif, RFC 9636, versions 2 and later: a table of changes, and a rule for the time after it.
struct TimeZoneFile {
    private let bytes: [UInt8]
    /// Where the 64-bit part begins.
    private let start: Int
    private let counts: Counts

    private struct Counts {
        var utcMarks = 0
        var standardMarks = 0
        var leapSeconds = 0
        var times = 0
        var types = 0
        var characters = 0

        /// The length of the data after the header, for times of 4 or 8 bytes (RFC 9636 §3.2).
        func length(timeSize: Int) -> Int {
            times * timeSize + times + types * 6 + characters + leapSeconds * (timeSize + 4) + standardMarks + utcMarks
        }
    }

    private static let headerLength = 44

    /// Nil where the bytes are no such file.
    init?(_ bytes: [UInt8]) {
        guard let first = Self.header(bytes, at: 0), bytes[4] >= UInt8(ascii: "2") else { return nil }
        let start = Self.headerLength + first.length(timeSize: 4)
        guard let counts = Self.header(bytes, at: start), counts.types > 0,
            bytes.count >= start + Self.headerLength + counts.length(timeSize: 8)
        else { return nil }
        self.bytes = bytes
        self.start = start + Self.headerLength
        self.counts = counts
    }

    /// The rules from 1970 to the end of `lastYear`. Nil where the file contradicts itself.
    func rules(name: String, lastYear: Int) -> TimeZoneRules? {
        guard var offset = offsetSeconds(ofType: 0) else { return nil }
        var first = offset
        var changes: [TimeZoneRules.Change] = []
        var last = Int64.min
        for index in 0..<counts.times {
            let time = Int64(bitPattern: number(at: start + index * 8, size: 8))
            guard time >= last, let next = offsetSeconds(ofType: Int(bytes[start + counts.times * 8 + index])) else {
                return nil
            }
            last = time
            if next == offset { continue }
            offset = next
            if time <= 0 {
                first = next
            } else {
                changes.append(.init(from: Instant(seconds: time), offsetSeconds: next))
            }
        }
        let rule = footer
        if !rule.isEmpty {
            guard let rule = RecurringRule(rule) else { return nil }
            changes += rule.changes(after: max(last, 0), offsetSeconds: offset, lastYear: lastYear)
        }
        return TimeZoneRules(name: name, firstOffsetSeconds: first, changes: changes)
    }

    private static func header(_ bytes: [UInt8], at start: Int) -> Counts? {
        guard start >= 0, bytes.count >= start + headerLength, bytes[start...].starts(with: "TZif".utf8) else {
            return nil
        }
        func count(_ index: Int) -> Int {
            (0..<4).reduce(0) { $0 << 8 | Int(bytes[start + 20 + index * 4 + $1]) }
        }
        let counts = Counts(
            utcMarks: count(0), standardMarks: count(1), leapSeconds: count(2), times: count(3), types: count(4),
            characters: count(5))
        return counts
    }

    private func number(at position: Int, size: Int) -> UInt64 {
        bytes[position..<(position + size)].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Seconds east of UTC of one of the file's local time types.
    private func offsetSeconds(ofType type: Int) -> Int32? {
        if type >= counts.types { return nil }
        let position = start + counts.times * 9 + type * 6
        return Int32(truncatingIfNeeded: number(at: position, size: 4))
    }

    /// The rule between the two line ends after the data; empty where there is none.
    private var footer: ArraySlice<UInt8> {
        let rest = bytes[(start + counts.length(timeSize: 8))...]
        let lineEnd = UInt8(ascii: "\n")
        guard rest.first == lineEnd else { return [] }
        return rest.dropFirst().prefix { $0 != lineEnd }
    }
}
