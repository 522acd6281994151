// `alerts test` and `alerts deliver`: alerts on their way out of the ledger.
import Advisor
import ArgumentParser

struct AlertsTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send a test alert to the command and the webhook of the settings.",
        usage: "BUDGET_ADVISOR_ALERT_COMMAND='cat >> alerts.log' budget-advisor alerts test",
        discussion: "Exit status: 0 it arrived everywhere, 1 it did not, 64 neither is set.")

    @OptionGroup var common: CommonOptions

    func run() throws {
        let outcomes = sendTestAlert(try common.session().settings)
        if outcomes.isEmpty {
            logLine("alerts test: set BUDGET_ADVISOR_ALERT_COMMAND or BUDGET_ADVISOR_ALERT_WEBHOOK")
            throw ExitCode(ExitStatus.usage)
        }
        for outcome in outcomes {
            try output("\(outcome.channel.rawValue): \(outcome.problem ?? "delivered")\n")
        }
        if outcomes.contains(where: { $0.problem != nil }) { throw ExitCode(ExitStatus.failed) }
    }
}

/// Started by whoever fired an alert.
struct AlertsDeliverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver", abstract: "Send the alerts that wait, until all have arrived.", shouldDisplay: false)

    @OptionGroup var common: CommonOptions

    func run() throws { throw ExitCode(deliverAlerts(try common.session().settings)) }
}
