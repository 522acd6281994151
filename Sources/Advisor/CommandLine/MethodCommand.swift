// A command that calls one method: what it is called, how it is shown, what its exit status says.
import JSONRPC

/// A command of the program. Its options and their help come from the method's declaration.
package struct MethodCommand: Sendable {
    /// `budget set`.
    package var name: String
    package var method: AnyMethod
    /// What the command is for, in one line; the method's summary where it says that already.
    package var summary: String
    /// The first is shown on top of the help.
    package var examples: [Example]
    /// Names of options whose values may stand alone, in this order.
    package var positional: [String] = []
    /// What it takes beside the params of the method.
    package var flags: [CommandFlag] = []
    /// Exit statuses of its own: see `exit`.
    package var exits: [(status: Int32, meaning: String)] = []
    /// For a person. `--json` shows the result itself.
    package var view: @Sendable (JSON, Page) -> String
    /// The exit status that a result has.
    package var exit: @Sendable (JSON) -> Int32 = { _ in ExitStatus.done }
    /// The exit status of any error but a wrong command line.
    package var failedStatus = ExitStatus.failed

    package struct Example: Sendable {
        package var words: String
        package var note: String

        package init(_ words: String, _ note: String) {
            self.words = words
            self.note = note
        }
    }

    package var options: [CommandOption] { CommandOption.all(for: method.params) }

    package func words(_ typed: [String]) throws(CommandFault) -> CommandWords {
        try CommandWords(typed, options: options, positional: positional, flags: flags)
    }
}

extension MethodCommand {
    /// A method's error in terms of what was typed: `/inputTokens must be …` is about `--input-tokens`.
    package func message(for error: WireError) -> String {
        guard error.name == "invalidParams", let faults = error.details.first(where: { $0.name == "errors" }),
            let rows = faults.value.array
        else { return error.message }
        return rows.map { row in
            let path = (row["path"]?.string ?? "").split(separator: "/").map(String.init)
            let message = row["message"]?.string ?? ""
            guard let option = options.first(where: { path.starts(with: $0.path) }) else {
                return ([path.joined(separator: "."), message]).filter { !$0.isEmpty }.joined(separator: " ")
            }
            return "--\(option.name) \(inOptions(message))"
        }.joined(separator: "; ")
    }

    /// Params that a sentence names, as the options that they are.
    func inOptions(_ message: String) -> String {
        message.split(separator: " ", omittingEmptySubsequences: false).map { word in
            let end = word.last.flatMap { ",;:.".contains($0) ? String($0) : nil } ?? ""
            let bare = word.dropLast(end.count)
            guard bare.contains(where: \.isUppercase),
                let option = options.first(where: { $0.path == [String(bare)] })
            else { return String(word) }
            return "--\(option.name)\(end)"
        }.joined(separator: " ")
    }
}
