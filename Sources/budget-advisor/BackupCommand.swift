// `backup`: a copy of the ledger that can be put in its place.
import Advisor
import ArgumentParser
import JSONRPC
import Ledger

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the ledger while others write to it.",
        usage: "budget-advisor backup ledger-2026-11-22.db",
        discussion: """
            The copy holds one moment of the ledger, is checked, and only its owner may read it. To go back, stop all \
            who use the ledger and put the copy in its place (without files LEDGER-wal and LEDGER-shm beside it).

            Exit status: 0 the copy is there; 1 it could not be made, and nothing is left of it; 64 the command line \
            or a setting is wrong; 74 the output could not be written.
            """)

    @Argument(help: "The file to make. It must not exist yet.")
    var file: String

    @Flag(help: "Show the result as one line of JSON.")
    var json = false

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = try common.session()
        let progress = ProgressLines("copying pages")
        do throws(LedgerError) {
            try session.ledger.backUp(to: file) { left, all in progress.tell(all - left, of: all) }
        } catch {
            logLine("backup: \(error.message); \(error.hint)")
            throw ExitCode(ExitStatus.failed)
        }
        let result = JSON.object([("ledger", .string(session.ledger.path)), ("backup", .string(file))])
        try output(json ? result.text + "\n" : "\(session.ledger.path) is copied to \(file)\n")
    }
}
