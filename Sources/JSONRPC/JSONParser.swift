// Strict JSON (RFC 8259) from one line: valid UTF-8, unique names, bounded depth. Nothing is guessed.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a line is not JSON that we take. Offsets count bytes from the beginning of the text.
package enum JSONFault: Error, Hashable, Sendable {
    /// Not JSON.
    case syntax(String, offset: Int)
    /// JSON, but an object has two members of one name; `offset` is that of the second one, behind its quote. Only told
    /// where the whole text is JSON.
    case duplicateName(String, offset: Int)
}

/// A parser that keeps its memory from line to line. Its values are views, valid until it parses again.
package final class JSONParser {
    /// Arrays and objects inside each other; deeper is refused.
    package static let maxDepth = 128
    /// Entries of the tape that are kept from line to line: 1 MiB.
    private static let keptEntries = 1 << 16

    private var reader: JSONReader

    package init() {
        reader = JSONReader()
    }

    deinit { reader.deallocate() }

    /// Parses one text. The bytes belong to the parser's values from now on: escapes are undone in place.
    package func parse(_ bytes: UnsafeMutableRawBufferPointer) throws(JSONFault) -> JSONValue {
        if reader.capacity > JSONParser.keptEntries { reader.shrink() }
        guard let start = bytes.baseAddress, bytes.count <= Int(UInt32.max) else {
            throw .syntax("the line is empty", offset: 0)
        }
        // A copy in local variables: the compiler can keep them in registers.
        var reader = reader
        defer { self.reader = reader }
        reader.begin(start.assumingMemoryBound(to: UInt8.self), bytes.count)
        try reader.readText()
        if reader.duplicate > 0 { throw reader.duplicateFault() }
        return JSONValue(node: reader.tape, base: reader.base)
    }

    /// Ends the life of the last values, and gives back the memory where their line was huge. For when no further line
    /// waits: the next `parse` does the same.
    package func forgetValues() {
        if reader.capacity > JSONParser.keptEntries { reader.shrink() }
    }
}

/// The state of one run over a text, in files by what it reads: here the structure, in `JSONTokens.swift` the scalars.
struct JSONReader {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    /// The next byte to read.
    var at = 0

    /// Every value in the order of the text, in `memory`, which the parser that holds this frees.
    private(set) var tape: UnsafeMutablePointer<JSONNode>
    private(set) var capacity = 0
    private var used = 0
    private var memory: UnsafeMutableRawPointer?
    /// The tape positions of the open arrays and objects.
    private let open: UnsafeMutablePointer<UInt32>
    private var depth = 0
    /// The tape position of the first name found twice; 0, where never a name stands, for none.
    private(set) var duplicate = 0

    init() {
        open = .allocate(capacity: JSONParser.maxDepth)
        // Some address, until there is a text and its first value.
        base = UnsafeMutableRawPointer(open).assumingMemoryBound(to: UInt8.self)
        tape = UnsafeMutableRawPointer(open).assumingMemoryBound(to: JSONNode.self)
    }

    func deallocate() {
        Block.deallocate(memory, byteCount(capacity))
        open.deallocate()
    }

    mutating func begin(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) {
        base = bytes
        self.count = count
        at = 0
        used = 0
        depth = 0
        duplicate = 0
    }

    /// A line of millions of values is no reason to keep their memory for the next one.
    mutating func shrink() {
        Block.deallocate(memory, byteCount(capacity))
        memory = nil
        capacity = 0
    }

    /// A byte of the text, or 0 behind its end: no JSON token contains 0.
    @inline(__always)
    func byte(_ index: Int) -> UInt8 { index < count ? base[index] : 0 }

    func fault(_ problem: String) -> JSONFault { .syntax(problem, offset: min(at, count)) }

    func duplicateFault() -> JSONFault {
        let name = tape[duplicate]
        let text = JSONText(start: base + Int(name.start), byteCount: Int(name.length))
        return .duplicateName(text.string, offset: Int(name.start))
    }

    /// No recursion: the depth of the text costs no stack.
    mutating func readText() throws(JSONFault) {
        skipSpace()
        if at >= count { throw .syntax("the line is empty", offset: 0) }
        repeat { try readValue() } while try findNextValue()
        skipSpace()
        if at < count { throw fault("more text follows the value") }
    }

    /// Goes to where the next value begins, closing what ends before it; false when everything is closed.
    @inline(__always)
    private mutating func findNextValue() throws(JSONFault) -> Bool {
        while depth > 0 {
            let container = Int(open[depth - 1])
            if tape[container].kind == .object {
                if try findMember(of: container) { return true }
            } else {
                if try findElement(of: container) { return true }
            }
        }
        return false
    }

    /// Goes to the next element of an array; false at its end.
    @inline(__always)
    private mutating func findElement(of container: Int) throws(JSONFault) -> Bool {
        skipSpace()
        if byte(at) == UInt8(ascii: "]") {
            close(container)
            return false
        }
        if tape[container].length > 0 {
            guard byte(at) == UInt8(ascii: ",") else { throw fault("',' or ']' expected") }
            at += 1
            skipSpace()
        }
        tape[container].length += 1
        return true
    }

    /// Reads the name of the next member of an object and goes to its value; false at the object's end.
    @inline(__always)
    private mutating func findMember(of container: Int) throws(JSONFault) -> Bool {
        skipSpace()
        if byte(at) == UInt8(ascii: "}") {
            close(container)
            if tape[container].length > 1, duplicate == 0 { duplicate = duplicateName(in: container) }
            return false
        }
        if tape[container].length > 0 {
            guard byte(at) == UInt8(ascii: ",") else { throw fault("',' or '}' expected") }
            at += 1
            skipSpace()
        }
        guard byte(at) == UInt8(ascii: "\"") else { throw fault("a name in double quotes expected") }
        try append(readString())
        JSONValue(node: tape + (used - 1), base: base).unescapeOnce()
        skipSpace()
        guard byte(at) == UInt8(ascii: ":") else { throw fault("':' expected") }
        at += 1
        skipSpace()
        tape[container].length += 1
        return true
    }

    /// A scalar, or the beginning of an array or object.
    @inline(__always)
    private mutating func readValue() throws(JSONFault) {
        switch byte(at) {
        case UInt8(ascii: "\""): try append(readString())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try append(readNumber())
        case UInt8(ascii: "{"): try begin(.object)
        case UInt8(ascii: "["): try begin(.array)
        case UInt8(ascii: "t"): try append(readWord("true", .bool))
        case UInt8(ascii: "f"): try append(readWord("false", .bool))
        case UInt8(ascii: "n"): try append(readWord("null", .null))
        default: throw fault(at >= count ? "the line ends too early" : "a value expected")
        }
    }

    private mutating func begin(_ kind: JSONValue.Kind) throws(JSONFault) {
        if depth >= JSONParser.maxDepth { throw fault("nested deeper than \(JSONParser.maxDepth)") }
        open[depth] = UInt32(truncatingIfNeeded: used)
        depth += 1
        try append(JSONNode(kind: kind, start: UInt32(truncatingIfNeeded: at), length: 0))
        at += 1
    }

    @inline(__always)
    private mutating func close(_ container: Int) {
        at += 1
        depth -= 1
        tape[container].span = UInt32(truncatingIfNeeded: used - container)
    }

    @inline(__always)
    private mutating func append(_ node: JSONNode) throws(JSONFault) {
        if used == capacity { try grow() }
        (tape + used).initialize(to: node)
        used += 1
    }

    private mutating func grow() throws(JSONFault) {
        let larger = max(256, capacity * 2)
        guard let moved = Block.allocate(byteCount(larger)) else {
            throw fault("too many values for the memory there is")
        }
        if let memory { memcpy(moved, memory, byteCount(used)) }
        Block.deallocate(memory, byteCount(capacity))
        memory = moved
        capacity = larger
        tape = moved.bindMemory(to: JSONNode.self, capacity: larger)
    }

    private func byteCount(_ entries: Int) -> Int { entries * MemoryLayout<JSONNode>.stride }
}
