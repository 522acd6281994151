// What a parsed value is in terms of JSON-RPC 2.0.

package enum Incoming {
    /// A call; a notification where `id` is nil. `id` is a string, a number or null, to be echoed as it was written.
    case request(id: JSONValue?, method: JSONText, params: JSONValue?)
    /// An answer to something we never asked: ignored.
    case response
    /// JSON, but no request. `id` where there is one that can be echoed.
    case invalid(id: JSONValue?, problem: String)

    package init(_ value: JSONValue) {
        guard value.kind == .object else {
            self = .invalid(id: nil, problem: "a request is an object")
            return
        }
        var version: JSONValue?
        var id: JSONValue?
        var method: JSONValue?
        var params: JSONValue?
        var isResponse = false
        for (name, member) in value.members {
            if name == "jsonrpc" {
                version = member
            } else if name == "id" {
                id = member
            } else if name == "method" {
                method = member
            } else if name == "params" {
                params = member
            } else if name == "result" || name == "error" {
                isResponse = true
            }
        }
        let isEchoable = id.map { $0.kind == .string || $0.kind == .number || $0.kind == .null } ?? true
        let echoed = isEchoable ? id : nil
        if isResponse, method == nil, version?.text.map({ $0 == "2.0" }) == true {
            self = .response
        } else if version?.text.map({ $0 == "2.0" }) != true {
            self = .invalid(id: echoed, problem: "\"jsonrpc\" must be \"2.0\"")
        } else if !isEchoable {
            self = .invalid(id: nil, problem: "\"id\" must be a string, a number or null")
        } else if let params, params.kind != .object, params.kind != .array {
            self = .invalid(id: echoed, problem: "\"params\" must be an object or an array")
        } else if let name = method?.text {
            self = .request(id: id, method: name, params: params)
        } else {
            self = .invalid(id: echoed, problem: "\"method\" must be a string")
        }
    }
}
