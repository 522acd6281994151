// What a run of a task has used: everything recorded for the task since its reservation was made.

import Budgeting

/// One run of a task: what was reserved for it, and what it has used so far.
struct TaskRun {
    var reservation: Int64
    var madeAt: Instant
    var model: Int64
    var labels: Int64
    var reserved: HoldAmount
    var givenCost: Money?
    /// Recorded since the reservation was made.
    var used: UsageTotals
}

extension OpenLedger {
    func run(of row: TaskRow) throws(LedgerError) -> TaskRun {
        let total = try allUsage(of: row.identity)
        let fact = try connection.statement(
            """
            SELECT madeAt, model, labels, cost, tokens, cacheReads, givenCost, startInput, startOutput, startCacheRead,
              startCacheWrite, startCacheWrite1h, startCost FROM reservation WHERE id = ?
            """)
        guard try fact.bind(1, row.reservation).step() else { throw FactList.damaged }
        defer { fact.reset() }
        var start = UsageTotals()
        start.tokens = TokenCounts(
            input: fact.int(7), output: fact.int(8), cacheRead: fact.int(9), cacheWrite: fact.int(10),
            cacheWrite1h: fact.int(11))
        start.cost = Money(nanoUSD: fact.int(12))
        return TaskRun(
            reservation: row.reservation, madeAt: Instant(seconds: fact.int(0)), model: fact.int(1),
            labels: fact.int(2),
            reserved: HoldAmount(cost: fact.int(3), tokens: fact.int(4), cacheReads: fact.int(5)),
            givenCost: fact.optionalInt(6).map(Money.init(nanoUSD:)), used: total - start)
    }
}

extension TaskRun {
    /// What it teaches about tasks like it; nil where nothing was recorded for it.
    var finished: FinishedRun? {
        let tokens = used.tokens
        let counts = [tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite, tokens.cacheWrite1h]
        guard used.cost >= .zero, counts.allSatisfy({ $0 >= 0 }), used.cost > .zero || !tokens.isZero else {
            return nil
        }
        return FinishedRun(model: model, cost: used.cost, tokens: tokens, givenCost: givenCost)
    }
}
