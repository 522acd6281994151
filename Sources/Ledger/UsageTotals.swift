// Sums over usage records.

import Budgeting

/// What a set of records adds up to. Corrections are in it with their sign.
package struct UsageTotals: Hashable, Sendable {
    package var records: Int64 = 0
    package var failures: Int64 = 0
    package var tokens = TokenCounts()
    package var cost = Money.zero
    /// The part of `cost` that the providers billed.
    package var billedCost = Money.zero
    /// The part of `cost` that is an estimate, for models with no price.
    package var estimatedCost = Money.zero
    /// Over the records that say how long they took.
    package var durationMs: Int64 = 0
    package var timedRecords: Int64 = 0
    /// Output tokens of the timed records.
    package var timedOutputTokens: Int64 = 0

    package init() {}

    /// Adds without a check: the ledger refuses a record before any of its sums could pass 64 bits.
    package static func += (left: inout UsageTotals, right: UsageTotals) { left.combine(right, &+) }

    package static func - (left: UsageTotals, right: UsageTotals) -> UsageTotals {
        var result = left
        result.combine(right, &-)
        return result
    }

    private mutating func combine(_ other: UsageTotals, _ apply: (Int64, Int64) -> Int64) {
        records = apply(records, other.records)
        failures = apply(failures, other.failures)
        tokens.input = apply(tokens.input, other.tokens.input)
        tokens.output = apply(tokens.output, other.tokens.output)
        tokens.cacheRead = apply(tokens.cacheRead, other.tokens.cacheRead)
        tokens.cacheWrite = apply(tokens.cacheWrite, other.tokens.cacheWrite)
        tokens.cacheWrite1h = apply(tokens.cacheWrite1h, other.tokens.cacheWrite1h)
        cost.nanoUSD = apply(cost.nanoUSD, other.cost.nanoUSD)
        billedCost.nanoUSD = apply(billedCost.nanoUSD, other.billedCost.nanoUSD)
        estimatedCost.nanoUSD = apply(estimatedCost.nanoUSD, other.estimatedCost.nanoUSD)
        durationMs = apply(durationMs, other.durationMs)
        timedRecords = apply(timedRecords, other.timedRecords)
        timedOutputTokens = apply(timedOutputTokens, other.timedOutputTokens)
    }

    /// Reads the columns of `UsageTotals.columns` from a row, starting at `first`.
    init(_ row: Statement, from first: Int32) {
        records = row.int(first)
        failures = row.int(first + 1)
        tokens = TokenCounts(
            input: row.int(first + 2), output: row.int(first + 3), cacheRead: row.int(first + 4),
            cacheWrite: row.int(first + 5), cacheWrite1h: row.int(first + 6))
        cost = Money(nanoUSD: row.int(first + 7))
        billedCost = Money(nanoUSD: row.int(first + 8))
        estimatedCost = Money(nanoUSD: row.int(first + 9))
        durationMs = row.int(first + 10)
        timedRecords = row.int(first + 11)
        timedOutputTokens = row.int(first + 12)
    }

    /// The sums of a stretch of rollup rows, in the order `init(_:from:)` reads them.
    static let columns = """
        sum(records), sum(failures), sum(input), sum(output), sum(cacheRead), sum(cacheWrite), sum(cacheWrite1h),
        sum(cost), sum(billedCost), sum(estimatedCost), sum(durationMs), sum(timedRecords), sum(timedOutput)
        """
}
