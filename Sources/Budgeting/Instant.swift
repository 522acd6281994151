// A moment in UTC, to the second.

/// Whole seconds since 1970-01-01T00:00:00Z. Fractions of a second are cut off where text is read.
package struct Instant: Hashable, Comparable, Sendable {
    package var seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    /// 1970-01-01T00:00:00Z, the earliest moment that is read from text.
    package static let earliest = Instant(seconds: 0)
    /// 9999-12-31T23:59:59Z, the latest moment that is read from text.
    package static let latest = Instant(seconds: 253_402_300_799)

    package static func < (left: Instant, right: Instant) -> Bool { left.seconds < right.seconds }

    /// This moment moved by `count` seconds; held at the ends of Int64 instead of overflowing.
    package func adding(seconds count: Int64) -> Instant {
        let (sum, overflow) = seconds.addingReportingOverflow(count)
        return Instant(seconds: overflow ? (count < 0 ? .min : .max) : sum)
    }
}

extension Instant {
    /// A time of RFC 3339 §5.6, such as `2026-11-22T10:00:00Z` or `2026-11-22T10:00:00.25+01:00`.
    ///
    /// `t`, `z` and a space instead of `T` are accepted, a fraction is cut off, and a leap second (23:59:60 UTC) is
    /// the second after it. Bounds: ``earliest``…``latest``. The error says exactly what is wrong.
    package init(rfc3339 text: String) throws(TimestampFault) {
        var text = text
        let result = text.withUTF8 { bytes in Result { () throws(TimestampFault) in try Instant(rfc3339Bytes: bytes) } }
        self = try result.get()
    }

    /// The same from bytes, for a parser that has not made a String.
    package init(rfc3339Bytes bytes: UnsafeBufferPointer<UInt8>) throws(TimestampFault) {
        if let plain = Instant(plain: bytes) {
            self = plain
            return
        }
        var reader = TimestampReader(bytes.makeIterator())
        self = try reader.read()
    }

    /// The form that nearly everybody sends, `2026-11-22T10:00:00Z`, read at fixed places; nil for any other form and
    /// for anything wrong, which the full reader then names.
    private init?(plain bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            bytes[19] == UInt8(ascii: "Z")
        else { return nil }
        var isDigits = true
        func two(_ place: Int) -> Int {
            let (tens, ones) = (bytes[place] &- 0x30, bytes[place + 1] &- 0x30)
            if tens > 9 || ones > 9 { isDigits = false }
            return Int(tens) * 10 + Int(ones)
        }
        let (year, month, day) = (two(0) * 100 + two(2), two(5), two(8))
        let (hour, minute, second) = (two(11), two(14), two(17))
        guard isDigits, year >= 1970, hour < 24, minute < 60, second < 60,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        seconds = Int64(date.dayNumber * 86_400 + hour * 3600 + minute * 60 + second)
    }

    /// UTC, whole seconds: `2026-11-22T10:00:00Z`.
    package var rfc3339: String {
        let (date, second) = utcDateAndSecond
        let hour = second / 3600
        let minute = second / 60 % 60
        return "\(date)T\(twoDigits(hour)):\(twoDigits(minute)):\(twoDigits(second % 60))Z"
    }

    private var utcDateAndSecond: (CivilDate, Int) {
        let day = floorDivide(seconds, by: 86_400)
        // Cannot overflow: the product lies between `seconds` - 86,399 and `seconds`, save at Int64's very end.
        return (CivilDate(dayNumber: Int(day)), Int(seconds &- day &* 86_400))
    }
}

/// `7` as `07`.
func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

/// Why a text is no time; `description` is meant for the caller.
package enum TimestampFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not of the form at all, or ends too early.
    case form
    /// A field outside its bounds: its name, what is allowed, what was there.
    case field(name: String, allowed: String, found: Int)
    /// A second of 60 that is not at 23:59 UTC.
    case notALeapSecond
    /// Before 1970 or after 9999, in UTC.
    case outOfRange

    package var description: String {
        switch self {
        case .form: "must be an RFC 3339 time such as 2026-11-22T10:00:00Z"
        case .field(let name, let allowed, let found): "\(name) must be \(allowed), got \(found)"
        case .notALeapSecond: "second must be 0 to 59 (60 only as a leap second at 23:59 UTC), got 60"
        case .outOfRange: "must lie between 1970-01-01T00:00:00Z and 9999-12-31T23:59:59Z"
        }
    }
}
