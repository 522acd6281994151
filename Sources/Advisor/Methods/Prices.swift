// listPrices, setPrice: what a million tokens of each kind cost.
import Budgeting
import Ledger

package enum ListPrices {
    package struct Params: Sendable {
        package var model, search: String?
        package var at: Instant?
        package var limit: Int64 = 100
    }

    package struct Result: Sendable {
        var prices: [PriceRow]
        var total: Int64
    }

    package static let method = Method(
        "listPrices", title: "List prices",
        summary: "Prices per million tokens: the ledger's own, then the bundled ones.",
        effect: .reads, isIdempotent: true, params: params,
        result: .object(
            Shape(
                encoding: Result.self,
                [
                    Field(
                        "prices", .list(of: .object(PriceRow.shape)), "The ledger's own first, then by name.",
                        .required, get: { $0.prices }),
                    Field("total", .count, "How many there are, shown or not.", .required, get: { $0.total }),
                ])),
        examples: [
            Example("one model", #"{"model":"anthropic/claude-sonnet-4-5-20250929"}"#, "Found in any usual spelling."),
            Example("a family", #"{"search":"claude-haiku","limit":5}"#),
        ],
        handler: { params, session in try list(params, session) })

    static let params = Shape<Params>(
        Params(),
        [
            Field("model", .text, "Only the price that holds for this model.") { $0.model = $1 },
            Field("search", .text, "Only models whose name contains this.") { $0.search = $1 },
            Field("at", .timestamp, "The moment for which model is looked up; now when left out.") { $0.at = $1 },
            Field("limit", .whole(1...10_000), "At most this many.", default: 100) { $0.limit = $1 },
        ])

    private static func list(_ params: Params, _ session: Session) throws -> Result {
        let ledger = try session.ledger.current()
        if let model = params.model {
            let resolved = try ledger.priceBook().resolveOrEstimate(model, at: params.at ?? session.now)
            return Result(prices: [PriceRow(resolved)], total: 1)
        }
        var aliases: [String: [String]] = [:]
        for (alias, model) in try ledger.storedAliases().sorted(by: { $0.key < $1.key }) {
            aliases[model.lowercased(), default: []].append(alias)
        }
        let own = try ledger.storedPrices().map { PriceRow(model: $0.model, price: $0.price, source: .ledger) }
        let bundled = Catalogue.all.map { PriceRow(model: $0.name, price: $0.price, source: .catalogue) }
        var rows = own + bundled
        if let search = params.search?.lowercased() { rows.removeAll { !$0.model.lowercased().contains(search) } }
        for index in rows.indices { rows[index].aliases = aliases[rows[index].model.lowercased()] }
        return Result(prices: Array(rows.prefix(Int(params.limit))), total: Int64(rows.count))
    }
}

package enum SetPrice {
    package struct Params: Sendable {
        package var model = ""
        package var input, output: Money?
        package var cacheRead, cacheWrite, cacheWrite1h: Money?
        package var tier: ModelPrice.LongContextTier?
        package var effectiveFrom: Instant?
        package var isFree = false
        package var aliases: [String] = []
        package var source = "setPrice"
    }

    package static let method = Method(
        "setPrice", title: "Set a price", summary: "Set what a model costs on this ledger, or name aliases for it.",
        description:
            "It holds for calls recorded from now on whose time is at or after effectiveFrom; records made before "
            + "keep their cost. free: true makes a model cost nothing, for example one that you host.",
        effect: .writes, isAdministrative: true, isIdempotent: true, isDestructive: true, params: params,
        result: .object(PriceRow.shape),
        examples: [
            Example("own model", #"{"model":"house-7b","inputUSDPerMillion":0.1,"outputUSDPerMillion":0.3}"#),
            Example("free", #"{"model":"llama-local","free":true,"aliases":["ollama/llama-local"]}"#),
        ],
        handler: { params, session in try set(params, session) })

    static let params = Shape<Params>(
        Params(),
        [
            Field("model", .text, "The model as it will be recorded.", .required) { $0.model = $1 },
            Field("inputUSDPerMillion", .usd, "A million uncached input tokens.") { $0.input = $1 },
            Field("outputUSDPerMillion", .usd, "A million output tokens.") { $0.output = $1 },
            Field("cacheReadUSDPerMillion", .usd, "A million cache reads; as input when left out.") {
                $0.cacheRead = $1
            },
            Field("cacheWriteUSDPerMillion", .usd, "A million 5-minute cache writes; as input when left out.") {
                $0.cacheWrite = $1
            },
            Field("cacheWrite1hUSDPerMillion", .usd, "A million 1-hour cache writes; as cacheWrite when left out.") {
                $0.cacheWrite1h = $1
            },
            Field("longContext", .object(PriceRow.tierShape), "Prices for requests with long input.") { $0.tier = $1 },
            Field("effectiveFrom", .timestamp, "From when it holds; for all times when left out.") {
                $0.effectiveFrom = $1
            },
            Field("free", .bool, "True: the model costs nothing.", default: false) { $0.isFree = $1 },
            Field("aliases", .list(of: .text, 0...50), "Other names for this model.") { $0.aliases = $1 },
            Field("source", .text, "Where the price comes from.", default: "setPrice") { $0.source = $1 },
        ],
        check: { params, faults in
            let priced = params.input != nil && params.output != nil
            if params.isFree ? params.input != nil || params.output != nil : !priced && params.aliases.isEmpty {
                faults.add("inputUSDPerMillion", "give input and output prices, or free: true, or only aliases")
            }
            if (params.input == nil) != (params.output == nil) {
                faults.add("outputUSDPerMillion", "input and output prices go together")
            }
            if !params.isFree, priced, params.input == .zero, params.output == .zero {
                faults.add("inputUSDPerMillion", "both prices are 0; say free: true if the model costs nothing")
            }
        })

    private static func set(_ params: Params, _ session: Session) throws -> PriceRow {
        let ledger = try session.ledger.current()
        for alias in params.aliases { try ledger.setAlias(alias, of: params.model, now: session.now) }
        if params.isFree {
            var free = ModelPrice.free
            free.effectiveFrom = params.effectiveFrom
            try ledger.setPrice(free, of: params.model, source: params.source, now: session.now)
        } else if let input = params.input, let output = params.output {
            let price = ModelPrice(
                input: input, output: output, cacheRead: params.cacheRead, cacheWrite: params.cacheWrite,
                cacheWrite1h: params.cacheWrite1h, tier: params.tier, effectiveFrom: params.effectiveFrom)
            try ledger.setPrice(price, of: params.model, source: params.source, now: session.now)
        }
        let at = params.effectiveFrom.map { max($0, session.now) } ?? session.now
        var row = PriceRow(try ledger.priceBook().resolveOrEstimate(params.model, at: at))
        row.aliases = params.aliases.isEmpty ? nil : params.aliases
        return row
    }
}

/// A model's price.
package struct PriceRow: Sendable {
    var model: String
    var price: ModelPrice
    var source: ResolvedPrice.Source
    var aliases: [String]?

    init(model: String, price: ModelPrice, source: ResolvedPrice.Source) {
        self.model = model
        self.price = price
        self.source = source
    }

    init(_ resolved: ResolvedPrice) { self.init(model: resolved.name, price: resolved.price, source: resolved.source) }

    static let shape = Shape(
        encoding: PriceRow.self,
        [
            Field("model", .text, "The name it is listed under.", .required, get: { $0.model }),
            Field(
                "source", .choice(ResolvedPrice.Source.self),
                "Set on this ledger, from the bundled list, or an estimate.", .required, get: { $0.source }),
            Field("free", .bool, "True: it costs nothing.", .required, get: { $0.price.isFree }),
            Field("inputUSDPerMillion", .usd, "A million uncached input tokens.", .required, get: { $0.price.input }),
            Field("outputUSDPerMillion", .usd, "A million output tokens.", .required, get: { $0.price.output }),
            Field("cacheReadUSDPerMillion", .usd, "A million cache reads.", get: { $0.price.cacheRead }),
            Field("cacheWriteUSDPerMillion", .usd, "A million 5-minute cache writes.", get: { $0.price.cacheWrite }),
            Field("cacheWrite1hUSDPerMillion", .usd, "A million 1-hour cache writes.", get: { $0.price.cacheWrite1h }),
            Field("longContext", .object(tierShape), "Prices for requests with long input.", get: { $0.price.tier }),
            Field("effectiveFrom", .timestamp, "From when it holds.", get: { $0.price.effectiveFrom }),
            Field("aliases", .list(of: .text), "Other names for this model, set on this ledger.", get: { $0.aliases }),
        ])

    static let tierShape = Shape<ModelPrice.LongContextTier>(
        ModelPrice.LongContextTier(aboveTokens: 0),
        [
            Field(
                "aboveTokens", .count, "Holds for a request whose whole input is larger.", .required,
                set: { $0.aboveTokens = $1 }, get: { $0.aboveTokens }),
            Field(
                "inputUSDPerMillion", .usd, "A million uncached input tokens.", set: { $0.input = $1 },
                get: { $0.input }),
            Field("outputUSDPerMillion", .usd, "A million output tokens.", set: { $0.output = $1 }, get: { $0.output }),
            Field(
                "cacheReadUSDPerMillion", .usd, "A million cache reads.", set: { $0.cacheRead = $1 },
                get: { $0.cacheRead }),
            Field(
                "cacheWriteUSDPerMillion", .usd, "A million 5-minute cache writes.", set: { $0.cacheWrite = $1 },
                get: { $0.cacheWrite }),
            Field(
                "cacheWrite1hUSDPerMillion", .usd, "A million 1-hour cache writes.", set: { $0.cacheWrite1h = $1 },
                get: { $0.cacheWrite1h }),
        ])
}
