// Our table in Codex's `config.toml`, without touching anything else of it.

/// Works by lines: a table ends where the next one begins.
enum TOMLTable {
    private static let header = "[mcp_servers.\(Registration.name)]"
    private static let children = "[mcp_servers.\(Registration.name)."

    static func text(_ program: Registration) -> String {
        let arguments = program.arguments.map(quoted).joined(separator: ", ")
        return "\(header)\ncommand = \(quoted(program.program))\nargs = [\(arguments)]\n"
    }

    static func setting(_ program: Registration, in text: String, path: String) throws(HostFileFault) -> String {
        let isInline = text.split(separator: "\n").contains { line in
            line.hasPrefix("mcp_servers") && line.contains("=")
        }
        if isInline {
            throw HostFileFault(
                message: "\(path) writes mcp_servers in one line; it is left as it is. Add this by hand: "
                    + Self.text(program).split(separator: "\n").joined(separator: "; "))
        }
        let rest = removing(from: text) ?? ""
        return rest.isEmpty ? Self.text(program) : rest + (rest.hasSuffix("\n") ? "\n" : "\n\n") + Self.text(program)
    }

    /// Nil where nothing is left.
    static func removing(from text: String) -> String? {
        var kept: [Substring] = []
        var isOurs = false
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        for line in lines {
            let bare = line.drop { $0 == " " || $0 == "\t" }
            if bare.hasPrefix("[") { isOurs = bare.hasPrefix(header) || bare.hasPrefix(children) }
            if !isOurs { kept.append(line) }
        }
        while kept.last?.allSatisfy(\.isWhitespace) ?? false { kept.removeLast() }
        return kept.isEmpty ? nil : kept.joined(separator: "\n") + "\n"
    }

    /// A basic string: only quotes, backslashes and control characters need escapes.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
