// Alerts on their way out: a webhook that fails first, and a carrier that is killed before its command works.
import Foundation
import Testing

@Suite struct AlertDeliveryTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// Passes a threshold; the answers come back whatever the way out does.
    private func crossing(_ environment: [String: String]) throws {
        let advisor = try Advisor(in: folder, environment: environment)
        #expect(try advisor.call("setBudget", #"{"budget":"monthly","limitUSD":1,"period":"total"}"#).code == nil)
        let answer = try advisor.call(
            "recordUsage", #"{"model":"m","inputTokens":1,"outputTokens":1,"costUSD":0.8}"#)
        #expect(answer["result", "alerts"].count == 1)
        #expect(try advisor.finish().ending == .exit(0))
    }

    private func run(_ words: [String], _ environment: [String: String]) throws -> Ending {
        let advisor = try Advisor(in: folder, arguments: words, environment: environment)
        advisor.process.closeInput()
        return try advisor.process.waitForEnd()
    }

    private func text(_ name: String) -> String {
        (try? String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)) ?? ""
    }

    private func wait(_ what: String, until isTrue: () -> Bool) throws {
        for _ in 0..<ChildProcess.patienceMs / 20 {
            if isTrue() { return }
            usleep(20_000)
        }
        throw Failure("\(what) does not come")
    }

    /// The processes that carry alerts of this folder's ledger.
    private var carriers: [pid_t] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { pid_t($0) }.filter { id in
            let words = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(id)/cmdline"))) ?? Data()
            let line = String(decoding: words, as: UTF8.self)
            return line.contains("\0deliver\0") && line.contains(folder.ledger)
        }
    }

    @Test func aWebhookThatFailsFirstGetsItAgain() throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/webhook.py"
        let webhook = try ChildProcess(
            ["python3", script, folder.path + "/hook.log", "500,503"], folder: folder.path,
            environment: ["PATH": "/usr/bin:/bin"], errors: folder.path + "/hook.err")
        defer { webhook.kill(SIGKILL) }
        let port = try #require(try webhook.nextLine())
        try crossing(["BUDGET_ADVISOR_ALERT_WEBHOOK": "http://127.0.0.1:\(port)/?a=\"b\\c"])
        try wait("the alert") { text("hook.log").contains("\n200 ") }
        try wait("the carrier's end") { carriers.isEmpty }
        let lines = text("hook.log").split(separator: "\n").map {
            $0.split(separator: " ", maxSplits: 2).map(String.init)
        }
        #expect(lines.map { $0[0] } == ["500", "503", "200"])
        for line in lines {
            let body = try Answer(line[2])
            #expect(line[1] == "application/json")
            #expect(body["text"].text == "Budget monthly has reached 75 %: $0.80 of $1.00 is spent.")
            #expect(body["alert", "id"].int == 1)
        }
        // Delivered once, it is not sent again.
        #expect(try run(["status"], ["BUDGET_ADVISOR_ALERT_WEBHOOK": "http://127.0.0.1:\(port)/"]) == .exit(0))
        try wait("the second carrier's end") { carriers.isEmpty }
        #expect(text("hook.log").split(separator: "\n").count == 3)
    }

    @Test func whatAKilledCarrierLeftIsSentByTheNextProcess() throws {
        let command = ["BUDGET_ADVISOR_ALERT_COMMAND": "echo try >> tries; test -e open && cat >> arrived"]
        try crossing(command)
        try wait("the first try") { !text("tries").isEmpty }
        for carrier in carriers { kill(carrier, SIGKILL) }
        try wait("the carrier's end") { carriers.isEmpty }
        #expect(text("arrived").isEmpty)
        FileManager.default.createFile(atPath: folder.path + "/open", contents: nil)
        #expect(try run(["status"], command) == .exit(0))
        try wait("the alert") { text("arrived").hasSuffix("\n") }
        #expect(try Answer(text("arrived"))["alert", "kind"].text == "threshold")
        try wait("the carrier's end") { carriers.isEmpty }
    }

    @Test func aTestAlertSaysWhetherItArrived() throws {
        #expect(try run(["alerts", "test"], [:]) == .exit(64))
        #expect(try run(["alerts", "test"], ["BUDGET_ADVISOR_ALERT_COMMAND": "cat > got"]) == .exit(0))
        #expect(try Answer(text("got"))["alert", "test"].bool == true)
        #expect(try run(["alerts", "test"], ["BUDGET_ADVISOR_ALERT_COMMAND": "exit 3"]) == .exit(1))
        let webhook = ["BUDGET_ADVISOR_ALERT_WEBHOOK": "http://127.0.0.1:1/secret"]
        #expect(try run(["alerts", "test"], webhook) == .exit(1))
        let doctor = try Advisor(in: folder, arguments: ["doctor"], environment: webhook)
        doctor.process.closeInput()
        try doctor.process.readToEnd()
        #expect(!String(decoding: doctor.process.received, as: UTF8.self).contains("secret"))
    }
}
