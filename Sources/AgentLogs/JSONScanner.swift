// Walks over JSON text in place, strictly, without building anything.

/// A position in JSON bytes. Every step checks the grammar of RFC 8259; nothing is copied or decoded.
///
/// Why not the wire's parser: most bytes of a log are text that nobody asks for. This one passes over them at
/// memory speed and touches only the members a reader names.
struct JSONScanner {
    let base: UnsafePointer<UInt8>
    let end: Int
    var at: Int
    /// Nesting beyond this is refused, as on the wire.
    static let maximumDepth = 128

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        // An empty buffer may have no address; nothing is read from it then.
        base = bytes.baseAddress ?? UnsafePointer(JSONScanner.nowhere)
        end = bytes.count
        at = 0
    }

    init(base: UnsafePointer<UInt8>, at: Int, end: Int) {
        self.base = base
        self.at = at
        self.end = end
    }

    nonisolated(unsafe) private static let nowhere = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

    /// The byte at the position, or 0 at the end (0 is no part of JSON).
    @inline(__always) var byte: UInt8 { at < end ? base[at] : 0 }

    @inline(__always) mutating func skipSpace() {
        while at < end {
            let byte = base[at]
            if byte > 0x20 { return }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            at += 1
        }
    }

    /// Passes `expected` after space; false where something else stands.
    @inline(__always) mutating func pass(_ expected: UInt8) -> Bool {
        skipSpace()
        guard byte == expected else { return false }
        at += 1
        return true
    }

    /// Passes a string whose opening quote is at the position, and gives the bytes between the quotes, still escaped.
    @inline(__always) mutating func string() -> Range<Int>? {
        guard byte == 0x22 else { return nil }
        at += 1
        let start = at
        while true {
            guard let stop = plainEnd() else { return nil }
            at = stop
            let found = base[at]
            if found == 0x22 {
                at += 1
                return start..<stop
            }
            guard found == 0x5C, passEscape() else { return nil }
        }
    }

    /// The next quote, backslash or control character of a string, from `at` on. Eight bytes a step.
    @inline(__always) private func plainEnd() -> Int? {
        var cursor = at
        while cursor + 8 <= end {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + cursor).loadUnaligned(as: UInt64.self))
            let hits = stringStops(word)
            if hits != 0 { return cursor + hits.trailingZeroBitCount / 8 }
            cursor += 8
        }
        while cursor < end {
            let byte = base[cursor]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { return cursor }
            cursor += 1
        }
        return nil
    }

    @inline(__always) private mutating func passEscape() -> Bool {
        guard at + 1 < end else { return false }
        switch base[at + 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            at += 2
            return true
        case 0x75: return passUnicodeEscape()
        default: return false
        }
    }

    /// `\uXXXX`; a surrogate only as a pair.
    private mutating func passUnicodeEscape() -> Bool {
        guard let unit = hexUnit(at) else { return false }
        at += 6
        if unit >= 0xDC00 && unit <= 0xDFFF { return false }
        if unit >= 0xD800 && unit <= 0xDBFF {
            guard let low = hexUnit(at), low >= 0xDC00, low <= 0xDFFF else { return false }
            at += 6
        }
        return true
    }

    /// The code unit of the `\uXXXX` at `offset`.
    func hexUnit(_ offset: Int) -> UInt16? {
        guard offset + 6 <= end, base[offset] == 0x5C, base[offset + 1] == 0x75 else { return nil }
        var unit: UInt16 = 0
        for index in offset + 2..<offset + 6 {
            guard let digit = hexDigit(base[index]) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    private func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// Passes a number (RFC 8259 §6).
    mutating func passNumber() -> Bool {
        if byte == 0x2D { at += 1 }
        if byte == 0x30 { at += 1 } else if !passDigits() { return false }
        if byte == 0x2E {
            at += 1
            if !passDigits() { return false }
        }
        if byte | 0x20 == 0x65 {
            at += 1
            if byte == 0x2B || byte == 0x2D { at += 1 }
            if !passDigits() { return false }
        }
        return true
    }

    private mutating func passDigits() -> Bool {
        let start = at
        while byte >= 0x30 && byte <= 0x39 { at += 1 }
        return at > start
    }

    private mutating func passLiteral(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard at + count <= end else { return false }
        for index in 0..<count where base[at + index] != text.utf8Start[index] { return false }
        at += count
        return true
    }

    /// Passes a string, number or literal at the position.
    @inline(__always) private mutating func passScalar() -> Bool {
        switch byte {
        case 0x22: string() != nil
        case 0x74: passLiteral("true")
        case 0x66: passLiteral("false")
        case 0x6E: passLiteral("null")
        case 0x2D, 0x30...0x39: passNumber()
        default: false
        }
    }

    /// Passes one whole value of any kind, checking all of it. False where the text is no JSON.
    mutating func passValue() -> Bool {
        skipSpace()
        if byte != 0x7B && byte != 0x5B { return passScalar() }
        // One bit a level: 1 for an object.
        var levels: UInt128 = 0
        var depth = 0
        while true {
            // Here a value starts.
            if byte == 0x7B || byte == 0x5B {
                let isObject = byte == 0x7B
                guard depth < JSONScanner.maximumDepth else { return false }
                levels = levels << 1 | (isObject ? 1 : 0)
                depth += 1
                at += 1
                skipSpace()
                if byte != (isObject ? 0x7D : 0x5D) {
                    if isObject && !passName() { return false }
                    continue
                }
            } else if !passScalar() {
                return false
            }
            // Here a value has ended, or an empty container stands before its end.
            while true {
                skipSpace()
                let isObject = levels & 1 == 1
                if byte == 0x2C {
                    at += 1
                    skipSpace()
                    if isObject && !passName() { return false }
                    break
                }
                guard byte == (isObject ? 0x7D : 0x5D) else { return false }
                at += 1
                levels >>= 1
                depth -= 1
                if depth == 0 { return true }
            }
        }
    }

    /// A member's name, the colon, and the space after it.
    @inline(__always) private mutating func passName() -> Bool {
        guard string() != nil, pass(0x3A) else { return false }
        skipSpace()
        return true
    }

    /// The next member's name inside an object whose `{` has been passed; the position is then at the value.
    /// Nil at the closing brace (passed too) with `isBroken` false, or where the text is no JSON.
    @inline(__always) mutating func nextName(isFirst: inout Bool, isBroken: inout Bool) -> Range<Int>? {
        skipSpace()
        if byte == 0x7D {
            at += 1
            return nil
        }
        if !isFirst {
            guard byte == 0x2C else {
                isBroken = true
                return nil
            }
            at += 1
            skipSpace()
        }
        isFirst = false
        guard let name = string(), pass(0x3A) else {
            isBroken = true
            return nil
        }
        skipSpace()
        return name
    }
}

/// The lowest top bit that is set tells the first quote, backslash or control character of eight bytes. A byte under
/// test becomes zero, and `(x - 1) & ~x` has its top bit set exactly at the lowest zero byte.
@inline(__always)
private func stringStops(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = word ^ (ones &* 0x22)
    let slash = word ^ (ones &* 0x5C)
    let control = (word &- ones &* 0x20) & ~word
    return (((quote &- ones) & ~quote) | ((slash &- ones) & ~slash) | control) & (ones &* 0x80)
}
