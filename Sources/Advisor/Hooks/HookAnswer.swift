// What a hook answers its host on stdout.
import JSONRPC

/// Nothing is said where the host should go on as it would have: an explicit "allow" would skip its own questions.
package enum HookAnswer: Sendable {
    case nothing
    /// For the session's start: a line that the model reads.
    case context(String)
    case deny(String)
    /// The person in front of the host decides.
    case ask(String)
    /// The tool runs with another input: the same one on a cheaper model.
    case change(JSON, String)

    /// One line of JSON, or nothing.
    package func text(for event: HookEvent.Kind) -> String {
        func specific(_ members: [(name: String, value: JSON)]) -> String {
            JSON.object([
                ("hookSpecificOutput", .object([("hookEventName", .string(event.rawValue))] + members))
            ]).text + "\n"
        }
        func decision(_ word: String, _ reason: String) -> [(name: String, value: JSON)] {
            [("permissionDecision", .string(word)), ("permissionDecisionReason", .string(reason))]
        }
        switch self {
        case .nothing: return ""
        case .context(let line): return specific([("additionalContext", .string(line))])
        case .deny(let reason): return specific(decision("deny", reason))
        case .ask(let reason): return specific(decision("ask", reason))
        case .change(let input, let reason):
            return specific(decision("allow", reason) + [("updatedInput", input)])
        }
    }
}
