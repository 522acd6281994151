// `install`: tells Claude Code, Codex, Cursor or VS Code about the advisor, in their own files.
import Advisor
import ArgumentParser

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct InstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Register with Claude Code, Codex, Cursor or VS Code.",
        usage: """
            budget-advisor install claude-code
            budget-advisor install codex --project . --dry-run
            budget-advisor install cursor --undo
            """,
        discussion: """
            Writes the MCP server, and for Claude Code and Codex the hooks, into the host's own files, and shows the \
            difference. What else stands in them stays. With --project the project's files are used (to be committed \
            with it), else your own. --undo takes it out again. Start the host anew afterwards; Codex asks you to \
            trust new hooks (/hooks).

            Exit status: 0 done; 1 a file cannot be changed, none was; 64 the command line is wrong.
            """)

    @Argument(help: "claude-code, codex, cursor or vscode.")
    var host: String

    @Option(help: ArgumentHelp("The project's folder.", valueName: "dir"))
    var project: String?

    @Flag(help: "Only show the difference.")
    var dryRun = false

    @Flag(help: "Take it out again.")
    var undo = false

    @OptionGroup var common: CommonOptions

    func run() throws {
        guard let host = Host(rawValue: host) else {
            let names = Host.allCases.map(\.rawValue).joined(separator: ", ")
            logLine("install: '\(self.host)' is not one of \(names)")
            throw ExitCode(ExitStatus.usage)
        }
        do throws(HostFileFault) {
            let changes = try installation(
                at: host, project: try folder(), home: try home(), program: try registration(), undo: undo)
            for change in changes where change.isChange {
                let word = change.after == nil ? "remove" : change.before == nil ? "new" : "change"
                _ = show("\(word) \(change.path)\n\(change.difference)\n")
            }
            guard changes.contains(where: \.isChange) else {
                _ = show("nothing to change: \(undo ? "it is not installed" : "it is installed already")\n")
                return
            }
            if dryRun { return logLine("install: a dry run; nothing was written") }
            for change in changes where change.isChange { try change.write() }
        } catch {
            logLine("install: \(error.message)")
            throw ExitCode(ExitStatus.failed)
        }
    }

    private func registration() throws(HostFileFault) -> Registration {
        guard let program = programPath() else {
            throw HostFileFault(message: "this program's own path cannot be found")
        }
        let arguments = try common.ledger.map { (path) throws(HostFileFault) in ["--ledger", try absolute(path)] }
        return Registration(program: program, arguments: arguments ?? [])
    }

    private func folder() throws(HostFileFault) -> String? {
        guard let project else { return nil }
        guard let real = realpath(project, nil) else {
            throw HostFileFault(message: "--project \(project): no such folder")
        }
        defer { free(real) }
        return String(cString: real)
    }

    private func home() throws(HostFileFault) -> String {
        guard let home = getenv("HOME"), home.pointee != 0 else {
            throw HostFileFault(message: "HOME is not set; name a project with --project")
        }
        return String(cString: home)
    }

    private func absolute(_ path: String) throws(HostFileFault) -> String {
        if path.hasPrefix("/") { return path }
        guard let folder = getcwd(nil, 0) else { throw HostFileFault(message: "the working folder is gone") }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }
}
