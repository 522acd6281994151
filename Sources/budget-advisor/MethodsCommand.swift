// `methods`: what can be called, for a person at a terminal.
import Advisor
import ArgumentParser

struct MethodsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "methods", abstract: "List the methods, or explain one with examples.",
        usage: "budget-advisor methods recordUsage")

    @Argument(help: "The method to explain.")
    var name: String?

    func run() throws {
        guard let name else {
            for method in allMethods { show("\(method.name): \(method.about.summary)\n") }
            return
        }
        guard let method = allMethods.first(where: { $0.name == name }) else {
            logLine(WireError.methodNotFound(name, among: allMethods).message)
            throw ExitCode(ExitStatus.usage)
        }
        show(methodHelp(method))
    }
}
