// Prices that were set or imported for this ledger, and what a record costs.

import Budgeting

/// A price that was set for this ledger.
package struct StoredPrice: Sendable {
    package var model: String
    package var price: ModelPrice
    package var setAt: Instant
    /// Who set it: `setPrice`, or the name of an imported file.
    package var source: String
}

/// The ledger's price book, and the prices found in it so far.
final class PriceCache {
    let book: PriceBook
    /// The moments at which some price changes, ascending.
    private let changes: [Instant]
    private var found = FlatMap<Key, KnownPrice>()

    private struct Key: FlatKey {
        var model: Int64
        var stretch: Int

        var mixed: UInt64 { mix(UInt64(bitPattern: model), UInt64(bitPattern: Int64(stretch))) }
    }

    /// A price as a record needs it; a class, so that handing it out copies nothing.
    final class KnownPrice {
        let resolved: ResolvedPrice
        let basis: CostBasis

        init(_ resolved: ResolvedPrice) {
            self.resolved = resolved
            basis = resolved.costBasis
        }
    }

    init(book: PriceBook, changes: Set<Instant>) {
        self.book = book
        self.changes = changes.sorted()
    }

    func price(of model: Int64, at: Instant, named name: () throws(LedgerError) -> String) throws(LedgerError)
        -> KnownPrice
    {
        let stretch = changes.isEmpty ? 0 : (changes.firstIndex { $0 > at } ?? changes.count)
        let key = Key(model: model, stretch: stretch)
        if let position = found.position(of: key) { return found.values[position] }
        let known = KnownPrice(book.resolveOrEstimate(try name(), at: at))
        if found.count >= 4096 { found.removeAll() }
        _ = found.append(key, known)
        return known
    }
}

extension OpenLedger {
    /// The prices that hold on this ledger.
    package func priceBook() throws(LedgerError) -> PriceBook { try priceCache().book }

    /// The prices set for this ledger, oldest first.
    package func storedPrices() throws(LedgerError) -> [StoredPrice] {
        let row = try connection.statement(
            """
            SELECT model, effectiveFrom, setAt, source, input, output, cacheRead, cacheWrite, cacheWrite1h, tierAbove,
              tierInput, tierOutput, tierCacheRead, tierCacheWrite, tierCacheWrite1h FROM price ORDER BY id
            """)
        var stored: [StoredPrice] = []
        while try row.step() {
            func money(_ column: Int32) -> Money? { row.optionalInt(column).map(Money.init(nanoUSD:)) }
            let tier = row.optionalInt(9).map { above in
                ModelPrice.LongContextTier(
                    aboveTokens: above, input: money(10), output: money(11), cacheRead: money(12),
                    cacheWrite: money(13),
                    cacheWrite1h: money(14))
            }
            let price = ModelPrice(
                input: money(4) ?? .zero, output: money(5) ?? .zero, cacheRead: money(6), cacheWrite: money(7),
                cacheWrite1h: money(8), tier: tier,
                effectiveFrom: row.int(1) == 0 ? nil : Instant(seconds: row.int(1)))
            stored.append(
                StoredPrice(
                    model: row.text(0), price: price, setAt: Instant(seconds: row.int(2)), source: row.text(3)))
        }
        return stored
    }

    /// The aliases set for this ledger: other names for priced models.
    package func storedAliases() throws(LedgerError) -> [String: String] {
        let row = try connection.statement("SELECT alias, model FROM priceAlias")
        var aliases: [String: String] = [:]
        while try row.step() { aliases[row.text(0)] = row.text(1) }
        return aliases
    }

    /// Sets a model's price. Records made before keep the cost they have.
    package func setPrice(_ price: ModelPrice, of model: String, source: String, now: Instant) throws(LedgerError) {
        let tier = price.tier
        try connection.statement(
            """
            INSERT INTO price(model, effectiveFrom, setAt, source, free, input, output, cacheRead, cacheWrite,
              cacheWrite1h, tierAbove, tierInput, tierOutput, tierCacheRead, tierCacheWrite, tierCacheWrite1h)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(1, model).bind(2, price.effectiveFrom?.seconds ?? 0).bind(3, now.seconds).bind(4, source)
            .bind(5, price.isFree ? 1 : 0).bind(6, price.input.nanoUSD).bind(7, price.output.nanoUSD)
            .bind(8, price.cacheRead?.nanoUSD).bind(9, price.cacheWrite?.nanoUSD).bind(10, price.cacheWrite1h?.nanoUSD)
            .bind(11, tier?.aboveTokens).bind(12, tier?.input?.nanoUSD).bind(13, tier?.output?.nanoUSD)
            .bind(14, tier?.cacheRead?.nanoUSD).bind(15, tier?.cacheWrite?.nanoUSD)
            .bind(16, tier?.cacheWrite1h?.nanoUSD).run()
        prices = nil
    }

    /// Makes one model name stand for another.
    package func setAlias(_ alias: String, of model: String, now: Instant) throws(LedgerError) {
        try connection.statement("INSERT OR REPLACE INTO priceAlias(alias, model, setAt) VALUES (?, ?, ?)")
            .bind(1, alias).bind(2, model).bind(3, now.seconds).run()
        prices = nil
        try Scope.sumModelsAgain(in: self)
    }

    /// What tokens of a model cost at a moment; nil where the amount does not fit into 64 bits.
    func cost(
        of tokens: TokenCounts, billed: Money?, model: Int64, at: Instant
    ) throws(LedgerError) -> (Money, CostBasis)? {
        if let billed, billed > .zero || tokens.isZero { return (billed, .billed) }
        let known = try priceCache().price(of: model, at: at) { () throws(LedgerError) in try text(ofName: model) }
        guard let cost = try? known.resolved.price.cost(of: tokens) else { return nil }
        return (cost, known.basis)
    }

    func priceCache() throws(LedgerError) -> PriceCache {
        if let prices { return prices }
        let stored = try storedPrices()
        let book = PriceBook(prices: stored.map { ($0.model, $0.price) }, aliases: try storedAliases())
        let made = PriceCache(book: book, changes: Set(stored.compactMap(\.price.effectiveFrom)))
        prices = made
        return made
    }

    func text(ofName id: Int64) throws(LedgerError) -> String {
        try connection.statement("SELECT text FROM name WHERE id = ?").bind(1, id).firstText() ?? ""
    }
}

extension CostBasis {
    /// How `attribution.basis` stores it.
    var code: Int64 {
        switch self {
        case .billed: 0
        case .listPrice: 1
        case .free: 2
        case .estimate: 3
        }
    }

    init?(code: Int64) {
        guard let basis = CostBasis.allCases.first(where: { $0.code == code }) else { return nil }
        self = basis
    }
}
