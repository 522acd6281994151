// LiteLLM's price list: exact or refused, and only what changes is set.
import Budgeting
import JSONRPC
import Testing

@testable import Advisor
@testable import Ledger

@Suite struct PriceImportTests {
    /// Dollars a token as the list writes them, and dollars a million.
    @Test(arguments: [
        ("3e-06", "3"), ("3E-6", "3"), ("0.000003", "3"), ("1.25e-07", "0.125"), ("1.5e-05", "15"), ("1", "1000000"),
        ("1e-15", "0.000000001"), ("2.5e-06", "2.5"), ("0.0000000000000010", "0.000000001"),
    ])
    func pricesAreExact(perToken: String, perMillion: String) throws {
        let list = try PriceList(liteLLM: #"{"m":\#(entry(perToken, "1e-06"))}"#)
        let row = try #require(list.rows.first)
        #expect(row.price.input.decimalText == perMillion)
        #expect(row.price.output.decimalText == "1")
        #expect(!row.isRounded)
    }

    /// A double's noise behind the 15th digit is taken off, and said; more digits than money has are refused.
    @Test(
        arguments: [
            ("9.499999999999999e-07", "0.95"), ("0.0000029999900000000002", "2.99999"),
            ("5.0000000000000004E-8", "0.05"),
            ("0.30000000000000004", "300000"), ("1e-16", nil), ("1.00000000001e-06", nil), ("-1e-06", nil),
            ("1e400", nil), ("1e-99999999999999999999", nil), ("123456789012", nil),
            ("0.00000012345678901234567890123456789012345", nil),
        ] as [(String, String?)])
    func noiseIsRemovedAndTheRestRefused(perToken: String, perMillion: String?) throws {
        let list = try PriceList(liteLLM: #"{"m":\#(entry(perToken, "1e-06")),"good":\#(entry("1e-06", "1e-06"))}"#)
        let row = list.rows.first { $0.model == "m" }
        #expect(row?.price.input.decimalText == perMillion)
        if perMillion != nil {
            #expect(row?.isRounded == true)
        } else {
            #expect(list.skipped.map(\.reason) == [.notExact])
        }
    }

    @Test(
        arguments: [
            (#"{"mode":"embedding","input_cost_per_token":1e-06,"output_cost_per_token":0}"#, .mode),
            (#"{"input_cost_per_token":1e-06,"output_cost_per_token":1e-06}"#, .mode),
            (#""chat""#, .mode),
            (#"{"mode":"chat"}"#, .noPrice),
            (#"{"mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":null}"#, .noPrice),
            (#"{"mode":"chat","input_cost_per_token":0,"output_cost_per_token":0.0}"#, .zero),
            (#"{"mode":"chat","input_cost_per_token":"1e-06","output_cost_per_token":1e-06}"#, .notExact),
            (
                #"{"mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":1e-06,"#
                    + #""input_cost_per_token_above_128k_tokens":2e-06,"input_cost_per_token_above_256k_tokens":3e-06}"#,
                .tiers
            ),
            (
                #"{"mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":1e-06,"tiered_pricing":[]}"#,
                .tiers
            ),
        ] as [(String, PriceList.Reason)])
    func whatCannotBeUsedIsNamed(entry: String, reason: PriceList.Reason) throws {
        let list = try PriceList(
            liteLLM: #"{"sample_spec":{"mode":"?"},"m":\#(entry),"good":\#(self.entry("1e-06", "1e-06"))}"#)
        #expect(list.skipped.map(\.model) == ["m"] && list.skipped.map(\.reason) == [reason])
        #expect(list.rows.map(\.model) == ["good"])
    }

    @Test func everyKindAndTierIsRead() throws {
        let text =
            #"{"m":{"mode":"responses","litellm_provider":"x","input_cost_per_token":3e-06,"#
            + #""output_cost_per_token":1.5e-05,"cache_read_input_token_cost":3e-07,"#
            + #""cache_creation_input_token_cost":3.75e-06,"cache_creation_input_token_cost_above_1hr":6e-06,"#
            + #""input_cost_per_token_above_200k_tokens":6e-06,"output_cost_per_token_above_200k_tokens":2.25e-05,"#
            + #""cache_read_input_token_cost_above_200k_tokens":6e-07,"#
            + #""cache_creation_input_token_cost_above_200k_tokens":7.5e-06,"#
            + #""cache_creation_input_token_cost_above_1hr_above_200k_tokens":1.2e-05,"#
            + #""input_cost_per_token_batches":1e-09,"input_cost_per_token_above_200k_tokens_priority":1e-09,"#
            + #""input_cost_per_token_above_272k_tokens_flex":1e-09,"output_cost_per_reasoning_token":1e-09}}"#
        func usd(_ text: String) -> Money { (try? Money(decimalText: text)) ?? .zero }
        let expected = ModelPrice(
            input: usd("3"), output: usd("15"), cacheRead: usd("0.3"), cacheWrite: usd("3.75"), cacheWrite1h: usd("6"),
            tier: .init(
                aboveTokens: 200_000, input: usd("6"), output: usd("22.5"), cacheRead: usd("0.6"),
                cacheWrite: usd("7.5"), cacheWrite1h: usd("12")))
        #expect(try PriceList(liteLLM: text).rows.map(\.price) == [expected])
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"a":1,"a":2}"#, #"{"m":{"mode":"chat"}}"#, "date,cost"])
    func otherFilesAreRefused(text: String) {
        #expect(throws: CommandFault.self) { try PriceList(liteLLM: text) }
    }

    @Test func onlyWhatChangesIsSetAndEarlierCallsKeepTheirPrice() throws {
        let server = ApprovalServer()
        defer { server.close() }
        let first = try PriceList(liteLLM: #"{"x-1":\#(entry("1e-06", "2e-06")),"x-2":\#(entry("1e-06", "2e-06"))}"#)
        var report = try run(first, server)
        #expect(report.imported.map(\.model) == ["x-1", "x-2"] && report.imported.allSatisfy(\.isNew))
        report = try run(first, server)
        #expect(report.imported.isEmpty && report.unchanged == 2)
        #expect(try rows(server) == 2)

        let before = server.now
        server.now = before.adding(seconds: 3600)
        server.session.now = server.now
        let second = try PriceList(liteLLM: #"{"x-1":\#(entry("5e-06", "2e-06")),"x-2":\#(entry("1e-06", "2e-06"))}"#)
        let dry = try run(second, server, isDryRun: true)
        #expect(dry.imported.map(\.model) == ["x-1"])
        #expect(try rows(server) == 2)
        report = try run(second, server)
        #expect(report.imported.map(\.model) == ["x-1"] && !report.imported[0].isNew && report.unchanged == 1)
        let late = #""timestamp":"\#(before.rfc3339)","#
        for (when, cost) in [(late, "1"), ("", "5")] {
            let answer = try server.call(
                "recordUsage", #"{"model":"x-1",\#(when)"inputTokens":1000000,"outputTokens":0}"#)
            #expect(answer["costUSD"]?.text == cost)
        }
    }

    /// `claude-sonnet-4-5` set for the ledger would go before the bundled price of another host's spelling.
    @Test func aPriceDoesNotTakeOverSpellingsThatTheListPricesOtherwise() throws {
        let server = ApprovalServer()
        defer { server.close() }
        let host = try #require(
            Catalogue.all.first {
                $0.name.hasPrefix("us.anthropic.claude") && $0.price != Catalogue.resolve(bare($0.name))?.price
                    && Catalogue.resolve(bare($0.name)) != nil
            })
        let price = host.price
        func perToken(_ money: Money) -> String { "\(money.decimalText)e-6" }
        let kinds = [
            ("input_cost_per_token", price.input), ("output_cost_per_token", price.output),
            ("cache_read_input_token_cost", price.cacheRead), ("cache_creation_input_token_cost", price.cacheWrite),
            ("cache_creation_input_token_cost_above_1hr", price.cacheWrite1h),
            ("input_cost_per_token_above_200k_tokens", price.tier?.input),
            ("output_cost_per_token_above_200k_tokens", price.tier?.output),
            ("cache_read_input_token_cost_above_200k_tokens", price.tier?.cacheRead),
            ("cache_creation_input_token_cost_above_200k_tokens", price.tier?.cacheWrite),
        ]
        let members = kinds.compactMap { name, money in money.map { #""\#(name)":\#(perToken($0))"# } }
        let list = try PriceList(
            liteLLM: #"{"\#(bare(host.name))":\#(entry("77e-06", "88e-06")),"\#(host.name)":{"mode":"chat","#
                + members.joined(separator: ",") + "}}")
        _ = try run(list, server)
        let book = try server.session.ledger.reading { (open) throws(LedgerError) in try open.priceBook() }
        #expect(book.resolve(bare(host.name), at: server.now)?.price.input.decimalText == "77")
        #expect(book.resolve(host.name, at: server.now)?.price == price)
        #expect(try run(list, server).imported.isEmpty)
    }

    private func bare(_ name: String) -> String { String(name.dropFirst("us.anthropic.".count)) }

    private func entry(_ input: String, _ output: String) -> String {
        #"{"mode":"chat","input_cost_per_token":\#(input),"output_cost_per_token":\#(output)}"#
    }

    private func run(_ list: PriceList, _ server: ApprovalServer, isDryRun: Bool = false) throws -> PriceImport {
        try PriceImport.run(
            list, source: "test", effectiveFrom: nil, isDryRun: isDryRun, session: server.session, progress: { _, _ in }
        )
    }

    private func rows(_ server: ApprovalServer) throws -> Int {
        try server.session.ledger.reading { (open) throws(LedgerError) in try open.storedPrices().count }
    }
}
