// `ingest`: books what agents have logged, once or as it comes.
import Advisor
import ArgumentParser
import Budgeting
import Ledger

struct IngestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "Book what agents have logged, each call once.",
        usage: """
            budget-advisor ingest
            budget-advisor ingest ~/runs/w3.jsonl --worker w3 --task gh-450
            budget-advisor ingest --watch
            """,
        discussion: """
            Reads files and folders, or without any the usual places of Claude Code, Codex, Gemini CLI, OpenCode and \
            Amp and those of BUDGET_ADVISOR_LOGS. Each line is recognised by itself. What was read or recorded before \
            is not counted again, so it may be run as often as you like, by several processes and after a crash.

            Exit status: 0 read (also where some files could not be: they are listed); 1 nothing could be read, or \
            the ledger cannot be used; 64 the command line or a setting is wrong; 74 the output could not be written.
            """)

    @Argument(help: "Files and folders of logs.")
    var paths: [String] = []

    @Option(help: "Only calls logged in this format.")
    var format = "auto"

    @Option(help: ArgumentHelp("Pass over calls before this time (RFC 3339).", valueName: "time"))
    var since: String?

    @Option(help: "Whose all these calls are.")
    var worker: String?

    @Option(help: "The task that all these calls are for.")
    var task: String?

    @Option(help: "The project that all these calls belong to.")
    var project: String?

    @Flag(help: "Only say what would be booked.")
    var dryRun = false

    @Flag(help: "Show the account as JSON.")
    var json = false

    @OptionGroup var common: CommonOptions

    func run() throws {
        let request = try request()
        let session = try common.session()
        let lines = ProgressLines("reading logs")
        let report: ImportReport
        do {
            report = try LogImport.run(request, session: session) { lines.tell($0.text) }
        } catch let error as LedgerError {
            logLine("ingest: \(error.message); \(error.hint)")
            throw ExitCode(ExitStatus.failed)
        }
        try output(json ? report.json.text + "\n" : report.view(on: Page.ofProcess()))
        if report.isFailure { throw ExitCode(ExitStatus.failed) }
    }

    private func request() throws -> LogImport.Request {
        var request = LogImport.Request()
        request.paths = paths
        guard let choice = LogFormatChoice(rawValue: format) else {
            let known = LogFormatChoice.allCases.map(\.rawValue).joined(separator: ", ")
            logLine("ingest: --format must be one of \(known), got '\(format)'")
            throw ExitCode(ExitStatus.usage)
        }
        request.format = choice.format
        if let since {
            guard let instant = try? Instant(rfc3339: since) else {
                logLine("ingest: --since must be an RFC 3339 time such as 2026-11-22T10:00:00Z, got '\(since)'")
                throw ExitCode(ExitStatus.usage)
            }
            request.since = instant
        }
        for (name, value) in [("worker", worker), ("task", task), ("project", project)] {
            guard let value else { continue }
            guard (1...200).contains(value.unicodeScalars.count) else {
                logLine("ingest: --\(name) must have 1 to 200 characters")
                throw ExitCode(ExitStatus.usage)
            }
        }
        (request.worker, request.task, request.project) = (worker, task, project)
        request.isDryRun = dryRun
        return request
    }
}
