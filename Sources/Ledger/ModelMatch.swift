// Which recorded model names a budget's model stands for.

import Budgeting

/// The spellings of one model that records have used: a budget for `claude-sonnet-4-5` counts what was recorded as
/// `anthropic/claude-sonnet-4-5-20250929` too, or it would be shown and passed by.
final class ModelMatch {
    private let wanted: String
    private unowned let ledger: OpenLedger
    /// By the number of a name.
    private var known: [Int64: Bool] = [:]

    init(_ wanted: String, in ledger: OpenLedger) {
        self.wanted = wanted
        self.ledger = ledger
    }

    func includes(_ model: Int64) -> Bool {
        if let known = known[model] { return known }
        do throws(LedgerError) {
            let found = try ledger.priceBook().isSpelling(ledger.text(ofName: model), of: wanted)
            known[model] = found
            return found
        } catch {
            // Nothing that rests on this answer is kept: the transaction's last flush throws it.
            ledger.matchFault = error
            return false
        }
    }

    /// The numbers of all such names that records have used.
    func recorded() throws(LedgerError) -> [Int64] {
        // From one model to the next larger one: the table is ordered by model, and has many rows for each.
        let rows = try ledger.connection.statement(
            """
            WITH RECURSIVE found(last) AS (
              SELECT min(model) FROM attribution
              UNION ALL SELECT (SELECT min(model) FROM attribution WHERE model > last) FROM found
              WHERE last IS NOT NULL)
            SELECT last FROM found WHERE last IS NOT NULL
            """)
        var models: [Int64] = []
        while try rows.step() { models.append(rows.int(0)) }
        return models.filter(includes)
    }
}
