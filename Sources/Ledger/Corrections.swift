// Corrections: a record is never edited; what was wrong is taken back and put right by rows beside it.

import Budgeting

/// What to put right about a record. Nil fields stay as they are.
package struct UsageCorrection: Sendable {
    package var reason: String
    /// Takes the whole record back.
    package var voids = false
    package var cost: Money?
    package var input: Int64?
    package var output: Int64?
    package var cacheRead: Int64?
    package var cacheWrite: Int64?
    package var cacheWrite1h: Int64?

    package init(reason: String) { self.reason = reason }
}

package enum CorrectionOutcome: Sendable {
    /// The record as it counts now (`nil`: not at all), and what changed in its cost.
    case corrected(RecordedUsage?, before: RecordedUsage, alerts: [Alert])
    case notFound
    case alreadyVoid
    case overflow
}

extension OpenLedger {
    /// Posts a correction in the period of the record's own time.
    package func correct(_ id: Int64, with correction: UsageCorrection, now: Instant) throws(LedgerError)
        -> CorrectionOutcome
    {
        guard try connection.statement("SELECT 1 FROM correction WHERE usage = ?").bind(1, id).firstInt() == nil,
            var row = try usageRow(id)
        else { return .notFound }
        let original = row
        let latest = try connection.statement(
            "SELECT max(usage) FROM correction WHERE corrects = ?"
        ).bind(1, id).firstInt()
        if let latest, let newest = try usageRow(latest) {
            guard newest.totals.records > 0 else { return .alreadyVoid }
            row = newest
        }
        let before = RecordedUsage(
            id: id, at: row.at, tokens: row.totals.tokens, cost: row.totals.cost, basis: row.basis,
            attribution: row.attribution)
        guard !correction.voids else {
            let alerts = try post(row.reversed, of: original, reason: correction.reason, now: now)
            return .corrected(nil, before: before, alerts: alerts)
        }
        var replacement = row
        replacement.totals.tokens.input = correction.input ?? row.totals.tokens.input
        replacement.totals.tokens.output = correction.output ?? row.totals.tokens.output
        replacement.totals.tokens.cacheRead = correction.cacheRead ?? row.totals.tokens.cacheRead
        replacement.totals.tokens.cacheWrite = correction.cacheWrite ?? row.totals.tokens.cacheWrite
        replacement.totals.tokens.cacheWrite1h = correction.cacheWrite1h ?? row.totals.tokens.cacheWrite1h
        guard let (cost, basis) = try cost(of: replacement, given: correction.cost) else { return .overflow }
        replacement.setCost(cost, basis: basis)
        guard try budgets().canHold(replacement.totals) else { return .overflow }
        // The reversal first: the last row of a record tells how it counts.
        var alerts = try post(row.reversed, of: original, reason: correction.reason, now: now)
        alerts += try post(replacement, of: original, reason: correction.reason, now: now)
        let after = RecordedUsage(
            id: id, at: row.at, tokens: replacement.totals.tokens, cost: cost, basis: basis,
            attribution: replacement.attribution)
        return .corrected(after, before: before, alerts: alerts)
    }

    /// A given cost is what was billed; a billed cost stays where only tokens change; any other follows the prices.
    private func cost(of row: UsageRow, given: Money?) throws(LedgerError) -> (Money, CostBasis)? {
        if let given { return (given, .billed) }
        if row.basis == .billed { return (row.totals.cost, .billed) }
        return try cost(of: row.totals.tokens, billed: nil, model: row.attribution.model, at: row.at)
    }

    private func post(
        _ row: UsageRow, of original: UsageRow, reason: String, now: Instant
    ) throws(LedgerError) -> [Alert] {
        let id = try insert(row)
        try connection.statement("INSERT INTO correction(usage, corrects, postedAt, reason) VALUES (?, ?, ?, ?)")
            .bind(1, id).bind(2, original.id).bind(3, now.seconds).bind(4, reason).run()
        pending.add(
            row.totals, day: RollupDay(zone.localDay(of: row.at)), names: row.attribution,
            attribution: try attributions.id(of: row.attribution, in: connection), usage: id)
        return try addToBudgets(row.totals, attribution: row.attribution, at: row.at, usage: id, now: now)
    }

    private func insert(_ row: UsageRow) throws(LedgerError) -> Int64 {
        let totals = row.totals
        recording.insertUsage.bind(1, row.at.seconds).bind(2, try attributions.id(of: row.attribution, in: connection))
            .bind(3, totals.tokens.input).bind(4, totals.tokens.output).bind(5, totals.tokens.cacheRead)
            .bind(6, totals.tokens.cacheWrite).bind(7, totals.tokens.cacheWrite1h).bind(8, totals.cost.nanoUSD)
            .bind(9, totals.records).bind(10, totals.failures)
            .bind(11, totals.timedRecords == 0 ? nil : totals.durationMs)
        try recording.insertUsage.run()
        return connection.lastInsertedRow
    }

    private func usageRow(_ id: Int64) throws(LedgerError) -> UsageRow? {
        let row = try connection.statement(
            "SELECT at, attribution, \(UsageScan.columns) FROM usage u JOIN attribution a ON a.id = u.attribution WHERE u.id = ?"
        )
        guard try row.bind(1, id).step() else { return nil }
        let at = Instant(seconds: row.int(0))
        let attributionID = row.int(1)
        let totals = UsageTotals(row, from: 2)
        row.reset()
        guard let attribution = try AttributionTable.load(attributionID, in: connection) else { return nil }
        return UsageRow(id: id, at: at, attribution: attribution, totals: totals)
    }
}

/// A row of `usage`, with the sums it contributes.
private struct UsageRow {
    var id: Int64
    var at: Instant
    var attribution: Attribution
    var totals: UsageTotals

    var basis: CostBasis { CostBasis(code: attribution.basis) ?? .estimate }

    /// The row that takes this one back.
    var reversed: UsageRow {
        var row = self
        row.totals = UsageTotals() - totals
        return row
    }

    mutating func setCost(_ cost: Money, basis: CostBasis) {
        attribution.basis = basis.code
        totals.cost = cost
        totals.billedCost = basis == .billed ? cost : .zero
        totals.estimatedCost = basis == .estimate ? cost : .zero
    }
}
