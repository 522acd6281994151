// Short ways to parse, to compare trees and to make random ones.
import JSONRPC

/// Parses a text and lets `body` look at its views, which end with this call.
func withValue<Result>(
    of bytes: [UInt8], by parser: JSONParser = JSONParser(), _ body: (JSONValue) throws -> Result
) throws -> Result {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
    defer { buffer.deallocate() }
    buffer.copyBytes(from: bytes)
    return try body(try parser.parse(UnsafeMutableRawBufferPointer(rebasing: buffer[..<bytes.count])))
}

func withValue<Result>(of text: String, _ body: (JSONValue) throws -> Result) throws -> Result {
    try withValue(of: Array(text.utf8), body)
}

/// What is wrong with a text; nil for nothing.
func fault(in bytes: [UInt8], by parser: JSONParser = JSONParser()) -> JSONFault? {
    do {
        try withValue(of: bytes, by: parser) { _ in }
        return nil
    } catch {
        return error as? JSONFault
    }
}

func fault(in text: String) -> JSONFault? { fault(in: Array(text.utf8)) }

extension JSONFault {
    var offset: Int {
        switch self {
        case .syntax(_, let offset), .duplicateName(_, let offset): offset
        }
    }

    var isSyntax: Bool { if case .syntax = self { true } else { false } }
}

extension JSON {
    /// Equal kinds, members in the same order, texts with the same bytes (`==` of strings would let é equal é).
    func isSame(as other: JSON) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && zip(left, right).allSatisfy {
                    $0.name.utf8.elementsEqual($1.name.utf8) && $0.value.isSame(as: $1.value)
                }
        default: false
        }
    }
}

/// The same numbers at every run: a failure can be repeated.
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Text with what is hard: quotes, escapes, control characters, every length of UTF-8, marks that combine.
    mutating func text(maxCount: Int = 24) -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "Z", "7", " ", "/", "\"", "\\", "\n", "\t", "\0", "\u{1F}", "\u{7F}", "\u{80}", "é", "e", "\u{301}",
            "\u{7FF}", "\u{800}", "\u{2028}", "日", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "🚀", "\u{10FFFF}",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...maxCount, using: &self) {
            // Long plain stretches go another way than mixed ones.
            let last = Bool.random(using: &self) ? 3 : scalars.count - 1
            text.unicodeScalars.append(scalars[Int.random(in: 0...last, using: &self)])
        }
        return text
    }

    mutating func tree(depth: Int = 5) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &self) {
        case 0: return .null
        case 1: return .bool(.random(using: &self))
        case 2: return .int(Int(truncatingIfNeeded: next()) >> Int.random(in: 0..<64, using: &self))
        case 3: return .number("\(Int.random(in: -999...999, using: &self)).\(next() % 1000)")
        case 4: return .number("-\(next())e\(Int.random(in: -400...400, using: &self))")
        case 5: return .string(text())
        case 6: return .array((0..<Int.random(in: 0...6, using: &self)).map { _ in tree(depth: depth - 1) })
        default:
            var names: [String] = []
            for index in 0..<Int.random(in: 0...40, using: &self) where Bool.random(using: &self) {
                names.append("\(text(maxCount: 5))\(index)")
            }
            return .object(names.map { ($0, tree(depth: depth - 2)) })
        }
    }
}
