// The executable: commands, wiring, exit statuses. Without a command it serves stdio.
import Advisor
import ArgumentParser

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@main
struct BudgetAdvisor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budget-advisor",
        abstract: "Keeps coding agents inside a budget: what they spent, what is left, whether a task may start.",
        usage: """
            budget-advisor <command> [options]
            budget-advisor [--ledger <path>] [--no-admin | --allow-admin] < requests > answers
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
            StatusCommand.self, DashboardCommand.self, RecordCommand.self, IngestCommand.self, ExportCommand.self,
            AdjustCommand.self, UsageCommand.self, ReportCommand.self, CloseCommand.self, ForecastCommand.self,
            ApproveCommand.self, BudgetCommand.self, PricesCommand.self, AlertsCommand.self,
            ApprovalsCommand.self, DoctorCommand.self, BackupCommand.self, CallCommand.self, MethodsCommand.self,
            SchemaCommand.self, BacktestCommand.self, HookCommand.self, InstallCommand.self,
        ])

    @OptionGroup var common: CommonOptions

    @Flag(help: "Refuse the methods of administrators (budgets, prices, pause, granting).")
    var noAdmin = false

    @Flag(help: "Offer the methods of administrators to models too, as MCP tools.")
    var allowAdmin = false

    func validate() throws {
        if noAdmin, allowAdmin { throw ValidationError("--no-admin and --allow-admin exclude each other; give one.") }
    }

    static func main() {
        guard ProtocolStreams.keepStandard() else { exit(withError: ExitCode(ExitStatus.streamLost)) }
        if let server = ServerWords(CommandLine.arguments.dropFirst()) {
            do { try server.run() } catch { systemExit((error as? ExitCode)?.rawValue ?? 1) }
        }
        main(nil)
    }

    func run() throws {
        try ServerWords(
            flags: common.flags, isAdministrator: !noAdmin, offersAdministrativeTools: allowAdmin
        ).run()
    }
}

/// The words of a server's command line. A coordinator waits for a server to start: it is spared the 3 ms and 3 MB that
/// the parser takes to look at all commands. Whatever else is typed is left to the parser.
private struct ServerWords {
    /// By the names the settings have on the command line.
    var flags: [String: String] = [:]
    var isAdministrator = true
    var offersAdministrativeTools = false

    init(flags: [String: String], isAdministrator: Bool, offersAdministrativeTools: Bool) {
        self.flags = flags
        self.isAdministrator = isAdministrator
        self.offersAdministrativeTools = offersAdministrativeTools
    }

    init?(_ words: ArraySlice<String>) {
        var rest = words
        while let word = rest.popFirst() {
            if word == "--no-admin" {
                isAdministrator = false
            } else if word == "--allow-admin" {
                offersAdministrativeTools = true
            } else if ["--ledger", "--clock"].contains(word), flags[word] == nil, let value = rest.popFirst(),
                !value.hasPrefix("-")
            {
                flags[word] = value
            } else {
                return nil
            }
        }
        // Which of the two is meant is for the parser to ask.
        if offersAdministrativeTools, !isAdministrator { return nil }
    }

    func run() throws {
        // First of all: nothing may print on the protocol's stdout.
        guard let streams = ProtocolStreams.takeStandard() else { throw ExitCode(ExitStatus.streamLost) }
        let session = try openSession(flags: flags, isAdministrator: isAdministrator)
        session.offersAdministrativeTools = offersAdministrativeTools
        StopSignal.install(for: streams.input)
        throw ExitCode(serve(session, on: streams))
    }
}

/// Without asking the parser what the status means.
private func systemExit(_ status: Int32) -> Never { exit(status) }
