// The options of every command that works on the ledger, and how such a command calls a method.
import Advisor
import ArgumentParser
import JSONRPC

struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The file that holds all records; created on first use.", valueName: "path"))
    var ledger: String?

    /// The session of this process; its ledger is opened on first use. A wrong setting ends the process, status 64.
    func session(isAdministrator: Bool = true) throws -> Session {
        do throws(SettingFault) {
            let settings = try Settings.ofProcess(flags: ledger.map { ["--ledger": $0] } ?? [:])
            return Session(ofProcess: settings, isAdministrator: isAdministrator)
        } catch {
            logLine(error.message)
            throw ExitCode(ExitStatus.usage)
        }
    }

    /// Calls a method as a request of its own and gives its result. An error ends the process: 64 for wrong params,
    /// else 1, the message on stderr.
    func call(_ method: String, _ params: JSON) throws -> JSON {
        let dispatcher = Dispatcher(ofProcess: try session())
        do throws(WireError) {
            return try dispatcher.call(method, params)
        } catch {
            logLine(error.message)
            throw ExitCode(error.code == -32602 ? ExitStatus.usage : ExitStatus.failed)
        }
    }
}
