// getUsage with estimates and lost: what runs were expected to cost, and what bought nothing.
import Budgeting
import JSONRPC
import Testing

@testable import Advisor

@Suite struct RunAccountsTests {
    private let server = ApprovalServer()

    private func approve(_ task: String, _ worker: String, _ more: String = "") throws {
        _ = try server.call(
            "approveTask",
            #"{"task":"\#(task)","worker":"\#(worker)","model":"m","kind":"retry","estimate":{"costUSD":1}\#(more)}"#)
    }

    private func record(_ task: String, _ worker: String, _ cost: Double) throws {
        _ = try server.call(
            "recordUsage",
            #"{"model":"m","inputTokens":1,"outputTokens":1,"costUSD":\#(cost),"task":"\#(task)","worker":"\#(worker)"}"#
        )
    }

    private func end(_ task: String, _ outcome: String) throws {
        _ = try server.call("completeTask", #"{"task":"\#(task)","outcome":"\#(outcome)"}"#)
    }

    private func usage(_ more: String = "") throws -> JSON {
        try server.call("getUsage", #"{"groupBy":[],"include":["estimates","lost"]\#(more)}"#)
    }

    @Test func everyLossIsCountedOnce() throws {
        defer { server.close() }
        // Well done, with two dollars by a worker that never had the task.
        try approve("1", "ann")
        try record("1", "ann", 1.5)
        try record("#1", "bob", 2)
        try end("1", "inReview")
        try record("1", "ann", 0.25)
        try end("1", "succeeded")
        // Failed; what carl added to it is part of the run.
        try approve("2", "ann")
        try record("2", "ann", 0.5)
        try record("2", "carl", 0.25)
        try end("2", "failed")
        // Its lease runs out; then somebody else gives it up.
        try approve("3", "bob", #","ttlSeconds":60"#)
        try record("3", "bob", 3)
        server.now = server.now.adding(seconds: 100)
        #expect(try usage()["lost"]?["abandonedUSD"]?.text == "3")
        try approve("3", "ann")
        try record("3", "ann", 4)
        try end("3", "abandoned")
        try approve("4", "dora", #","ttlSeconds":60"#)
        server.now = server.now.adding(seconds: 100)

        let answer = try usage()
        let lost = try #require(answer["lost"])
        #expect(lost["duplicateUSD"]?.text == "2" && lost["failedUSD"]?.text == "0.75")
        #expect(lost["abandonedUSD"]?.text == "7" && lost["totalUSD"]?.text == "9.75")
        #expect(
            lost["rows"]?.array?.compactMap { $0["cause"]?.string } == [
                "abandoned", "abandoned", "duplicate", "failed",
            ])
        let estimates = try #require(answer["estimates"])
        #expect(estimates["runs"]?.text == "5" && estimates["expectedUSD"]?.text == "5")
        #expect(estimates["usedUSD"]?.text == "11.5" && estimates["medianUsedPercent"]?.text == "300")
        let first = estimates["rows"]?[0]
        #expect(first?["task"]?.string == "3" && first?["outcome"]?.string == "abandoned")
    }

    @Test func filtersAndTimesHold() throws {
        defer { server.close() }
        try approve("1", "ann", #","project":"red""#)
        _ = try server.call("completeTask", #"{"task":"1","project":"red","outcome":"failed"}"#)
        #expect(try usage(#","filter":{"project":"red"}"#)["estimates"]?["runs"]?.text == "1")
        #expect(try usage(#","filter":{"project":"blue"}"#)["estimates"]?["runs"]?.text == "0")
        #expect(
            try usage(#","filter":{"worker":"ann"},"from":"2025-11-23","to":"2025-11-24""#)["estimates"]?["runs"]?.text
                == "0")
        #expect(try usage(#","filter":{"session":"s"}"#)["data"]?["code"]?.string == "invalidParams")
        #expect(try server.call("getUsage")["lost"] == nil)
    }
}
