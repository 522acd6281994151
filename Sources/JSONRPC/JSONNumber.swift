// What a number is worth, exactly or not at all.

/// A number as a whole count of 10^−scale.
package enum DecimalReading: Hashable, Sendable {
    case exact(Int64)
    /// It has more decimals than the scale holds.
    case tooPrecise
    /// It does not fit into 64 bits.
    case outOfRange
}

extension JSONValue {
    /// A whole number, also written as `1e3` or `5.0`; nil for anything else or beyond 64 bits.
    package var int64: Int64? {
        guard kind == .number else { return nil }
        if let plain = plainInteger(numberText.bytes) { return plain }
        guard case .exact(let number) = readDecimal(numberText.bytes, scale: 0) else { return nil }
        return number
    }

    /// The number times 10^scale; nil where it is no number.
    package func decimal(scale: Int) -> DecimalReading? {
        kind == .number ? readDecimal(numberText.bytes, scale: scale) : nil
    }

    /// The nearest binary number; infinite where it is too large.
    package var double: Double? { kind == .number ? Double(numberText.string) : nil }
}

/// Up to 18 digits with an optional minus.
@inline(__always)
private func plainInteger(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let digits = bytes.count - (isNegative ? 1 : 0)
    guard digits > 0, digits <= 18 else { return nil }
    var value: Int64 = 0
    for index in (isNegative ? 1 : 0)..<bytes.count {
        let digit = bytes[index] &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        value = value &* 10 &+ Int64(digit)
    }
    return isNegative ? -value : value
}

/// The parser has checked the form. Zeros at either end count for nothing, however many there are; without them the
/// number is `value` × 10^`power`, where `value` has `digits` digits.
private func readDecimal(_ bytes: UnsafeBufferPointer<UInt8>, scale: Int) -> DecimalReading {
    var value: UInt64 = 0
    var digits = 0
    /// Zeros behind the digits so far: they only count when another digit follows.
    var heldZeros = 0
    var digitsAfterPoint = 0
    var hasPoint = false
    var index = bytes.first == UInt8(ascii: "-") ? 1 : 0
    let isNegative = index == 1
    while index < bytes.count, bytes[index] | 0x20 != UInt8(ascii: "e") {
        let digit = bytes[index] &- UInt8(ascii: "0")
        index += 1
        if digit >= 10 {
            hasPoint = true
            continue
        }
        if hasPoint { digitsAfterPoint += 1 }
        if digit == 0 {
            if digits > 0 { heldZeros += 1 }
            continue
        }
        digits += heldZeros + 1
        // Past 19 digits the value is not asked for; wrapping keeps it harmless.
        if digits <= 19 { value = value &* powerOfTen(heldZeros + 1) &+ UInt64(digit) }
        heldZeros = 0
    }
    if digits == 0 { return .exact(0) }
    let power = exponent(bytes[index...]) - digitsAfterPoint + heldZeros + scale
    if digits + power > 19 { return .outOfRange }
    if power < 0 { return .tooPrecise }
    // Below 10^19, so it fits into 64 bits without a sign.
    let magnitude = value * powerOfTen(power)
    if isNegative, magnitude == Int64.min.magnitude { return .exact(Int64.min) }
    guard let number = Int64(exactly: magnitude) else { return .outOfRange }
    return .exact(isNegative ? -number : number)
}

/// The `e…` part of a number, or nothing. Capped far beyond what the digits of a line can make up for.
private func exponent(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    var value = 0
    var isNegative = false
    for byte in bytes.dropFirst() {
        let digit = byte &- UInt8(ascii: "0")
        if digit < 10 { value = min(value * 10 + Int(digit), 1 << 40) }
        if byte == UInt8(ascii: "-") { isNegative = true }
    }
    return isNegative ? -value : value
}

/// 10^exponent for exponents of 0 to 19.
func powerOfTen(_ exponent: Int) -> UInt64 {
    var power: UInt64 = 1
    for _ in 0..<exponent { power &*= 10 }
    return power
}
