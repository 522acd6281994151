// The bundled prices: each published name gets its own price, no name gets another model's.

import Testing

@testable import Budgeting

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct CatalogueTests {
    /// One published row and its price, read by itself.
    struct Row: Sendable, CustomTestStringConvertible {
        let model: String
        let price: ModelPrice
        var testDescription: String { model }

        init(_ fields: [String]) throws {
            func money(_ index: Int) throws -> Money? {
                try index < fields.count && !fields[index].isEmpty ? Money(decimalText: fields[index]) : nil
            }
            model = fields[0]
            var tier: ModelPrice.LongContextTier?
            if fields.count > 6, let above = Int64(fields[6]) {
                tier = .init(
                    aboveTokens: above, input: try money(7), output: try money(8), cacheRead: try money(9),
                    cacheWrite: try money(10))
            }
            price = ModelPrice(
                input: try #require(try money(1)), output: try #require(try money(2)), cacheRead: try money(3),
                cacheWrite: try money(4), cacheWrite1h: try money(5), tier: tier)
        }
    }

    @Test func publishedNamesGetTheirOwnPrice() throws {
        let lines = priceSample.split(separator: "\n")
        #expect(lines.count > 80)
        for line in lines {
            let row = try Row(line.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
            #expect(Catalogue.resolve(row.model)?.price == row.price, "\(row.model)")
        }
    }

    /// The same for a whole list: BUDGETING_PRICES=model-prices.csv swift test --filter wholeList
    @Test(.enabled(if: getenv("BUDGETING_PRICES") != nil))
    func wholeListGetsItsOwnPrices() throws {
        let path = try #require(getenv("BUDGETING_PRICES").map { String(cString: $0) })
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 4096)
        var count = 0
        while fgets(&buffer, Int32(buffer.count), file) != nil {
            let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            var fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            fields.remove(at: 1)
            if fields[0] == "model" { continue }
            let row = try Row(Array(fields.prefix(11)))
            #expect(Catalogue.resolve(row.model)?.price == row.price, "\(row.model)")
            count += 1
        }
        #expect(count > 1_000)
    }

    @Test(arguments: [
        ("claude-opus-5-5", "claude-opus-5-5"), ("Claude-Opus-5-5", "claude-opus-5-5"),
        ("anthropic/claude-opus-5-5", "claude-opus-5-5"), ("openrouter/anthropic/claude-opus-5-5", "claude-opus-5-5"),
        ("claude-sonnet-5[1m]", "claude-sonnet-5"), ("anthropic/claude-sonnet-5[1m]", "claude-sonnet-5"),
        ("claude-sonnet-5-20260801", "claude-sonnet-5"), ("claude-sonnet-5-2026-08-01", "claude-sonnet-5"),
        ("claude-sonnet-5-latest", "claude-sonnet-5"), ("claude-opus-5@20260401", "claude-opus-5"),
        ("claude-haiku-4-5@20251001", "claude-haiku-4-5-20251001"), ("openai/gpt-5", "gpt-5"), ("azure/gpt-5", "gpt-5"),
        ("gpt-5-2025-08-07", "gpt-5-2025-08-07"), ("gpt-5-2099-01-01", "gpt-5"), ("grok-4.7", "xai/grok-4.7"),
        ("x-ai/grok-4.7", "xai/grok-4.7"), ("openrouter/x-ai/grok-4.7", "xai/grok-4.7"),
        ("openrouter/moonshotai/kimi-k3", "moonshot/kimi-k3"), ("z-ai/glm-5.3", "zai/glm-5.3"),
        ("google/gemini-2.5-flash", "gemini/gemini-2.5-flash"), ("models/gemini-4-argon", "gemini/gemini-4-argon"),
        ("bedrock/anthropic.claude-opus-5-20260101-v1:0", "claude-opus-5"),
        ("vertex_ai/claude-opus-4-8@default", "claude-opus-4-8"), ("minimax-m3", "minimax/minimax-m3"),
        ("deepseek-v3", "deepseek/deepseek-v3"), ("deepseek-v3.2", "deepseek/deepseek-v3.2"),
    ])
    func spellings(model: String, listedAs: String) {
        #expect(Catalogue.resolve(model)?.name == listedAs)
    }

    @Test(arguments: [
        "claude-opus-4", "claude-opus-4-1", "claude-opus-5-5-mini", "claude-opus", "claude", "gpt-5-mini-foo", "gpt-7",
        "gpt-5-mini-high", "deepseek-v", "deepseek", "my-gpt-5", "gpt-5 ", "", "/", "anthropic/", "openrouter/",
        "-20250929", "[1m]", "@default", "azure/eu/gpt-9", "ollama/llama3", "gpt-5-v1", "gpt-5,1", "gpt-5\n",
        "kimi-k3-v1",
        "a/b/c/d/gpt-5", "gpt-5-3025090", "us.gpt-5", "*",
    ])
    func neverAnotherModel(model: String) {
        #expect(Catalogue.resolve(model) == nil)
    }

    @Test func theTableIsSortedAndEveryRowIsFound() {
        let names = Catalogue.all.map(\.name)
        #expect(names.count > 900)
        #expect(Set(names).count == names.count)
        for entry in Catalogue.all { #expect(Catalogue.resolve(entry.name) == entry) }
    }

    @Test(arguments: [
        ("claude-opus-6", "15", "75"), ("anthropic/claude-opus-6[1m]", "15", "75"), ("claude-next", "12", "60"),
        ("us.anthropic.claude-opus-6-v1:0", "15", "75"), ("gpt-7", "16.5", "75"), ("gpt-5.4-foo", "33", "198"),
        ("bedrock/eu-west-9/anthropic.claude-next", "12", "60"), ("qwen9-max", "1.6", "6"), ("llama-x", "1.95", "2.56"),
        ("something-else", "6", "30"), ("", "6", "30"), ("日本", "6", "30"), ("*", "6", "30"),
    ])
    func unknownModelsAreEstimatedHigh(model: String, input: String, output: String) throws {
        let price = Catalogue.conservativeEstimate(for: model)
        #expect(price.input == usd(input))
        #expect(price.output == usd(output))
    }

    @Test func estimatesAreNeverFreeNorAbsurd() throws {
        for (name, fields) in CatalogueTable.families.allRows {
            #expect(fields.count >= 2)
            let price = Catalogue.conservativeEstimate(for: String(decoding: name, as: UTF8.self) + "-x-y")
            let rates = price.rates(inTier: false)
            #expect(rates.input > .zero && rates.output > .zero && rates.cacheRead > .zero && rates.cacheWrite > .zero)
            #expect(rates.cacheWrite1h >= rates.cacheWrite)
            #expect(rates.input <= usd("200"))
        }
    }
}

struct PriceBookTests {
    let now = Instant(seconds: 1_795_000_000)

    @Test func ownPricesComeFirstInEverySpelling() throws {
        let own = ModelPrice(input: usd("1"), output: usd("2"))
        let dated = ModelPrice(input: usd("9"), output: usd("9"))
        let book = PriceBook(prices: [("Claude-Sonnet-5", own), ("claude-sonnet-5-20260801", dated), ("my/llama", own)])
        #expect(book.resolve("claude-sonnet-5", at: now)?.price == own)
        #expect(book.resolve("anthropic/claude-sonnet-5[1m]", at: now)?.price == own)
        #expect(book.resolve("claude-sonnet-5-20260801", at: now)?.price == dated)
        #expect(book.resolve("MY/Llama", at: now)?.source == .ledger)
        #expect(book.resolve("gpt-5", at: now)?.source == .catalogue)
        #expect(book.resolve("llama", at: now) == nil)
    }

    @Test func pricesHoldFromTheirDate() throws {
        func at(_ seconds: Int64?, _ dollars: String) throws -> (model: String, price: ModelPrice) {
            let date = seconds.map { Instant(seconds: $0) }
            return ("gpt-5", ModelPrice(input: usd(dollars), output: .zero, effectiveFrom: date))
        }
        let book = PriceBook(prices: [try at(200, "2"), try at(100, "1"), try at(200, "3")])
        let listed = Catalogue.resolve("gpt-5")?.price
        #expect(book.resolve("gpt-5", at: Instant(seconds: 99))?.price == listed)
        #expect(book.resolve("gpt-5", at: Instant(seconds: 100))?.price.input == usd("1"))
        #expect(book.resolve("gpt-5", at: Instant(seconds: 199))?.price.input == usd("1"))
        #expect(book.resolve("gpt-5", at: Instant(seconds: 200))?.price.input == usd("3"))
    }

    @Test func aliasesLeadToPricesAndNeverInCircles() throws {
        let book = PriceBook(aliases: [
            "fast": "haiku", "Haiku": "anthropic/claude-haiku-5-5", "a": "b", "b": "a", "c": "c",
        ])
        #expect(book.resolve("FAST", at: now)?.name == "claude-haiku-5-5")
        #expect(book.resolve("openrouter/anthropic/haiku", at: now)?.name == "claude-haiku-5-5")
        #expect(book.resolve("a", at: now) == nil)
        #expect(book.resolve("c", at: now) == nil)
    }

    @Test func costBases() throws {
        let tokens = TokenCounts(input: 1_000_000)
        func cost(_ model: String, _ billed: Money?, _ tokens: TokenCounts) throws -> RecordCost {
            try costOfRecord(model: model, tokens: tokens, billed: billed, priceBook: .catalogueOnly, at: now)
        }
        let billed = try cost("nobody-knows", usd("0.5"), tokens)
        #expect(billed.basis == .billed && billed.cost == usd("0.5") && billed.priced == nil)
        let zero = try cost("gpt-5", .zero, tokens)
        #expect(zero.basis == .listPrice && zero.cost == usd("1.25"))
        #expect(try cost("gpt-5", nil, tokens).cost == usd("1.25"))
        #expect(try cost("gpt-5", .zero, .zero).basis == .billed)
        #expect(try cost("zai/glm-4.5-flash", nil, tokens).basis == .free)
        let unknown = try cost("nobody-knows", nil, tokens)
        #expect(unknown.basis == .estimate && unknown.cost == usd("6"))
        #expect(try cost("nobody-knows", nil, TokenCounts(cacheRead: 1)).cost > .zero)
    }
}
