// A reader for `.env` files that never guesses.
//
// Own code, because the readers there are replace a malformed line by nothing and a duplicate by its last value, and
// pull in Foundation. Other programs share the file: only lines that set a `BUDGET_ADVISOR_` name concern us, every
// other line is skipped whatever it looks like.

/// One `NAME=value` of a `.env` file.
package struct EnvEntry: Equatable, Sendable {
    package var name: String
    package var value: String
    /// Counted from 1.
    package var line: Int
}

/// The entries of `text` whose name starts with `prefix`.
///
/// Accepted: `NAME=value`, `export NAME=value`, blanks around both, `'literal'`, `"with \n \t \" \\ \$"`, and a comment
/// after ` #`. Throws a `SettingFault` for a line of ours that is anything else, and for a name that stands twice.
package func envEntries(in text: String, prefix: String) throws(SettingFault) -> [EnvEntry] {
    var entries: [EnvEntry] = []
    var number = 0
    for raw in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
        number += 1
        var line = trimmed(raw)
        if line.hasPrefix("export ") || line.hasPrefix("export\t") { line = trimmed(line.dropFirst(7)) }
        guard line.hasPrefix(prefix) else { continue }
        guard let equals = line.firstIndex(of: "=") else {
            throw SettingFault(name: String(line), source: .envFile(line: number), problem: "has no '=' and value")
        }
        let name = String(trimmed(line[..<equals]))
        guard let value = unquoted(trimmed(line[line.index(after: equals)...])) else {
            throw SettingFault(
                name: name, source: .envFile(line: number), problem: "has a value whose quotes do not match")
        }
        if let earlier = entries.first(where: { $0.name == name }) {
            throw SettingFault(
                name: name, source: .envFile(line: number), problem: "stands on line \(earlier.line) already")
        }
        entries.append(EnvEntry(name: name, value: value, line: number))
    }
    return entries
}

private func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
    return text
}

/// The value without its quotes and comment; nil when a quote is left open or something follows it.
private func unquoted(_ text: Substring) -> String? {
    guard let quote = text.first, quote == "\"" || quote == "'" else {
        guard text.first != "#" else { return "" }
        var end = text.startIndex
        while end < text.endIndex {
            let rest = text[end...]
            if rest.hasPrefix(" #") || rest.hasPrefix("\t#") { break }
            end = text.index(after: end)
        }
        return String(trimmed(text[..<end]))
    }
    var value = ""
    var rest = text.dropFirst()
    while let character = rest.popFirst() {
        if character == quote {
            let tail = trimmed(rest)
            return tail.isEmpty || tail.hasPrefix("#") ? value : nil
        }
        guard character == "\\", quote == "\"", let escaped = rest.popFirst() else {
            value.append(character)
            continue
        }
        switch escaped {
        case "n": value.append("\n")
        case "t": value.append("\t")
        case "\"", "\\", "$": value.append(escaped)
        default: value += "\\\(escaped)"
        }
    }
    return nil
}
