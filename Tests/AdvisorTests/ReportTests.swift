// getReport and closePeriod on a real ledger, and the formats of a report.
import Budgeting
import JSONRPC
import Testing

@testable import Advisor

@Suite struct ReportTests {
    private let server = ApprovalServer()

    private func record(_ cost: String, _ day: String, worker: String = "ann", _ more: String = "") throws {
        _ = try server.call(
            "recordUsage",
            #"{"model":"m","inputTokens":10,"outputTokens":5,"costUSD":\#(cost),"worker":"\#(worker)","#
                + #""timestamp":"\#(day)T08:00:00Z"\#(more)}"#)
    }

    private func run(_ task: String, cost: String, _ outcome: String) throws {
        _ = try server.call(
            "approveTask", #"{"task":"\#(task)","worker":"ann","kind":"retry","estimate":{"costUSD":2}}"#)
        _ = try server.call(
            "recordUsage",
            #"{"model":"m","inputTokens":1,"outputTokens":1,"costUSD":\#(cost),"task":"\#(task)","worker":"ann"}"#)
        server.now = server.now.adding(seconds: 60)
        _ = try server.call("completeTask", #"{"task":"\#(task)","outcome":"\#(outcome)"}"#)
    }

    // Today is Saturday, 2025-11-22.
    @Test(arguments: [
        ("{}", "2025-11-01 2025-11-22 2025-10-01 2025-10-22"),
        (#"{"period":"day"}"#, "2025-11-22 2025-11-22 2025-11-21 2025-11-21"),
        (#"{"period":"week"}"#, "2025-11-17 2025-11-22 2025-11-10 2025-11-15"),
        (#"{"at":"2025-03-31"}"#, "2025-03-01 2025-03-31 2025-02-01 2025-02-28"),
        (#"{"from":"2025-11-01","to":"2025-11-03"}"#, "2025-11-01 2025-11-03 2025-10-29 2025-10-31"),
        (#"{"from":"2025-11-20"}"#, "2025-11-20 2025-11-22 2025-11-17 2025-11-19"),
    ])
    func daysAndThoseBefore(params: String, days: String) throws {
        defer { server.close() }
        let report = try server.call("getReport", params)
        let before = try #require(report["before"])
        #expect([report["from"], report["to"], before["from"], before["to"]].map { $0?.string ?? "?" } == days.words)
    }

    @Test(arguments: [
        #"{"from":"2025-11-02","to":"2025-11-01"}"#, #"{"to":"2025-11-01"}"#,
        #"{"from":"2025-11-01","at":"2025-11-01"}"#,
        #"{"by":["day","day"]}"#,
    ])
    func unclearDaysAreRefused(params: String) throws {
        defer { server.close() }
        #expect(try server.call("getReport", params)["code"]?.int == -32602)
    }

    @Test func sumsAgreeWithGetUsageAndTheDaysBefore() throws {
        defer { server.close() }
        try record("2", "2025-10-05")
        try record("1", "2025-10-31", worker: "gone")
        try record("3", "2025-11-05", #","durationMs":2000"#)
        try record("1", "2025-11-06", worker: "bob", #","success":false"#)
        let report = try server.call("getReport", #"{"by":["worker"]}"#)
        let usage = try server.call("getUsage", #"{"groupBy":[]}"#)
        #expect(report["total"]?.text == usage["total"]?.text)
        #expect(report["before"]?["costUSD"]?.text == "2" && report["change"]?["costPercent"]?.text == "100")
        let rows = try #require(report["rows"]?.array)
        #expect(rows.map { $0["worker"]?.string } == ["ann", "bob"])
        #expect(rows.map { $0["beforeUSD"]?.text } == ["2", "0"])
        #expect(rows.map { $0["changePercent"]?.text } == ["50", "null"])
        #expect(report["total"]?["failures"]?.int == 1 && report["close"]?.isNull == true)
    }

    @Test func aFinishedTaskCarriesItsFailuresAndRetries() throws {
        defer { server.close() }
        try run("1", cost: "1", "failed")
        try run("1", cost: "2", "succeeded")
        try run("2", cost: "1.5", "succeeded")
        try run("3", cost: "0.5", "abandoned")
        let report = try server.call("getReport")
        let tasks = try #require(report["tasks"])
        let names = ["runs", "finished", "failed", "abandoned", "retries", "successPercent", "costPerFinishedTaskUSD"]
        #expect(names.map { tasks[$0]?.text ?? "?" } == ["4", "2", "1", "1", "1", "50", "2.5"])
        #expect(tasks["meanRunSeconds"]?.text == "60")
        #expect(report["lost"]?["totalUSD"]?.text == "1.5" && report["estimates"]?["usedUSD"]?.text == "5")
    }

    @Test func aClosedMonthStaysAndLateRecordsAreAdjustments() throws {
        defer { server.close() }
        try record("2", "2025-10-05")
        try record("1", "2025-10-06", worker: "bob")
        let close = try server.call("closePeriod", #"{"by":"eve","note":"the books"}"#)
        #expect(close["from"]?.string == "2025-10-01" && close["total"]?["costUSD"]?.text == "3")
        #expect(close["alreadyClosed"]?.bool == false)
        try record("0.5", "2025-10-31", worker: "bob")
        let id = try server.call(
            "recordUsage",
            #"{"model":"m","inputTokens":1,"outputTokens":1,"costUSD":9,"timestamp":"2025-10-07T00:00:00Z"}"#)
        _ = try server.call("adjustUsage", #"{"id":\#(id["id"]?.text ?? ""),"void":true,"reason":"twice"}"#)
        let again = try server.call("closePeriod", #"{"at":"2025-10-31"}"#)
        #expect(again["alreadyClosed"]?.bool == true && again["total"]?["costUSD"]?.text == "3")

        let report = try server.call("getReport", #"{"at":"2025-10-01","by":["worker"]}"#)
        let account = try #require(report["close"])
        #expect(account["by"]?.string == "eve" && account["note"]?.string == "the books")
        #expect(account["total"]?["costUSD"]?.text == "3" && account["adjustment"]?["costUSD"]?.text == "0.5")
        #expect(account["adjustment"]?["records"]?.int == 1 && report["total"]?["costUSD"]?.text == "3.5")
        let rows = try #require(report["rows"]?.array)
        #expect(
            rows.map { "\($0["worker"]?.string ?? "-") \($0["adjustmentUSD"]?.text ?? "")" } == [
                "ann 0", "bob 0.5", "- 0",
            ])
        #expect(reportView(report, on: Page()).contains("since then  $0.50, 15 tokens, 1 call came late"))
        // Other days of the same month were not closed.
        #expect(try server.call("getReport", #"{"from":"2025-10-01","to":"2025-10-30"}"#)["close"]?.isNull == true)
    }

    @Test func onlyWhatIsOverCanBeClosedAndOnlyByAdministrators() throws {
        defer { server.close() }
        #expect(try server.call("closePeriod", #"{"at":"2025-11-01"}"#)["code"]?.int == 1002)
        #expect(try server.call("closePeriod", #"{"period":"day","at":"2025-11-21"}"#)["to"]?.string == "2025-11-21")
        server.session.isAdministrator = false
        #expect(try server.call("closePeriod")["code"]?.int == 1004)
    }

    @Test func namesCannotLeaveTheirPlaceInAnyFormat() throws {
        defer { server.close() }
        try record("1", "2025-11-05", worker: #"=1+1|<script>\"a\",'b'"#)
        let report = try server.call("getReport", #"{"by":["worker"]}"#)
        let page = Page()
        let html = reportText(report, as: .html, on: page)
        #expect(!html.contains("<script") && html.contains("=1+1|&lt;script&gt;&quot;a&quot;,&#39;b&#39;"))
        #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("src=\""))
        #expect(reportText(report, as: .markdown, on: page).contains(#"| =1+1\|\<script\>"a","#))
        let csv = reportText(report, as: .csv, on: page).split(separator: "\r\n")
        #expect(csv.count == 3)
        #expect(csv.contains { $0.contains(#",2025-11-22,"'=1+1|<script>""a"",'b'",1,0,,,10,5,"#) })
        #expect(csv.last?.hasPrefix("2025-11-01,2025-11-22,total,1,0,,,10,5,0,0,0,15,1,0,") == true)
        #expect(try JSON(parsing: String(reportText(report, as: .json, on: page).dropLast())).text == report.text)
    }

    @Test(arguments: [["--week"], ["--week", "--at", "2025-10-01"], ["--day", "--by", "worker,model"]])
    func periodsAsFlags(words: [String]) throws {
        let typed = try MethodCommand.report.words(words + ["--format=html"])
        #expect(typed.flags["format"] == "html")
        #expect(try reportParams(typed)["period"]?.string == String(words[0].dropFirst(2)))
    }

    @Test func onlyOnePeriodAtATime() throws {
        let typed = try MethodCommand.report.words(["--week", "--day"])
        #expect(throws: WireError.self) { try reportParams(typed) }
    }
}

extension String {
    fileprivate var words: [String] { split(separator: " ").map(String.init) }
}
