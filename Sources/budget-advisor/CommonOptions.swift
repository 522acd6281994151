// The options of every command that works on the ledger, and the session they stand for.
import Advisor
import ArgumentParser

struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The file that holds all records; created on first use.", valueName: "path"))
    var ledger: String?

    @Option(
        help: ArgumentHelp("Where the time comes from: system, or request for tests and replays.", valueName: "source"))
    var clock: String?

    /// The session of this process; its ledger is opened on first use. A wrong setting ends the process, status 64.
    func session(isAdministrator: Bool = true) throws -> Session {
        do throws(SettingFault) {
            let flags = ["--ledger": ledger, "--clock": clock].compactMapValues(\.self)
            let settings = try Settings.ofProcess(flags: flags)
            return Session(ofProcess: settings, isAdministrator: isAdministrator)
        } catch {
            logLine(error.message)
            throw ExitCode(ExitStatus.usage)
        }
    }
}
