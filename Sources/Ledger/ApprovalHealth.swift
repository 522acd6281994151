// Whether holds and claims are what the facts say.

import Budgeting

extension OpenLedger {
    /// Checks every hold and every claim against reservations, events and usage.
    func checkApprovals(_ health: inout LedgerHealth, now: Instant) throws(LedgerError) {
        try loadHolds(now: now)
        health.liveHolds = Int64(holdCache?.holds.count ?? 0)
        var held = Int128(0)
        for hold in (holdCache?.holds ?? [:]).values {
            held += Int128(max(0, hold.amount.cost - max(0, hold.drawn.cost)))
            guard let row = try taskRow(hold.task), row.state == .claimed, row.reservation == hold.reservation else {
                health.faults.append("reservation \(hold.reservation) is held for a task that nobody has")
                continue
            }
            let used = HoldAmount(try run(of: row).used)
            if used != hold.drawn {
                health.faults.append(
                    "reservation \(hold.reservation) counts \(hold.drawn.cost) nano-dollars as used, the records say "
                        + "\(used.cost)")
            }
        }
        health.heldCost = Money(nanoUSD: Int64(clamping: held))
        let rows = try connection.statement(
            """
            SELECT h.reservation FROM hold h WHERE EXISTS (SELECT 1 FROM reservationEvent e
              WHERE e.reservation = h.reservation AND e.kind IN ('settled', 'released') )
            UNION ALL
            SELECT t.reservation FROM taskState t LEFT JOIN hold h ON h.reservation = t.reservation
              WHERE t.state = \(TaskState.claimed.code) AND t.leaseUntil > ? AND h.reservation IS NULL
            """)
        rows.bind(1, now.seconds)
        while try rows.step() {
            health.faults.append("reservation \(rows.int(0)) is held and ended, or claimed and not held")
        }
    }
}
