// A value of a parsed line, as a view: no copy, no reference counting.

/// One node of a parsed text.
///
/// Valid until the parser parses again or the buffer changes.
package struct JSONValue: @unchecked Sendable {
    package enum Kind: UInt8, Sendable { case null, bool, number, string, array, object }

    let node: UnsafeMutablePointer<JSONNode>
    let base: UnsafeMutablePointer<UInt8>

    package var kind: Kind { node.pointee.kind }

    package var isNull: Bool {
        // A pattern: `==` would go through the protocol from other modules.
        if case .null = node.pointee.kind { true } else { false }
    }

    /// How many members or elements it has.
    package var count: Int { kind == .array || kind == .object ? Int(node.pointee.length) : 0 }

    package var bool: Bool? { kind == .bool ? base[Int(node.pointee.start)] == UInt8(ascii: "t") : nil }

    /// A string with its escapes undone. They are undone in the buffer, at the first time of asking.
    package var text: JSONText? {
        guard kind == .string else { return nil }
        unescapeOnce()
        return written
    }

    @inline(__always)
    func unescapeOnce() {
        guard node.pointee.isEscaped else { return }
        let start = base + Int(node.pointee.start)
        node.pointee.length = UInt32(truncatingIfNeeded: unescape(start, Int(node.pointee.length)))
        node.pointee.isEscaped = false
        node.pointee.isDecoded = true
    }

    /// Its escapes were undone: what stands in the buffer is no longer JSON.
    var isDecoded: Bool { node.pointee.isDecoded }

    /// A number as it was written.
    package var numberText: JSONText { kind == .number ? written : .empty }

    /// A scalar as it was written, quotes included; empty for arrays and objects. To be asked before `text` is: of a
    /// string with escapes nothing is left as written afterwards, and this is empty. `JSONWriter.write(raw:)` copes.
    package var raw: JSONText {
        if isDecoded { return .empty }
        let start = base + Int(node.pointee.start)
        let length = Int(node.pointee.length)
        switch kind {
        case .string: return JSONText(start: start - 1, byteCount: length + 2)
        case .null, .bool, .number: return written
        case .array, .object: return .empty
        }
    }

    private var written: JSONText {
        JSONText(start: base + Int(node.pointee.start), byteCount: Int(node.pointee.length))
    }

    /// The elements of an array; none for any other kind.
    package var elements: Elements { Elements(parent: self) }

    /// The members of an object in the order they were written; none for any other kind.
    package var members: Members { Members(parent: self) }

    package subscript(name: StaticString) -> JSONValue? {
        for (known, value) in members where known == name { return value }
        return nil
    }

    fileprivate var next: JSONValue { JSONValue(node: node + Int(node.pointee.span), base: base) }
    fileprivate var firstChild: JSONValue { JSONValue(node: node + 1, base: base) }

    package struct Elements: Sequence, IteratorProtocol {
        private var upcoming: JSONValue
        private var left: Int

        fileprivate init(parent: JSONValue) {
            upcoming = parent.firstChild
            left = parent.kind == .array ? parent.count : 0
        }

        package mutating func next() -> JSONValue? {
            guard left > 0 else { return nil }
            left -= 1
            defer { if left > 0 { upcoming = upcoming.next } }
            return upcoming
        }
    }

    package struct Members: Sequence, IteratorProtocol {
        private var upcoming: JSONValue
        private var left: Int

        fileprivate init(parent: JSONValue) {
            upcoming = parent.firstChild
            left = parent.kind == .object ? parent.count : 0
        }

        package mutating func next() -> (name: JSONText, value: JSONValue)? {
            guard left > 0 else { return nil }
            left -= 1
            let value = JSONValue(node: upcoming.node + 1, base: upcoming.base)
            // Names were unescaped while parsing.
            let name = upcoming.written
            if left > 0 { upcoming = value.next }
            return (name, value)
        }
    }
}

/// One entry of the parser's tape. An object's entry is followed by its members, each a name and a value.
struct JSONNode {
    var kind: JSONValue.Kind
    /// A string that has escapes which are still there.
    var isEscaped = false
    /// A string that had some.
    var isDecoded = false
    /// Where it begins in the buffer; for a string behind its quote.
    var start: UInt32
    /// Bytes, or for arrays and objects how many elements or members.
    var length: UInt32
    /// How many entries it and what is in it take.
    var span: UInt32 = 1
}

/// Undoes the escapes of a string in place and gives its new length. The parser has checked that they are right.
func unescape(_ start: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
    var from = 0
    var to = 0
    while from < count {
        let byte = start[from]
        guard byte == UInt8(ascii: "\\") else {
            start[to] = byte
            from += 1
            to += 1
            continue
        }
        let mark = start[from + 1]
        from += 2
        switch mark {
        case UInt8(ascii: "n"): start[to] = 0x0A
        case UInt8(ascii: "t"): start[to] = 0x09
        case UInt8(ascii: "r"): start[to] = 0x0D
        case UInt8(ascii: "b"): start[to] = 0x08
        case UInt8(ascii: "f"): start[to] = 0x0C
        case UInt8(ascii: "u"):
            var scalar = hexadecimal(start + from)
            from += 4
            if scalar & 0xFC00 == 0xD800 {
                scalar = 0x10000 + (scalar & 0x3FF) << 10 + (hexadecimal(start + from + 2) & 0x3FF)
                from += 6
            }
            to += writeUTF8(scalar, start + to)
            continue
        default: start[to] = mark
        }
        to += 1
    }
    return to
}

/// Four checked hexadecimal digits.
func hexadecimal(_ digits: UnsafePointer<UInt8>) -> UInt32 {
    var value: UInt32 = 0
    for index in 0..<4 {
        let digit = digits[index]
        value = value << 4 | UInt32(digit <= UInt8(ascii: "9") ? digit & 0xF : (digit & 0xF) + 9)
    }
    return value
}

private func writeUTF8(_ scalar: UInt32, _ to: UnsafeMutablePointer<UInt8>) -> Int {
    func put(_ index: Int, _ value: UInt32) { to[index] = UInt8(truncatingIfNeeded: value) }
    func tail(_ index: Int, _ shift: UInt32) { put(index, 0x80 | scalar >> shift & 0x3F) }
    switch scalar {
    case ..<0x80:
        put(0, scalar)
        return 1
    case ..<0x800:
        put(0, 0xC0 | scalar >> 6)
        tail(1, 0)
        return 2
    case ..<0x10000:
        put(0, 0xE0 | scalar >> 12)
        tail(1, 6)
        tail(2, 0)
        return 3
    default:
        put(0, 0xF0 | scalar >> 18)
        tail(1, 12)
        tail(2, 6)
        tail(3, 0)
        return 4
    }
}
