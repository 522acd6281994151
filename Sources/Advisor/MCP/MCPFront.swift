// MCP on the same pipe as plain JSON-RPC: which messages are its, and which part answers them.
import JSONRPC

/// Answers the messages of MCP, both of the handshake era and of the stateless one. It holds no rule of budgets: each
/// tool, resource and prompt ends in a method.
final class MCPFront {
    unowned let dispatcher: Dispatcher
    /// What `initialize` agreed on; nil before it.
    var handshake: Handshake?
    /// The tools are built with the first message that needs them.
    lazy var tools = ToolList(
        methods: dispatcher.session.methods, withAdministrative: session.offersAdministrativeTools)
    let parser = JSONParser()
    /// Who is told of changed resources. See `Listening.swift`.
    var listeners: [Listener] = []
    /// See `Questions.swift`.
    var questions: [Question] = []
    var questionCount = 0
    var questionsDataVersion: Int64?
    lazy var seal = QuestionSeal()

    struct Handshake {
        var revision: HandshakeRevision
        var canElicit: Bool
        var client: String?
    }

    var session: Session { dispatcher.session }

    init(_ dispatcher: Dispatcher) {
        self.dispatcher = dispatcher
    }

    /// Whether a message is MCP's: its methods have a slash in their name, but for `initialize`. `ping` is answered by
    /// the plain method, which is the same; the stateless era has no ping.
    static func owns(_ name: JSONText, _ params: JSONValue?) -> Bool {
        if name == "ping" { return params.map(isStateless) ?? false }
        return name.bytes.contains(UInt8(ascii: "/")) || name == "initialize"
    }

    private static func isStateless(_ params: JSONValue) -> Bool {
        params["_meta"]?.members.contains { $0.name == "io.modelcontextprotocol/protocolVersion" } ?? false
    }
}

// MARK: - Routing

extension MCPFront {
    /// Answers one message into the dispatcher's output; false when there is nothing to say (yet).
    func answer(_ name: JSONText, _ params: JSONValue?, _ id: JSONValue?) -> Bool {
        let name = name.string
        let params = params.map(JSON.init) ?? .object([])
        guard let id else {
            notice(name, params)
            return false
        }
        var idText = JSONWriter()
        idText.write(raw: id)
        do throws(WireError) {
            if dispatcher.isInBatch { try checkBatch(name) }
            var exchange = try exchange(name, params, idText.string)
            exchange.key = JSON(id).text
            return try route(name, params, exchange)
        } catch {
            write(error, id: idText.string)
            return true
        }
    }

    private func route(_ name: String, _ params: JSON, _ exchange: Exchange) throws(WireError) -> Bool {
        switch name {
        case "initialize": reply(exchange, try initialize(params))
        case "server/discover" where exchange.isStateless: reply(exchange, discovery, isCacheable: true)
        case "tools/list":
            try refuseCursor(params)
            reply(exchange, [("tools", .array(tools.list))], isCacheable: true)
        case "tools/call": return try callTool(params, exchange)
        case "resources/list":
            try refuseCursor(params)
            reply(exchange, [("resources", .array(Resource.list))], isCacheable: true)
        case "resources/templates/list":
            try refuseCursor(params)
            reply(exchange, [("resourceTemplates", .array([Resource.taskTemplate]))], isCacheable: true)
        case "resources/read": try read(params, exchange)
        case "resources/subscribe" where !exchange.isStateless: try subscribe(params, exchange)
        case "resources/unsubscribe" where !exchange.isStateless: try unsubscribe(params, exchange)
        case "subscriptions/listen" where exchange.isStateless:
            try listen(params, exchange)
            return false
        case "prompts/list":
            try refuseCursor(params)
            reply(exchange, [("prompts", .array(Prompt.list))], isCacheable: true)
        case "prompts/get": try getPrompt(params, exchange)
        case "completion/complete": try complete(params, exchange)
        default:
            throw WireError(
                code: -32601, message: "Method not found: '\(name.prefix(80))' is not part of MCP as spoken here",
                name: "methodNotFound")
        }
        return true
    }

    /// A notification: nothing is ever answered.
    private func notice(_ name: String, _ params: JSON) {
        guard name == "notifications/cancelled", let id = params["requestId"]?.text else { return }
        listeners.removeAll { $0.key == id }
        cancelQuestion(of: id)
    }

    private func checkBatch(_ name: String) throws(WireError) {
        guard handshake?.revision.hasBatches != true else { return }
        throw .invalidRequest("MCP has batches in revision 2025-03-26 only; send '\(name.prefix(80))' alone")
    }

    /// What a request is answered by: its own `_meta`, or what the handshake agreed on.
    private func exchange(_ name: String, _ params: JSON, _ id: String) throws(WireError) -> Exchange {
        let meta = params["_meta"] ?? .object([])
        if name == "initialize" { return Exchange(era: .handshake(.newest), id: id) }
        if let version = meta[MetaName.protocolVersion] {
            guard let version = version.string else {
                throw .invalidParam(
                    "/_meta/\(MetaName.protocolVersion)", "must be a string such as \(statelessRevision)")
            }
            guard version == statelessRevision else { throw .unsupportedRevision(version) }
            guard let capabilities = meta[MetaName.clientCapabilities], capabilities.isObject else {
                throw .invalidParam("/_meta/\(MetaName.clientCapabilities)", "is required: an object, {} for none")
            }
            return Exchange(
                era: .stateless, id: id, canElicit: capabilities.showsForms,
                client: meta[MetaName.clientInfo]?["name"]?.string)
        }
        guard let handshake, name != "server/discover" else {
            throw .invalidParam(
                "/_meta/\(MetaName.protocolVersion)",
                "is required: send \(statelessRevision) with each request, or call initialize first")
        }
        return Exchange(
            era: .handshake(handshake.revision), id: id, canElicit: handshake.canElicit, client: handshake.client)
    }

    /// Lists are short: they have one page.
    func refuseCursor(_ params: JSON) throws(WireError) {
        if let cursor = params["cursor"] {
            throw .invalidParam("/cursor", "must be left out: the list has one page; got \(cursor.text.prefix(80))")
        }
    }
}

// MARK: - Writing

extension MCPFront {
    /// Writes the result of a request. What it asked for does not change until the ledger or the program does, so a client
    /// may keep lists for a while.
    func reply(_ exchange: Exchange, _ result: [(name: String, value: JSON)], isCacheable: Bool = false) {
        dispatcher.output.writeRaw(answer(exchange, result, isCacheable: isCacheable))
    }

    func answer(_ exchange: Exchange, _ result: [(name: String, value: JSON)], isCacheable: Bool = false) -> String {
        var members = result
        if exchange.isStateless {
            if !members.contains(where: { $0.name == "resultType" }) {
                members.insert(("resultType", "complete"), at: 0)
            }
            if isCacheable, !members.contains(where: { $0.name == "ttlMs" }) {
                members += [("ttlMs", 3_600_000), ("cacheScope", "private")]
            }
        }
        return #"{"jsonrpc":"2.0","id":"# + exchange.id + #","result":"# + JSON.object(members).text + "}"
    }

    func write(_ error: WireError, id: String) {
        dispatcher.output.writeRaw(MCPFront.text(of: error, id: id))
    }

    static func text(of error: WireError, id: String) -> String {
        var writer = JSONWriter()
        writer.writeRaw(#"{"jsonrpc":"2.0","id":"#)
        writer.writeRaw(id)
        writer.writeRaw(#","error":"#)
        error.write(to: &writer)
        writer.writeRaw("}")
        return writer.string
    }

}

extension WireError {
    static func invalidParam(_ path: String, _ problem: String) -> WireError {
        WireError(AdvisorError.invalid(path, problem))
    }

    static func unsupportedRevision(_ requested: String) -> WireError {
        WireError(
            code: -32022, message: "Unsupported protocol version: send \(statelessRevision)",
            name: "unsupportedProtocolVersion",
            details: [
                ("supported", .array(supportedRevisions.map { .string($0) })),
                ("requested", .string(String(requested.prefix(80)))),
            ])
    }
}
