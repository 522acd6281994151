// The executable: commands, wiring, exit statuses. Without a command it serves stdio.
import Advisor
import ArgumentParser

@main
struct BudgetAdvisor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budget-advisor",
        abstract: "Watches what agents spend and advises before they spend it.",
        usage: """
            echo '{"jsonrpc":"2.0","id":1,"method":"getStatus"}' | budget-advisor
            budget-advisor [--ledger <path>] [--no-admin]
            budget-advisor <command>
            """,
        discussion: """
            Without a command it serves JSON-RPC 2.0 on stdin and stdout, one message a line, until the input ends. \
            'budget-advisor methods' lists the methods, 'budget-advisor methods NAME' explains one with examples.

            Exit status: 0 end of input, SIGTERM or SIGINT; 1 a command failed; 64 the command line or a setting is \
            wrong; 74 stdin or stdout was lost.
            """,
        version: programVersion,
        subcommands: [SchemaCommand.self, MethodsCommand.self, BacktestCommand.self])

    @OptionGroup var common: CommonOptions

    @Flag(help: "Refuse the methods of administrators (budgets, prices, pause, granting).")
    var noAdmin = false

    func run() throws {
        // First of all: nothing may print on the protocol's stdout.
        guard let streams = ProtocolStreams.takeStandard() else { throw ExitCode(ExitStatus.streamLost) }
        let session = try common.session(isAdministrator: !noAdmin)
        StopSignal.install(for: streams.input)
        throw ExitCode(serve(session, on: streams))
    }
}
