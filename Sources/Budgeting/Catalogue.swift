// The bundled list of model prices: looked up where it stands, never parsed as a whole.

/// List prices of the main providers' models, from the list that LiteLLM publishes (November 2026), made by
/// .ci/generate-catalogue.py. A look-up is a few binary searches over the text; only the row found is parsed.
package enum Catalogue {
    /// A model's listed name (lower case) and its price.
    package struct Entry: Hashable, Sendable {
        package let name: String
        package let price: ModelPrice

        package init(name: String, price: ModelPrice) {
            self.name = name
            self.price = price
        }
    }

    /// The entry for a model name in any of the spellings of ``ModelSpelling``; nil for a model not listed.
    package static func resolve(_ model: String) -> Entry? {
        resolve(ModelSpelling(model))
    }

    static func resolve(_ spelling: ModelSpelling) -> Entry? {
        spelling.first { name in
            guard let fields = CatalogueTable.prices.row(named: name) else { return nil }
            return Entry(name: String(decoding: name, as: UTF8.self), price: price(from: fields))
        }
    }

    /// Every entry, in order of name. Parses all: for lists, not for look-ups.
    package static var all: [Entry] {
        CatalogueTable.prices.allRows.map { name, fields in
            Entry(name: String(decoding: name, as: UTF8.self), price: price(from: fields))
        }
    }

    /// A price for a model that has none: high, so that nothing is spent unseen, but not absurd. Never 0.
    ///
    /// For each kind of token, over the listed models that are not free: the dearest of the models that share the
    /// first two words of the name (`claude-opus`, `gpt-5.4`); else the 90th percentile (nearest rank) of those that
    /// share its leading letters (`claude`, `gpt`); else the 90th percentile of all. A model counts once, at its
    /// dearest host. Long-context tiers are left out.
    package static func conservativeEstimate(for model: String) -> ModelPrice {
        let name = ModelSpelling(model).bareName
        let words = name.split(separator: UInt8(ascii: "-"), maxSplits: 2, omittingEmptySubsequences: false)
        var keys: [ArraySlice<UInt8>] = []
        if words.count > 1 { keys.append(name[..<words[1].endIndex]) }
        keys.append(name.prefix { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") })
        keys.append(ArraySlice("*".utf8))
        for key in keys {
            if let fields = CatalogueTable.families.row(named: key) { return price(from: fields) }
        }
        // Only if the generated table lost its `*` row; the test of the table would fail.
        return ModelPrice(input: Money(nanoUSD: 10 * Money.nanoPerUSD), output: Money(nanoUSD: 50 * Money.nanoPerUSD))
    }

    private static func price(from fields: [ArraySlice<UInt8>]) -> ModelPrice {
        func money(_ index: Int) -> Money? {
            guard index < fields.count, !fields[index].isEmpty else { return nil }
            return try? Money(decimalBytes: fields[index])
        }
        var tier: ModelPrice.LongContextTier?
        if fields.count > 5, let threshold = Int64(String(decoding: fields[5], as: UTF8.self)) {
            tier = .init(
                aboveTokens: threshold, input: money(6), output: money(7), cacheRead: money(8), cacheWrite: money(9))
        }
        return ModelPrice(
            input: money(0) ?? .zero, output: money(1) ?? .zero, cacheRead: money(2), cacheWrite: money(3),
            cacheWrite1h: money(4), tier: tier)
    }
}

/// Sorted lines of `name,field,field…` in a literal.
struct CatalogueTable {
    static let prices = CatalogueTable(CatalogueRows.prices)
    static let families = CatalogueTable(CatalogueRows.families)

    private let text: StaticString
    private let comma = UInt8(ascii: ",")
    private let newline = UInt8(ascii: "\n")

    init(_ text: StaticString) { self.text = text }

    /// The fields after the name; nil where no row has it. Names are ordered by their bytes.
    func row(named name: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        text.withUTF8Buffer { bytes in
            var low = 0
            var high = bytes.count
            while low < high {
                let middle = low + (high - low) / 2
                let start = (bytes[low..<middle].lastIndex(of: newline) ?? low - 1) + 1
                let end = bytes[middle..<high].firstIndex(of: newline) ?? high
                let rowName = bytes[start..<end].prefix { $0 != comma }
                if rowName.elementsEqual(name) { return fields(bytes[start..<end]) }
                if rowName.lexicographicallyPrecedes(name) {
                    low = min(end + 1, high)
                } else {
                    high = max(start - 1, low)
                }
            }
            return nil
        }
    }

    var allRows: [(name: ArraySlice<UInt8>, fields: [ArraySlice<UInt8>])] {
        text.withUTF8Buffer { bytes in
            bytes.split(separator: newline).map { line in
                (ArraySlice(Array(line.prefix { $0 != comma })), fields(line))
            }
        }
    }

    private func fields(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> [ArraySlice<UInt8>] {
        let values = ArraySlice(Array(line)).split(separator: comma, omittingEmptySubsequences: false)
        return Array(values.dropFirst())
    }
}
