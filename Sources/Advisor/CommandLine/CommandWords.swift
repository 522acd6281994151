// What was typed behind a command, as the params of its method.
import JSONRPC

/// The words of a command line, understood.
package struct CommandWords: Sendable {
    package var params = JSON.object([])
    /// `--ledger PATH`, where it stands behind the command.
    package var ledger: String?
    package var wantsJSON = false
    package var wantsHelp = false
    /// What the command takes beside params, by name; empty for what has no value. See `MethodCommand.flags`.
    package var flags: [String: String] = [:]
}

/// Something that a command takes beside the params of its method.
package struct CommandFlag: Sendable {
    /// Without the two dashes.
    package var name: String
    /// What its value is called; empty where it stands alone.
    package var placeholder = ""
    package var meaning: String

    fileprivate func isMeant(by word: String) -> Bool { word == "--" + name || word.hasPrefix("--\(name)=") }

    fileprivate func value(_ word: String, _ rest: inout ArraySlice<String>) throws(CommandFault) -> String {
        if let mark = word.firstIndex(of: "=") {
            if placeholder.isEmpty { throw CommandFault(message: "--\(name) takes no value") }
            return String(word[word.index(after: mark)...])
        }
        return placeholder.isEmpty ? "" : try Reading.value(of: word, in: &rest)
    }
}

/// Words that no command understands. Exit status 64.
package struct CommandFault: Error, Equatable, Sendable {
    package var message: String
}

extension CommandWords {
    /// - Parameters:
    ///   - words: what stands behind the command's name.
    ///   - options: what the command takes.
    ///   - positional: names of the options whose values may stand alone, in this order. A list takes all that is left.
    package init(_ words: [String], options: [CommandOption], positional: [String], flags known: [CommandFlag] = [])
        throws(CommandFault)
    {
        self.init()
        var reading = Reading(
            options: options,
            positional: positional.compactMap { name in
                options.first { $0.name == name }
            })
        var rest = words[...]
        var onlyValues = false
        while let word = rest.popFirst() {
            if onlyValues || word == "-" || !word.hasPrefix("-") {
                try reading.takePositional(word)
                continue
            }
            switch word {
            case "--": onlyValues = true
            case "-h", "--help": wantsHelp = true
            case "--json": wantsJSON = true
            case "--ledger": ledger = try Reading.value(of: word, in: &rest)
            default:
                if word.hasPrefix("--ledger=") {
                    ledger = String(word.dropFirst(9))
                } else if let flag = known.first(where: { $0.isMeant(by: word) }) {
                    flags[flag.name] = try flag.value(word, &rest)
                } else {
                    try reading.takeOption(word, &rest, known.map(\.name))
                }
            }
        }
        params = reading.params
    }
}

/// The params as they grow.
private struct Reading {
    var options: [CommandOption]
    var positional: [CommandOption]
    var values: [(option: CommandOption, value: JSON)] = []

    /// Members of an object param are gathered where the first of them stands.
    var params: JSON {
        var members: [(name: String, value: JSON)] = []
        for (option, value) in values {
            guard option.path.count == 2 else {
                members.append((option.path[0], value))
                continue
            }
            let member = (name: option.path[1], value: value)
            if let index = members.firstIndex(where: { $0.name == option.path[0] }),
                case .object(let known) = members[index].value
            {
                members[index].value = .object(known + [member])
            } else {
                members.append((option.path[0], .object([member])))
            }
        }
        return .object(members)
    }

    mutating func takePositional(_ word: String) throws(CommandFault) {
        guard let option = positional.first else {
            throw CommandFault(message: "'\(word)' is one word too many; options begin with --")
        }
        if !option.isList { positional.removeFirst() }
        try set(option, json(word, option.type))
    }

    mutating func takeOption(_ word: String, _ rest: inout ArraySlice<String>, _ flags: [String]) throws(CommandFault) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts[0].hasPrefix("--") else {
            throw CommandFault(message: "'\(word)' is no option; options begin with --")
        }
        let name = String(parts[0].dropFirst(2))
        if let option = option(named: name) {
            if option.isFlag, parts.count == 1 { return try set(option, true) }
            let text = parts.count == 2 ? parts[1] : try Self.value(of: parts[0], in: &rest)
            return try set(option, json(text, option.type))
        }
        if parts.count == 1, name.hasPrefix("no-"), let option = option(named: String(name.dropFirst(3))),
            option.isFlag
        {
            return try set(option, false)
        }
        let near = nearestName(to: name, among: options.map(\.name) + flags + ["json", "ledger", "help"])
        throw CommandFault(
            message: "\(parts[0]) is not known; " + (near.map { "did you mean --\($0)?" } ?? "--help shows all options")
        )
    }

    /// The word behind an option. One that begins with two dashes is an option itself.
    static func value(of option: String, in rest: inout ArraySlice<String>) throws(CommandFault) -> String {
        guard let word = rest.first, !word.hasPrefix("--") else {
            throw CommandFault(message: "\(option) needs a value behind it (or \(option)=VALUE)")
        }
        rest.removeFirst()
        return word
    }

    private func option(named name: String) -> CommandOption? {
        let key = optionKey(name)
        return options.first { optionKey($0.name) == key || $0.fullName.map(optionKey) == key }
    }

    private mutating func set(_ option: CommandOption, _ value: JSON) throws(CommandFault) {
        guard let index = values.firstIndex(where: { $0.option.path == option.path }) else {
            positional.removeAll { !$0.isList && $0.path == option.path }
            values.append((option, value))
            return
        }
        guard case .array(let known) = values[index].value, case .array(let more) = value else {
            throw CommandFault(message: "--\(option.name) stands twice; give it once")
        }
        values[index].value = .array(known + more)
    }
}

/// The value of a word. What cannot be its type stays text: the method then says what is wrong with it.
private func json(_ word: String, _ type: WireType) -> JSON {
    switch type {
    case .bool: ["true": JSON.bool(true), "false": .bool(false)][word] ?? .string(word)
    case .whole: number(word) ?? number(withSuffix: word) ?? .string(word)
    case .number: number(word.hasSuffix("%") ? String(word.dropLast()) : word) ?? .string(word)
    case .money: number(word.hasPrefix("$") ? String(word.dropFirst()) : word) ?? .string(word)
    case .list(let item, _, _): .array(items(of: word, item))
    case .object, .any: (try? JSON(parsing: word)) ?? .string(word)
    case .text, .timestamp, .date, .choice: .string(word)
    }
}

/// Items between commas. A list may also be JSON, for items that have commas in them; one of objects must be.
private func items(of word: String, _ item: WireType) -> [JSON] {
    if word.hasPrefix("["), let list = (try? JSON(parsing: word))?.array { return list }
    switch item {
    case .object, .any: return [json(word, item)]
    default: return word.split(separator: ",", omittingEmptySubsequences: false).map { json(String($0), item) }
    }
}

private func number(_ word: String) -> JSON? {
    guard let value = try? JSON(parsing: word) else { return nil }
    switch value {
    case .int, .number: return value
    default: return nil
    }
}

/// `200M` is 200 million: people type token counts.
private func number(withSuffix word: String) -> JSON? {
    guard let last = word.last, let power = ["k": 3, "K": 3, "M": 6, "B": 9][last],
        word.utf8.dropLast().allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E })
    else { return nil }
    return number("\(word.dropLast())e\(power)")
}
