// The executable: commands, wiring, exit statuses. Without a command it serves stdio.
import Advisor
import ArgumentParser

@main
struct BudgetAdvisor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budget-advisor",
        abstract: "Keeps coding agents inside a budget: what they spent, what is left, whether a task may start.",
        usage: """
            budget-advisor <command> [options]
            budget-advisor [--ledger <path>] [--no-admin] < requests > answers
            """,
        discussion: """
              budget-advisor budget set monthly --limit-usd 500
              budget-advisor record gpt-5 --input-tokens 1200 --output-tokens 350
              budget-advisor status

            That sets a limit, records one call of a model (its price is known), and shows what is left. Each command \
            explains itself: 'budget-advisor record --help'. With --json it answers for programs.

            Programs that ask often start it once, without a command. It then serves JSON-RPC 2.0 on stdin and \
            stdout, one message a line, until the input ends:

              echo '{"jsonrpc":"2.0","id":1,"method":"getStatus"}' | budget-advisor

            'budget-advisor methods' lists what can be asked. All commands and servers share one file of records.

            Exit status: 0 done, or end of input, SIGTERM or SIGINT; 1 failed; 64 the command line or a setting is \
            wrong; 74 stdin or stdout was lost. 'status', 'approve' and 'doctor' answer by 0, 1, 2 and 3.
            """,
        version: programVersion,
        subcommands: [
            StatusCommand.self, DashboardCommand.self, RecordCommand.self, AdjustCommand.self, UsageCommand.self,
            ReportCommand.self,
            CloseCommand.self, ForecastCommand.self,
            ApproveCommand.self, BudgetCommand.self, PricesCommand.self, AlertsCommand.self,
            ApprovalsCommand.self, DoctorCommand.self, BackupCommand.self, CallCommand.self, MethodsCommand.self,
            SchemaCommand.self, BacktestCommand.self,
        ])

    @OptionGroup var common: CommonOptions

    @Flag(help: "Refuse the methods of administrators (budgets, prices, pause, granting).")
    var noAdmin = false

    static func main() {
        guard ProtocolStreams.keepStandard() else { exit(withError: ExitCode(ExitStatus.streamLost)) }
        main(nil)
    }

    func run() throws {
        // First of all: nothing may print on the protocol's stdout.
        guard let streams = ProtocolStreams.takeStandard() else { throw ExitCode(ExitStatus.streamLost) }
        let session = try common.session(isAdministrator: !noAdmin)
        StopSignal.install(for: streams.input)
        throw ExitCode(serve(session, on: streams))
    }
}
