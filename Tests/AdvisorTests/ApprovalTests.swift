// A coordinator's day in process: approvals, refusals, downgrades, the life of tasks, brakes, people.
import Budgeting
import JSONRPC
import Testing

@testable import Advisor

@Suite struct ApprovalTests {
    private func server(limitUSD: Int = 100, isAdministrator: Bool = true) throws -> ApprovalServer {
        let server = ApprovalServer(isAdministrator: isAdministrator)
        _ = try server.call("setBudget", #"{"budget":"monthly","limitUSD":\#(limitUSD)}"#)
        return server
    }

    private func usd(_ task: String, _ cost: Double, _ more: String = "") -> String {
        #"{"task":"\#(task)","model":"claude-opus-4-1","estimate":{"costUSD":\#(cost)}\#(more)}"#
    }

    @Test func theAnswerHasTheContractsFields() throws {
        let server = try server()
        defer { server.close() }
        let answer = try server.call("approveTask", usd("1", 1))
        for name in [
            "decisionId", "decision", "approved", "model", "reason", "estimate", "reservation", "options", "retryable",
            "retryAfterSeconds", "worstCaseOvershoot", "budgets",
        ] { #expect(answer[name] != nil, "\(name)") }
        for name in ["p50USD", "p90USD", "p50Tokens", "p90Tokens", "basis", "samples"] {
            #expect(answer["estimate"]?[name] != nil, "\(name)")
        }
        for name in ["id", "amount", "unit", "expiresAt"] { #expect(answer["reservation"]?[name] != nil, "\(name)") }
        #expect(answer["reason"]?["budget"]?.string == "monthly")
        #expect(answer["reservation"]?["expiresAt"]?.string == "2025-11-22T13:00:00Z")
        #expect(answer["budgets"]?[0]?["reserved"]?.text == answer["estimate"]?["p90USD"]?.text)
    }

    @Test(arguments: [
        // priority, kind, what of a limit of $100 is spent, the answer to a task of $2.13
        ("low", "new", 70, "approve withinBudget"), ("low", "new", 73, "defer priorityLine"),
        ("normal", "new", 87, "approve withinBudget"), ("normal", "new", 89, "defer priorityLine"),
        ("high", "new", 92, "approve withinBudget"), ("high", "new", 94, "defer priorityLine"),
        ("critical", "new", 97, "approve withinBudget"), ("low", "wrapUp", 97, "approve withinBudget"),
        ("critical", "new", 99, "defer exceedsBudget"), ("critical", "new", 101, "defer budgetExhausted"),
    ])
    func admissionLines(priority: String, kind: String, spent: Int, expected: String) throws {
        let server = try server()
        defer { server.close() }
        _ = try server.call(
            "recordUsage", #"{"model":"claude-opus-4-1","inputTokens":1,"outputTokens":1,"costUSD":\#(spent)}"#)
        #expect(try server.approve(usd("1", 2.13, #","priority":"\#(priority)","kind":"\#(kind)""#)) == expected)
    }

    @Test(arguments: [
        // At noon of the 22nd of 30 days, 71.7 % of the month has passed.
        ("thresholds", "low", 74, "approve withinBudget"), ("thresholds", "low", 76, "defer priorityLine"),
        ("strict", "low", 94, "approve withinBudget"), ("strict", "high", 96, "defer priorityLine"),
        ("strict", "critical", 99, "approve withinBudget"), ("fit", "low", 99, "approve withinBudget"),
        ("paced", "low", 53, "approve withinBudget"), ("paced", "low", 63, "defer paced"),
        ("paced", "critical", 99, "approve withinBudget"),
    ])
    func policies(policy: String, priority: String, spent: Int, expected: String) throws {
        let server = try server()
        defer { server.close() }
        _ = try server.call("setBudget", #"{"budget":"monthly","limitUSD":100,"policy":"\#(policy)"}"#)
        // Whatever the forecast says, 53.8 is open to low work: 75 % of what has passed.
        _ = try server.call(
            "recordUsage",
            #"{"model":"claude-opus-4-1","inputTokens":1,"outputTokens":1,"costUSD":\#(spent),"#
                + #""timestamp":"2025-11-01T10:00:00Z"}"#)
        #expect(try server.approve(usd("1", 0.01, #","priority":"\#(priority)""#)) == expected)
    }

    @Test func lostRunsAreSummedUp() throws {
        let server = try server()
        defer { server.close() }
        for (task, outcome) in [("1", "failed"), ("2", "abandoned"), ("3", "succeeded")] {
            _ = try server.call("approveTask", usd(task, 1))
            _ = try server.call(
                "recordUsage", #"{"model":"m","inputTokens":1,"outputTokens":1,"costUSD":2,"task":"\#(task)"}"#)
            _ = try server.call("completeTask", #"{"task":"\#(task)","outcome":"\#(outcome)"}"#)
        }
        _ = try server.call("approveTask", usd("4", 1))
        _ = try server.call("recordUsage", #"{"model":"m","inputTokens":1,"outputTokens":1,"costUSD":5,"task":"4"}"#)
        server.now = server.now.adding(seconds: 3600)
        #expect(try server.approve(usd("4", 1)) == "approve withinBudget")
        let lost = try server.call("listTasks", #"{"lost":true}"#)["lost"]?.array ?? []
        #expect(
            lost.map { "\($0["state"]?.string ?? "") \($0["costUSD"]?.text ?? "")" } == ["failed 2", "abandoned 7"])
    }

    @Test func aRefusalSaysWhatToDo() throws {
        let server = try server(limitUSD: 10)
        defer { server.close() }
        _ = try server.call("approveTask", usd("1", 6.4, #","ttlSeconds":600"#))
        let refused = try server.call("approveTask", usd("2", 6.4))
        #expect(refused["decision"]?.string == "defer" && refused["approved"]?.bool == false)
        #expect(refused["retryAfterSeconds"]?.int == 600)
        let actions = refused["options"]?.array?.compactMap { $0["action"]?.string } ?? []
        #expect(actions.contains("wait") && actions.contains("cap") && actions.contains("raiseLimit"))
        server.now = server.now.adding(seconds: 600)
        #expect(try server.approve(usd("2", 6.4)) == "approve withinBudget")
    }

    @Test func whatTheOptionsPromiseHolds() throws {
        let server = try server(limitUSD: 10)
        defer { server.close() }
        _ = try server.call("approveTask", usd("1", 6.4))
        let options = try server.call("approveTask", usd("2", 6.4))["options"]?.array ?? []
        let raise = try #require(options.first { $0["action"]?.string == "raiseLimit" }?["by"]?.double)
        _ = try server.call("setBudget", #"{"budget":"monthly","limitUSD":\#(10 + raise - 0.01)}"#)
        #expect(try server.approve(usd("2", 6.4)) == "defer priorityLine")
        _ = try server.call("setBudget", #"{"budget":"monthly","limitUSD":\#(10 + raise)}"#)
        #expect(try server.approve(usd("2", 6.4)) == "approve withinBudget")
    }

    @Test func aCheaperModelIsTakenOnlyFromTheAlternatives() throws {
        let server = try server(limitUSD: 9)
        defer { server.close() }
        let tokens = #""model":"claude-opus-4-1","estimate":{"inputTokens":300000,"outputTokens":60000}"#
        #expect(
            try server.approve(#"{"task":"1",\#(tokens),"alternatives":["claude-opus-4-1"]}"#) == "deny priorityLine")
        let answer = try server.call("approveTask", #"{"task":"1",\#(tokens),"alternatives":["claude-haiku-4-5"]}"#)
        #expect(answer["decision"]?.string == "downgrade" && answer["model"]?.string == "claude-haiku-4-5")
    }

    @Test func aGivenCostIsConvertedToTheAlternative() throws {
        let server = try server(limitUSD: 10)
        defer { server.close() }
        let answer = try server.call("approveTask", usd("1", 15, #","alternatives":["claude-haiku-4-5"]"#))
        #expect(answer["decision"]?.string == "downgrade" && answer["estimate"]?["p50USD"]?.double == 1)
    }

    @Test(arguments: ["claude-opus-4-1", "gpt-5.4-pro"])
    func cheaperModelsThatAreOfferedFit(model: String) throws {
        let server = try server(limitUSD: 9)
        defer { server.close() }
        func params(_ model: String) -> String {
            #"{"task":"1","model":"\#(model)","dryRun":true,"estimate":{"inputTokens":300000,"outputTokens":60000}}"#
        }
        let options = try server.call("approveTask", params(model))["options"]?.array ?? []
        let offered = options.filter { $0["action"]?.string == "useModel" }.compactMap { $0["model"]?.string }
        #expect(!offered.isEmpty && offered.count <= 3)
        for name in offered {
            #expect(try server.approve(params(name)) == "approve withinBudget")
        }
    }

    @Test func aTaskIsHeldByOne() throws {
        let server = try server()
        defer { server.close() }
        let first = try server.call("approveTask", usd("gh-7", 1, #","worker":"ann""#))
        let again = try server.call("approveTask", usd(" #7", 1, #","worker":"ann""#))
        #expect(
            again["reservation"]?["id"]?.text == first["reservation"]?["id"]?.text && again["approved"]?.bool == true)
        let other = try server.call("approveTask", usd("7", 1, #","worker":"bob""#))
        #expect(other["reason"]?["code"]?.string == "duplicateTask" && other["claim"]?["worker"]?.string == "ann")
        #expect(other["claim"]?["state"]?.string == "claimed" && other["retryable"]?.bool == true)
        #expect(try server.approve(usd("7", 1, #","worker":"bob","project":"other""#)) == "approve withinBudget")
        server.now = server.now.adding(seconds: 3600)
        #expect(try server.approve(usd("7", 1, #","worker":"bob""#)) == "approve withinBudget")
        #expect(try server.call("checkIn", #"{"task":"7","worker":"ann"}"#)["reason"]?["code"]?.string == "heldByOther")
    }

    @Test(arguments: [
        ("inReview", "new", "deny duplicateTask"), ("inReview", "retry", "deny duplicateTask"),
        ("inReview", "rework", "approve withinBudget"), ("succeeded", "new", "deny duplicateTask"),
        ("succeeded", "rework", "approve withinBudget"), ("failed", "retry", "approve withinBudget"),
        ("failed", "new", "approve withinBudget"), ("failed", "rework", "approve withinBudget"),
        ("abandoned", "retry", "approve withinBudget"),
    ])
    func whatMayFollow(outcome: String, kind: String, expected: String) throws {
        let server = try server()
        defer { server.close() }
        _ = try server.call("approveTask", usd("7", 1, #","worker":"ann""#))
        let ended = try server.call(
            "completeTask", #"{"task":"7","worker":"ann","outcome":"\#(outcome)","pullRequest":"pr/1"}"#)
        #expect(ended["pullRequest"]?.string == "pr/1")
        #expect(try server.call("getStatus")["reserved"]?.double == 0)
        server.now = server.now.adding(seconds: 1_000_000)
        #expect(try server.approve(usd("7", 1, #","worker":"bob","kind":"\#(kind)""#)) == expected)
    }

    @Test func spendDrawsOnTheReservation() throws {
        let server = try server()
        defer { server.close() }
        _ = try server.call("approveTask", usd("7", 1, #","worker":"ann","project":"p""#))
        let held = try #require(server.call("getStatus")["reserved"]?.double)
        func record(_ cost: Double) throws {
            _ = try server.call(
                "recordUsage", ##"{"model":"m","inputTokens":1,"outputTokens":1,"costUSD":\##(cost),"task":"#7"}"##)
        }
        try record(0.5)
        var status = try server.call("getStatus")
        #expect(abs((status["reserved"]?.double ?? 0) - (held - 0.5)) < 1e-9 && status["spent"]?.double == 0.5)
        #expect(
            try server.call("checkIn", #"{"task":"7","worker":"ann","project":"p"}"#)["action"]?.string == "continue")
        try record(held - 0.5)
        #expect(try server.call("checkIn", #"{"task":"7","worker":"ann","project":"p"}"#)["action"]?.string == "wrapUp")
        try record(held)
        status = try server.call("getStatus")
        #expect(status["reserved"]?.double == 0)
        #expect(try server.call("checkIn", #"{"task":"7","worker":"ann","project":"p"}"#)["action"]?.string == "stop")
    }

    @Test func aRequestIdIsAnsweredOnce() throws {
        let server = try server()
        defer { server.close() }
        let params = usd("7", 1, #","worker":"ann","requestId":"r-1""#)
        let first = try server.call("approveTask", params)
        server.now = server.now.adding(seconds: 5000)
        #expect(try server.call("approveTask", params).text == first.text)
        let other = try server.call("approveTask", usd("7", 2, #","worker":"ann","requestId":"r-1""#))
        #expect(other["code"]?.int == 1002)
    }

    @Test func aDryRunLeavesNothing() throws {
        let server = try server()
        defer { server.close() }
        let answer = try server.call("approveTask", usd("7", 1, #","worker":"ann","dryRun":true,"labels":["x"]"#))
        #expect(answer["approved"]?.bool == true && answer["decisionId"]?.text == "null")
        #expect(answer["budgets"]?[0]?["reserved"]?.double == 1)
        #expect(try server.call("getStatus")["reserved"]?.double == 0)
        #expect(try server.call("listTasks")["tasks"]?.array?.isEmpty == true)
        #expect(try server.call("listDecisions")["decisions"]?.array?.isEmpty == true)
    }

    @Test func aStormIsStopped() throws {
        let server = try server()
        defer { server.close() }
        for _ in 0..<5 {
            #expect(try server.approve(usd("7", 1, #","worker":"ann","kind":"retry""#)) == "approve withinBudget")
            _ = try server.call("completeTask", #"{"task":"7","worker":"ann","outcome":"failed"}"#)
            server.now = server.now.adding(seconds: 10)
        }
        let storm = try server.call("approveTask", usd("7", 1, #","worker":"ann","kind":"retry""#))
        #expect(storm["decision"]?.string == "defer" && storm["reason"]?["code"]?.string == "spawnStorm")
        #expect(storm["retryAfterSeconds"]?.int == 550)
        server.now = server.now.adding(seconds: 550)
        #expect(try server.approve(usd("7", 1, #","worker":"ann","kind":"retry""#)) == "approve withinBudget")
    }

    @Test func pausesStopWhatTheyCover() throws {
        let server = try server()
        defer { server.close() }
        _ = try server.call("pause", #"{"scope":{"project":"p"},"reason":"outage"}"#)
        let paused = try server.call("approveTask", usd("7", 1, #","project":"p""#))
        #expect(paused["decision"]?.string == "defer" && paused["reason"]?["code"]?.string == "paused")
        #expect(paused["reason"]?["message"]?.string == "Approvals are paused: outage.")
        #expect(try server.approve(usd("7", 1)) == "approve withinBudget")
        #expect(try server.call("resume")["resumed"]?.array?.count == 1)
        #expect(try server.approve(usd("7", 1, #","project":"p""#)) == "approve withinBudget")
        _ = try server.call("pause", #"{"until":"2025-11-22T12:10:00Z"}"#)
        #expect(try server.call("approveTask", usd("8", 1))["retryAfterSeconds"]?.int == 600)
        server.now = server.now.adding(seconds: 600)
        #expect(try server.approve(usd("8", 1)) == "approve withinBudget")
    }

    @Test func aPersonLetsARefusedTaskThroughOnce() throws {
        let server = try server(limitUSD: 1)
        defer { server.close() }
        let params = usd("7", 5, #","worker":"ann","onRefusal":"ask""#)
        let refused = try server.call("approveTask", params)
        #expect(refused["decision"]?.string == "deny")
        let id = try #require(refused["pendingApproval"]?["id"]?.text)
        #expect(try server.call("approveTask", params)["pendingApproval"]?["id"]?.text == id)
        #expect(try server.call("listApprovals")["approvals"]?.array?.count == 1)
        // Five dollars into a budget of one.
        let short = try server.call("grantApproval", #"{"id":\#(id),"by":"eve"}"#)
        #expect(short["code"]?.int == 1002 && short["message"]?.string?.contains("by $4") == true)
        let own = try server.call("grantApproval", #"{"id":\#(id),"by":"ann","overLimit":true}"#)
        #expect(own["code"]?.int == 1004)
        let granted = try server.call("grantApproval", #"{"id":\#(id),"by":"eve","overLimit":true}"#)
        #expect(granted["state"]?.string == "granted" && granted["overLimit"]?.bool == true)
        #expect(try server.call("declineApproval", #"{"id":\#(id)}"#)["code"]?.int == 1002)
        let approved = try server.call("approveTask", params)
        #expect(approved["reason"]?["code"]?.string == "granted" && approved["reason"]?["overLimit"]?.bool == true)
        let kept = try server.call("explainDecision", #"{"decisionId":\#(approved["decisionId"]?.text ?? "")}"#)
        #expect(kept["explanation"]?.string?.contains("by eve, past the limit") == true)
        _ = try server.call("completeTask", #"{"task":"7","outcome":"failed"}"#)
        #expect(try server.approve(params) == "deny exceedsBudget")
    }

    @Test func aGrantPassesALineAndNotALimit() throws {
        let server = try server(limitUSD: 10)
        defer { server.close() }
        let params = usd("7", 4, #","worker":"ann","priority":"low","onRefusal":"ask""#)
        _ = try server.call(
            "recordUsage", #"{"model":"m","inputTokens":1,"outputTokens":1,"costUSD":5.5}"#)
        #expect(try server.approve(params) == "defer priorityLine")
        let granted = try server.call("grantApproval", #"{"id":1,"by":"eve"}"#)
        #expect(granted["state"]?.string == "granted" && granted["overLimit"] == nil)
        // Meanwhile so much is spent that it would pass the limit: the grant is not for that, and stays.
        _ = try server.call(
            "recordUsage", #"{"model":"m","inputTokens":1,"outputTokens":1,"costUSD":1,"idempotencyKey":"k"}"#)
        #expect(try server.approve(params) == "defer exceedsBudget")
        _ = try server.call("setBudget", #"{"budget":"monthly","limitUSD":11}"#)
        #expect(try server.approve(params) == "approve granted")
        #expect(try server.call("getStatus")["remaining"]?.double ?? -1 >= 0)
    }

    @Test func theOverallRateIsOffAndCanBeSet() throws {
        var settings = Settings()
        settings.approvalRate = 3
        for (rate, expected) in [(nil, "approve withinBudget"), (3 as Int?, "defer spawnStorm")] {
            settings.approvalRate = rate
            let server = ApprovalServer(settings)
            defer { server.close() }
            for task in 1...3 { #expect(try server.approve(usd("\(task)", 1)) == "approve withinBudget") }
            server.now = server.now.adding(seconds: 60)
            #expect(try server.approve(usd("4", 1)) == expected)
            guard rate != nil else { continue }
            let answer = try server.call("approveTask", usd("4", 1))
            #expect(answer["retryAfterSeconds"]?.int == 540)
            #expect(answer["reason"]?["message"]?.string?.hasPrefix("3 tasks were approved within ten minutes") == true)
            server.now = server.now.adding(seconds: 540)
            #expect(try server.approve(usd("4", 1)) == "approve withinBudget")
        }
    }

    @Test func anAdoptedTaskCountsForItsWorker() throws {
        let server = try server()
        defer { server.close() }
        _ = try server.call("setBudget", #"{"budget":"ann","limitUSD":10,"scope":{"worker":"ann"}}"#)
        _ = try server.call("setBudget", #"{"budget":"bob","limitUSD":1,"scope":{"worker":"bob"}}"#)
        let held = try server.call("approveTask", usd("7", 4))["reservation"]?["amount"]?.text
        let refused = try server.call("checkIn", #"{"task":"7","worker":"bob"}"#)
        #expect(refused["action"]?.string == "stop" && refused["reason"]?["budget"]?.string == "bob")
        #expect(try server.call("checkIn", #"{"task":"7","worker":"ann"}"#)["action"]?.string == "continue")
        #expect(try server.call("getStatus", #"{"budget":"ann"}"#)["reserved"]?.text == held)
        #expect(try server.call("getStatus", #"{"budget":"bob"}"#)["reserved"]?.text == "0")
        server.session.ledger.close()
        #expect(try server.call("getStatus", #"{"budget":"ann"}"#)["reserved"]?.text == held)
    }

    @Test func anAgentCannotGrantItself() throws {
        let server = ApprovalServer(isAdministrator: false)
        defer { server.close() }
        for method in ["grantApproval", "declineApproval"] {
            #expect(try server.call(method, #"{"id":1}"#)["code"]?.int == 1004)
        }
        #expect(try server.call("pause")["code"]?.int == 1004)
    }

    @Test func decisionsAreExplained() throws {
        let server = try server()
        defer { server.close() }
        _ = try server.call("approveTask", usd("7", 1, #","worker":"ann""#))
        _ = try server.call("approveTask", usd("8", 90, #","worker":"bob""#))
        let listed = try server.call("listDecisions")["decisions"]?.array ?? []
        #expect(listed.compactMap { $0["task"]?.string } == ["8", "7"])
        let explained = try server.call("explainDecision", #"{"decisionId":1}"#)
        let check = try #require(explained["checks"]?[0])
        #expect(check["fits"]?.bool == true && check["reserved"]?.double == 0 && check["ceiling"]?.double == 90)
        #expect(explained["explanation"]?.string?.contains("ann asked for new work") == true)
        #expect(try server.call("explainDecision", #"{"decisionId":2}"#)["checks"]?[0]?["fits"]?.bool == false)
        #expect(try server.call("explainDecision", #"{"decisionId":3}"#)["code"]?.int == 1001)
    }
}

@Suite struct PlanTests {
    private func server(limitUSD: Int) throws -> ApprovalServer {
        let server = ApprovalServer()
        _ = try server.call("setBudget", #"{"budget":"monthly","limitUSD":\#(limitUSD)}"#)
        return server
    }

    private func plan(_ server: ApprovalServer, _ tasks: String, _ more: String = "") throws -> JSON {
        try server.call("planTasks", #"{"tasks":[\#(tasks)]\#(more)}"#)
    }

    private func task(_ key: String, _ cost: Double, _ more: String = "") -> String {
        #"{"task":"\#(key)","model":"claude-opus-4-1","estimate":{"costUSD":\#(cost)}\#(more)}"#
    }

    private func keys(_ plan: JSON, _ part: String) -> [String] {
        (plan[part]?.array ?? []).compactMap { $0["task"]?.string }
    }

    @Test func theMostValuableSetThatFitsIsRun() throws {
        let server = try server(limitUSD: 10)
        defer { server.close() }
        let tasks = [
            task("big", 7, #","value":5"#), task("a", 3, #","value":3"#), task("b", 3, #","value":3"#),
            task("never", 100, #","value":99"#),
        ].joined(separator: ",")
        let plan = try plan(server, tasks)
        #expect(Set(keys(plan, "run")) == ["a", "b"] && plan["exact"]?.bool == true && plan["value"]?.double == 6)
        let left = (plan["leftOut"]?.array ?? []).compactMap { $0["code"]?.string }
        #expect(left == ["lessValue", "doesNotFit"])
        #expect(try server.call("listTasks")["tasks"]?.array?.isEmpty == true)
    }

    @Test func dependenciesComeFirst() throws {
        let server = try server(limitUSD: 100)
        defer { server.close() }
        let tasks = [
            task("late", 1, #","priority":"critical","dependsOn":["early"]"#), task("early", 1, #","priority":"low""#),
            task("orphan", 1, #","dependsOn":["unknown"]"#),
        ].joined(separator: ",")
        let plan = try plan(server, tasks)
        #expect(keys(plan, "run") == ["early", "late"] && keys(plan, "leftOut") == ["orphan"])
    }

    @Test func cheaperModelsMakeRoom() throws {
        let server = try server(limitUSD: 16)
        defer { server.close() }
        func task(_ key: String) -> String {
            #"{"task":"\#(key)","model":"claude-opus-4-1","alternatives":["claude-haiku-4-5"],"#
                + #""estimate":{"inputTokens":150000,"outputTokens":30000}}"#
        }
        let plan = try plan(server, ["1", "2", "3", "4"].map(task).joined(separator: ","))
        let models = (plan["run"]?.array ?? []).compactMap { $0["model"]?.string }
        #expect(models.count == 4 && Set(models) == ["claude-opus-4-1", "claude-haiku-4-5"])
    }

    @Test func whatIsReservedIsHeld() throws {
        let server = try server(limitUSD: 100)
        defer { server.close() }
        let plan = try plan(server, task("1", 2) + "," + task("2", 3), #","reserve":true"#)
        let approvals = (plan["run"]?.array ?? []).compactMap { $0["approval"]?["decision"]?.string }
        #expect(approvals == ["approve", "approve"])
        #expect(try server.call("getStatus")["reserved"]?.text == plan["p90USD"]?.text)
        #expect(keys(try self.plan(server, task("1", 2)), "leftOut") == ["1"])
    }
}
