// The programs that can be told about the advisor, and the files in which they keep what they were told.
import JSONRPC

package enum Host: String, CaseIterable, Sendable {
    case claudeCode = "claude-code"
    case codex, cursor, vscode

    var title: String {
        switch self {
        case .claudeCode: "Claude Code"
        case .codex: "Codex"
        case .cursor: "Cursor"
        case .vscode: "Visual Studio Code"
        }
    }

    /// The files to change: a project's own, or those of the person (`home`).
    func edits(project: String?, home: String, program: Registration) -> [HostEdit] {
        let base = project ?? home
        switch self {
        case .claudeCode:
            return [
                HostEdit(project == nil ? "\(home)/.claude.json" : "\(base)/.mcp.json", .server("mcpServers", program)),
                HostEdit("\(base)/.claude/settings.json", .hooks(HookRegistration.claudeCode, program)),
            ]
        case .codex:
            return [
                HostEdit("\(base)/.codex/config.toml", .table(program)),
                HostEdit("\(base)/.codex/hooks.json", .hooks(HookRegistration.codex, program)),
            ]
        case .cursor: return [HostEdit("\(base)/.cursor/mcp.json", .server("mcpServers", program))]
        case .vscode:
            let path = project == nil ? "\(home)/.config/Code/User/mcp.json" : "\(base)/.vscode/mcp.json"
            return [HostEdit(path, .server("servers", program))]
        }
    }
}

/// How the host starts this program.
package struct Registration: Sendable {
    /// The name under which it stands in the hosts' files.
    static let name = "budget-advisor"

    /// An absolute path.
    package var program: String
    /// Such as `--ledger PATH`.
    package var arguments: [String]

    package init(program: String, arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    /// For MCP over stdio.
    var server: JSON {
        .object([
            ("type", "stdio"), ("command", .string(program)), ("args", .array(arguments.map(JSON.string))),
        ])
    }

    /// As a line for a shell.
    func hookLine(_ host: HookHost) -> String {
        ([program] + arguments + ["hook", "--host", host.rawValue]).map(quoted).joined(separator: " ")
    }

    private func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || "/._-+=:,@".utf8.contains($0)
        }
        return isPlain && !word.isEmpty
            ? word
            : "'"
                + word.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''") + "'"
    }
}

/// The hooks of a host: which events, for which tools, and how long they may take.
struct HookRegistration: Sendable {
    var host: HookHost
    /// `matcher` nil: the event has none.
    var events: [(name: String, matcher: String?)]

    static let claudeCode = HookRegistration(
        host: .claudeCode,
        events: [
            ("SessionStart", nil), ("PreToolUse", "Task|Agent"), ("PostToolUse", "Task|Agent"), ("SubagentStop", nil),
            ("SessionEnd", nil),
        ])

    /// Codex has no event for a session's end: its transcript is read after each turn.
    static let codex = HookRegistration(
        host: .codex,
        events: [
            ("SessionStart", nil), ("PreToolUse", "spawn_agent"), ("PostToolUse", "spawn_agent"), ("SubagentStop", nil),
            ("Stop", nil),
        ])

    func entry(matcher: String?, _ program: Registration) -> JSON {
        let hook = JSON.object([
            ("type", "command"), ("command", .string(program.hookLine(host))), ("timeout", 10),
        ])
        return .object((matcher.map { [("matcher", .string($0))] } ?? []) + [("hooks", .array([hook]))])
    }

    /// Whether an entry of an event is one that was installed, by this or an earlier place of the program.
    func isOurs(_ entry: JSON) -> Bool {
        (entry["hooks"]?.array ?? []).contains { hook in
            let line = hook["command"]?.string ?? ""
            return line.contains(Registration.name) && line.hasSuffix("hook --host \(host.rawValue)")
        }
    }
}
