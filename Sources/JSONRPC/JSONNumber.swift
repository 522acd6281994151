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

/// The parser has checked the form. Digits that are zeros at either end count for nothing, however many there are.
private func readDecimal(_ bytes: UnsafeBufferPointer<UInt8>, scale: Int) -> DecimalReading {
    var isNegative = false
    var exponent = 0
    var isExponentNegative = false
    var isInExponent = false
    var digitsAfterPoint = 0
    var hasPoint = false
    var digits: [UInt8] = []
    var zeros = 0
    for byte in bytes {
        switch byte {
        case UInt8(ascii: "-"): if isInExponent { isExponentNegative = true } else { isNegative = true }
        case UInt8(ascii: "."): hasPoint = true
        case UInt8(ascii: "e"), UInt8(ascii: "E"): isInExponent = true
        case UInt8(ascii: "+"): break
        default:
            let digit = byte &- UInt8(ascii: "0")
            if isInExponent {
                exponent = min(exponent * 10 + Int(digit), 1 << 40)
                continue
            }
            if hasPoint { digitsAfterPoint += 1 }
            if digit == 0 {
                // Held back: they only count when another digit follows.
                if !digits.isEmpty { zeros += 1 }
                continue
            }
            if digits.count + zeros <= 40 {
                digits.append(contentsOf: repeatElement(0, count: zeros))
                digits.append(digit)
            } else {
                // More digits than any result holds; where they stand is all that matters now.
                return digitsAfterPoint > 0 ? .tooPrecise : .outOfRange
            }
            zeros = 0
        }
    }
    guard !digits.isEmpty else { return .exact(0) }
    let power = (isExponentNegative ? -exponent : exponent) - digitsAfterPoint + zeros + scale
    if power < 0 { return digits.count + power > 19 ? .outOfRange : .tooPrecise }
    if digits.count + power > 19 { return .outOfRange }
    var value: Int64 = 0
    for index in 0..<digits.count + power {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let digit = Int64(index < digits.count ? digits[index] : 0)
        let (sum, overflowToo) = product.subtractingReportingOverflow(digit)
        if overflow || overflowToo { return .outOfRange }
        value = sum
    }
    // Built as a negative number, which has room for one more.
    if isNegative { return .exact(value) }
    return value == Int64.min ? .outOfRange : .exact(-value)
}
