// The prices that hold on a ledger: its own in front of the bundled ones.

/// A price found for a model name.
package struct ResolvedPrice: Hashable, Sendable {
    package enum Source: String, Hashable, Sendable, CaseIterable {
        /// Set on this ledger.
        case ledger
        case catalogue
        /// No price is known: ``Catalogue/conservativeEstimate(for:)``.
        case estimate
    }

    /// The name the price is listed under, in lower case; of an estimate, the name asked for.
    package let name: String
    package let price: ModelPrice
    package let source: Source
}

/// A ledger's own prices and aliases in front of the catalogue. A value: make it when the ledger's prices change.
package struct PriceBook: Sendable {
    /// By name in lower case; each list ascending by effective date, "always" first.
    private let ownPrices: [String: [ModelPrice]]
    /// Both names in lower case.
    private let aliases: [String: String]

    /// The catalogue alone.
    package static let catalogueOnly = PriceBook()

    /// ASCII case of names is ignored. Of two prices for one name and date the later in the list holds.
    package init(prices: [(model: String, price: ModelPrice)] = [], aliases: [String: String] = [:]) {
        var ownPrices: [String: [ModelPrice]] = [:]
        for (model, price) in prices { ownPrices[PriceBook.key(model), default: []].append(price) }
        // A stable order by date, so that the later in the list comes last.
        self.ownPrices = ownPrices.mapValues { list in
            list.enumerated()
                .sorted { left, right in
                    let leftDate = left.element.effectiveFrom?.seconds ?? .min
                    let rightDate = right.element.effectiveFrom?.seconds ?? .min
                    return leftDate == rightDate ? left.offset < right.offset : leftDate < rightDate
                }
                .map(\.element)
        }
        var lowered: [String: String] = [:]
        for (alias, target) in aliases { lowered[PriceBook.key(alias)] = PriceBook.key(target) }
        self.aliases = lowered
    }

    /// The price of a model at a moment; nil where the model is unknown.
    ///
    /// The ledger's prices and aliases are tried with every spelling of the name before the catalogue is, nearest
    /// spelling first: a price set for `claude-sonnet-5` holds for `anthropic/claude-sonnet-5` too. A price that is
    /// not yet in effect is passed over. Aliases may point to aliases, 8 deep.
    package func resolve(_ model: String, at instant: Instant) -> ResolvedPrice? {
        resolve(model, at: instant, aliasesLeft: 8)
    }

    /// As ``resolve(_:at:)``, with a conservative estimate where the model is unknown.
    package func resolveOrEstimate(_ model: String, at instant: Instant) -> ResolvedPrice {
        resolve(model, at: instant)
            ?? ResolvedPrice(name: model, price: Catalogue.conservativeEstimate(for: model), source: .estimate)
    }

    /// Whether a model name is a spelling of another: itself without host, release or mark (``ModelSpelling``), or an
    /// alias of it. `anthropic/claude-sonnet-4-5-20250929` is a spelling of `claude-sonnet-4-5`, not the reverse.
    package func isSpelling(_ model: String, of wanted: String) -> Bool {
        isSpelling(model, ofKey: PriceBook.key(wanted), aliasesLeft: 8)
    }

    private func isSpelling(_ model: String, ofKey wanted: String, aliasesLeft: Int) -> Bool {
        ModelSpelling(model).first { bytes in
            let name = String(decoding: bytes, as: UTF8.self)
            if name == wanted { return true }
            guard let target = aliases[name], target != name, aliasesLeft > 0 else { return nil }
            return isSpelling(target, ofKey: wanted, aliasesLeft: aliasesLeft - 1) ? true : nil
        } ?? false
    }

    private func resolve(_ model: String, at instant: Instant, aliasesLeft: Int) -> ResolvedPrice? {
        let spelling = ModelSpelling(model)
        if !ownPrices.isEmpty || !aliases.isEmpty {
            let own: ResolvedPrice? = spelling.first { bytes in
                let name = String(decoding: bytes, as: UTF8.self)
                let inEffect = ownPrices[name]?.last { ($0.effectiveFrom?.seconds ?? .min) <= instant.seconds }
                if let inEffect { return ResolvedPrice(name: name, price: inEffect, source: .ledger) }
                guard let target = aliases[name], target != name, aliasesLeft > 0 else { return nil }
                return resolve(target, at: instant, aliasesLeft: aliasesLeft - 1)
            }
            if let own { return own }
        }
        return Catalogue.resolve(spelling).map { ResolvedPrice(name: $0.name, price: $0.price, source: .catalogue) }
    }

    private static func key(_ name: String) -> String {
        String(decoding: name.utf8.map(asciiLowercased), as: UTF8.self)
    }
}

/// Where a record's cost comes from.
package enum CostBasis: String, Hashable, Sendable, CaseIterable {
    /// What the provider billed.
    case billed
    case listPrice
    /// The model costs nothing.
    case free
    /// No price is known; the cost is ``Catalogue/conservativeEstimate(for:)``.
    case estimate
}

/// A record's cost, and how it was found.
package struct RecordCost: Hashable, Sendable {
    package let cost: Money
    package let basis: CostBasis
    /// Nil where the cost was billed.
    package let priced: ResolvedPrice?
}

/// The cost of one record: what was billed, if anything was; else by list price; else a conservative estimate.
/// A billed amount of 0 (or less) with tokens counts as not billed.
package func costOfRecord(
    model: String, tokens: TokenCounts, billed: Money?, priceBook: PriceBook, at instant: Instant
) throws(ArithmeticOverflow) -> RecordCost {
    if let billed, billed > .zero || (billed == .zero && tokens.isZero) {
        return RecordCost(cost: billed, basis: .billed, priced: nil)
    }
    let priced = priceBook.resolveOrEstimate(model, at: instant)
    return RecordCost(cost: try priced.price.cost(of: tokens), basis: priced.costBasis, priced: priced)
}

extension ResolvedPrice {
    /// What a cost by this price rests on.
    package var costBasis: CostBasis {
        switch source {
        case .estimate: .estimate
        case .ledger, .catalogue: price.isFree ? .free : .listPrice
        }
    }
}
