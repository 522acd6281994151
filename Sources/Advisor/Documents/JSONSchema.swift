// JSON Schemas from the declarations: 2020-12, limited to what draft-07 (OpenRPC) understands the same way.
//
// No `$ref`: everything stands where it is used, so that a schema works in a file, in OpenRPC and in an MCP tool.
import JSONRPC

extension WireType {
    /// The schema; `meaning` becomes its description.
    package func schema(meaning: String? = nil, defaultJSON: String? = nil, orNull: Bool = false) -> JSON {
        var members = keywords
        if orNull, case .string(let type)? = members.first?.value {
            members[0].value = .array([.string(type), .string("null")])
            if let index = members.firstIndex(where: { $0.name == "enum" }),
                case .array(let words) = members[index].value
            {
                members[index].value = .array(words + [.null])
            }
        }
        if let meaning { members.append(("description", .string(meaning))) }
        if let defaultJSON, let value = try? JSON(parsing: defaultJSON) { members.append(("default", value)) }
        return .object(members)
    }

    /// `type` first, then its bounds.
    private var keywords: [(name: String, value: JSON)] {
        switch self {
        case .text(let minLength, let maxLength):
            [("type", "string"), ("minLength", .int(minLength)), ("maxLength", .int(maxLength))]
        case .whole(let min, let max):
            [("type", "integer"), ("minimum", .int(Int(min))), ("maximum", .int(Int(max)))]
        case .number(let min, let max):
            [("type", "number")] + bounds(min, max)
        case .money(let min):
            [("type", "number")] + bounds(min, nil)
        case .bool: [("type", "boolean")]
        case .timestamp: [("type", "string"), ("format", "date-time")]
        case .date: [("type", "string"), ("format", "date")]
        case .choice(let words): [("type", "string"), ("enum", .array(words.map { .string($0) }))]
        case .list(let item, let minItems, let maxItems):
            [("type", "array"), ("items", item.schema())]
                + (minItems > 0 ? [("minItems", .int(minItems))] : [])
                + (maxItems.map { [("maxItems", .int($0))] } ?? [])
        case .object(let object): object.keywords
        case .any: []
        }
    }
}

extension ObjectType {
    /// The schema of the whole object.
    package func schema() -> JSON { .object(keywords) }

    fileprivate var keywords: [(name: String, value: JSON)] {
        let required = fields.filter { $0.presence != .optional }.map { JSON.string($0.name) }
        var members: [(name: String, value: JSON)] = [
            ("type", "object"), ("properties", .object(fields.map { ($0.name, $0.schema()) })),
        ]
        if !required.isEmpty { members.append(("required", .array(required))) }
        if isClosed { members.append(("additionalProperties", false)) }
        return members
    }
}

extension FieldType {
    package func schema() -> JSON {
        type.schema(meaning: meaning, defaultJSON: defaultJSON, orNull: presence == .orNull)
    }
}

private func bounds(_ min: Double?, _ max: Double?) -> [(name: String, value: JSON)] {
    [("minimum", min), ("maximum", max)].compactMap { name, bound in bound.map { (name, number($0)) } }
}

private func number(_ value: Double) -> JSON { Int(exactly: value).map { .int($0) } ?? .number("\(value)") }
