// A line that the program wrote, read with a JSON reader that is not its own.
import Foundation

/// One JSON value. `answer["result", "costUSD"].number` is nil where something on the way is missing.
enum Value: Decodable, Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Decimal)
    case text(String)
    case array([Value])
    case object([String: Value])

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? single.decode(Decimal.self) {
            self = .number(value)
        } else if let value = try? single.decode(String.self) {
            self = .text(value)
        } else if let value = try? single.decode([Value].self) {
            self = .array(value)
        } else {
            self = .object(try single.decode([String: Value].self))
        }
    }

    subscript(path: String...) -> Value {
        path.reduce(self) { value, name in
            if case .object(let members) = value { members[name] ?? .null } else { .null }
        }
    }

    subscript(index: Int) -> Value {
        if case .array(let values) = self, values.indices.contains(index) { values[index] } else { .null }
    }

    var number: Decimal? { if case .number(let value) = self { value } else { nil } }
    var int: Int64? { number.flatMap { Int64("\($0)") } }
    var text: String? { if case .text(let value) = self { value } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var count: Int { if case .array(let values) = self { values.count } else { 0 } }
}

/// One response. `line` is what was written, to the byte.
struct Answer: Sendable {
    let line: String
    let value: Value

    init(_ line: String) throws {
        self.line = line
        do {
            value = try JSONDecoder().decode(Value.self, from: Data(line.utf8))
        } catch {
            throw Failure("not JSON: \(line.prefix(300))")
        }
    }

    subscript(path: String...) -> Value { path.reduce(value) { $0[$1] } }

    var id: Int64? { self["id"].int }
    var result: Value { self["result"] }
    var code: Int64? { self["error", "code"].int }
    var message: String { self["error", "message"].text ?? "" }
    var isRetryable: Bool? { self["error", "data", "retryable"].bool }
    var reason: String? { self["error", "data", "reason"].text }
}

struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
