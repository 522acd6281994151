// Holds in the database: loading, making, changing and ending them.

import Budgeting

/// Why a hold ended or changed.
enum HoldEvent: String {
    /// A check-in moved its end or its amount.
    case extended
    /// Its task was finished.
    case settled
    /// Its task was given up.
    case released
    /// Its time ran out.
    case expired
}

extension OpenLedger {
    /// The holds there are, with those that ran out before `now` let go.
    func loadHolds(now: Instant) throws(LedgerError) {
        if holdCache == nil {
            var cache = HoldCache()
            // Those that ran out are not loaded: there may be very many.
            let row = try connection.statement("SELECT \(LiveHold.columns) FROM hold WHERE expiresAt > ?")
            row.bind(1, now.seconds)
            while try row.step() { cache.add(LiveHold(row)) }
            holdCache = cache
        }
        holdCache?.expire(at: now)
    }

    /// What live reservations hold of a budget, in its unit.
    func reserved(of index: Int, now: Instant) throws(LedgerError) -> Int64 {
        try loadHolds(now: now)
        return holdCache?.reserved(of: index, in: try budgets()) ?? 0
    }

    /// Takes recorded usage (or a correction) off what is held for its task.
    func drawOnHolds(_ totals: UsageTotals, _ names: Attribution, now: Instant) throws(LedgerError) {
        guard names.task != 0 else { return }
        if holdCache == nil { try loadHolds(now: now) }
        guard let isEmpty = holdCache?.isEmpty, !isEmpty else { return }
        holdCache?.draw(HoldAmount(totals), by: TaskIdentity(names))
    }

    /// Writes what this transaction has drawn.
    func flushDraws() throws(LedgerError) {
        guard let drawnUpon = holdCache?.drawnUpon, !drawnUpon.isEmpty else { return }
        let update = try connection.statement(
            "UPDATE hold SET drawnCost = ?, drawnTokens = ?, drawnCacheReads = ? WHERE reservation = ?")
        for reservation in drawnUpon {
            guard let drawn = holdCache?.holds[reservation]?.drawn else { continue }
            try update.bind(1, drawn.cost).bind(2, drawn.tokens).bind(3, drawn.cacheReads).bind(4, reservation).run()
        }
        holdCache?.forgetDrawn()
    }

    func insert(_ hold: LiveHold) throws(LedgerError) {
        try connection.statement(
            """
            INSERT INTO hold(reservation, task, project, worker, model, cost, tokens, cacheReads, drawnCost, drawnTokens,
              drawnCacheReads, expiresAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(1, hold.reservation).bind(2, hold.task.task).bind(3, hold.task.project).bind(4, hold.worker)
            .bind(5, hold.model).bind(6, hold.amount.cost).bind(7, hold.amount.tokens).bind(8, hold.amount.cacheReads)
            .bind(9, hold.drawn.cost).bind(10, hold.drawn.tokens).bind(11, hold.drawn.cacheReads)
            .bind(12, hold.expiresAt.seconds).run()
        holdCache?.add(hold)
    }

    func extend(
        _ reservation: Int64, amount: HoldAmount, expiresAt: Instant, now: Instant
    ) throws(LedgerError) {
        holdCache?.change(reservation, amount: amount, expiresAt: expiresAt)
        try connection.statement(
            "UPDATE hold SET cost = ?, tokens = ?, cacheReads = ?, expiresAt = ? WHERE reservation = ?"
        ).bind(1, amount.cost).bind(2, amount.tokens).bind(3, amount.cacheReads).bind(4, expiresAt.seconds)
            .bind(5, reservation).run()
        try insertEvent(.extended, reservation, amount, expiresAt: expiresAt, now: now)
    }

    /// Makes a hold that was nobody's a worker's: its budgets count it from now on.
    func give(_ reservation: Int64, to worker: Int64) throws(LedgerError) {
        holdCache?.give(reservation, to: worker)
        try connection.statement("UPDATE hold SET worker = ? WHERE reservation = ?")
            .bind(1, worker).bind(2, reservation).run()
    }

    /// Ends a hold, where there is one.
    func endHold(_ reservation: Int64, _ event: HoldEvent, now: Instant) throws(LedgerError) {
        guard let hold = holdCache?.remove(reservation) else { return }
        try delete(hold, event, now: now)
    }

    /// Removes rows of holds that ran out: some with each approval, so that none waits for very many. They have been free
    /// since, with or without this.
    func sweepExpiredHolds(now: Instant, atMost most: Int = 100) throws(LedgerError) {
        try loadHolds(now: now)
        guard let taken = holdCache?.takeExpired(atMost: most) else { return }
        for hold in taken { try delete(hold, .expired, now: now) }
        guard taken.count < most, holdCache?.mayLeaveExpiredRows ?? false else { return }
        let rows = try connection.statement("SELECT \(LiveHold.columns) FROM hold WHERE expiresAt <= ? LIMIT ?")
        rows.bind(1, now.seconds).bind(2, Int64(most - taken.count))
        var found: [LiveHold] = []
        while try rows.step() { found.append(LiveHold(rows)) }
        for hold in found { try delete(hold, .expired, now: now) }
        holdCache?.mayLeaveExpiredRows = found.count == most - taken.count
    }

    private func delete(_ hold: LiveHold, _ event: HoldEvent, now: Instant) throws(LedgerError) {
        try connection.statement("DELETE FROM hold WHERE reservation = ?").bind(1, hold.reservation).run()
        try insertEvent(event, hold.reservation, hold.drawn, expiresAt: hold.expiresAt, now: now)
    }

    /// Of an extended hold: its new amount. Of one that ended: what was drawn.
    private func insertEvent(
        _ event: HoldEvent, _ reservation: Int64, _ amount: HoldAmount, expiresAt: Instant, now: Instant
    ) throws(LedgerError) {
        try connection.statement(
            """
            INSERT INTO reservationEvent(reservation, at, kind, cost, tokens, cacheReads, expiresAt)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(1, reservation).bind(2, now.seconds).bind(3, event.rawValue).bind(4, amount.cost)
            .bind(5, amount.tokens).bind(6, amount.cacheReads).bind(7, expiresAt.seconds).run()
    }
}

extension LiveHold {
    fileprivate static let columns = """
        reservation, task, project, worker, model, cost, tokens, cacheReads, drawnCost, drawnTokens, drawnCacheReads,
        expiresAt
        """

    fileprivate init(_ row: Statement) {
        self.init(
            reservation: row.int(0), task: TaskIdentity(task: row.int(1), project: row.int(2)), worker: row.int(3),
            model: row.int(4),
            amount: HoldAmount(cost: row.int(5), tokens: row.int(6), cacheReads: row.int(7)),
            drawn: HoldAmount(cost: row.int(8), tokens: row.int(9), cacheReads: row.int(10)),
            expiresAt: Instant(seconds: row.int(11)))
    }
}
