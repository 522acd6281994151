// The commands as a shell sees them: words, stdout, stderr, exit status.
import Foundation
import Testing

@Suite struct CommandLineTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// Runs a command of the binary to its end.
    private func command(
        _ words: String..., environment: [String: String] = [:]
    ) throws -> (status: Int32, out: String, err: String) {
        let advisor = try Advisor(in: folder, arguments: words, environment: environment)
        advisor.process.closeInput()
        try advisor.process.readToEnd()
        guard case .exit(let status) = try advisor.process.waitForEnd() else { throw Failure("ended by a signal") }
        return (status, String(decoding: advisor.process.received, as: UTF8.self), advisor.stderr)
    }

    @Test func statusAnswersByItsExitStatus() throws {
        #expect(try command("status").status == 0)
        #expect(try command("budget", "set", "monthly", "--limit-usd", "1").status == 0)
        for (cost, status) in [("0.5", 0), ("0.45", 1), ("0.1", 2)] as [(String, Int32)] {
            let record = try command("record", "m", "--input-tokens", "1", "--output-tokens", "1", "--cost-usd", cost)
            #expect(record.status == 0, "\(record.err)")
            #expect(try command("status").status == status)
            #expect(try command("status", "--json").status == status)
        }
        let unknown = try command("status", "nope")
        #expect(unknown.status == 3 && unknown.out.isEmpty)
        #expect(unknown.err.contains("no budget is named nope"))
        #expect(try command("status", "--bugdet", "x").status == 64)
        #expect(try command("status", environment: ["BUDGET_ADVISOR_RESET_DAY": "40"]).status == 64)
        try FileManager.default.removeItem(atPath: folder.ledger)
        try Data("no ledger, but text".utf8).write(to: URL(fileURLWithPath: folder.ledger))
        #expect(try command("status").status == 3)
        #expect(try command("approve", "t").status == 3)
        #expect(try command("budget", "list").status == 1)
        #expect(try command("doctor").status == 1)
        #expect(folder.bytes(of: folder.ledger) == Data("no ledger, but text".utf8))
    }

    @Test func theLedgerMayBeNamedBeforeAndBehindTheCommand() throws {
        for words in [["status", "--ledger", "b.db"], ["--ledger", "b.db", "status"], ["status", "--ledger=b.db"]] {
            let advisor = try Advisor(in: folder, arguments: words)
            advisor.process.closeInput()
            #expect(try advisor.process.waitForEnd() == .exit(0))
            #expect(folder.bytes(of: folder.path + "/b.db") != nil)
            #expect(folder.bytes(of: folder.ledger) == nil)
            try FileManager.default.removeItem(atPath: folder.path + "/b.db")
        }
    }

    @Test func jsonIsTheResultOfTheMethod() throws {
        let json = try command("record", "gpt-5", "--input-tokens", "900", "--output-tokens", "4100", "--json")
        #expect(json.out.hasSuffix("\n") && json.out.split(separator: "\n").count == 1)
        #expect(try Answer(json.out)["id"].int == 1)
        let server = try Advisor(in: folder)
        let usage = try server.call("getUsage", #"{"groupBy":["model"]}"#).result
        _ = try server.finish()
        #expect(try Answer(command("usage", "model", "--json").out).value == usage)
        #expect(try Answer(command("call", "getUsage", "--group-by", "model", "--json").out).value == usage)
    }

    /// Nothing may be written into a file that got the number of a closed stdout.
    @Test(arguments: [">&-", ">/dev/full"]) func aLostStdoutIsSaidAndNothingElseIsWrittenTo(redirection: String) throws
    {
        let script =
            #""$0" --ledger "$1" record m --input-tokens 1 --output-tokens 1 --json \#(redirection) || echo $?"#
        let out = try run(["sh", "-c", script, Advisor.binary, folder.ledger])
        #expect(out == "74\n")
        for suffix in ["-next", "-turn"] { #expect(folder.bytes(of: folder.ledger + suffix)?.isEmpty ?? true) }
        #expect(try command("doctor").status == 0)
    }

    @Test func namesFromAgentsCannotSteerTheTerminal() throws {
        let name = "w\u{1B}[2J\u{1B}]0;x\u{7}"
        _ = try command("record", "m", "--input-tokens", "1", "--output-tokens", "1", "--worker", name)
        let out = try command("usage", "worker").out
        #expect(out.contains("w\u{FFFD}[2J") && !out.contains("\u{1B}"))
    }

    @Test func approveAnswersByItsExitStatus() throws {
        _ = try command("budget", "set", "monthly", "--limit-usd", "10")
        let approved = try command("approve", "gh-1", "--worker", "a", "--cost-usd", "1")
        #expect(approved.status == 0 && approved.out.hasPrefix("approve"), "\(approved)")
        #expect(try command("approve", "gh-1", "--worker", "b").status != 0)
        #expect(try command("approve", "gh-2", "--cost-usd", "50").status != 0)
        let asked = try command("approve", "gh-3", "--cost-usd", "50", "--on-refusal", "ask")
        #expect(asked.out.contains("approvals grant 1"))
        // A person who does not say so passes no limit by mistake.
        #expect(try command("approvals", "grant", "1", "--by", "ada").status == 1)
        #expect(try command("approve", "gh-3", "--cost-usd", "50").status != 0)
        #expect(try command("approvals", "grant", "1", "--by", "ada", "--over-limit").status == 0)
        #expect(try command("approve", "gh-3", "--cost-usd", "50").status == 0)
    }

    @Test func helpBeginsWithAnExample() throws {
        for words in [["budget", "set", "--help"], ["record", "-h"], ["budget", "set", "monthly", "--help"]] {
            let advisor = try Advisor(in: folder, arguments: words)
            advisor.process.closeInput()
            try advisor.process.readToEnd()
            #expect(try advisor.process.waitForEnd() == .exit(0))
            #expect(String(decoding: advisor.process.received, as: UTF8.self).hasPrefix("  budget-advisor \(words[0])"))
        }
        let help = try command("--help")
        #expect(help.status == 0 && help.out.contains("  budget-advisor budget set monthly --limit-usd 500\n"))
        #expect(folder.bytes(of: folder.ledger) == nil)
    }

    @Test func theMonthlyLimitOfTheEnvironmentHoldsForEveryCommand() throws {
        let environment = ["BUDGET_ADVISOR_MONTHLY_USD": "12.50"]
        let status = try command("status", "--json", environment: environment)
        #expect(try Answer(status.out)["limit"].number == 12.5)
        #expect(try Answer(command("status", "--json").out)["limit"].number == 12.5)
        #expect(try query(folder.ledger, "SELECT count(*) FROM budget") == "1")
    }

    @Test func pricesAreImportedOnceAndReported() throws {
        let file = folder.path + "/prices.json"
        let text =
            #"{"sample_spec":{},"house-1":{"mode":"chat","input_cost_per_token":1.5e-06,"output_cost_per_token":6e-06},"#
            + #""pic":{"mode":"image_generation"}}"#
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let dry = try command("prices", "import", file, "--dry-run")
        #expect(dry.status == 0 && dry.out.hasPrefix("would import 1 prices (1 new, 0 changed)"), "\(dry)")
        #expect(try Answer(command("prices", "import", file, "--json").out)["imported"][0]["model"].text == "house-1")
        #expect(try Answer(command("prices", "import", file, "--json").out)["unchanged"].int == 1)
        let price = try command("prices", "list", "--model", "house-1", "--json")
        #expect(try Answer(price.out)["prices"][0]["inputUSDPerMillion"].number == 1.5)
        #expect(try command("prices", "import", folder.path + "/none.json").status == 1)
        #expect(try command("prices", "import", Advisor.binary).status == 1)
    }
}
