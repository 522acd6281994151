// Task keys in names, mapping rules, and what beats what.
import AgentLogs
import Foundation
import Testing

@testable import AgentLogs

@Suite struct AttributionTests {
    @Test(
        arguments: [
            ("gh-450", "gh-450"), ("GH-450", "gh-450"), ("feature/gh-450-login", "gh-450"), ("issue_12", "issue_12"),
            ("task7", "task7"), ("450-fix", "450"), ("fix/450", "450"), ("ABC-12-thing", "ABC-12"), ("bug#9", "bug#9"),
            ("main", nil), ("release-2", nil), ("gh-", nil), ("gh-45a", nil), ("high-450", nil), ("v1.2.3", nil),
            ("", nil),
            ("abc-12", nil), ("2024.01", nil),
        ] as [(String, String?)]) func keysInBranches(_ branch: String, _ key: String?)
    {
        #expect(taskKey(in: branch, isBranch: true) == key)
    }

    @Test(
        arguments: [
            ("gh-450.jsonl", "gh-450"), ("run-issue-7.log", "issue-7"), ("450-fix.jsonl", nil),
            ("0b9a4c1e-12ab-4f00-a000-1234567890ab.jsonl", nil), ("ABC-12.jsonl", nil),
        ] as [(String, String?)]) func keysInFileNames(_ name: String, _ key: String?)
    {
        #expect(taskKey(in: name, isBranch: false) == key)
    }

    @Test(arguments: [
        ("abc", "abc", true), ("abc", "a*", true), ("abc", "*c", true), ("abc", "a*c", true), ("abc", "*", true),
        ("", "*", true), ("", "", true), ("abc", "b*", false), ("abc", "ab", false), ("aXbXc", "a*b*c", true),
        ("aaaaab", "*a*b", true), ("abc", "a**c", true), ("abd", "a*c", false),
    ]) func patterns(_ text: String, _ pattern: String, _ isMatch: Bool) {
        #expect(matches(text, pattern: pattern) == isMatch)
    }

    @Test func fixedNamesBeatRulesAndRulesBeatNames() throws {
        let folder = Scratch()
        let line =
            #"{"type":"assistant","timestamp":"2026-01-05T10:00:00Z","sessionId":"s1","cwd":"/srv/app","gitBranch":"gh-1","#
            + #""requestId":"r","message":{"id":"m","model":"x","usage":{"output_tokens":1}}}"# + "\n"
        let path = try folder.write("log.jsonl", line)
        var options = ReadOptions()
        func owner() -> [String?] {
            var found: [String?] = []
            _ = readLog(path: path, options: options) { batch in
                for record in batch.records { found += [record.worker, record.task, record.project] }
            }
            return found
        }
        #expect(owner() == [nil, "gh-1", "app"])
        options.attribution.rules = [
            .init(.branch, "gh-*", worker: "ann"), .init(.session, "s1", worker: "bob", task: "t-9"),
            .init(.path, "*/nothing", project: "no"),
        ]
        #expect(owner() == ["ann", "t-9", "app"])
        options.attribution.task = "fixed"
        #expect(owner() == ["ann", "fixed", "app"])
    }
}
