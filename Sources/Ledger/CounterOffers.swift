// What to do instead, for a task that was refused: ranked, with numbers.

import Budgeting

extension Deliberation {
    /// Models first, then waiting, then less work, then more money.
    func counterOffers(to refused: Weighing) throws(LedgerError) -> [CounterOffer] {
        var offers: [CounterOffer] = []
        if let retryAt = refused.admission.retryAt { offers.append(.wait(until: retryAt)) }
        if let tokens = cap(refused) { offers.append(.cap(tokens: tokens)) }
        return offers + raises(refused)
    }

    /// The most tokens (as p90, cache reads included) that every hard budget has room for.
    private func cap(_ refused: Weighing) -> Int64? {
        let tokens = Int128(refused.estimate.p90.tokens.withCacheReads)
        let shares = zip(refused.gates, refused.admission.verdicts).compactMap { gate, verdict -> Int128? in
            guard gate.standing.budget.enforcement == .hard, verdict.demand > 0 else { return nil }
            return tokens * Int128(max(0, verdict.headroom)) / Int128(verdict.demand)
        }
        guard let least = shares.min(), least > 0, least < tokens else { return nil }
        return Int64(least)
    }

    /// How much more limit each budget that refuses needs for its line to reach the value.
    private func raises(_ refused: Weighing) -> [CounterOffer] {
        refused.admission.verdicts.compactMap { verdict in
            guard verdict.outcome == .defers || verdict.outcome == .denies, verdict.line > .zero else { return nil }
            let whole = Int128(Percent.hundred.thousandths)
            let line = Int128(verdict.line.thousandths)
            let needed = (Int128(verdict.value) * whole + line - 1) / line
            guard let amount = Int64(exactly: needed - Int128(verdict.limit)), amount > 0 else { return nil }
            return .raiseLimit(budget: verdict.budget, unit: verdict.unit, by: amount)
        }
    }
}
