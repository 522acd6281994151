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
package struct JSONParser { package init() {} }
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
