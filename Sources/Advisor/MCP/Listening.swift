// Who is told that a resource has changed, in either era.
import JSONRPC

/// A client's wish to hear of resources.
struct Listener {
    /// The id of `subscriptions/listen` as JSON text; nil for the handshake era, which has one for each connection.
    var id: String?
    var key: String?
    var uris: [String]
    /// What the tasks it listens to were when it was told last.
    var tasks: [String: String] = [:]
}

extension MCPFront {
    var hasListeners: Bool { !listeners.isEmpty }

    func subscribe(_ params: JSON, _ exchange: Exchange) throws(WireError) {
        let uri = try knownURI(in: params)
        dispatcher.beginWatching()
        if !listeners.contains(where: { $0.id == nil }) { listeners.append(Listener(uris: [])) }
        for index in listeners.indices where listeners[index].id == nil && !listeners[index].uris.contains(uri) {
            add(uri, to: &listeners[index])
        }
        reply(exchange, [])
    }

    func unsubscribe(_ params: JSON, _ exchange: Exchange) throws(WireError) {
        let uri = try uri(in: params)
        for index in listeners.indices where listeners[index].id == nil {
            listeners[index].uris.removeAll { $0 == uri }
        }
        listeners.removeAll { $0.id == nil && $0.uris.isEmpty }
        reply(exchange, [])
    }

    private func knownURI(in params: JSON) throws(WireError) -> String {
        let uri = try uri(in: params)
        guard Resource(uri: uri) != nil else {
            throw .invalidParam("/uri", "names no resource: '\(uri.prefix(200))'; resources/list has them")
        }
        return uri
    }

    /// Opens a subscription: acknowledged at once, answered when it ends. Lists never change while the program runs, so
    /// of what may be asked for only resources are promised.
    func listen(_ params: JSON, _ exchange: Exchange) throws(WireError) {
        guard let filter = params["notifications"], filter.isObject else {
            throw .invalidParam(
                "/notifications", #"is required: such as {"resourceSubscriptions":["budget://alerts"]}"#)
        }
        guard !listeners.contains(where: { $0.key == exchange.key }) else {
            throw .invalidParam("/id", "belongs to an open subscription; use another")
        }
        let wanted = filter["resourceSubscriptions"]?.array ?? []
        var uris: [String] = []
        for uri in wanted.compactMap(\.string) where Resource(uri: uri) != nil && !uris.contains(uri) {
            uris.append(uri)
        }
        dispatcher.beginWatching()
        var listener = Listener(id: exchange.id, key: exchange.key, uris: [])
        for uri in uris { add(uri, to: &listener) }
        listeners.append(listener)
        notify(
            "notifications/subscriptions/acknowledged", listener,
            (
                "notifications",
                .members(("resourceSubscriptions", uris.isEmpty ? nil : .array(uris.map { .string($0) })))
            ))
    }

    private func add(_ uri: String, to listener: inout Listener) {
        listener.uris.append(uri)
        if let text = taskText(uri) { listener.tasks[uri] = text }
    }

    private func taskText(_ uri: String) -> String? {
        guard let resource = Resource(uri: uri), case .task = resource else { return nil }
        return (try? text(of: resource)) ?? ""
    }

    /// Tells each listener which of its resources changed.
    func tell(_ changes: Changes) {
        for index in listeners.indices {
            for uri in listeners[index].uris where hasChanged(uri, changes, &listeners[index]) {
                notify("notifications/resources/updated", listeners[index], ("uri", .string(uri)))
            }
        }
        // Reading the tasks began a transaction.
        dispatcher.settle()
    }

    private func hasChanged(_ uri: String, _ changes: Changes, _ listener: inout Listener) -> Bool {
        switch Resource(uri: uri) {
        case .status, .budgets: return !changes.isEmpty
        case .alerts: return !changes.alerts.isEmpty
        case .task:
            let text = taskText(uri)
            defer { listener.tasks[uri] = text }
            return text != listener.tasks[uri]
        case .openRPC, nil: return false
        }
    }

    private func notify(_ method: String, _ listener: Listener, _ param: (name: String, value: JSON)) {
        var text = #"{"jsonrpc":"2.0","method":"# + JSON.string(method).text + #","params":{"#
        if let id = listener.id { text += #""_meta":{"\#(MetaName.subscriptionID)":\#(id)},"# }
        text += JSON.string(param.name).text + ":" + param.value.text + "}}\n"
        dispatcher.output.writeRaw(text)
    }

    /// The input has ended: open subscriptions get their answer, open questions a no.
    func endAll() {
        for listener in listeners {
            guard let id = listener.id else { continue }
            dispatcher.output.writeRaw(
                #"{"jsonrpc":"2.0","id":\#(id),"result":{"resultType":"complete","_meta":{"#
                    + #""\#(MetaName.subscriptionID)":\#(id)}}}"# + "\n")
        }
        listeners = []
        endQuestions(where: { _ in true })
    }
}
