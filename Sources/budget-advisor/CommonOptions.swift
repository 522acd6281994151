// The options of every command that works on the ledger, and the session they stand for.
import Advisor
import ArgumentParser

struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The file that holds all records; created on first use.", valueName: "path"))
    var ledger: String?

    @Option(
        help: ArgumentHelp("Where the time comes from: system, or request for tests and replays.", valueName: "source"))
    var clock: String?

    /// As typed, by the names the settings have on the command line.
    var flags: [String: String] { ["--ledger": ledger, "--clock": clock].compactMapValues(\.self) }

    func session(isAdministrator: Bool = true) throws -> Session {
        try openSession(flags: flags, isAdministrator: isAdministrator)
    }
}

/// The session of this process; its ledger is opened on first use. A wrong setting ends the process, status 64.
func openSession(flags: [String: String], isAdministrator: Bool) throws -> Session {
    do throws(SettingFault) {
        return Session(ofProcess: try Settings.ofProcess(flags: flags), isAdministrator: isAdministrator)
    } catch {
        logLine(error.message)
        throw ExitCode(ExitStatus.usage)
    }
}
