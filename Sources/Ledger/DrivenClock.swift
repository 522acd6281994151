// The time of a ledger whose clock is driven by requests, for all processes on it.

import Budgeting

extension OpenLedger {
    /// The latest moment that a request has said; nil on a ledger that was never driven.
    package func drivenClock() throws(LedgerError) -> Instant? {
        let text = try connection.statement("SELECT value FROM setting WHERE name = 'clock'").firstText()
        return text.flatMap { Int64($0) }.map(Instant.init(seconds:))
    }

    package func setDrivenClock(_ moment: Instant) throws(LedgerError) {
        try connection.statement(
            "INSERT INTO setting(name, value) VALUES ('clock', ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value"
        ).bind(1, String(moment.seconds)).run()
    }
}
