// A stand-in for target JSONRPC until its API lands; then this file goes.
package struct JSONText: Sendable {
    package static let empty = JSONText()
    package var string: String { "" }
    package var byteCount: Int { 0 }
    package static func == (a: JSONText, b: StaticString) -> Bool { false }
}
package struct JSONValue: Sendable {
    package enum Kind { case null, bool, number, string, array, object }
    package var kind: Kind { .null }
    package var text: JSONText? { nil }
    package var numberText: JSONText { .empty }
    package var int64: Int64? { nil }
    package var double: Double? { nil }
    package var bool: Bool? { nil }
    package var elements: [JSONValue] { [] }
    package var members: [(JSONText, JSONValue)] { [] }
}
package struct JSONWriter {
    package init() {}
    package var string: String { "" }
    package mutating func beginObject() {}
    package mutating func endObject() {}
    package mutating func beginArray() {}
    package mutating func endArray() {}
    package mutating func writeName(_ n: StaticString) {}
    package mutating func writeName(_ n: String) {}
    package mutating func writeNull() {}
    package mutating func write(_ n: Int64) {}
    package mutating func write(_ n: Bool) {}
    package mutating func write(_ n: Double) {}
    package mutating func write(_ n: String) {}
    package mutating func write(_ n: JSON) {}
    package mutating func write(number n: String) {}
}

package enum JSON: Sendable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
    case null
    case bool(Bool)
    case int(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([(name: String, value: JSON)])
    package init(stringLiteral s: String) { self = .string(s) }
    package init(booleanLiteral s: Bool) { self = .bool(s) }
    package init(_ v: JSONValue) { self = .null }
    package init(parsing: String) throws { self = .null }
    package subscript(_ n: String) -> JSON? { nil }
}

package struct JSONFault: Error { var offset = 0 }
package struct JSONParser {
    package init() {}
    mutating func parse(_ b: UnsafeRawBufferPointer) throws(JSONFault) -> JSONValue { JSONValue() }
}
extension JSONValue { var count: Int { 0 } }
extension JSONWriter {
    var count: Int { 0 }
    mutating func truncate(to: Int) {}
    mutating func removeAll() {}
    mutating func writeRaw(_ s: StaticString) {}
    mutating func writeRaw(_ s: Slice<UnsafeRawBufferPointer>) {}
    mutating func write(_ s: JSONValue) {}
    func withUnsafeBytes<R>(_ b: (UnsafeRawBufferPointer) -> R) -> R { b(UnsafeRawBufferPointer(start: nil, count: 0)) }
}
extension JSON {
    var indented: String { "" }
    static func number(_ n: Int64) -> JSON { .null }
}
enum Incoming {
    case response
    case invalid(JSONValue?, String)
    case request(JSONValue?, JSONText, JSONValue?)
    init(_ v: JSONValue) { self = .response }
}
extension WireError {
    init(_ f: JSONFault) { self = .parseError("", offset: 0) }
    init(response: JSON) { self = .invalidRequest("") }
}
struct LineReader {
    struct Line { var isTerminated = true; var isTooLong = false; var bytes = UnsafeRawBufferPointer(start: nil, count: 0) }
    var isAtEnd = true
    init(descriptor: Int32) {}
    mutating func fill() -> Bool { false }
    mutating func next() -> Line? { nil }
}
