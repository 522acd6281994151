// Times and amounts as logs write them.
import Budgeting

/// Milliseconds since 1970 of an RFC 3339 time; nil where it is none.
func timeMs(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard let instant = try? Instant(rfc3339Bytes: bytes) else { return nil }
    return instant.seconds * 1000 + fractionMs(bytes)
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
