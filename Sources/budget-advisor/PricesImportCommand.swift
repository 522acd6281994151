// `prices import`: takes over the price list that LiteLLM publishes.
import Advisor
import ArgumentParser
import Budgeting
import Ledger

struct PricesImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take over the prices of LiteLLM's list.",
        usage: """
            budget-advisor prices import model_prices_and_context_window.json
            budget-advisor prices import model_prices_and_context_window.json --dry-run
            """,
        discussion: """
            The file is the one of https://github.com/BerriAI/litellm. Only prices that are new or have changed are set, \
            all of them or none; the bundled prices need no import. A changed price holds from now on, a new one for \
            all times. Nothing is rounded: what cannot be held exactly is skipped and reported.

            Exit status: 0 imported; 1 the file or the ledger cannot be used; 64 the command line or a setting is \
            wrong; 74 the output could not be written.
            """)

    @Argument(help: "The JSON file.")
    var file: String

    @Option(help: ArgumentHelp("From when changed and new prices hold (RFC 3339).", valueName: "time"))
    var effectiveFrom: String?

    @Flag(help: "Only say what would be imported.")
    var dryRun = false

    @Flag(help: "Show every model that was imported, rounded or skipped as JSON.")
    var json = false

    @OptionGroup var common: CommonOptions

    func run() throws {
        var from: Instant?
        if let effectiveFrom {
            guard let instant = try? Instant(rfc3339: effectiveFrom) else {
                logLine("prices import: --effective-from must be an RFC 3339 time such as 2026-11-22T10:00:00Z")
                throw ExitCode(ExitStatus.usage)
            }
            from = instant
        }
        let report = try imported(from)
        try output(json ? report.json.text + "\n" : report.view(on: Page.ofProcess()))
    }

    private func imported(_ from: Instant?) throws -> PriceImport {
        let session = try common.session()
        let progress = ProgressLines("setting prices")
        do {
            let list = try PriceList(liteLLM: readText(file))
            if !dryRun { try session.putMonthlyLimitInForce() }
            let name = file.split(separator: "/").last.map(String.init) ?? file
            return try PriceImport.run(
                list, source: "import of \(name.prefix(180))", effectiveFrom: from, isDryRun: dryRun, session: session,
                progress: { progress.tell($0, of: $1) })
        } catch let error as FileFault {
            logLine("prices import: \(error.message)")
        } catch let error as CommandFault {
            logLine("prices import: \(file): \(error.message)")
        } catch let error as LedgerError {
            logLine("prices import: \(error.message); \(error.hint)")
        }
        throw ExitCode(ExitStatus.failed)
    }
}
