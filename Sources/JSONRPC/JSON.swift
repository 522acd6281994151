// A JSON value of its own, for where speed does not matter: documents, settings, command lines, tests.

package indirect enum JSON: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    /// A number with decimals or exponent, as its JSON text: exact.
    case number(String)
    case string(String)
    case array([JSON])
    /// Members in their order.
    case object([(name: String, value: JSON)])
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    package init(stringLiteral text: String) { self = .string(text) }
    package init(booleanLiteral flag: Bool) { self = .bool(flag) }
    package init(integerLiteral number: Int) { self = .int(number) }
}

extension JSON {
    /// A copy of a parsed value.
    package init(_ value: JSONValue) {
        switch value.kind {
        case .null: self = .null
        case .bool: self = .bool(value.bool ?? false)
        case .number:
            let text = value.numberText.string
            if let number = Int(text) { self = .int(number) } else { self = .number(text) }
        case .string: self = .string(value.text?.string ?? "")
        case .array: self = .array(value.elements.map(JSON.init))
        case .object: self = .object(value.members.map { ($0.name.string, JSON($0.value)) })
        }
    }

    package init(parsing text: String) throws(JSONFault) {
        var bytes = Array(text.utf8)
        if bytes.isEmpty { throw .syntax("the line is empty", offset: 0) }
        let parser = JSONParser()
        let parsed: Result<JSON, JSONFault> = bytes.withUnsafeMutableBytes { buffer in
            do throws(JSONFault) {
                return .success(JSON(try parser.parse(buffer)))
            } catch {
                return .failure(error)
            }
        }
        self = try parsed.get()
    }

    /// The member of that name; nil where there is none or this is no object.
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    package subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    package var int: Int? { if case .int(let number) = self { number } else { nil } }
    package var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

    package var double: Double? {
        switch self {
        case .int(let number): Double(number)
        case .number(let text): Double(text)
        default: nil
        }
    }

    /// On one line.
    package var text: String {
        var writer = JSONWriter()
        writer.write(self)
        return writer.string
    }

    /// With two spaces for each level, for files that people read.
    package var indented: String { indented(unit: "  ") }

    /// With `unit` for each level.
    package func indented(unit: String) -> String { indented(unit: unit, level: 0) }

    private func indented(unit: String, level: Int) -> String {
        let inner = String(repeating: unit, count: level + 1)
        let outer = String(repeating: unit, count: level)
        switch self {
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + $0.indented(unit: unit, level: level + 1) }
            return "[\n" + lines.joined(separator: ",\n") + "\n" + outer + "]"
        case .object(let members) where !members.isEmpty:
            let lines = members.map {
                "\(inner)\(JSON.string($0.name).text): \($0.value.indented(unit: unit, level: level + 1))"
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + outer + "}"
        default: return text
        }
    }
}

extension JSONWriter {
    package mutating func write(_ value: JSON) {
        switch value {
        case .null: writeNull()
        case .bool(let flag): write(flag)
        case .int(let number): write(Int64(number))
        case .number(let text): write(number: text)
        case .string(let text): write(text)
        case .array(let elements):
            beginArray()
            for element in elements { write(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                writeName(member.name)
                write(member.value)
            }
            endObject()
        }
    }
}
