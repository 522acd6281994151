// One change of one file of a host: its new text from its old one.
import JSONRPC

/// A file that cannot be changed without harm; it is left as it is.
package struct HostFileFault: Error, Sendable {
    package var message: String

    package init(message: String) { self.message = message }
}

package struct HostEdit: Sendable {
    enum Change: Sendable {
        /// An MCP server under this member of a JSON object.
        case server(String, Registration)
        case hooks(HookRegistration, Registration)
        /// An MCP server as a table of Codex's TOML file.
        case table(Registration)
    }

    package var path: String
    private var change: Change

    init(_ path: String, _ change: Change) {
        self.path = path
        self.change = change
    }

    /// The file's text with us in it; nil or empty stands for a file that is not there.
    package func installed(in text: String?) throws(HostFileFault) -> String {
        switch change {
        case .server(let member, let program):
            var document = try object(text)
            var servers = document[member] ?? .object([])
            servers = try servers.setting(Registration.name, to: program.server, path: path, member: member)
            document = try document.setting(member, to: servers, path: path, member: "")
            return document.indented(unit: indentation(of: text)) + "\n"
        case .hooks(let hooks, let program):
            var document = try withoutHooks(hooks, try object(text))
            var events = document["hooks"] ?? .object([])
            for event in hooks.events {
                let entries = events[event.name]?.array ?? []
                let all = JSON.array(entries + [hooks.entry(matcher: event.matcher, program)])
                events = try events.setting(event.name, to: all, path: path, member: "hooks")
            }
            document = try document.setting("hooks", to: events, path: path, member: "")
            return document.indented(unit: indentation(of: text)) + "\n"
        case .table(let program): return try TOMLTable.setting(program, in: text ?? "", path: path)
        }
    }

    /// The file's text without us; nil where nothing is left of it.
    package func removed(from text: String) throws(HostFileFault) -> String? {
        var document: JSON
        switch change {
        case .table: return TOMLTable.removing(from: text)
        case .server(let member, _):
            document = try object(text)
            guard let servers = document[member] else { return text }
            document = document.replacing(member, with: servers.removing(Registration.name))
        case .hooks(let hooks, _):
            document = try withoutHooks(hooks, try object(text))
        }
        if case .object(let members) = document, members.isEmpty { return nil }
        return document.indented(unit: indentation(of: text)) + "\n"
    }

    private func object(_ text: String?) throws(HostFileFault) -> JSON {
        guard let text, text.contains(where: { !$0.isWhitespace }) else { return .object([]) }
        guard let document = try? JSON(parsing: text), case .object = document else {
            throw HostFileFault(
                message: "\(path) is not a plain JSON object (comments are not understood); it is left as it is. "
                    + "Add this by hand: \(byHand)")
        }
        return document
    }

    private var byHand: String {
        switch change {
        case .server(let member, let program):
            JSON.object([(member, .object([(Registration.name, program.server)]))]).text
        case .hooks(let hooks, let program):
            JSON.object([
                (
                    "hooks",
                    .object(
                        hooks.events.map { ($0.name, .array([hooks.entry(matcher: $0.matcher, program)])) })
                )
            ]).text
        case .table(let program): TOMLTable.text(program)
        }
    }

    private func withoutHooks(_ hooks: HookRegistration, _ document: JSON) throws(HostFileFault) -> JSON {
        guard let old = document["hooks"] else { return document }
        guard case .object(let members) = old else {
            throw HostFileFault(message: "\(path): \"hooks\" is no object; it is left as it is")
        }
        var kept: [(name: String, value: JSON)] = []
        for member in members {
            guard let entries = member.value.array else {
                kept.append(member)
                continue
            }
            let others = entries.filter { !hooks.isOurs($0) }
            if !others.isEmpty || entries.isEmpty { kept.append((member.name, .array(others))) }
        }
        return document.replacing("hooks", with: .object(kept))
    }

    /// What one level is indented by: as the file has it, two spaces in a new one.
    private func indentation(of text: String?) -> String {
        for line in (text ?? "").split(separator: "\n") {
            let indent = line.prefix { $0 == " " || $0 == "\t" }
            if !indent.isEmpty { return String(indent) }
        }
        return "  "
    }
}

extension JSON {
    fileprivate func setting(
        _ name: String, to value: JSON, path: String, member: String
    ) throws(HostFileFault) -> JSON {
        guard case .object(var members) = self else {
            throw HostFileFault(message: "\(path): \"\(member)\" is no object; it is left as it is")
        }
        if let place = members.firstIndex(where: { $0.name == name }) {
            members[place].value = value
        } else {
            members.append((name, value))
        }
        return .object(members)
    }

    fileprivate func removing(_ name: String) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.name != name })
    }

    /// An object that became empty is taken out with its name.
    fileprivate func replacing(_ name: String, with value: JSON) -> JSON {
        guard case .object(var members) = self, let place = members.firstIndex(where: { $0.name == name }) else {
            return self
        }
        if case .object(let rest) = value, rest.isEmpty {
            members.remove(at: place)
        } else {
            members[place].value = value
        }
        return .object(members)
    }
}
