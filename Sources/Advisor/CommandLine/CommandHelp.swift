// The help of a command: an example first, then its options with their meaning.

extension MethodCommand {
    /// What `--help` shows.
    package var help: String {
        var text = ""
        for (index, example) in examples.enumerated() {
            text += index == 0 ? "" : "\n"
            text += "  budget-advisor \(example.words)\n" + wrapped(example.note, indent: 6)
        }
        text += "\n" + wrapped(inOptions(summary + " " + method.about.description), indent: 0)
        text += "\nusage: budget-advisor \(name)\(usage) [options]\n\n"
        text += options.map(line).joined()
        text += flags.map {
            entry("--\($0.name)" + ($0.placeholder.isEmpty ? "" : " <\($0.placeholder)>"), $0.meaning)
        }.joined()
        text += entry("--json", "Show the result of \(method.name) as one line of JSON.")
        text += entry("--ledger <path>", "The file that holds all records; created on first use.")
        text += "\nexit status: " + wrapped(exitText, indent: 13, first: 13).dropFirst(13)
        return text
    }

    private var usage: String {
        positional.compactMap { name in options.first { $0.name == name } }
            .map { option in
                let word = option.isList ? "<\(option.name)>…" : "<\(option.name)>"
                return option.isRequired ? " " + word : " [\(word)]"
            }.joined()
    }

    private var exitText: String {
        var all = exits.isEmpty ? [(ExitStatus.done, "done")] : exits
        if !all.contains(where: { $0.0 == failedStatus }) { all.append((failedStatus, "failed, stderr says why")) }
        all.append((ExitStatus.usage, "the command line or a setting is wrong"))
        all.append((ExitStatus.streamLost, "the output could not be written"))
        return all.map { "\($0.0) \($0.1)" }.joined(separator: "; ") + "."
    }

    private func line(_ option: CommandOption) -> String {
        let dashes = "--" + option.name + (option.placeholder.isEmpty ? "" : " " + option.placeholder)
        var meaning = inOptions(option.meaning)
        if option.isRequired { meaning += " Required." }
        if case .choice(let words) = option.type, words.count > 4 {
            meaning += " One of \(words.joined(separator: ", "))."
        }
        if case .list(.choice(let words), _, _) = option.type { meaning += " Of \(words.joined(separator: ", "))." }
        if let standard = option.defaultJSON, !option.isFlag {
            meaning += " Default: \(standard.filter { !"[]\"".contains($0) })."
        }
        return entry(dashes, meaning)
    }

    private func entry(_ dashes: String, _ meaning: String) -> String {
        let column = 31
        guard dashes.count + 3 > column else {
            return wrapped(meaning, indent: column, first: column).replacingStart(by: "  " + dashes)
        }
        return "  \(dashes)\n" + wrapped(meaning, indent: column, first: column)
    }
}

extension String {
    /// The text with its first characters, which must be blanks, replaced.
    fileprivate func replacingStart(by start: String) -> String { start + dropFirst(start.count) }
}

/// The text in lines of at most `width` columns, each behind `indent` blanks (the first behind `first`).
package func wrapped(_ text: String, indent: Int, first: Int? = nil, width: Int = 79) -> String {
    var lines: [String] = []
    var line = String(repeating: " ", count: first ?? indent)
    var isEmpty = true
    for word in text.split(separator: " ") {
        if !isEmpty, displayWidth(line) + 1 + displayWidth(String(word)) > width {
            lines.append(line)
            line = String(repeating: " ", count: indent)
            isEmpty = true
        }
        line += (isEmpty ? "" : " ") + word
        isEmpty = false
    }
    lines.append(line)
    return lines.joined(separator: "\n") + "\n"
}
