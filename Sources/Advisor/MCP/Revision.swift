// The revisions of MCP that are spoken, and what differs between them.
import JSONRPC

/// A revision of the handshake era, agreed on by `initialize`.
enum HandshakeRevision: String, CaseIterable, Sendable {
    case november2024 = "2024-11-05"
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"

    static let newest = HandshakeRevision.november2025

    /// Only one revision knows them.
    var hasBatches: Bool { self == .march2025 }
    var hasCompletions: Bool { self != .november2024 }
    var hasElicitation: Bool { self == .june2025 || self == .november2025 }
}

/// The revision in which every request carries what the handshake used to agree on.
let statelessRevision = "2026-07-28"

let supportedRevisions = [statelessRevision] + HandshakeRevision.allCases.reversed().map(\.rawValue)

/// Names in `_meta` that belong to the protocol.
enum MetaName {
    static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
    static let clientInfo = "io.modelcontextprotocol/clientInfo"
    static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
    static let serverInfo = "io.modelcontextprotocol/serverInfo"
    static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
    /// Ours: the machine-readable half of a tool's fault.
    static let fault = "budget-advisor/error"
}

/// The rules that one request is answered by.
struct Exchange: Sendable {
    enum Era: Equatable, Sendable {
        case handshake(HandshakeRevision)
        case stateless
    }

    var era: Era
    /// The id of the request as JSON text.
    var id: String
    /// The id in one spelling, to be found again by.
    var key = ""
    /// The client can put a form before a person.
    var canElicit = false
    /// The name of the client's program.
    var client: String?

    var isStateless: Bool { era == .stateless }
}

extension JSON {
    /// An object with the members that have a value.
    static func members(_ members: (name: String, value: JSON?)...) -> JSON {
        .object(members.compactMap { name, value in value.map { (name, $0) } })
    }

    var isObject: Bool { if case .object = self { true } else { false } }

    /// The members of an object; none of anything else.
    var members: [(name: String, value: JSON)] { if case .object(let members) = self { members } else { [] } }

    /// Whether a client that declared these capabilities shows forms. An empty `elicitation` means
    /// forms, as it did before there were other modes.
    var showsForms: Bool {
        guard let elicitation = self["elicitation"], elicitation.isObject else { return false }
        return elicitation.members.isEmpty || elicitation["form"] != nil
    }
}
