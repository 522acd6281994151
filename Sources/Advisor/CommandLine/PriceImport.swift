// Puts a list of prices into the ledger: only what is new or has changed, in one transaction.
import Budgeting
import JSONRPC
import Ledger

/// What an import did.
package struct PriceImport: Sendable {
    package var imported: [(model: String, isNew: Bool)] = []
    package var unchanged = 0
    package var rounded: [String] = []
    package var skipped: [(model: String, reason: PriceList.Reason)] = []
    package var isDryRun = false
}

extension PriceImport {
    /// Sets the prices that differ from those that hold. A model that had another price before gets the new one from
    /// now on (or from `effectiveFrom`): calls of earlier times that are recorded late keep the price of their time.
    ///
    /// - Parameter source: kept with each price, to tell later where it came from.
    package static func run(
        _ list: PriceList, source: String, effectiveFrom: Instant?, isDryRun: Bool, session: Session,
        progress: (_ done: Int, _ all: Int) -> Void
    ) throws(LedgerError) -> PriceImport {
        var report = PriceImport(skipped: list.skipped, isDryRun: isDryRun)
        report.rounded = list.rows.filter(\.isRounded).map(\.model)
        let now = session.now
        func work(_ open: OpenLedger) throws(LedgerError) {
            let changes = try changes(in: list, open, at: max(effectiveFrom ?? now, now))
            report.unchanged = list.rows.count - changes.count
            for (index, change) in changes.enumerated() {
                progress(index, changes.count)
                report.imported.append((change.row.model, change.isNew))
                if isDryRun { continue }
                var price = change.row.price
                price.effectiveFrom = effectiveFrom ?? (change.isNew ? nil : now)
                try open.setPrice(price, of: change.row.model, source: source, now: now)
            }
        }
        if isDryRun {
            try session.ledger.reading { (open) throws(LedgerError) in try work(open) }
        } else {
            try session.ledger.writing { (open) throws(LedgerError) in try work(open) }
        }
        return report
    }

    private struct Change {
        var row: PriceList.Row
        /// True: the model had no price, and nothing that was recorded can have been priced by another one.
        var isNew: Bool
    }

    /// The rows that have to be set so that every row of the list holds.
    ///
    /// A price that is set for `claude-x` goes before the bundled one of `azure/claude-x`. So a row that already holds
    /// by itself may not once others are set: those join, until nothing changes any more.
    private static func changes(in list: PriceList, _ open: OpenLedger, at: Instant) throws(LedgerError) -> [Change] {
        let book = try open.priceBook()
        var changes: [Change] = []
        var holding: [PriceList.Row] = []
        for row in list.rows {
            let known = book.resolve(row.model, at: at)
            if let known, known.price.isSame(as: row.price) {
                holding.append(row)
            } else {
                changes.append(Change(row: row, isNew: known == nil))
            }
        }
        let stored = try open.storedPrices().map { (model: $0.model, price: $0.price) }
        let aliases = try open.storedAliases()
        while true {
            let trial = PriceBook(
                prices: stored
                    + changes.map { change in
                        var price = change.row.price
                        price.effectiveFrom = change.isNew ? nil : at
                        return (model: change.row.model, price: price)
                    }, aliases: aliases)
            let isLost = holding.map { trial.resolve($0.model, at: at)?.price.isSame(as: $0.price) != true }
            guard isLost.contains(true) else { return changes }
            // Set for all times, as the bundled one held: nothing that was recorded changes.
            changes += zip(holding, isLost).filter(\.1).map { Change(row: $0.0, isNew: true) }
            holding = zip(holding, isLost).filter { !$0.1 }.map(\.0)
        }
    }
}

extension ModelPrice {
    /// Equal but for the date.
    fileprivate func isSame(as other: ModelPrice) -> Bool {
        var other = other
        other.effectiveFrom = effectiveFrom
        return self == other
    }
}

// MARK: - The report

extension PriceImport {
    package var json: JSON {
        .object([
            ("dryRun", .bool(isDryRun)),
            (
                "imported",
                .array(imported.map { .object([("model", .string($0.model)), ("new", .bool($0.isNew))]) })
            ),
            ("unchanged", .int(unchanged)),
            ("rounded", .array(rounded.map(JSON.string))),
            (
                "skipped",
                .array(
                    skipped.map {
                        .object([("model", .string($0.model)), ("reason", .string($0.reason.rawValue))])
                    })
            ),
        ])
    }

    package func view(on page: Page) -> String {
        let new = imported.count { $0.isNew }
        let verb = isDryRun ? "would import" : "imported"
        var text = "\(verb) \(imported.count) prices (\(new) new, \(imported.count - new) changed); "
        text += "\(unchanged) are as they were\n"
        if !rounded.isEmpty {
            text += "  \(rounded.count) of the list had the noise of binary fractions removed\(sample(rounded))\n"
        }
        if !skipped.isEmpty { text += "skipped \(skipped.count):\n" }
        for reason in PriceList.Reason.allCases {
            let models = skipped.filter { $0.reason == reason }.map(\.model)
            if models.isEmpty { continue }
            text += "  \(models.count) \(reason.rawValue)\(sample(models))\n"
        }
        return text
    }

    private func sample(_ models: [String]) -> String {
        let shown = models.prefix(3).map { visible($0) }.joined(separator: ", ")
        return " (\(shown)\(models.count > 3 ? ", …" : ""))"
    }
}
