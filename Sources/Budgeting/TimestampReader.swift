// Reads the text of an RFC 3339 time.

/// One pass over the bytes; see ``Instant/init(rfc3339:)`` for what is accepted.
struct TimestampReader<Bytes: IteratorProtocol<UInt8>> {
    private var bytes: Bytes
    private var next: UInt8?

    init(_ bytes: Bytes) {
        self.bytes = bytes
        next = self.bytes.next()
    }

    mutating func read() throws(TimestampFault) -> Instant {
        let date = try readDate()
        guard let separator = next, separator | 0x20 == UInt8(ascii: "t") || separator == UInt8(ascii: " ") else {
            throw .form
        }
        advance()
        let hour = try readField("hour", 0...23)
        try skip(":")
        let minute = try readField("minute", 0...59)
        try skip(":")
        let second = try readField("second", 0...60)
        try skipFraction()
        let offsetSeconds = try readOffset()
        if next != nil { throw .form }

        let minutesInUTC = date.dayNumber * 1440 + hour * 60 + minute - offsetSeconds / 60
        if second == 60 && minutesInUTC % 1440 != 1439 { throw .notALeapSecond }
        let seconds = Int64(minutesInUTC * 60 + second)
        if seconds < Instant.earliest.seconds || seconds > Instant.latest.seconds { throw .outOfRange }
        return Instant(seconds: seconds)
    }

    private mutating func readDate() throws(TimestampFault) -> CivilDate {
        let year = try readDigits(4)
        try skip("-")
        let month = try readField("month", 1...12)
        try skip("-")
        let day = try readDigits(2)
        guard let date = CivilDate(year: year, month: month, day: day) else {
            let last = CivilDate.daysInMonth(year: year, month: month)
            throw .field(name: "day", allowed: "1 to \(last) in that month", found: day)
        }
        return date
    }

    /// Seconds east of UTC.
    private mutating func readOffset() throws(TimestampFault) -> Int {
        guard let sign = next else { throw .form }
        advance()
        if sign | 0x20 == UInt8(ascii: "z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { throw .form }
        let hour = try readField("offset's hour", 0...23)
        try skip(":")
        let minute = try readField("offset's minute", 0...59)
        let size = hour * 3600 + minute * 60
        return sign == UInt8(ascii: "-") ? -size : size
    }

    private mutating func skipFraction() throws(TimestampFault) {
        guard next == UInt8(ascii: ".") else { return }
        advance()
        guard digit != nil else { throw .form }
        while digit != nil { advance() }
    }

    private mutating func readField(_ name: String, _ allowed: ClosedRange<Int>) throws(TimestampFault) -> Int {
        let value = try readDigits(2)
        if !allowed.contains(value) {
            let upper = name == "second" ? 59 : allowed.upperBound
            throw .field(name: name, allowed: "\(allowed.lowerBound) to \(upper)", found: value)
        }
        return value
    }

    private mutating func readDigits(_ count: Int) throws(TimestampFault) -> Int {
        var value = 0
        for _ in 0..<count {
            guard let digit else { throw .form }
            value = value * 10 + digit
            advance()
        }
        return value
    }

    private mutating func skip(_ expected: Unicode.Scalar) throws(TimestampFault) {
        guard next == UInt8(ascii: expected) else { throw .form }
        advance()
    }

    private mutating func advance() { next = bytes.next() }

    private var digit: Int? {
        guard let next, next >= UInt8(ascii: "0"), next <= UInt8(ascii: "9") else { return nil }
        return Int(next - UInt8(ascii: "0"))
    }
}
