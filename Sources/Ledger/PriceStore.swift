// Prices that were set or imported, and what a record costs.

import Budgeting

struct PriceCache {}

extension OpenLedger {
    func price(_ record: UsageRecord, model: Int64, at: Instant) throws(LedgerError) -> (Money, CostBasis) {
        if let billed = record.effectiveBilledCost { return (billed, .billed) }
        return (Money(nanoUSD: record.tokens.input * 3000 + record.tokens.output * 15000), .listPrice)
    }
    func price(_ tokens: TokenCounts, billed: Money?, model: Int64, at: Instant) throws(LedgerError) -> (
        Money, CostBasis
    ) {
        return (Money(nanoUSD: tokens.input * 3000 + tokens.output * 15000), .listPrice)
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
