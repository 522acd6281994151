// The options of a command, made from the params of its method.
import JSONRPC

/// One option: `--input-tokens` for the param `inputTokens`.
package struct CommandOption: Sendable {
    /// Without the two dashes.
    package var name: String
    /// Where its value goes in the params: one name, or two for a member of an object.
    package var path: [String]
    package var type: WireType
    package var meaning: String
    package var isRequired = false
    package var defaultJSON: String?
    /// The longer name that it also has: `scope-worker` for `worker`.
    package var fullName: String?
}

extension CommandOption {
    /// The options for the params of a method, in their order.
    ///
    /// A member of an object param has the names of both (`--scope-worker`), and its own alone (`--worker`) where no
    /// other param has that.
    package static func all(for params: ObjectType) -> [CommandOption] {
        let taken = params.fields.map(\.name)
        var nested: [String: Int] = [:]
        for case .object(let object) in params.fields.map(\.type) {
            for member in object.fields { nested[member.name, default: 0] += 1 }
        }
        return params.fields.flatMap { field -> [CommandOption] in
            guard case .object(let object) = field.type else { return [CommandOption(field)] }
            return object.fields.map { member in
                var option = CommandOption(member)
                option.path = [field.name, member.name]
                option.isRequired = false
                let full = kebab(field.name) + "-" + option.name
                if taken.contains(member.name) || nested[member.name] != 1 {
                    option.name = full
                } else {
                    option.fullName = full
                }
                return option
            }
        }
    }

    private init(_ field: FieldType) {
        name = kebab(field.name)
        path = [field.name]
        type = field.type
        meaning = field.meaning
        isRequired = field.presence == .required
        defaultJSON = field.defaultJSON
    }

    /// True where it stands alone: `--dry-run`.
    package var isFlag: Bool { if case .bool = type { true } else { false } }

    /// True where it may be given again.
    package var isList: Bool { if case .list = type { true } else { false } }

    /// What stands for its value in the help.
    package var placeholder: String {
        switch type {
        case .bool: ""
        case .whole: "<n>"
        case .number: "<number>"
        case .money: "<usd>"
        case .timestamp: "<time>"
        case .date: "<day>"
        case .choice(let words): words.count <= 4 ? words.joined(separator: "|") : "<word>"
        case .list: "<a,b,…>"
        case .text, .object, .any: "<text>"
        }
    }
}

/// `inputUSDPerMillion` as `input-usd-per-million`, `cacheWrite1hTokens` as `cache-write-1h-tokens`.
package func kebab(_ name: String) -> String {
    var text = ""
    let letters = Array(name)
    for (index, letter) in letters.enumerated() {
        let before = index > 0 ? letters[index - 1] : nil
        let after = index + 1 < letters.count ? letters[index + 1] : nil
        if let before {
            // A word begins at a capital behind a small letter, at the last capital of several, and at a number.
            let startsWord = letter.isUppercase && (!before.isUppercase || after?.isLowercase == true)
            if startsWord || (letter.isNumber && !before.isNumber) { text += "-" }
        }
        text += letter.lowercased()
    }
    return text
}

/// Only letters and numbers, small: `--inputTokens` and `--input-tokens` are one option.
func optionKey(_ name: String) -> String { String(name.lowercased().filter { $0 != "-" && $0 != "_" }) }
