// The OpenRPC 1.4 document: what `rpc.discover` answers and `schemas/openrpc.json` holds.
import JSONRPC

/// The document of `methods`.
package func openRPCDocument(of methods: [AnyMethod]) -> JSON {
    .object([
        ("openrpc", "1.4.0"),
        (
            "info",
            .object([
                ("title", "budget-advisor"), ("version", .string(programVersion)),
                (
                    "description",
                    """
                    Watches what agents spend and advises before they spend it. One JSON-RPC 2.0 message a line on \
                    stdin, one answer a line on stdout. In params, null counts as left out.
                    """
                ), ("license", .object([("name", "MIT")])),
            ])
        ),
        ("methods", .array(methods.map(openRPCMethod))),
    ])
}

private func openRPCMethod(_ method: AnyMethod) -> JSON {
    var members: [(name: String, value: JSON)] = [
        ("name", .string(method.name)), ("summary", .string(method.about.summary)),
    ]
    if !method.about.description.isEmpty { members.append(("description", .string(method.about.description))) }
    members += [
        ("paramStructure", "either"),
        ("params", .array(method.params.fields.map(contentDescriptor))),
        (
            "result",
            .object([("name", .string(method.name + "Result")), ("schema", method.result.schema())])
        ),
        ("errors", .array(WireError.documented(for: method.about).map(errorObject))),
    ]
    let examples = method.about.examples.compactMap { examplePairing($0, method) }
    if !examples.isEmpty { members.append(("examples", .array(examples))) }
    return .object(members)
}

private func contentDescriptor(_ field: FieldType) -> JSON {
    var members: [(name: String, value: JSON)] = [("name", .string(field.name)), ("summary", .string(field.meaning))]
    if field.presence == .required { members.append(("required", true)) }
    members.append(("schema", field.type.schema(defaultJSON: field.defaultJSON)))
    return .object(members)
}

private func errorObject(_ error: (code: Int, message: String)) -> JSON {
    .object([("code", .int(error.code)), ("message", .string(error.message))])
}

/// Params in declared order; those between that are not given are null, so that the list also works by position.
private func examplePairing(_ example: Example, _ method: AnyMethod) -> JSON? {
    guard let params = try? JSON(parsing: example.params) else { return nil }
    let names = method.params.fields.map(\.name)
    let last = names.lastIndex { params[$0] != nil } ?? -1
    let values = names.prefix(last + 1).map { name in
        JSON.object([("name", .string(name)), ("value", params[name] ?? .null)])
    }
    var members: [(name: String, value: JSON)] = [("name", .string(example.name))]
    if !example.note.isEmpty { members.append(("description", .string(example.note))) }
    members.append(("params", .array(values)))
    return .object(members)
}
