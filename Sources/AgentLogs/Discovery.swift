// Where agents leave their logs, and which files are there.

/// A usual place of one agent.
package struct LogSource: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A folder whose files, at any depth, with one of these endings are logs.
        case folder(endings: [String])
        /// An SQLite database; its rows come through the ledger as JSON text.
        case database
    }

    /// The agent's name for people.
    package var agent: String
    package var path: String
    package var kind: Kind

    package init(agent: String, path: String, kind: Kind) {
        self.agent = agent
        self.path = path
        self.kind = kind
    }
}

/// The usual places, whether they exist or not. `environment` is looked at for each agent's own settings and the XDG
/// folders; an empty value counts as unset.
package func discoverLogs(home: String, environment: [String: String]) -> [LogSource] {
    func setting(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : expanded($0, home) } }
    let config = setting("XDG_CONFIG_HOME") ?? home + "/.config"
    let data = setting("XDG_DATA_HOME") ?? home + "/.local/share"
    var sources: [LogSource] = []
    func add(_ agent: String, _ path: String, _ endings: [String]) {
        let source = LogSource(agent: agent, path: path, kind: .folder(endings: endings))
        if !sources.contains(source) { sources.append(source) }
    }
    let claudeHomes =
        environment["CLAUDE_CONFIG_DIR"].map { value in
            value.utf8.split(separator: UInt8(ascii: ",")).compactMap { String($0).map(trimmed) }
                .filter { !$0.isEmpty }.map { expanded($0, home) }
        } ?? []
    for folder in claudeHomes.isEmpty ? [home + "/.claude", config + "/claude"] : claudeHomes {
        // The setting may name the projects folder itself.
        add("Claude Code", folder.hasSuffix("/projects") ? folder : folder + "/projects", [".jsonl"])
    }
    let codex = setting("CODEX_HOME") ?? home + "/.codex"
    add("Codex", codex + "/sessions", [".jsonl"])
    add("Codex", codex + "/archived_sessions", [".jsonl"])
    add("Gemini CLI", home + "/.gemini/tmp", [".json", ".jsonl"])
    add("OpenCode", data + "/opencode/storage/message", [".json"])
    sources.append(LogSource(agent: "OpenCode", path: data + "/opencode/opencode.db", kind: .database))
    add("Amp", data + "/amp/threads", [".json"])
    return sources
}

private func expanded(_ path: String, _ home: String) -> String {
    if path == "~" { return home }
    return path.hasPrefix("~/") ? home + path.dropFirst(1) : path
}

private func trimmed(_ text: String) -> String {
    var rest = Substring(text)
    while rest.first == " " { rest = rest.dropFirst() }
    while rest.last == " " || rest.last == "/" { rest = rest.dropLast() }
    return String(rest)
}

extension LogSource {
    /// Whether a file below a source's folder is one of its logs. Gemini keeps other files beside its chats.
    func holds(_ path: String) -> Bool {
        guard case .folder(let endings) = kind, endings.contains(where: { path.hasSuffix($0) }) else { return false }
        return agent != "Gemini CLI"
            || path.utf8.split(separator: UInt8(ascii: "/")).dropLast().last.map { $0.elementsEqual("chats".utf8) }
                == true
    }
}
