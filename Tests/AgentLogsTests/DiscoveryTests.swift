// Where logs are looked for, and what a walk makes of odd folders.
import AgentLogs
import Foundation
import Testing

@Suite struct DiscoveryTests {
    private let folder = Scratch()

    @Test func theUsualPlaces() {
        let paths = discoverLogs(home: "/h", environment: [:]).map(\.path)
        #expect(
            paths == [
                "/h/.claude/projects", "/h/.config/claude/projects", "/h/.codex/sessions",
                "/h/.codex/archived_sessions",
                "/h/.gemini/tmp", "/h/.local/share/opencode/storage/message", "/h/.local/share/opencode/opencode.db",
                "/h/.local/share/amp/threads",
            ])
    }

    @Test func theAgentsOwnSettingsCount() {
        let sources = discoverLogs(
            home: "/h",
            environment: [
                "CLAUDE_CONFIG_DIR": "/a, ~/b/ ,/c/projects", "CODEX_HOME": "~/cx", "XDG_DATA_HOME": "/d",
                "XDG_CONFIG_HOME": "",
            ])
        #expect(
            sources.filter { $0.agent == "Claude Code" }.map(\.path) == ["/a/projects", "/h/b/projects", "/c/projects"])
        #expect(sources.contains { $0.path == "/h/cx/sessions" })
        #expect(sources.contains { $0.path == "/d/amp/threads" })
    }

    @Test func aWalkFindsEachLogOnce() throws {
        let log = try folder.write("a/b/s.jsonl", "{}")
        _ = try folder.write("a/notes.md", "x")
        let named = try folder.write("odd-name", "{}")
        symlink(log, folder.path + "/link.jsonl")
        symlink(folder.path + "/a", folder.path + "/again")
        let listing = listLogs(paths: [folder.path, named, log])
        #expect(listing.files == [log, named].sorted())
        // `odd-name` is passed over in the folder and read because it is named.
        #expect(listing.otherFiles == 2 && listing.problems.isEmpty)
    }

    @Test func loopsAndMissingPathsAreNamed() throws {
        let log = try folder.write("a/s.jsonl", "{}")
        symlink(folder.path + "/a", folder.path + "/a/loop")
        symlink(folder.path + "/nowhere", folder.path + "/a/dangling.jsonl")
        let listing = listLogs(paths: [folder.path + "/a", folder.path + "/none"])
        #expect(listing.files == [log])
        #expect(
            listing.problems.map(\.path).sorted() == ["/a/dangling.jsonl", "/a/loop", "/none"].map { folder.path + $0 })
        #expect(listing.problems.contains { $0.what.contains("folder loop") })
    }

    @Test func geminiChatsOnly() throws {
        let chat = try folder.write(".gemini/tmp/h/chats/session-1.json", "{}")
        _ = try folder.write(".gemini/tmp/h/logs.json", "[]")
        let listing = listLogs(sources: discoverLogs(home: folder.path, environment: [:]))
        #expect(listing.files == [chat])
    }
}
