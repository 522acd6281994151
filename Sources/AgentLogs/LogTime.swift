// Times and amounts as logs write them.
import Budgeting

/// Milliseconds since 1970 of an RFC 3339 time; nil where it is none.
func timeMs(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    if let usual = usualTimeMs(bytes) { return usual }
    guard let instant = try? Instant(rfc3339Bytes: bytes) else { return zonelessTimeMs(bytes) }
    return instant.seconds * 1000 + fractionMs(bytes)
}

/// `2026-01-05 10:00:00.5` and the like, as SQLite and Python write them: taken as UTC, for nothing says otherwise.
private func zonelessTimeMs(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard (19...29).contains(bytes.count), bytes[10] == 0x20 || bytes[10] == 0x54 else { return nil }
    var whole = Array(bytes)
    whole[10] = 0x54
    let hasZone = whole[19...].contains { $0 == 0x5A || $0 == 0x2B || $0 == 0x2D }
    if !hasZone { whole.append(0x5A) }
    return whole.withUnsafeBufferPointer { text in
        (try? Instant(rfc3339Bytes: text)).map { $0.seconds * 1000 + fractionMs(text) }
    }
}

/// The form that nearly every log writes, `2026-01-05T10:00:00.123Z`, at fixed places. Nil for any other; what is
/// right and what is wrong with those ``Instant`` decides.
private func usualTimeMs(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard bytes.count == 24, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54, bytes[13] == 0x3A,
        bytes[16] == 0x3A, bytes[19] == 0x2E, bytes[23] == 0x5A
    else { return nil }
    var isDigits = true
    func number(_ range: Range<Int>) -> Int {
        var value = 0
        for index in range {
            let digit = bytes[index] &- 0x30
            if digit > 9 { isDigits = false }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }
    let year = number(0..<4)
    let month = number(5..<7)
    let day = number(8..<10)
    let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
    let milliseconds = number(20..<23)
    guard isDigits, year >= 1970, hour < 24, minute < 60, second < 60,
        let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    let seconds = date.dayNumber * 86_400 + hour * 3600 + minute * 60 + second
    return Int64(seconds) * 1000 + Int64(milliseconds)
}

private func fractionMs(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64 {
    guard bytes.count > 20, bytes[19] == 0x2E else { return 0 }
    var value: Int64 = 0
    var scale: Int64 = 100
    for byte in bytes[20...] {
        guard byte >= 0x30, byte <= 0x39, scale > 0 else { break }
        value += Int64(byte - 0x30) * scale
        scale /= 10
    }
    return value
}

extension JSONView {
    /// A time as text, or as seconds, milliseconds, microseconds or nanoseconds since 1970 (told apart by size; a
    /// number of seconds may have a fraction). Also in a string of digits, as OpenTelemetry writes it.
    var timeMs: Int64? {
        var text = bytes
        if isString {
            let inner = UnsafeBufferPointer(start: base + start + 1, count: end - start - 2)
            if let found = AgentLogs.timeMs(inner) { return found }
            guard inner.count > 0, inner.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
            text = inner
        } else if !isNumber {
            return nil
        }
        guard let value = Double(String(decoding: text, as: UTF8.self)), value >= 0, value < 1e19 else { return nil }
        let milliseconds =
            switch value {
            case ..<1e11: value * 1000
            case ..<1e14: value
            case ..<1e17: value / 1000
            default: value / 1_000_000
            }
        guard milliseconds <= Double(Instant.latest.seconds) * 1000 else { return nil }
        return Int64(milliseconds)
    }

    /// Dollars. More than nine decimals (binary noise in a log) are rounded to the nearest nano-dollar. Nil for zero,
    /// which in logs mostly means unknown, for less, and for what is no amount.
    var cost: Money? { isNumber ? loggedCost(bytes) : nil }

    /// A token count: a whole number from 0 to 2^53 - 1.
    var tokens: Int64? { isNumber ? tokenCount(bytes) : nil }
}

/// See ``JSONView/cost``.
func loggedCost(_ bytes: UnsafeBufferPointer<UInt8>) -> Money? {
    var amount = try? Money(decimalBytes: bytes)
    if amount == nil, let value = Double(String(decoding: bytes, as: UTF8.self)), abs(value) < 9e9 {
        amount = Money(nanoUSD: Int64((value * 1e9).rounded(.toNearestOrEven)))
    }
    guard let amount, amount > .zero else { return nil }
    return amount
}
