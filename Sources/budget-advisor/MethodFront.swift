// How a command of the program calls its method: words in, result out, exit status.
import Advisor
import ArgumentParser
import JSONRPC

/// A command whose options, help and view come from a `MethodCommand`.
///
/// The parser hands over all words behind the command's name, because the options are made from the method's
/// declaration and stand nowhere in the source.
protocol MethodFront: ParsableCommand {
    static var front: MethodCommand { get }
    var program: BudgetAdvisor { get }
    var words: [String] { get }
}

extension MethodFront {
    /// The parser asks every command for this at every start, several times: the help of all of them is 60 ms of work,
    /// and only 'budget-advisor help NAME' shows it from here.
    static var configuration: CommandConfiguration {
        let isHelp = CommandLine.arguments.dropFirst().first == "help"
        return CommandConfiguration(
            commandName: front.name.split(separator: " ").last.map(String.init), abstract: front.summary,
            usage: "budget-advisor \(front.examples.first?.words ?? front.name)",
            discussion: isHelp ? front.help : "")
    }

    func run() throws { try runMethod(Self.front, words, program.common) }
}

func runMethod(_ front: MethodCommand, _ words: [String], _ common: CommonOptions) throws {
    guard let (typed, dispatcher) = try prepare(front, words, common) else { return }
    let result = try answered(front) { () throws(WireError) in
        try dispatcher.call(front.method.name, typed.params)
    }
    try output(typed.wantsJSON ? result.text + "\n" : front.view(result, Page.ofProcess()))
    throw ExitCode(front.exit(result))
}

/// What was typed, and what answers it. Nil where the help was asked for, which is then shown.
func prepare(
    _ front: MethodCommand, _ words: [String], _ common: CommonOptions
) throws -> (typed: CommandWords, dispatcher: Dispatcher)? {
    let typed: CommandWords
    do throws(CommandFault) {
        typed = try front.words(words)
    } catch {
        logLine("\(front.name): \(error.message)")
        throw ExitCode(ExitStatus.usage)
    }
    if typed.wantsHelp {
        try output(front.help)
        return nil
    }
    var common = common
    common.ledger = typed.ledger ?? common.ledger
    return (typed, Dispatcher(ofProcess: try common.session()))
}

/// The result of `body`; an error of a method ends the command with its message and exit status.
func answered<Result>(_ front: MethodCommand, _ body: () throws(WireError) -> Result) throws -> Result {
    do throws(WireError) {
        return try body()
    } catch {
        logLine("\(front.name): \(front.message(for: error))")
        throw ExitCode(error.name == "invalidParams" ? ExitStatus.usage : front.failedStatus)
    }
}

/// Writes to stdout; a lost stdout is exit status 74.
func output(_ text: String) throws {
    guard show(text) else { throw ExitCode(ExitStatus.streamLost) }
}
