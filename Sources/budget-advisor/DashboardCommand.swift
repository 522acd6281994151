// `dashboard`: the live full-screen view.
import Advisor
import ArgumentParser
import Dashboard

struct DashboardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "Watch budgets, forecast, usage, tasks and alerts live on the whole terminal.",
        usage: "budget-advisor dashboard",
        discussion: """
            1 to 6 switch the view, ? shows all keys, q quits. The view follows the ledger within a second. It works \
            from 80 columns and 24 rows on, over ssh too; NO_COLOR turns colours off.

            Exit status: 0 quit; 64 stdin or stdout is no terminal, or a setting is wrong.
            """)

    @OptionGroup var common: CommonOptions

    func run() throws {
        guard Dashboard.run(try common.session()) else {
            logLine("dashboard: it needs a terminal; for a pipe there are 'status' and 'report'")
            throw ExitCode(ExitStatus.usage)
        }
    }
}
