// A JSON number as an exact integer times a power of ten.

/// Reads the grammar of RFC 8259 §6 byte by byte. Zeros are held back until another digit follows, so that
/// `1.5000…0` of any length is still exact; a number is refused only where it cannot be held.
struct DecimalNumber {
    private enum State {
        case start, afterMinus, leadingZero, whole, afterPoint, fraction, afterE, afterExponentSign, exponent
    }

    private var isNegative = false
    /// All digits up to the last that is not zero.
    private var magnitude: UInt64 = 0
    private var isTooLong = false
    private var zerosHeldBack = 0
    private var decimals = 0
    private var exponent = 0
    private var exponentIsNegative = false

    /// Parses the whole of `bytes`; anything that is no JSON number is `notANumber`.
    init(_ bytes: some Sequence<UInt8>) throws(MoneyTextFault) {
        var state = State.start
        for byte in bytes {
            guard let next = step(state, byte) else { throw .notANumber }
            state = next
        }
        switch state {
        case .leadingZero, .whole, .fraction, .exponent: break
        default: throw .notANumber
        }
    }

    private mutating func step(_ state: State, _ byte: UInt8) -> State? {
        let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        let isE = byte | 0x20 == UInt8(ascii: "e")
        switch state {
        case .start where byte == UInt8(ascii: "-"):
            isNegative = true
            return .afterMinus
        case .start where byte == UInt8(ascii: "0"), .afterMinus where byte == UInt8(ascii: "0"):
            return .leadingZero
        case .start where isDigit, .afterMinus where isDigit, .whole where isDigit:
            take(byte)
            return .whole
        case .leadingZero where byte == UInt8(ascii: "."), .whole where byte == UInt8(ascii: "."):
            return .afterPoint
        case .afterPoint where isDigit, .fraction where isDigit:
            decimals += 1
            take(byte)
            return .fraction
        case .leadingZero where isE, .whole where isE, .fraction where isE:
            return .afterE
        case .afterE where byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"):
            exponentIsNegative = byte == UInt8(ascii: "-")
            return .afterExponentSign
        case .afterE where isDigit, .afterExponentSign where isDigit, .exponent where isDigit:
            // Far beyond any amount that fits; the bound only keeps the number from overflowing.
            exponent = min(exponent * 10 + Int(byte - UInt8(ascii: "0")), 1_000_000_000)
            return .exponent
        default:
            return nil
        }
    }

    private mutating func take(_ byte: UInt8) {
        let digit = UInt64(byte - UInt8(ascii: "0"))
        if digit == 0 {
            if magnitude != 0 { zerosHeldBack += 1 }
            return
        }
        zerosHeldBack += magnitude == 0 ? 0 : 1
        while zerosHeldBack > 0 && !isTooLong {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            magnitude = product
            isTooLong = overflow
            zerosHeldBack -= 1
        }
        let (sum, overflow) = magnitude.addingReportingOverflow(digit)
        magnitude = sum
        isTooLong = isTooLong || overflow
    }

    /// The number × 10^`places` as an exact integer. `moreThanNineDecimals` where it is no whole number.
    func scaled(by places: Int) throws(MoneyTextFault) -> Int64 {
        if isTooLong { throw decimals > places ? .moreThanNineDecimals : .outOfRange }
        if magnitude == 0 { return 0 }
        var value = magnitude
        var shift = (exponentIsNegative ? -exponent : exponent) - decimals + zerosHeldBack + places
        while shift < 0 {
            let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
            if remainder != 0 { throw .moreThanNineDecimals }
            value = quotient
            shift += 1
        }
        while shift > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { throw .outOfRange }
            value = product
            shift -= 1
        }
        let signed = isNegative ? -Int128(value) : Int128(value)
        guard let result = Int64(exactly: signed) else { throw .outOfRange }
        return result
    }
}
