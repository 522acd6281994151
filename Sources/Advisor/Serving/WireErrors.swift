// The one place where failures become JSON-RPC errors: code, message and data.
import JSONRPC
import Ledger

/// An error as it goes over the wire. `message` is the standard's wording plus one clause that says what to change.
package struct WireError: Error, Sendable {
    package var code: Int
    package var message: String
    /// `data.code`: the name of the error.
    package var name: String
    /// `data.retryable`: whether the same request may work later, unchanged.
    package var isRetryable = false
    /// Further members of `data`.
    package var details: [(name: String, value: JSON)] = []
}

extension WireError {
    package init(_ fault: JSONFault) {
        switch fault {
        case .syntax(let problem, let offset):
            self.init(
                code: -32700, message: "Parse error: \(problem) at byte \(offset); send one JSON value a line",
                name: "parseError", details: [("offset", .int(offset))])
        case .duplicateName(let name, _):
            self = .invalidRequest("the name '\(name.prefix(80))' stands twice in an object; keep one")
        }
    }

    package static func invalidRequest(_ problem: String) -> WireError {
        WireError(code: -32600, message: "Invalid Request: \(problem)", name: "invalidRequest")
    }

    package static func methodNotFound(_ name: String, among methods: [AnyMethod]) -> WireError {
        let closest = nearestName(to: name, among: methods.lazy.map(\.name))
        let advice = closest.map { "did you mean \($0)?" } ?? "rpc.discover lists all methods"
        return WireError(
            code: -32601, message: "Method not found: '\(name.prefix(80))'; \(advice)", name: "methodNotFound",
            details: closest.map { [("closest", .string($0))] } ?? [])
    }

    package init(_ error: AdvisorError) {
        switch error {
        case .invalidParams(let faults):
            let first = faults.first.map { $0.path.isEmpty ? $0.message : "\($0.path) \($0.message)" } ?? ""
            let more = faults.count > 1 ? " (and \(faults.count - 1) more in data.errors)" : ""
            let rows = faults.map { JSON.object([("path", .string($0.path)), ("message", .string($0.message))]) }
            self.init(
                code: -32602, message: "Invalid params: \(first)\(more)", name: "invalidParams",
                details: [("errors", .array(rows))])
        case .notFound(let text): self.init(code: 1001, message: "Not found: \(text)", name: "notFound")
        case .conflict(let text): self.init(code: 1002, message: "Conflict: \(text)", name: "conflict")
        case .storeUnavailable(let error): self.init(error)
        case .notPermitted(let text): self.init(code: 1004, message: "Not permitted: \(text)", name: "notPermitted")
        case .internalError:
            self.init(
                code: -32603, message: "Internal error: a bug of budget-advisor; its stderr has the details",
                name: "internalError")
        }
    }

    package init(_ error: LedgerError) {
        self.init(
            code: 1003, message: "Store unavailable: \(error.message); \(error.hint)", name: "storeUnavailable",
            isRetryable: error.isRetryable, details: [("reason", .string(error.kind.rawValue))])
    }

    /// An error read back from the wire, for commands that call a method.
    package init(parsed error: JSON) {
        var details: [(name: String, value: JSON)] = []
        if case .object(let members)? = error["data"] {
            details = members.filter { $0.name != "code" && $0.name != "retryable" }
        }
        self.init(
            code: error["code"]?.int ?? -32603, message: error["message"]?.string ?? "Internal error: no response",
            name: error["data"]?["code"]?.string ?? "internalError",
            isRetryable: error["data"]?["retryable"]?.bool ?? false, details: details)
    }

    /// The codes that a method can answer, for its OpenRPC entry.
    static func documented(for method: About) -> [(code: Int, message: String)] {
        var errors = [(-32602, "Invalid params")]
        if method.effect != .none { errors.append((1003, "Store unavailable")) }
        if method.isAdministrative { errors.append((1004, "Not permitted")) }
        return errors
    }

    /// The value of the `error` member.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.writeName("code")
        writer.write(Int64(code))
        writer.writeName("message")
        writer.write(message)
        writer.writeName("data")
        writer.beginObject()
        writer.writeName("code")
        writer.write(name)
        writer.writeName("retryable")
        writer.write(isRetryable)
        for (name, value) in details {
            writer.writeName(name)
            writer.write(value)
        }
        writer.endObject()
        writer.endObject()
    }
}
