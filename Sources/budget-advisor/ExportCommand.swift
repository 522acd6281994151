// `export`: the records of the ledger for other programs.
import Advisor
import ArgumentParser
import Budgeting
import Ledger

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the records for other programs: JSON lines, CSV, FinOps FOCUS.",
        usage: """
            budget-advisor export > usage.jsonl
            budget-advisor export --format focus --from 2026-11-01 --to 2026-11-30 > november.csv
            budget-advisor export --daily ~/usage
            """,
        discussion: """
            A record is written as it counts now, corrections included; voided ones are left out. Another ledger takes \
            over jsonl and csv with 'budget-advisor ingest' and has the same totals then. focus has the columns of the \
            FinOps Open Cost and Usage Specification 1.2, one charge for each day, model, owner and cost basis.

            Exit status: 0 written; 1 a file or the ledger cannot be used; 64 the command line or a setting is wrong; \
            74 the output could not be written.
            """)

    @Option(help: "jsonl, csv or focus.")
    var format = "jsonl"

    @Option(
        help: ArgumentHelp(
            "Write a file for each day into this folder, replacing those that are there.", valueName: "dir"))
    var daily: String?

    @Option(help: ArgumentHelp("From this day or time on.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Up to and with this day, or before this time.", valueName: "time"))
    var to: String?

    @OptionGroup var common: CommonOptions

    func run() throws {
        guard let format = ExportFormat(rawValue: format) else {
            return try refuse("--format must be jsonl, csv or focus, got '\(format)'")
        }
        let session = try common.session()
        do {
            let zone = try session.ledger.reading { (open) throws(LedgerError) in open.zone }
            guard let start = moment(from, zone, isEnd: false), let end = moment(to, zone, isEnd: true) else {
                return try refuse("--from and --to must be days such as 2026-11-22 or RFC 3339 times")
            }
            let export = UsageExport(
                format: format, from: start ?? Instant(seconds: .min / 4), to: end ?? Instant(seconds: .max / 4))
            guard let daily else {
                _ = try export.write(session) { try output($0) }
                return
            }
            var files = 0
            let count = try export.writeDaily(session) { day, text in
                try replaceFile(daily, "\(format.prefix)\(day).\(format.ending)", text)
                files += 1
            }
            try output("wrote \(count) records into \(files) files of \(daily)\n")
        } catch let error as LedgerError {
            logLine("export: \(error.message); \(error.hint)")
            throw ExitCode(ExitStatus.failed)
        } catch let error as FileFault {
            logLine("export: \(error.message)")
            throw ExitCode(ExitStatus.failed)
        }
    }

    private func refuse(_ message: String) throws {
        logLine("export: \(message)")
        throw ExitCode(ExitStatus.usage)
    }

    /// `.some(nil)`: not given. Nil: wrong.
    private func moment(_ text: String?, _ zone: TimeZoneRules, isEnd: Bool) -> Instant?? {
        guard let text else { return .some(nil) }
        if let day = CivilDate(text: text) { return zone.startOfDay(day.dayNumber + (isEnd ? 1 : 0)) }
        return (try? Instant(rfc3339: text)).map { .some($0) }
    }
}

extension ExportFormat {
    /// As the first program of this kind named its own.
    fileprivate var prefix: String { self == .focus ? "focus-" : "api-calls-" }
    fileprivate var ending: String { self == .jsonl ? "jsonl" : "csv" }
}
