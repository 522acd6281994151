// An event of a host's hook (Claude Code, Codex) as it stands on stdin.
import JSONRPC

/// The agent programs whose hooks are understood. Both write the same fields in snake case.
package enum HookHost: String, CaseIterable, Sendable {
    case claudeCode = "claude-code"
    case codex
}

/// What happened, as far as a budget is concerned. Unknown fields are left alone: hosts add some with each release.
package struct HookEvent: Sendable {
    package enum Kind: String, Sendable {
        case sessionStart = "SessionStart"
        case beforeTool = "PreToolUse"
        case afterTool = "PostToolUse"
        case subagentStop = "SubagentStop"
        case stop = "Stop"
        case sessionEnd = "SessionEnd"
    }

    /// Nil for an event that has nothing to do with spending.
    package var kind: Kind?
    package var session: String
    package var transcript: String?
    package var subagentTranscript: String?
    package var toolName: String?
    package var toolInput: JSON?
    package var toolUse: String?
    /// Codex says which model the session runs on; of Claude Code's the transcript tells.
    package var model: String?

    /// Nil where the text is no event: no object, or without a name.
    package init?(_ event: JSON) {
        guard let name = event["hook_event_name"]?.string else { return nil }
        func text(_ field: String) -> String? { event[field]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        kind = Kind(rawValue: name)
        session = text("session_id") ?? "unknown"
        transcript = text("transcript_path")
        subagentTranscript = text("agent_transcript_path")
        toolName = text("tool_name")
        toolInput = event["tool_input"]
        toolUse = text("tool_use_id")
        model = text("model")
    }

    /// Whether a tool starts another agent: Claude Code's `Agent` (`Task` before 2.1.63), Codex's `spawn_agent`.
    package var startsAgent: Bool { ["Task", "Agent", "spawn_agent"].contains(toolName) }

    /// Who asks: one worker for all subagents of a session, so that it gets its own task back and nobody else does.
    package func worker(at host: HookHost) -> String { "\(host.rawValue)/\(session.prefix(8))" }

    /// What a subagent is for: the one issue that its description or its prompt names; else the call itself.
    package var task: String {
        let description = toolInput?["description"]?.string ?? toolInput?["task_name"]?.string
        let prompt = toolInput?["prompt"]?.string ?? toolInput?["message"]?.string
        if let issue = description.flatMap(onlyIssue) ?? prompt.flatMap(onlyIssue) { return issue }
        return "subagent \(toolUse ?? session)"
    }

    /// Whether the task is this one call, and so is over when the call is.
    package var isTaskOfItsOwn: Bool { task.hasPrefix("subagent ") }
}

/// The issue that a text names, `gh-450`; nil where it names none or several: a wrong claim keeps others from working.
package func onlyIssue(in text: String) -> String? {
    var found: Set<Substring> = []
    let bytes = text.prefix(20_000)
    var rest = Substring(bytes)
    while let mark = rest.firstIndex(where: { $0 == "#" || $0 == "-" }) {
        let before = rest[..<mark]
        let after = rest[rest.index(after: mark)...]
        let digits = after.prefix { $0.isASCII && $0.isNumber }
        let isNamed =
            rest[mark] == "#"
            ? !(before.last.map { $0.isLetter || $0.isNumber || $0 == "&" } ?? false)
            : before.suffix(2).lowercased() == "gh"
                && !(before.dropLast(2).last.map { $0.isLetter || $0.isNumber } ?? false)
        let ends = !(after.dropFirst(digits.count).first.map { $0.isLetter || $0 == "_" } ?? false)
        if isNamed, ends, (1...9).contains(digits.count) { found.insert(digits) }
        rest = after
    }
    return found.count == 1 ? found.first.map { "gh-\($0)" } : nil
}
