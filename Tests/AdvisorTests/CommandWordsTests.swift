// Words of a command line become params; the help and the messages speak of options.
import JSONRPC
import Testing

@testable import Advisor

@Suite struct CommandWordsTests {
    @Test(arguments: [
        ("model", "model"), ("inputTokens", "input-tokens"), ("limitUSD", "limit-usd"), ("costUSD", "cost-usd"),
        ("cacheWrite1hTokens", "cache-write-1h-tokens"), ("timeToFirstTokenMs", "time-to-first-token-ms"),
        ("inputUSDPerMillion", "input-usd-per-million"),
        ("cacheWrite1hUSDPerMillion", "cache-write-1h-usd-per-million"),
        ("afterId", "after-id"),
    ])
    func namesInKebabCase(param: String, option: String) { #expect(kebab(param) == option) }

    @Test(
        arguments: [
            (MethodCommand.status, "", "{}"),
            (.status, "w3", #"{"budget":"w3"}"#),
            (.status, "--budget=w3 --at 2026-11-22T00:00:00Z", #"{"budget":"w3","at":"2026-11-22T00:00:00Z"}"#),
            (
                .record, "m --input-tokens 200k --output-tokens 1.5M --cost-usd $0.31 --no-success",
                #"{"model":"m","inputTokens":200e3,"outputTokens":1.5e6,"costUSD":0.31,"success":false}"#
            ),
            (.record, "m --inputTokens 1 --success=false", #"{"model":"m","inputTokens":1,"success":false}"#),
            // What is no number goes on as text: the method says what it must be.
            (.record, "m --input-tokens ten", #"{"model":"m","inputTokens":"ten"}"#),
            (.record, "m --cost-usd -5", #"{"model":"m","costUSD":-5}"#),
            (.record, "-- --input-tokens", #"{"model":"--input-tokens"}"#),
            (
                .budgetSet, "a --worker w --thresholds 50,80 --scope-task 7 --thresholds 90 --limit-tokens 2M",
                #"{"budget":"a","scope":{"worker":"w","task":"7"},"thresholds":[50,80,90],"limitTokens":2e6}"#
            ),
            (.budgetSet, "--budget a", #"{"budget":"a"}"#),
            (.pricesSet, #"m --aliases ["a,b","c"] --aliases d"#, #"{"model":"m","aliases":["a,b","c","d"]}"#),
            (.usage, "model worker --project web", #"{"groupBy":["model","worker"],"filter":{"project":"web"}}"#),
            (
                .pricesSet, "m --free --long-context-above-tokens 200k",
                #"{"model":"m","free":true,"longContext":{"aboveTokens":200e3}}"#
            ),
            (
                .approve, "gh-1 --input-tokens 5 --dry-run --labels a,b",
                #"{"task":"gh-1","estimate":{"inputTokens":5},"dryRun":true,"labels":["a","b"]}"#
            ),
        ] as [(MethodCommand, String, String)])
    func wordsBecomeParams(command: MethodCommand, line: String, params: String) throws {
        #expect(try command.words(split(line)).params.text == params)
    }

    @Test(arguments: [
        ("--budgett x", "--budgett is not known; did you mean --budget?"),
        ("--zzzzzzz", "--zzzzzzz is not known; --help shows all options"),
        ("a b", "'b' is one word too many; options begin with --"),
        ("--budget a b", "'b' is one word too many; options begin with --"),
        ("--budget", "--budget needs a value behind it (or --budget=VALUE)"),
        ("--budget --at x", "--budget needs a value behind it (or --budget=VALUE)"),
        ("--at a --at b", "--at stands twice; give it once"),
        ("-x", "'-x' is no option; options begin with --"),
        ("--ledger", "--ledger needs a value behind it (or --ledger=VALUE)"),
    ])
    func wrongWordsAreNamed(line: String, message: String) {
        #expect(throws: CommandFault(message: message)) { try MethodCommand.status.words(split(line)) }
    }

    @Test func ledgerJSONAndHelpAreUnderstoodAnywhere() throws {
        let words = try MethodCommand.status.words(["--json", "w3", "--ledger=/a b", "--help"])
        #expect(words.wantsJSON && words.wantsHelp && words.ledger == "/a b")
        #expect(words.params.text == #"{"budget":"w3"}"#)
    }

    @Test(arguments: MethodCommand.all.map(\.name))
    func everyCommandIsSound(name: String) throws {
        let command = try #require(MethodCommand.all.first { $0.name == name })
        let options = command.options
        let keys = options.map(\.name).map(optionKey) + ["json", "ledger", "help"]
        #expect(Set(keys).count == keys.count, "two options have one name")
        for name in command.positional { #expect(options.contains { $0.name == name }) }
        for example in command.examples {
            let line = example.words.components(before: " && ").components(before: " || ").components(before: " > ")
            #expect(line.hasPrefix(command.name))
            let words = try command.words(Array(split(line).dropFirst(split(command.name).count)))
            // An example must be a call that the method takes.
            let server = ApprovalServer()
            defer { server.close() }
            let answer = try server.call(command.method.name, words.params.text)
            #expect(answer["code"]?.int != -32602, "\(example.words): \(answer.text)")
        }
        let help = command.help
        #expect(help.hasPrefix("  budget-advisor \(command.name)"), "the example comes first")
        #expect(help.split(separator: "\n").allSatisfy { displayWidth(String($0)) <= 79 || $0.hasPrefix("  budget") })
        for option in options { #expect(help.contains("--\(option.name)")) }
        #expect(help.contains("exit status: 0 "))
    }

    @Test func faultsSpeakOfOptions() throws {
        let server = ApprovalServer()
        defer { server.close() }
        let dispatcher = Dispatcher(session: server.session, clock: { server.now }, log: { _ in })
        let params = try MethodCommand.budgetSet.words(["a", "--reset-day", "40", "--worker", ""]).params
        do throws(WireError) {
            _ = try dispatcher.call("setBudget", params)
            Issue.record("accepted")
        } catch {
            let message = MethodCommand.budgetSet.message(for: error)
            #expect(message.contains("--worker must not be empty"), "\(message)")
            #expect(message.contains("--reset-day must be a whole number from 1 to 28, got 40"), "\(message)")
        }
        do throws(WireError) {
            _ = try dispatcher.call("setBudget", .object([("budget", "a")]))
        } catch {
            let message = MethodCommand.budgetSet.message(for: error)
            #expect(message == "--limit-usd give exactly one of --limit-usd and --limit-tokens")
        }
    }

    @Test(arguments: [
        (#"{"level":"green","exceeded":false,"limit":null}"#, 0), (#"{"level":"orange","exceeded":false}"#, 0),
        (#"{"level":"red","exceeded":false}"#, 1), (#"{"level":"red","exceeded":true}"#, 2),
    ])
    func statusAnswersByItsExitStatus(result: String, status: Int32) throws {
        #expect(MethodCommand.status.exit(try JSON(parsing: result)) == status)
        #expect(MethodCommand.status.failedStatus == 3)
    }

    @Test(arguments: [("approve", true, 0), ("downgrade", true, 0), ("defer", false, 1), ("deny", false, 2)])
    func approveAnswersByItsExitStatus(decision: String, approved: Bool, status: Int32) {
        let result = JSON.object([("decision", .string(decision)), ("approved", .bool(approved))])
        #expect(MethodCommand.approve.exit(result) == status)
    }

    /// Words between blanks; `'a b'` is one.
    private func split(_ line: String) -> [String] {
        line.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
            index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
        }
    }
}

extension String {
    fileprivate func components(before mark: String) -> String {
        var end = startIndex
        while end < endIndex, !self[end...].hasPrefix(mark) { end = index(after: end) }
        return String(self[..<end])
    }
}
