// Money from and to decimal text, exactly.

/// Why a text is no amount of money; the text of `description` is meant for the caller.
package enum MoneyTextFault: Error, Hashable, Sendable, CustomStringConvertible {
    case notANumber
    case moreThanNineDecimals
    case outOfRange

    package var description: String {
        switch self {
        case .notANumber: "must be a decimal number such as 12.5"
        case .moreThanNineDecimals: "must have at most 9 decimals"
        case .outOfRange: "must lie between -9223372036.854775808 and 9223372036.854775807"
        }
    }
}

extension Money {
    /// Dollars in the grammar of a JSON number (RFC 8259 §6): optional `-`, digits, fraction, exponent.
    /// Exact: a value that is no whole number of 1e-9 USD is refused. Zeros at the fraction's end do not count.
    package init(decimalText: String) throws(MoneyTextFault) {
        var text = decimalText
        let result = text.withUTF8 { bytes in Result { () throws(MoneyTextFault) in try Money(decimalBytes: bytes) } }
        self = try result.get()
    }

    /// The same from ASCII bytes, for a parser that has not made a String.
    package init(decimalBytes bytes: some Collection<UInt8>) throws(MoneyTextFault) {
        let number = try DecimalNumber(bytes)
        self.init(nanoUSD: try number.scaled(by: 9))
    }

    /// The shortest decimal text that is exactly this amount: `12.5`, `0`, `-0.000000001`. At most 9 decimals.
    package var decimalText: String { scaledText(nanoUSD, decimals: 9) }
}

/// The shortest text of `value` × 10^-`decimals`, without an exponent.
func scaledText(_ value: Int64, decimals: Int) -> String {
    var digits = Array(String(value.magnitude).utf8)
    if digits.count <= decimals {
        digits.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: decimals + 1 - digits.count), at: 0)
    }
    var fraction = digits.suffix(decimals)
    while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
    let whole = digits.dropLast(decimals)
    var text = value < 0 ? "-" : ""
    text += String(decoding: whole, as: UTF8.self)
    if !fraction.isEmpty { text += "." + String(decoding: fraction, as: UTF8.self) }
    return text
}
