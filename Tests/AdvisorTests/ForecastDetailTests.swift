// forecast with detail and with planned tasks: who moved the month, what is promised.
import Budgeting
import JSONRPC
import Testing

@testable import Advisor

@Suite struct ForecastDetailTests {
    /// At noon of 2025-11-22; every worker spends a dollar a day for six weeks, ann three in November.
    private func server() throws -> ApprovalServer {
        let server = ApprovalServer()
        _ = try server.call("setBudget", #"{"budget":"monthly","limitUSD":200}"#)
        _ = try server.call("setBudget", #"{"budget":"ann","limitUSD":200,"scope":{"worker":"ann"}}"#)
        for daysAgo in 0..<42 as Range<Int64> {
            let at = server.now.adding(seconds: -daysAgo * 86_400 - 3600)
            for worker in ["ann", "bob"] {
                let cost = worker == "ann" && daysAgo < 22 ? 3 : 1
                _ = try server.call(
                    "recordUsage",
                    #"{"model":"\#(worker == "ann" ? "x" : "y")","inputTokens":1,"outputTokens":1,"costUSD":\#(cost),"#
                        + #""worker":"\#(worker)","timestamp":"\#(at.rfc3339)"}"#)
            }
        }
        return server
    }

    @Test func driversHaveTheirAmounts() throws {
        let server = try server()
        defer { server.close() }
        let answer = try server.call("forecast", #"{"detail":"full"}"#)
        let told = try #require(answer["explanation"])
        let ann = try #require(told["drivers"]?.array?.first { $0["name"]?.string == "ann" })
        #expect(ann["spent"]?.text == "66" && ann["sort"]?.string == "worker")
        // 21.5 of 22 days at a dollar.
        #expect(abs((ann["change"]?.double ?? 0) - 44.5) < 0.01)
        let sentence = told["sentence"]?.string ?? ""
        #expect(sentence.contains("is $44.50 above its past"), "\(sentence)")
        // Within a worker's budget the worker moves nothing; its model does.
        let own = try server.call("forecast", #"{"budget":"ann","detail":"full"}"#)
        #expect(own["explanation"]?["drivers"]?.array?.compactMap { $0["name"]?.string } == ["x"])
        #expect(try server.call("forecast")["explanation"] == nil)
    }

    @Test func plannedTasksAreAFloor() throws {
        let server = try server()
        defer { server.close() }
        let task = #"{"task":"7","model":"x","worker":"ann","estimate":{"costUSD":500}}"#
        let planned = try server.call("forecast", #"{"planned":[\#(task)]}"#)
        #expect((planned["planned"]?.double ?? 0) >= 500)
        let spent = try #require(planned["spent"]?.double)
        #expect((planned["projected"]?["p10"]?.double ?? 0) >= spent + 500)
        #expect(planned["overLimitProbability"]?.double == 1)
        // Not within another worker's budget, and not a second time where it is held.
        _ = try server.call("setBudget", #"{"budget":"bob","limitUSD":200,"scope":{"worker":"bob"}}"#)
        #expect(try server.call("forecast", #"{"budget":"bob","planned":[\#(task)]}"#)["planned"]?.text == "0")
        _ = try server.call("setBudget", #"{"budget":"monthly","limitUSD":5000}"#)
        _ = try server.call("setBudget", #"{"budget":"ann","limitUSD":5000,"scope":{"worker":"ann"}}"#)
        #expect(try server.call("approveTask", task)["approved"]?.bool == true)
        #expect(try server.call("forecast", #"{"planned":[\#(task)]}"#)["planned"]?.text == "0")
    }
}
