// Records from logs: how they are added, and how a call that is told later finds them.

import Budgeting

extension OpenLedger {
    /// Adds a record whose call is known to be new.
    func add(
        _ record: UsageRecord, at: Instant, stated: (cost: Money, basis: CostBasis)?, now: Instant
    ) throws(LedgerError) -> RecordOutcome {
        func id(_ name: NameBytes?) throws(LedgerError) -> Int64 {
            guard let name else { return 0 }
            return try names.id(of: name, in: connection)
        }
        var attribution = Attribution(
            model: try id(record.model), worker: try id(record.worker), task: 0, project: try id(record.project),
            session: try id(record.session), operation: try id(record.operation), basis: 0)
        if let task = record.task { attribution.task = try tasks.id(of: task, in: connection) }
        var priced = stated.map { ($0.cost, $0.basis) }
        if priced == nil {
            priced = try cost(of: record.tokens, billed: record.billedCost, model: attribution.model, at: at)
        }
        guard let (cost, basis) = priced else { return .overflow }
        attribution.basis = basis.code
        let totals = UsageTotals(of: record, cost: cost, basis: basis)
        guard try budgets().canHold(totals) else { return .overflow }
        let attributionID = try attributions.id(of: attribution, in: connection)
        let tokens = record.tokens
        try recording.insertUsage.bind(1, at.seconds).bind(2, attributionID).bind(3, tokens.input)
            .bind(4, tokens.output).bind(5, tokens.cacheRead).bind(6, tokens.cacheWrite).bind(7, tokens.cacheWrite1h)
            .bind(8, cost.nanoUSD).bind(9, 1).bind(10, record.failed ? 1 : 0).bind(11, record.durationMs).run()
        let usage = connection.lastInsertedRow
        let detail = record.detail
        if detail != UsageDetail() {
            try recording.insertDetail.bind(1, usage).bind(2, detail.reasoningTokens)
                .bind(3, detail.timeToFirstTokenMs).bind(4, detail.error).bind(5, detail.promptFile)
                .bind(6, detail.promptCharacters).bind(7, detail.responseCharacters).run()
        }
        pending.add(
            totals, day: RollupDay(zone.localDay(of: at)), names: attribution, attribution: attributionID, usage: usage)
        let alerts = try addToBudgets(totals, attribution: attribution, at: at, usage: usage, now: now)
        return .recorded(
            RecordedUsage(id: usage, at: at, tokens: tokens, cost: cost, basis: basis, attribution: attribution),
            alerts: alerts)
    }

    /// The number of a plain name that some record has used.
    func existingName(_ name: NameBytes) throws(LedgerError) -> Int64? {
        try NameTable.existing(String(decoding: name, as: UTF8.self), kind: .plain, in: connection)
    }

    /// What a call would cost. Nil where that does not fit into 64 bits. Writes nothing.
    func quote(_ call: LoggedCall) throws(LedgerError) -> (Money, CostBasis)? {
        if let stated = call.stated { return (stated.cost, stated.basis) }
        if let billed = call.record.effectiveBill { return (billed, .billed) }
        let name = String(decoding: call.record.model, as: UTF8.self)
        let found = try priceBook().resolveOrEstimate(name, at: call.record.at ?? Instant(seconds: 0))
        guard let cost = try? found.price.cost(of: call.record.tokens) else { return nil }
        return (cost, found.source == .estimate ? .estimate : found.price.isFree ? .free : .listPrice)
    }

    /// What a record from a log counts now. Nil where a person has corrected it: that stays as it is.
    func loggedTokens(of usage: Int64) throws(LedgerError) -> TokenCounts? {
        let newest = try connection.statement(
            "SELECT usage, reason FROM correction WHERE corrects = ? ORDER BY usage DESC LIMIT 1"
        ).bind(1, usage)
        var row = usage
        if try newest.step() {
            defer { newest.reset() }
            guard newest.text(1) == LogBooking.reason else { return nil }
            row = newest.int(0)
        }
        let found = try connection.statement(
            "SELECT input, output, cacheRead, cacheWrite, cacheWrite1h, records FROM usage WHERE id = ?"
        ).bind(1, row)
        guard try found.step() else { return nil }
        defer { found.reset() }
        guard found.int(5) > 0 else { return nil }
        return TokenCounts(
            input: found.int(0), output: found.int(1), cacheRead: found.int(2), cacheWrite: found.int(3),
            cacheWrite1h: found.int(4))
    }

    /// The record that a log has booked for a call that is told under this idempotency key: the name that the log gives
    /// it (`msg_1:req_1`, `resp_1`, …), also with its format in front (`claude:msg_1:req_1`), or its message id alone.
    func loggedTwin(of key: NameBytes) throws(LedgerError) -> RecordedUsage? {
        guard try hasLogged() else { return nil }
        let find = try connection.statement("SELECT usage FROM loggedKey WHERE key = ?")
        var usage = try find.bind(1, LoggedCall.key(key)).firstInt()
        if usage == nil, let colon = key.firstIndex(of: 0x3A) {
            let rest = NameBytes(rebasing: key[(colon + 1)...])
            if !rest.isEmpty { usage = try find.bind(1, LoggedCall.key(rest)).firstInt() }
        }
        guard let usage, let found = try recordedUsage(usage) else { return nil }
        return found
    }

    private func hasLogged() throws(LedgerError) -> Bool {
        if let known = hasLoggedCalls { return known }
        let found = try connection.statement("SELECT 1 FROM loggedKey LIMIT 1").firstInt() != nil
        hasLoggedCalls = found
        return found
    }

    private func recordedUsage(_ id: Int64) throws(LedgerError) -> RecordedUsage? {
        let row = recording.findUsage.bind(1, id)
        guard try row.step() else { return nil }
        let at = Instant(seconds: row.int(0))
        let attributionID = row.int(1)
        let tokens = TokenCounts(
            input: row.int(2), output: row.int(3), cacheRead: row.int(4), cacheWrite: row.int(5),
            cacheWrite1h: row.int(6))
        let cost = Money(nanoUSD: row.int(7))
        row.reset()
        guard let attribution = try AttributionTable.load(attributionID, in: connection),
            let basis = CostBasis(code: attribution.basis)
        else { return nil }
        return RecordedUsage(id: id, at: at, tokens: tokens, cost: cost, basis: basis, attribution: attribution)
    }
}
