// Resources: the state of the budgets as documents that a host can show or watch.
import JSONRPC

/// A resource by its URI.
enum Resource: Hashable {
    case status, budgets, alerts, openRPC
    case task(String)

    static let taskPrefix = "budget://tasks/"

    init?(uri: String) {
        switch uri {
        case "budget://status": self = .status
        case "budget://budgets": self = .budgets
        case "budget://alerts": self = .alerts
        case "budget://openrpc": self = .openRPC
        default:
            guard uri.hasPrefix(Resource.taskPrefix),
                let task = percentDecoded(uri.dropFirst(Resource.taskPrefix.count)), !task.isEmpty
            else { return nil }
            self = .task(task)
        }
    }

    static let list: [JSON] = [
        row("status", "Budget status", "Where the overall budget stands: level, spent, left, alerts, what to do."),
        row("budgets", "Budgets", "Every budget with its limit, scope, level and what is left."),
        row("alerts", "Alerts", "The alerts that fired, newest first."),
        row("openrpc", "OpenRPC document", "All methods of the plain JSON-RPC interface, with their schemas."),
    ]

    static let taskTemplate = JSON.members(
        ("uriTemplate", .string(taskPrefix + "{task}")), ("name", "task"), ("title", "Task"),
        ("description", "Who works on a task, its state, and what it has cost."), ("mimeType", "application/json"))

    private static func row(_ name: String, _ title: String, _ description: String) -> JSON {
        .members(
            ("uri", .string("budget://" + name)), ("name", .string(name)), ("title", .string(title)),
            ("description", .string(description)), ("mimeType", "application/json"))
    }
}

extension MCPFront {
    func read(_ params: JSON, _ exchange: Exchange) throws(WireError) {
        let uri = try uri(in: params)
        let head = dispatcher.output.count
        guard let resource = Resource(uri: uri), let text = try text(of: resource) else {
            throw WireError(
                code: exchange.isStateless ? -32602 : -32002,
                message:
                    "Resource not found: '\(uri.prefix(200))'; resources/list and its template name those there are",
                name: "resourceNotFound", details: [("uri", .string(String(uri.prefix(200))))])
        }
        let contents = JSON.members(
            ("uri", .string(uri)), ("mimeType", "application/json"), ("text", .string(text)))
        // The state may change at any moment; the document of the methods changes with the program.
        let ttlMs = resource == .openRPC ? 3_600_000 : 0
        reply(
            exchange,
            [("contents", .array([contents])), ("ttlMs", .int(ttlMs)), ("cacheScope", "private")]
                .filter { exchange.isStateless || $0.name == "contents" })
        dispatcher.owe(from: head) { error, writer in
            writer.writeRaw(MCPFront.text(of: error, id: exchange.id))
        }
    }

    func uri(in params: JSON) throws(WireError) -> String {
        guard let uri = params["uri"]?.string else {
            throw .invalidParam("/uri", "is required: such as budget://status")
        }
        return uri
    }

    /// What a resource holds now; nil for a task that nobody ever asked to start.
    func text(of resource: Resource) throws(WireError) -> String? {
        switch resource {
        case .status: try result(of: "getStatus").text
        case .alerts: try result(of: "listAlerts").text
        case .openRPC: try result(of: "rpc.discover").text
        case .budgets: try budgets().text
        case .task(let task): try self.task(task)?.text
        }
    }

    /// The result of a method that was called for MCP's sake.
    func result(of name: String, _ params: JSON = .object([])) throws(WireError) -> JSON {
        guard let method = session.methods.first(where: { $0.name == name }) else {
            throw WireError(.internalError("there is no method \(name)"))
        }
        switch run(ToolCall(method: method, params: params)) {
        case .result(_, let result): return result
        case .fault(let error): throw error
        }
    }

    /// The budgets as they were set, each with how it stands.
    private func budgets() throws(WireError) -> JSON {
        let standing = try result(of: "getStatus")["budgets"]?.array ?? []
        let rows = (try result(of: "listBudgets")["budgets"]?.array ?? []).map { row in
            let stands = standing.first { $0["budget"]?.string == row["budget"]?.string }?.members ?? []
            return JSON.object(row.members + stands.filter { row[$0.name] == nil })
        }
        return .object([("budgets", .array(rows))])
    }

    private func task(_ task: String) throws(WireError) -> JSON? {
        guard task.unicodeScalars.count <= 200 else { return nil }
        let found = try tasks(where: [("task", .string(task))])
        return found.isEmpty ? nil : .object([("tasks", .array(found))])
    }

    /// Tasks in whatever state.
    func tasks(where filter: [(name: String, value: JSON)]) throws(WireError) -> [JSON] {
        var found: [JSON] = []
        for state in ["claimed", "inReview", "expired", "done", "failed", "abandoned"] {
            let params = JSON.object(filter + [("state", .string(state))])
            found += try result(of: "listTasks", params)["tasks"]?.array ?? []
        }
        return found
    }
}

/// Undoes `%23`; nil where that is not text.
private func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        let digits = rest.prefix(2)
        guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
            return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
}
