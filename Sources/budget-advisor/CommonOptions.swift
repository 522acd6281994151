// The options of every command that works on the ledger, and the session they stand for.
import Advisor
import ArgumentParser

struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The file that holds all records; created on first use.", valueName: "path"))
    var ledger: String?

    func session(isAdministrator: Bool = true) throws -> Session {
        try openSession(ledger: ledger, isAdministrator: isAdministrator)
    }
}

/// The session of this process; its ledger is opened on first use. A wrong setting ends the process, status 64.
func openSession(ledger: String?, isAdministrator: Bool) throws -> Session {
    do throws(SettingFault) {
        let settings = try Settings.ofProcess(flags: ledger.map { ["--ledger": $0] } ?? [:])
        return Session(ofProcess: settings, isAdministrator: isAdministrator)
    } catch {
        logLine(error.message)
        throw ExitCode(ExitStatus.usage)
    }
}
