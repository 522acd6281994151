// Strict JSON (RFC 8259) from one line: valid UTF-8, unique names, bounded depth. Nothing is guessed.

/// Why a line is not JSON that we take.
package enum JSONFault: Error, Hashable, Sendable {
    /// Not JSON.
    case syntax(String, offset: Int)
    /// JSON, but an object has two members of one name.
    case duplicateName(String, offset: Int)
}

/// A parser that keeps its memory from line to line. Its values are views, valid until it parses again.
package final class JSONParser {
    /// Arrays and objects inside each other; deeper is refused.
    package static let maxDepth = 128

    private var tape: UnsafeMutablePointer<JSONNode>
    private var capacity = 256
    /// The open arrays and objects, as tape positions.
    private let open: UnsafeMutablePointer<Int>

    package init() {
        tape = .allocate(capacity: capacity)
        open = .allocate(capacity: JSONParser.maxDepth)
    }

    deinit {
        tape.deallocate()
        open.deallocate()
    }

    /// Parses one text. The bytes belong to the parser's values from now on: escapes are undone in place.
    package func parse(_ bytes: UnsafeMutableRawBufferPointer) throws(JSONFault) -> JSONValue {
        guard let start = bytes.baseAddress, bytes.count <= Int(UInt32.max) else {
            throw .syntax("nothing to read", offset: 0)
        }
        if capacity > 1 << 16 { shrink() }
        let base = start.assumingMemoryBound(to: UInt8.self)
        var scan = Scan(tape: tape, capacity: capacity, base: base, count: bytes.count, open: open)
        defer { (tape, capacity) = (scan.tape, scan.capacity) }
        try scan.parseText()
        if let duplicate = scan.duplicate { throw duplicate }
        return JSONValue(node: scan.tape, base: base)
    }

    /// A line of millions of values is no reason to keep their memory for the next one.
    private func shrink() {
        tape.deallocate()
        capacity = 256
        tape = .allocate(capacity: capacity)
    }
}

/// One pass over a text. A value of its own, not properties of the parser: the compiler can keep it in registers and
/// need not guard each access.
private struct Scan {
    private(set) var tape: UnsafeMutablePointer<JSONNode>
    private(set) var capacity: Int
    private var used = 0

    private let base: UnsafeMutablePointer<UInt8>
    private let count: Int
    private var at = 0
    private let open: UnsafeMutablePointer<Int>
    private var depth = 0
    private(set) var duplicate: JSONFault?

    init(
        tape: UnsafeMutablePointer<JSONNode>, capacity: Int, base: UnsafeMutablePointer<UInt8>, count: Int,
        open: UnsafeMutablePointer<Int>
    ) {
        self.tape = tape
        self.capacity = capacity
        self.base = base
        self.count = count
        self.open = open
    }

    /// A byte of the text, or 0 behind its end: no JSON token contains 0.
    @inline(__always)
    private func byte(_ index: Int) -> UInt8 { index < count ? base[index] : 0 }

    mutating func parseText() throws(JSONFault) {
        skipSpace()
        if at >= count { throw .syntax("the line is empty", offset: 0) }
        try parseValue()
        while depth > 0 { try parseNext(in: open[depth - 1]) }
        skipSpace()
        if at < count { throw fault("more text follows the value") }
    }

    /// Reads the next element or member of the innermost container, or its end.
    @inline(__always)
    private mutating func parseNext(in container: Int) throws(JSONFault) {
        skipSpace()
        let isObject = tape[container].kind == .object
        let end: UInt8 = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        if byte(at) == end {
            at += 1
            return close(container)
        }
        if tape[container].length > 0 {
            guard byte(at) == UInt8(ascii: ",") else {
                throw fault(isObject ? "',' or '}' expected" : "',' or ']' expected")
            }
            at += 1
            skipSpace()
        }
        if isObject {
            guard byte(at) == UInt8(ascii: "\"") else { throw fault("a name in double quotes expected") }
            try parseString()
            let name = tape + (used - 1)
            if name.pointee.isEscaped {
                name.pointee.length = UInt32(
                    truncatingIfNeeded: unescape(base + Int(name.pointee.start), Int(name.pointee.length)))
                name.pointee.isEscaped = false
            }
            skipSpace()
            guard byte(at) == UInt8(ascii: ":") else { throw fault("':' expected") }
            at += 1
            skipSpace()
        }
        tape[container].length += 1
        try parseValue()
    }

    /// A scalar, or the beginning of an array or object.
    @inline(__always)
    private mutating func parseValue() throws(JSONFault) {
        switch byte(at) {
        case UInt8(ascii: "\""): try parseString()
        case UInt8(ascii: "{"): try begin(.object)
        case UInt8(ascii: "["): try begin(.array)
        case UInt8(ascii: "t"): try parseWord("true", .bool)
        case UInt8(ascii: "f"): try parseWord("false", .bool)
        case UInt8(ascii: "n"): try parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
        default: throw fault(at >= count ? "the line ends too early" : "a value expected")
        }
    }

    private mutating func begin(_ kind: JSONValue.Kind) throws(JSONFault) {
        if depth >= JSONParser.maxDepth { throw fault("nested deeper than \(JSONParser.maxDepth)") }
        open[depth] = used
        depth += 1
        append(JSONNode(kind: kind, start: UInt32(truncatingIfNeeded: at), length: 0))
        at += 1
    }

    private mutating func close(_ container: Int) {
        depth -= 1
        tape[container].span = UInt32(truncatingIfNeeded: used - container)
        if tape[container].kind == .object, tape[container].length > 1, duplicate == nil { findDuplicate(container) }
    }

    private mutating func findDuplicate(_ container: Int) {
        let object = JSONValue(node: tape + container, base: base)
        var names: Set<JSONText> = []
        let isLarge = object.count > 32
        var index = 0
        for (name, _) in object.members {
            let isKnown = isLarge ? !names.insert(name).inserted : isAmongFirst(index, of: object, name)
            if isKnown {
                duplicate = .duplicateName(name.string, offset: name.start - UnsafePointer(base))
                return
            }
            index += 1
        }
    }

    @inline(__always)
    private func isAmongFirst(_ count: Int, of object: JSONValue, _ name: JSONText) -> Bool {
        var left = count
        for (known, _) in object.members {
            if left == 0 { return false }
            if known == name { return true }
            left -= 1
        }
        return false
    }

    private mutating func parseWord(_ word: StaticString, _ kind: JSONValue.Kind) throws(JSONFault) {
        for offset in 0..<word.utf8CodeUnitCount where byte(at + offset) != word.utf8Start[offset] {
            throw fault("a value expected")
        }
        append(
            JSONNode(
                kind: kind, start: UInt32(truncatingIfNeeded: at),
                length: UInt32(truncatingIfNeeded: word.utf8CodeUnitCount)))
        at += word.utf8CodeUnitCount
    }

    private mutating func parseNumber() throws(JSONFault) {
        let start = at
        if byte(at) == UInt8(ascii: "-") { at += 1 }
        if byte(at) == UInt8(ascii: "0") { at += 1 } else { try skipDigits() }
        if byte(at) == UInt8(ascii: ".") {
            at += 1
            try skipDigits()
        }
        if byte(at) | 0x20 == UInt8(ascii: "e") {
            at += 1
            if byte(at) == UInt8(ascii: "+") || byte(at) == UInt8(ascii: "-") { at += 1 }
            try skipDigits()
        }
        append(
            JSONNode(
                kind: .number, start: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: at - start))
        )
    }

    @inline(__always)
    private mutating func skipDigits() throws(JSONFault) {
        let start = at
        while byte(at) &- UInt8(ascii: "0") < 10 { at += 1 }
        if at == start { throw fault("a digit expected") }
    }

    @inline(__always)
    private mutating func skipSpace() {
        while at < count {
            switch base[at] {
            case 0x20, 0x09, 0x0D, 0x0A: at += 1
            default: return
            }
        }
    }

    @inline(__always)
    private mutating func append(_ node: JSONNode) {
        if used == capacity { grow() }
        (tape + used).initialize(to: node)
        used += 1
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<JSONNode>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: tape, count: used)
        tape.deallocate()
        tape = larger
        capacity *= 2
    }

    private func fault(_ problem: String) -> JSONFault { .syntax(problem, offset: min(at, count)) }
}

// MARK: - Strings

extension Scan {
    /// Checks a string and its escapes; they are undone when somebody asks for the text.
    @inline(__always)
    fileprivate mutating func parseString() throws(JSONFault) {
        at += 1
        let start = at
        var isEscaped = false
        while true {
            skipPlain()
            let next = byte(at)
            if next == UInt8(ascii: "\"") { break }
            if next == UInt8(ascii: "\\") {
                isEscaped = true
                try checkEscape()
            } else if next >= 0x80 {
                try checkUTF8()
            } else {
                throw fault(at >= count ? "the string has no end" : "a control character must be escaped")
            }
        }
        append(
            JSONNode(
                kind: .string, isEscaped: isEscaped, start: UInt32(truncatingIfNeeded: start),
                length: UInt32(truncatingIfNeeded: at - start)))
        at += 1
    }

    /// Skips what is plain ASCII text, eight bytes at a time.
    @inline(__always)
    private mutating func skipPlain() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        while at + 8 <= count {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self))
            let quotes = word ^ (ones &* 0x22)
            let slashes = word ^ (ones &* 0x5C)
            // A byte's high bit is set where it is below 0x20, a quote, a backslash, or not ASCII.
            let special =
                (word &- ones &* 0x20) | (quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes | word
            let hits = special & highs
            if hits != 0 {
                // A borrow can only mark bytes behind a true hit, so the first one is true.
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
            let unit = try escapedUnit()
            if unit & 0xFC00 == 0xDC00 { throw fault("half of a surrogate pair") }
            if unit & 0xFC00 == 0xD800 {
                at += 6
                guard byte(at) == UInt8(ascii: "\\"), byte(at + 1) == UInt8(ascii: "u"),
                    try escapedUnit() & 0xFC00 == 0xDC00
                else { throw fault("half of a surrogate pair") }
            }
            at += 6
        default: throw fault("no such escape")
        }
    }

    private func escapedUnit() throws(JSONFault) -> UInt32 {
        for offset in 2..<6 {
            switch byte(at + offset) {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                break
            default: throw fault("four hexadecimal digits expected")
            }
        }
        return hexadecimal(base + at + 2)
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
