// A host's hooks, as the host runs them: event on stdin, answer on stdout, exit status 0.
import Foundation
import Testing

@Suite struct HookEndToEndTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func run(
        _ arguments: [String], _ input: String = "", environment: [String: String] = [:]
    ) throws -> (status: Int32, out: String, err: String) {
        let advisor = try Advisor(in: folder, arguments: arguments, environment: environment)
        try advisor.send(input)
        advisor.process.closeInput()
        try advisor.process.readToEnd()
        guard case .exit(let status) = try advisor.process.waitForEnd() else { throw Failure("ended by a signal") }
        return (status, String(decoding: advisor.process.received, as: UTF8.self), advisor.stderr)
    }

    private func hook(_ event: String, environment: [String: String] = [:]) throws -> Value {
        let answer = try run(["hook"], event, environment: environment)
        #expect(answer.status == 0, "\(answer.err)")
        return answer.out.isEmpty ? .null : try Answer(answer.out).value["hookSpecificOutput"]
    }

    private func subagent(
        _ description: String, use: String, session: String, model: String = "opus", event: String = "PreToolUse"
    ) -> String {
        #"{"hook_event_name":"\#(event)","session_id":"\#(session)","tool_name":"Agent","tool_use_id":"\#(use)","#
            + #""tool_input":{"description":"\#(description)","prompt":"do it","model":"\#(model)"}}"#
    }

    @Test func twoSessionsDoNotGetTheSameIssue() throws {
        _ = try run(["budget", "set", "monthly", "--limit-usd", "1000"])
        #expect(try hook(subagent("Fix #7", use: "t1", session: "one")) == .null)
        let refused = try hook(subagent("gh-7 again", use: "t2", session: "two"))
        #expect(refused["permissionDecision"] == .text("deny"))
        #expect(
            try hook(
                subagent("gh-7 again", use: "t2", session: "two"),
                environment: [
                    "BUDGET_ADVISOR_HOOK_REFUSAL": "ask"
                ])["permissionDecision"] == .text("ask"))
        // Put up for review: the session that did it may go on with it, nobody else.
        _ = try hook(subagent("Fix #7", use: "t1", session: "one", event: "PostToolUse"))
        #expect(try hook(subagent("gh-7", use: "t3", session: "two"))["permissionDecision"] == .text("deny"))
        #expect(try hook(subagent("Fix #7 once more", use: "t4", session: "one")) == .null)
    }

    @Test func aSubagentIsMovedToACheaperModelOrRefused() throws {
        _ = try run(["budget", "set", "monthly", "--limit-usd", "1"])
        let moved = try hook(subagent("Look around", use: "t1", session: "one"))
        #expect(moved["permissionDecision"] == .text("allow"))
        #expect(moved["updatedInput", "model"] == .text("haiku"))
        #expect(moved["updatedInput", "description"] == .text("Look around"))
        _ = try run(["record", "m", "--input-tokens", "1", "--output-tokens", "1", "--cost-usd", "1"])
        let refused = try hook(subagent("Look around", use: "t2", session: "one"))
        #expect(refused["permissionDecision"] == .text("deny"))
        // When the call is over, nothing is held for it any more.
        _ = try hook(subagent("Look around", use: "t1", session: "one", event: "PostToolUse"))
        #expect(try run(["call", "listTasks", "--state", "claimed"]).out.contains(#""tasks": []"#))
    }

    @Test func aTranscriptIsRecordedOnce() throws {
        let session = folder.path + "/s1.jsonl"
        let own = folder.path + "/s1/subagents/agent-a1.jsonl"
        try FileManager.default.createDirectory(
            atPath: folder.path + "/s1/subagents", withIntermediateDirectories: true)
        func call(_ id: String, _ tokens: Int) -> String {
            #"{"type":"assistant","timestamp":"2026-01-05T10:00:00.000Z","sessionId":"s1","cwd":"/home/dev/shop","#
                + #""requestId":"req_\#(id)","message":{"id":"msg_\#(id)","model":"claude-sonnet-4-5","#
                + #""role":"assistant","content":[],"usage":{"input_tokens":\#(tokens),"output_tokens":1}}}"# + "\n"
        }
        try Data(call("a", 10).utf8).write(to: URL(fileURLWithPath: session))
        let prompt = #"{"type":"user","message":{"role":"user","content":"Fix #7, please"}}"# + "\n"
        try Data((prompt + call("b", 200)).utf8).write(to: URL(fileURLWithPath: own))
        let stop =
            #"{"hook_event_name":"SubagentStop","session_id":"s1","transcript_path":"\#(session)","#
            + #""agent_transcript_path":"\#(own)"}"#
        let end = #"{"hook_event_name":"SessionEnd","session_id":"s1","transcript_path":"\#(session)"}"#
        for event in [stop, stop, end, end, stop] { #expect(try hook(event) == .null) }
        let usage = try run(["usage", "task", "--from", "2026-01-01", "--json"])
        let total = try Answer(usage.out).value["total"]
        #expect(total["records"] == .number(2) && total["inputTokens"] == .number(210))
        #expect(usage.out.contains(#""task":"gh-7""#))
    }

    @Test func whatIsNoEventKeepsNobodyFromWorking() throws {
        for input in ["", "no json", "[]", "{}", #"{"hook_event_name":"Other"}"#] {
            let answer = try run(["hook"], input)
            #expect(answer.status == 0 && answer.out.isEmpty, "\(input)")
        }
        #expect(try run(["hook", "--host", "emacs"]).status == 64)
    }

    @Test func withoutALedgerTheFailureModeDecides() throws {
        try Data("no ledger".utf8).write(to: URL(fileURLWithPath: folder.ledger))
        let event = subagent("Fix #7", use: "t1", session: "one")
        #expect(try hook(event) == .null)
        let closed = try hook(event, environment: ["BUDGET_ADVISOR_HOOK_FAILURE": "closed"])
        #expect(closed["permissionDecision"] == .text("deny"))
    }

    @Test func theSessionsStartReadsALine() throws {
        _ = try run(["budget", "set", "monthly", "--limit-usd", "10"])
        let start = try hook(#"{"hook_event_name":"SessionStart","session_id":"s","source":"startup"}"#)
        guard case .text(let line) = start["additionalContext"] else { throw Failure("no line: \(start)") }
        #expect(line.hasPrefix("Budget monthly is green.") && !line.contains("\n"))
    }

    @Test func hostsAreToldInTheirOwnFiles() throws {
        for host in ["claude-code", "codex", "cursor", "vscode"] {
            let project = folder.path + "/\(host)"
            try FileManager.default.createDirectory(atPath: project, withIntermediateDirectories: true)
            #expect(try run(["install", host, "--project", project, "--dry-run"]).status == 0)
            #expect(try FileManager.default.subpathsOfDirectory(atPath: project).isEmpty)
            #expect(try run(["install", host, "--project", project]).status == 0)
            let files = try FileManager.default.subpathsOfDirectory(atPath: project)
            #expect(files.contains { $0.hasSuffix("json") || $0.hasSuffix("toml") })
            #expect(try run(["install", host, "--project", project]).out.hasPrefix("nothing to change"))
            #expect(try run(["install", host, "--project", project, "--undo"]).status == 0)
            let left = try FileManager.default.subpathsOfDirectory(atPath: project)
            #expect(!left.contains { $0.hasSuffix("json") || $0.hasSuffix("toml") }, "\(left)")
        }
        #expect(try run(["install", "emacs"]).status == 64)
    }
}
