// The methods as people read them: the README's table and `--help`.

/// A markdown table of all methods with their params; `*` marks a required one.
package func methodTable(of methods: [AnyMethod]) -> String {
    var text = "| method | what it does | params |\n|---|---|---|\n"
    for method in methods {
        text += "| `\(method.name)` | \(method.about.summary) | \(paramList(method.params)) |\n"
    }
    return text
}

/// `text` with what stands between the two marker lines replaced; nil when a marker is missing.
package func replacingBlock(_ name: String, in text: String, by block: String) -> String? {
    let (begin, end) = ("<!-- \(name): begin", "<!-- \(name): end -->")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.firstIndex(where: { $0.hasPrefix(begin) }),
        let last = lines[first...].firstIndex(where: { $0 == end })
    else { return nil }
    return (lines[...first] + [Substring(block.hasSuffix("\n") ? String(block.dropLast()) : block)] + lines[last...])
        .joined(separator: "\n")
}

/// One method in full, for `budget-advisor methods NAME`.
package func methodHelp(_ method: AnyMethod) -> String {
    var text = "\(method.name): \(method.about.summary)\n"
    if !method.about.description.isEmpty { text += "\(method.about.description)\n" }
    for example in method.about.examples {
        let params = example.params == "{}" ? "" : #","params":\#(example.params)"#
        text += "\nExample (\(example.name)):\n  "
        text += #"{"jsonrpc":"2.0","id":1,"method":"\#(method.name)"\#(params)}"# + "\n"
    }
    text += "\nParams (* required):\n" + fieldLines(method.params.fields, indent: "  ")
    if case .object(let result) = method.result {
        text += "\nResult:\n" + fieldLines(result.fields, indent: "  ")
    }
    return text
}

private func fieldLines(_ fields: [FieldType], indent: String) -> String {
    guard !fields.isEmpty else { return indent + "none\n" }
    return fields.map { field in
        let star = field.presence == .required ? "*" : ""
        let standard = field.defaultJSON.map { " (default \($0))" } ?? ""
        let line = "\(indent)\(field.name)\(star): \(field.type.label). \(field.meaning)\(standard)\n"
        return line + (field.type.members.map { fieldLines($0, indent: indent + "  ") } ?? "")
    }.joined()
}

private func paramList(_ params: ObjectType) -> String {
    params.fields.map { "`\($0.name)`" + ($0.presence == .required ? "\\*" : "") }.joined(separator: ", ")
}

extension WireType {
    /// A few words that name the type.
    package var label: String {
        switch self {
        case .text: "text"
        case .whole: "whole number"
        case .number: "number"
        case .money: "US dollars"
        case .bool: "true or false"
        case .timestamp: "RFC 3339 time"
        case .date: "date"
        case .choice(let words): words.joined(separator: " | ")
        case .list(let item, _, _): "list of " + item.label
        case .object: "object"
        case .any: "any JSON"
        }
    }

    fileprivate var members: [FieldType]? {
        switch self {
        case .object(let object): object.fields
        case .list(let item, _, _): item.members
        default: nil
        }
    }
}
