// Recording a model call: exactly once, priced, summed and checked against the budgets, in the open transaction.

import Budgeting

extension OpenLedger {
    /// Records one call. Nothing is written when it throws or gives a duplicate or a conflict.
    package func record(_ record: UsageRecord, now: Instant) throws(LedgerError) -> RecordOutcome {
        let at = record.at ?? now
        let keys = record.idempotencyKey.map { IdempotencyKeys($0, at: at, isStamped: record.at != nil) }
        if let keys, let usage = try knownUsage(keys) { return try compare(record, with: usage) }
        if let keys, let key = record.idempotencyKey, let twin = try loggedTwin(of: key) {
            if let usage = try recording.findKey.bind(1, keys.own).firstInt() {
                return try compare(record, with: usage)
            }
            return .duplicate(twin)
        }

        let names = try attribution(of: record)
        guard
            let (cost, basis) = try cost(of: record.tokens, billed: record.billedCost, model: names.model, at: at)
        else { return try overflow(record, keys) }
        var attribution = names
        attribution.basis = basis.code
        let totals = UsageTotals(of: record, cost: cost, basis: basis)
        guard try budgets().canHold(totals) else { return try overflow(record, keys) }

        let attributionID = try attributions.id(of: attribution, in: connection)
        let id = try insert(record, at: at, attribution: attributionID, cost: cost)
        if let keys, try !add(keys, of: id) {
            try recording.takeBackUsage.bind(1, id).run()
            return try compare(record, with: try recording.findKey.bind(1, keys.own).firstInt() ?? 0)
        }
        if !record.detail.isEmpty { try insert(record.detail, of: id) }
        pending.add(
            totals, day: RollupDay(zone.localDay(of: at)), names: attribution, attribution: attributionID, usage: id)
        let alerts = try addToBudgets(totals, attribution: attribution, at: at, usage: id, now: now)
        let recorded = RecordedUsage(
            id: id, at: at, tokens: record.tokens, cost: cost, basis: basis, attribution: attribution)
        return .recorded(recorded, alerts: alerts)
    }

    /// A record that was known before, even though it would not fit once more.
    private func overflow(_ record: UsageRecord, _ keys: IdempotencyKeys?) throws(LedgerError) -> RecordOutcome {
        guard let keys, let usage = try recording.findKey.bind(1, keys.own).firstInt() else { return .overflow }
        return try compare(record, with: usage)
    }

    /// The numbers of a record's names; the basis is not known yet.
    private func attribution(of record: UsageRecord) throws(LedgerError) -> Attribution {
        Attribution(
            model: try names.id(of: record.model, in: connection), worker: try id(of: record.worker),
            task: try record.task.map { task throws(LedgerError) in try tasks.id(of: task, in: connection) } ?? 0,
            project: try id(of: record.project), session: try id(of: record.session),
            operation: try id(of: record.operation), basis: 0)
    }

    private func id(of name: NameBytes?) throws(LedgerError) -> Int64 {
        guard let name else { return 0 }
        return try names.id(of: name, in: connection)
    }

    private func insert(
        _ record: UsageRecord, at: Instant, attribution: Int64, cost: Money
    ) throws(LedgerError) -> Int64 {
        let tokens = record.tokens
        let statement = recording.insertUsage
        statement.bind(1, at.seconds).bind(2, attribution)
            .bind(3, tokens.input).bind(4, tokens.output).bind(5, tokens.cacheRead).bind(6, tokens.cacheWrite)
            .bind(7, tokens.cacheWrite1h).bind(8, cost.nanoUSD).bind(9, 1).bind(10, record.failed ? 1 : 0)
            .bind(11, record.durationMs)
        try statement.run()
        return connection.lastInsertedRow
    }

    private func insert(_ detail: UsageDetail, of usage: Int64) throws(LedgerError) {
        try recording.insertDetail.bind(1, usage).bind(2, detail.reasoningTokens).bind(3, detail.timeToFirstTokenMs)
            .bind(4, detail.error).bind(5, detail.promptFile).bind(6, detail.promptCharacters)
            .bind(7, detail.responseCharacters).run()
    }

    /// Whether a record that comes with a known key is the known record.
    private func compare(_ record: UsageRecord, with usage: Int64) throws(LedgerError) -> RecordOutcome {
        let row = recording.findUsage.bind(1, usage)
        guard try row.step() else {
            throw LedgerError(.damaged, "usage row \(usage) is missing", hint: "run 'budget-advisor doctor'")
        }
        let at = Instant(seconds: row.int(0))
        let tokens = TokenCounts(
            input: row.int(2), output: row.int(3), cacheRead: row.int(4), cacheWrite: row.int(5),
            cacheWrite1h: row.int(6))
        let cost = Money(nanoUSD: row.int(7))
        let failed = row.int(8) != 0
        let durationMs = row.optionalInt(9)
        let attributionID = row.int(1)
        row.reset()
        guard let known = try AttributionTable.load(attributionID, in: connection),
            let basis = CostBasis(code: known.basis)
        else {
            throw LedgerError(.damaged, "attribution \(attributionID) is missing", hint: "run 'budget-advisor doctor'")
        }
        let recorded = RecordedUsage(
            id: usage, at: at, tokens: tokens, cost: cost, basis: basis, attribution: known)
        var names = try attribution(of: record)
        names.basis = known.basis
        let billed = record.effectiveBill
        let knownDetail = try detail(of: usage)
        let isSame =
            names == known && tokens == record.tokens && (record.at ?? at) == at && failed == record.failed
            && durationMs == record.durationMs && (billed != nil) == (basis == .billed) && (billed ?? cost) == cost
            && knownDetail == record.detail
        return isSame ? .duplicate(recorded) : .conflict(recorded)
    }

    private func detail(of usage: Int64) throws(LedgerError) -> UsageDetail {
        var detail = UsageDetail()
        let row = recording.findDetail.bind(1, usage)
        guard try row.step() else { return detail }
        defer { row.reset() }
        detail.reasoningTokens = row.optionalInt(0)
        detail.timeToFirstTokenMs = row.optionalInt(1)
        detail.error = row.optionalText(2)
        detail.promptFile = row.optionalText(3)
        detail.promptCharacters = row.optionalInt(4)
        detail.responseCharacters = row.optionalInt(5)
        return detail
    }
}

extension UsageRecord {
    /// A bill of zero for tokens that were used is no bill.
    var effectiveBill: Money? {
        guard let billedCost, billedCost > .zero || tokens.isZero else { return nil }
        return billedCost
    }
}

extension UsageTotals {
    init(of record: UsageRecord, cost: Money, basis: CostBasis) {
        self.init()
        records = 1
        failures = record.failed ? 1 : 0
        tokens = record.tokens
        self.cost = cost
        switch basis {
        case .billed: billedCost = cost
        case .estimate: estimatedCost = cost
        default: break
        }
        guard let durationMs = record.durationMs else { return }
        self.durationMs = durationMs
        timedRecords = 1
        timedOutputTokens = record.tokens.output
    }
}
