// Registering with hosts: what is in their files stays, and what was put in can be taken out.
import JSONRPC
import Testing

@testable import Advisor

@Suite struct InstallTests {
    private let program = Registration(program: "/opt/b a/budget-advisor", arguments: ["--ledger", "/tmp/it's.db"])

    private func edits(_ host: Host) -> [HostEdit] { host.edits(project: nil, home: "/home/x", program: program) }

    private let settings = """
        {
            "model": "opus",
            "hooks": {
                "PreToolUse": [
                    {
                        "matcher": "Bash",
                        "hooks": []
                    }
                ]
            },
            "last": 1.50
        }

        """

    @Test(arguments: Host.allCases)
    func whatIsPutInCanBeTakenOut(host: Host) throws {
        for edit in edits(host) {
            let before = edit.path.hasSuffix(".toml") ? "a = 1\n\n[b]\nc = \"[x]\"\n" : settings
            let after = try edit.installed(in: before)
            #expect(after != before)
            #expect(try edit.installed(in: after) == after, "installing twice changes nothing")
            #expect(try edit.removed(from: after) == before)
            let new = try edit.installed(in: nil)
            #expect(try edit.removed(from: new) == nil)
            #expect(try edit.removed(from: before) == before)
        }
    }

    @Test func anEarlierPlaceOfTheProgramIsReplaced() throws {
        let other = Registration(program: "/old/budget-advisor", arguments: [])
        for (old, new) in zip(Host.claudeCode.edits(project: "/p", home: "/h", program: other), edits(.claudeCode)) {
            let text = try new.installed(in: try old.installed(in: nil))
            #expect(!text.contains("/old/") && text.contains("/opt/b a/"))
        }
        for (old, new) in zip(Host.codex.edits(project: "/p", home: "/h", program: other), edits(.codex)) {
            let text = try new.installed(in: try old.installed(in: nil))
            #expect(!text.contains("/old/") && text.contains("/opt/b a/"))
        }
    }

    @Test func theHooksLineIsSafeInAShell() {
        #expect(
            program.hookLine(.codex)
                == #"'/opt/b a/budget-advisor' --ledger '/tmp/it'\''s.db' hook --host codex"#)
    }

    @Test(arguments: ["// a comment\n{}", "[]", "{", #"{"mcpServers":[]}"#, #"{"hooks":[]}"#])
    func aFileThatIsNotUnderstoodIsLeftAlone(text: String) {
        #expect(throws: HostFileFault.self) {
            for edit in edits(.claudeCode) { _ = try edit.installed(in: text) }
        }
    }

    @Test func aTableWrittenInOneLineIsLeftAlone() {
        #expect(throws: HostFileFault.self) {
            _ = try edits(.codex)[0].installed(in: "mcp_servers = { x = { command = \"y\" } }\n")
        }
    }

    @Test func ourTableEndsWhereTheNextBegins() throws {
        let text = """
            [mcp_servers.budget-advisor]
            command = "/old"
            [mcp_servers.budget-advisor.env]
            A = "1"
            [mcp_servers.other]
            command = "/other"

            """
        let after = try edits(.codex)[0].installed(in: text)
        #expect(!after.contains("/old") && !after.contains("A = ") && after.contains("/other"))
    }

    @Test func theDifferenceShowsWhatComesAndGoes() {
        let change = FileChange(path: "x", before: "1\n2\n3\n4\n5\n6\n", after: "1\n2\n3\n4\n5\nsix\n")
        #expect(change.difference == "  4\n  5\n- 6\n+ six\n" || change.difference == "  4\n  5\n+ six\n- 6\n")
        #expect(FileChange(path: "x", before: nil, after: "a\n").difference == "+ a\n")
    }
}
