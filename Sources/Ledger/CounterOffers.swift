// What to do instead, for a task that was refused: ranked, with numbers.

import Budgeting

extension Deliberation {
    /// Models first, then waiting, then less work, then more money.
    func counterOffers(to refused: Weighing) throws(LedgerError) -> [CounterOffer] {
        var offers = try cheaperModels(than: refused)
        if let retryAt = refused.admission.retryAt { offers.append(.wait(until: retryAt)) }
        if let tokens = cap(refused) { offers.append(.cap(tokens: tokens)) }
        return offers + raises(refused)
    }

    /// Models that fit now, the dearest first, as it is the nearest to what was asked for: those that this ledger has
    /// finished tasks on, then listed ones of the same maker. At most three, of different prices. Only where dollars
    /// are what is missing.
    private func cheaperModels(than refused: Weighing) throws(LedgerError) -> [CounterOffer] {
        let binding = refused.admission.binding.map { refused.admission.verdicts[$0] }
        guard let name = refused.name, binding?.unit == .usd || refused.isUnpriced else { return [] }
        let asked = try ledger.price(of: refused.model, named: name, at: now).price
        var candidates: [(name: String, price: ModelPrice)] = []
        for known in try ledger.modelsWithRuns() where known != name {
            candidates.append((known, try ledger.priceBook().resolveOrEstimate(known, at: now).price))
        }
        candidates += ModelFamilies.members(like: name)
        let tried = Set(request.alternatives + [name])
        candidates = candidates.filter {
            $0.price.output < asked.output && !tried.contains($0.name) && mayFit($0.price, asked, binding)
        }
        candidates.sort { ($0.price.output, $0.price.input, $1.name) > ($1.price.output, $1.price.input, $0.name) }
        var offers: [CounterOffer] = []
        var lastPrice: Money?
        var attempts = 0
        for (candidate, price) in candidates where price.output != lastPrice {
            guard offers.count < 3, attempts < 8 else { break }
            attempts += 1
            let model = try ledger.number(candidate, .plain, adding: false)
            guard let other = try weighing(model, named: candidate), other.isApproved,
                other.estimate.p90.cost < refused.estimate.p90.cost, try !isDearerByHistory(other, than: refused)
            else { continue }
            lastPrice = price.output
            let saving = Money(nanoUSD: refused.estimate.p90.cost.nanoUSD - other.estimate.p90.cost.nanoUSD)
            offers.append(.useModel(candidate, p90: other.estimate.p90.cost, saving: saving))
        }
        return offers
    }

    /// Whether a price is so much lower that the task could fit, with half as much again as leeway: its mix of tokens
    /// may be cheaper still.
    private func mayFit(_ price: ModelPrice, _ asked: ModelPrice, _ binding: Verdict?) -> Bool {
        guard let binding else { return true }
        return Int128(price.output.nanoUSD) * Int128(binding.demand) * 2
            <= Int128(asked.output.nanoUSD) * Int128(max(0, binding.headroom)) * 3
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

extension OpenLedger {
    /// The models that some finished task ran on.
    func modelsWithRuns() throws(LedgerError) -> [String] {
        let row = try connection.statement(
            """
            SELECT n.text FROM runGroup g JOIN name n ON n.id = g.model
            WHERE g.model > 0 AND g.labels = 0 AND g.project = 0 AND g.task = 0
            """)
        var names: [String] = []
        while try row.step() { names.append(row.text(0)) }
        return names
    }
}

/// The listed models of each maker under their plain names, found once for each process.
private enum ModelFamilies {
    /// By leading letters: `claude`, `gpt`. Names of hosts, regions and dates are other names of the same models.
    private static let byLetters: [Substring: [(name: String, price: ModelPrice)]] = {
        let notForTasks = ["audio", "realtime", "image", "tts", "embed", "transcribe", "search", "instruct", "live"]
        var families: [Substring: [(name: String, price: ModelPrice)]] = [:]
        for entry in Catalogue.all {
            let name = entry.name
            guard !name.contains(where: { "/:@".contains($0) }), !hasDate(name), !entry.price.isFree,
                !notForTasks.contains(where: { name.contains($0) })
            else { continue }
            families[letters(name), default: []].append((name, entry.price))
        }
        return families
    }()

    static func members(like model: String) -> [(name: String, price: ModelPrice)] {
        let bare = model.lowercased().split(separator: "/").last.map(String.init) ?? model
        return byLetters[letters(bare)] ?? []
    }

    private static func letters(_ name: String) -> Substring { name.prefix { $0.isLetter } }

    private static func hasDate(_ name: String) -> Bool {
        name.split(separator: "-").contains { $0.count >= 6 && $0.allSatisfy(\.isNumber) }
    }
}
