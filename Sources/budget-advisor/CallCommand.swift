// `call`: any method, for those that have no command of their own.
import Advisor
import ArgumentParser

struct CallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Call any method; its result is shown as JSON.",
        usage: """
            budget-advisor call listTasks --state claimed
            budget-advisor call completeTask gh-450 succeeded --worker w-3
            budget-advisor call METHOD --help
            """,
        discussion: """
            Every param is an option: --ttl-seconds for ttlSeconds. 'budget-advisor methods' lists the methods.

            Exit status: 0 done; 1 failed; 64 the command line or a setting is wrong; 74 the output could not be \
            written.
            """)

    @ParentCommand var program: BudgetAdvisor

    @Argument(parsing: .captureForPassthrough, help: "The method, and its params as options.")
    var words: [String] = []

    func run() throws {
        var words = words
        var common = program.common
        if words.count > 1, words[0] == "--ledger" {
            common.ledger = words[1]
            words.removeFirst(2)
        }
        // Only in front of the method's name is it about this command.
        guard let name = words.first, name != "--help", name != "-h" else {
            return try output(BudgetAdvisor.helpMessage(for: CallCommand.self) + "\n")
        }
        guard let front = MethodCommand.call(name) else {
            logLine(WireError.methodNotFound(name, among: allMethods).message)
            throw ExitCode(ExitStatus.usage)
        }
        try runMethod(front, Array(words.dropFirst()), common)
    }
}
