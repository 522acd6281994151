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
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: front.name.split(separator: " ").last.map(String.init), abstract: front.summary,
            usage: "budget-advisor \(front.examples.first?.words ?? front.name)", discussion: front.help)
    }

    func run() throws { try runMethod(Self.front, words, program.common) }
}

func runMethod(_ front: MethodCommand, _ words: [String], _ common: CommonOptions) throws {
    let typed: CommandWords
    do throws(CommandFault) {
        typed = try front.words(words)
    } catch {
        logLine("\(front.name): \(error.message)")
        throw ExitCode(ExitStatus.usage)
    }
    if typed.wantsHelp { return try output(front.help) }
    var common = common
    common.ledger = typed.ledger ?? common.ledger
    let dispatcher = Dispatcher(ofProcess: try common.session())
    let result: JSON
    do throws(WireError) {
        result = try dispatcher.call(front.method.name, typed.params)
    } catch {
        logLine("\(front.name): \(front.message(for: error))")
        throw ExitCode(error.name == "invalidParams" ? ExitStatus.usage : front.failedStatus)
    }
    try output(typed.wantsJSON ? result.text + "\n" : front.view(result, Page.ofProcess()))
    throw ExitCode(front.exit(result))
}

/// Writes to stdout; a lost stdout is exit status 74.
func output(_ text: String) throws {
    guard show(text) else { throw ExitCode(ExitStatus.streamLost) }
}
