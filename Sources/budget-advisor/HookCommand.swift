// `hook`: what a host's hooks run before a subagent starts, when one stops, and at both ends of a session.
import Advisor
import ArgumentParser
import JSONRPC

struct HookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hook", abstract: "Answer a hook of Claude Code or Codex; its event stands on stdin.",
        usage: """
            echo '{"hook_event_name":"SessionStart","session_id":"s1"}' | budget-advisor hook
            budget-advisor install claude-code
            """,
        discussion: """
            'install' writes the hooks into the host's settings. Before a subagent starts, the budget is asked: it \
            starts, is refused with the reason, or is moved to a cheaper model. When one stops, and when the session \
            ends, what its transcript says was used is recorded, once. At the session's start the model reads a line \
            about the budget.

            An event that cannot be understood or a ledger that cannot be used keeps nobody from working, unless \
            BUDGET_ADVISOR_HOOK_FAILURE is closed: then no subagent starts.

            Exit status: 0 always, but for a wrong command line or setting (64) and a lost stdout (74).
            """)

    @Option(help: ArgumentHelp("claude-code or codex.", valueName: "host"))
    var host = HookHost.claudeCode.rawValue

    @OptionGroup var common: CommonOptions

    func run() throws {
        guard let host = HookHost(rawValue: host) else {
            logLine("hook: --host must be claude-code or codex, got '\(host)'")
            throw ExitCode(ExitStatus.usage)
        }
        guard let parsed = try? JSON(parsing: readStandardInput()), let event = HookEvent(parsed) else {
            return logLine("hook: stdin holds no event; a host writes a JSON object with hook_event_name there")
        }
        let session = try common.session()
        let turn = HookTurn(Dispatcher(ofProcess: session), host: host, settings: session.settings)
        let answer: HookAnswer
        do throws(WireError) {
            answer = try turn.answer(event)
        } catch {
            logLine("hook: \(error.message)")
            answer = turn.answer(to: error, event)
        }
        guard let kind = event.kind else { return }
        try output(answer.text(for: kind))
    }
}
