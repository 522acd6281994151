// The scalars of a text: words, numbers, strings with their escapes, UTF-8. Checked here, decoded when asked for.

extension JSONReader {
    @inline(__always)
    mutating func skipSpace() {
        while at < count {
            let next = base[at]
            if next > 0x20 { return }
            guard next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 else { return }
            at += 1
        }
    }

    mutating func readWord(_ word: StaticString, _ kind: JSONValue.Kind) throws(JSONFault) -> JSONNode {
        for offset in 0..<word.utf8CodeUnitCount where byte(at + offset) != word.utf8Start[offset] {
            throw fault("a value expected")
        }
        defer { at += word.utf8CodeUnitCount }
        return JSONNode(
            kind: kind, start: UInt32(truncatingIfNeeded: at),
            length: UInt32(truncatingIfNeeded: word.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func readNumber() throws(JSONFault) -> JSONNode {
        let start = at
        if byte(at) == UInt8(ascii: "-") { at += 1 }
        if byte(at) == UInt8(ascii: "0") { at += 1 } else { try skipDigits() }
        let next = byte(at)
        if next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") { try skipFraction() }
        return JSONNode(
            kind: .number, start: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: at - start))
    }

    private mutating func skipFraction() throws(JSONFault) {
        if byte(at) == UInt8(ascii: ".") {
            at += 1
            try skipDigits()
        }
        if byte(at) | 0x20 == UInt8(ascii: "e") {
            at += 1
            if byte(at) == UInt8(ascii: "+") || byte(at) == UInt8(ascii: "-") { at += 1 }
            try skipDigits()
        }
    }

    @inline(__always)
    private mutating func skipDigits() throws(JSONFault) {
        let start = at
        while byte(at) &- UInt8(ascii: "0") < 10 { at += 1 }
        if at == start { throw fault("a digit expected") }
    }

    /// Checks a string and its escapes; they are undone when somebody asks for the text.
    @inline(__always)
    mutating func readString() throws(JSONFault) -> JSONNode {
        at += 1
        let start = at
        var isEscaped = false
        skipPlain()
        if byte(at) != UInt8(ascii: "\"") { isEscaped = try skipUnplain() }
        defer { at += 1 }
        return JSONNode(
            kind: .string, isEscaped: isEscaped, start: UInt32(truncatingIfNeeded: start),
            length: UInt32(truncatingIfNeeded: at - start))
    }

    /// Goes on to the closing quote of a string that is more than plain ASCII; true where it has escapes.
    private mutating func skipUnplain() throws(JSONFault) -> Bool {
        var isEscaped = false
        while true {
            let next = byte(at)
            if next == UInt8(ascii: "\"") { return isEscaped }
            if next == UInt8(ascii: "\\") {
                isEscaped = true
                try checkEscape()
            } else if next >= 0x80 {
                try checkUTF8()
                // Text that is not ASCII rarely changes back for long.
                continue
            } else if next < 0x20 {
                throw fault(at >= count ? "the string has no end" : "a control character must be escaped")
            }
            skipPlain()
        }
    }

    /// Skips what is plain ASCII text, eight bytes at a time.
    @inline(__always)
    private mutating func skipPlain() {
        while at + 8 <= count {
            let hits = JSONBytes.special(UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self))
            if hits != 0 {
                at += hits.trailingZeroBitCount >> 3
                return
            }
            at += 8
        }
        while at < count {
            let next = base[at]
            if next < 0x20 || next == 0x22 || next == 0x5C || next >= 0x80 { return }
            at += 1
        }
    }

    private mutating func checkEscape() throws(JSONFault) {
        switch byte(at + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            at += 2
        case UInt8(ascii: "u"):
            let unit = try escapedUnit(at)
            if unit & 0xFC00 == 0xDC00 { throw fault("half of a surrogate pair") }
            if unit & 0xFC00 == 0xD800 {
                guard byte(at + 6) == UInt8(ascii: "\\"), byte(at + 7) == UInt8(ascii: "u"),
                    try escapedUnit(at + 6) & 0xFC00 == 0xDC00
                else { throw fault("half of a surrogate pair") }
                at += 6
            }
            at += 6
        default: throw fault("no such escape")
        }
    }

    /// The UTF-16 unit of the `\uXXXX` that begins at `index`.
    private func escapedUnit(_ index: Int) throws(JSONFault) -> UInt32 {
        for offset in index + 2..<index + 6 {
            switch byte(offset) {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                break
            default: throw .syntax("four hexadecimal digits expected", offset: index)
            }
        }
        return hexadecimal(base + index + 2)
    }

    /// One scalar of more than one byte, as RFC 3629 §4 allows it: shortest form, no surrogates, at most U+10FFFF.
    @inline(__always)
    private mutating func checkUTF8() throws(JSONFault) {
        let lead = base[at]
        let second = byte(at + 1)
        var length = 0
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: if second >= 0xA0 { length = 3 }
        case 0xED: if second < 0xA0 { length = 3 }
        case 0xE1...0xEF: length = 3
        case 0xF0: if second >= 0x90 { length = 4 }
        case 0xF1...0xF3: length = 4
        case 0xF4: if second < 0x90 { length = 4 }
        default: break
        }
        if length == 0 { throw fault("not UTF-8") }
        for offset in 1..<length where byte(at + offset) & 0xC0 != 0x80 { throw fault("not UTF-8") }
        at += length
    }
}

/// Tests of eight bytes at once.
enum JSONBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Eight bytes as they lie in memory; a non-zero result has 8 × the index of the first one that is a control
    /// character, a quote, a backslash or not ASCII as its trailing zeros, rounded down to 8.
    @inline(__always)
    static func special(_ word: UInt64) -> UInt64 {
        let word = UInt64(littleEndian: word)
        return (mustEscape(word) | word) & highs
    }

    /// The same for what must be escaped when it is written: not-ASCII is none of it.
    @inline(__always)
    static func escapable(_ word: UInt64) -> UInt64 {
        let word = UInt64(littleEndian: word)
        return mustEscape(word) & ~word & highs
    }

    /// A byte's high bit is set where it is below 0x20, a quote or a backslash. Bytes that are not ASCII may be marked
    /// too. So may bytes behind a true hit, by its borrow, but none before it: the first ASCII one is always true.
    @inline(__always)
    private static func mustEscape(_ word: UInt64) -> UInt64 {
        (word &- ones &* 0x20) | ((word ^ (ones &* 0x22)) &- ones) | ((word ^ (ones &* 0x5C)) &- ones)
    }
}
