// What hooks understand of their hosts' events, without a ledger.
import JSONRPC
import Testing

@testable import Advisor

@Suite struct HookTests {
    @Test(arguments: [
        ("Fix #12", "gh-12"), ("gh-450: fix the login", "gh-450"), ("GH-7 and #7", "gh-7"), ("#12 and #13", nil),
        ("work on issue 12", nil), ("abc#12", nil), ("&#39; is an apostrophe", nil), ("colour #12ab34", nil),
        ("highgh-12", nil), ("#1234567890123", nil), ("", nil), ("(#9)", "gh-9"), ("gh-", nil),
    ])
    func theOneIssueOfAText(text: String, issue: String?) {
        #expect(onlyIssue(in: text) == issue)
    }

    @Test func theTaskOfASubagentIsItsIssueOrTheCallItself() throws {
        func event(_ input: String) throws -> HookEvent? {
            HookEvent(
                try JSON(
                    parsing:
                        #"{"hook_event_name":"PreToolUse","session_id":"s","tool_name":"Agent","tool_use_id":"t1","#
                        + #""tool_input":\#(input)}"#))
        }
        #expect(try event(#"{"description":"Fix #5","prompt":"see #5 and #6"}"#)?.task == "gh-5")
        #expect(try event(#"{"description":"Fix it","prompt":"see #6"}"#)?.task == "gh-6")
        let own = try event(#"{"description":"Look around"}"#)
        #expect(own?.task == "subagent t1" && own?.isTaskOfItsOwn == true)
        #expect(HookEvent(.array([])) == nil)
        #expect(HookEvent(.object([("hook_event_name", "Notification")]))?.kind == nil)
    }

    @Test func wordsStandForTheNewestModelOfTheirFamily() {
        for word in ["haiku", "sonnet", "opus"] {
            let model = HookModels.model(for: word)
            #expect(model.hasPrefix("claude-\(word)-"))
            #expect(HookModels.word(for: model, at: .claudeCode) == word)
            #expect(HookModels.word(for: model, at: .codex) == model)
        }
        #expect(HookModels.model(for: "gpt-5") == "gpt-5")
        let cheaper = HookModels.cheaper(than: HookModels.model(for: "opus"))
        #expect(cheaper.contains(HookModels.model(for: "haiku")) && !cheaper.contains(HookModels.model(for: "opus")))
        #expect(HookModels.cheaper(than: HookModels.model(for: "haiku")).isEmpty)
        #expect(HookModels.cheaper(than: "nobody-knows-me").isEmpty)
    }

    @Test(arguments: [
        (#"{"model":"a"}{"model":"b"}"#, "b"), (#"{"model":"a"}{"model":"<synthetic>"}"#, "a"),
        (#"{"model":"cut o"#, nil), ("", nil), (#""model":"""#, nil),
    ])
    func theLastModelOfATranscript(text: String, model: String?) {
        #expect(HookModels.last(in: text) == model)
    }

    @Test func answersHaveTheHostsForm() throws {
        #expect(HookAnswer.nothing.text(for: .beforeTool).isEmpty)
        let denied = try JSON(parsing: HookAnswer.deny("no \"money\"").text(for: .beforeTool))["hookSpecificOutput"]
        #expect(denied?["hookEventName"]?.string == "PreToolUse")
        #expect(denied?["permissionDecision"]?.string == "deny")
        #expect(denied?["permissionDecisionReason"]?.string == "no \"money\"")
        let changed = HookAnswer.change(.object([("model", "haiku")]), "cheaper").text(for: .beforeTool)
        let output = try JSON(parsing: changed)["hookSpecificOutput"]
        #expect(output?["permissionDecision"]?.string == "allow")
        #expect(output?["updatedInput"]?["model"]?.string == "haiku")
        let start = try JSON(parsing: HookAnswer.context("hi").text(for: .sessionStart))["hookSpecificOutput"]
        #expect(start?["additionalContext"]?.string == "hi")
    }
}
