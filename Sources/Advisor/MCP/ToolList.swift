// The tools: the methods as MCP shows them to a model.
import JSONRPC

/// The methods that are offered as tools, with what `tools/list` says of them.
struct ToolList {
    /// As `tools/list` answers, in the order of the methods.
    let list: [JSON]
    private let offered: [String: AnyMethod]
    private let withheld: Set<String>

    init(methods: [AnyMethod], withAdministrative: Bool) {
        let all = methods.filter(\.about.isTool)
        let offered = all.filter { withAdministrative || !$0.about.isAdministrative }
        list = offered.map(tool)
        self.offered = Dictionary(offered.map { (spelling($0.name), $0) }, uniquingKeysWith: { first, _ in first })
        withheld = Set(all.filter { $0.about.isAdministrative && !withAdministrative }.map { spelling($0.name) })
    }

    /// The method of a tool. `get_status` is understood as `getStatus`: models and hosts like to rewrite names.
    func method(_ name: String) throws(WireError) -> AnyMethod {
        let key = spelling(name)
        if let method = offered[key] { return method }
        if withheld.contains(key) {
            throw WireError(
                .notPermitted(
                    "\(name) is for administrators; ask a person to run it, or to start us with --allow-admin"))
        }
        let closest = nearestName(to: name, among: offered.values.lazy.map(\.name))
        throw WireError(
            code: -32602,
            message: "Unknown tool: '\(name.prefix(80))'; "
                + (closest.map { "did you mean \($0)?" } ?? "tools/list has them all"),
            name: "unknownTool", details: closest.map { [("closest", .string($0))] } ?? [])
    }
}

private func spelling(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" && $0 != "-" }
}

/// The argument that every tool takes beside the method's params.
let responseFormatName = "responseFormat"

private func tool(_ method: AnyMethod) -> JSON {
    .members(
        ("name", .string(method.name)), ("title", .string(method.about.title)),
        ("description", .string(description(method.about))),
        ("inputSchema", inputSchema(method.params)), ("outputSchema", method.result.schema()),
        ("annotations", annotations(method.about)))
}

/// What it is for, when to call it, an example.
private func description(_ about: About) -> String {
    var parts = [about.summary]
    if about.isAdministrative {
        parts.append("Changes the rules that agents work under: call it only when a person has told you to.")
    }
    if !about.description.isEmpty { parts.append(about.description) }
    if let example = about.examples.first { parts.append("Example: \(example.params)") }
    return parts.joined(separator: " ")
}

private func inputSchema(_ params: ObjectType) -> JSON {
    var params = params
    params.fields.append(
        FieldType(
            name: responseFormatName, meaning: "detailed: the text holds all the data too, not only the essence.",
            type: .choice(ResponseFormat.allCases.map(\.rawValue)), presence: .optional, defaultJSON: #""concise""#))
    return params.schema()
}

enum ResponseFormat: String, CaseIterable, Sendable { case concise, detailed }

private func annotations(_ about: About) -> JSON {
    let reads = about.effect == .reads || about.effect == .none
    return .members(
        ("title", .string(about.title)), ("readOnlyHint", .bool(reads)),
        ("destructiveHint", .bool(!reads && about.isDestructive)),
        ("idempotentHint", .bool(reads || about.isIdempotent)),
        // All it touches is the ledger on this machine.
        ("openWorldHint", false))
}
