// Alerts on their way out: which are due, which have arrived, when the others are tried again.

import Budgeting

/// A way out of the ledger for alerts.
package enum AlertChannel: String, CaseIterable, Sendable { case command, webhook }

/// An alert that has not arrived yet on a channel.
package struct PendingDelivery: Sendable {
    package var alert: Int64
    package var channel: AlertChannel
    /// Tries that failed.
    package var attempts: Int64
    package var nextAt: Instant
}

/// After so many an alert is given up: with an hour between the last ones, about a week.
private let maxDeliveryAttempts: Int64 = 180

extension OpenLedger {
    /// In the transaction that fired the alert: it is due at once.
    func queueDeliveries(of alert: Int64) throws(LedgerError) {
        for channel in alertChannels {
            try connection.statement(
                "INSERT OR IGNORE INTO alertDelivery(alert, channel, attempts, nextAt) VALUES (?, ?, 0, 0)"
            ).bind(1, alert).bind(2, channel.rawValue).run()
            hasQueuedDeliveries = true
        }
    }

    /// What has not arrived on these channels, the earliest due first.
    package func pendingDeliveries(_ channels: [AlertChannel]) throws(LedgerError) -> [PendingDelivery] {
        guard !channels.isEmpty else { return [] }
        let row = try connection.statement(
            """
            SELECT alert, channel, attempts, nextAt FROM alertDelivery WHERE deliveredAt IS NULL AND attempts < ?
            ORDER BY nextAt, alert LIMIT 1000
            """
        ).bind(1, maxDeliveryAttempts)
        var found: [PendingDelivery] = []
        while try row.step() {
            guard let channel = AlertChannel(rawValue: row.text(1)), channels.contains(channel) else { continue }
            found.append(
                PendingDelivery(
                    alert: row.int(0), channel: channel, attempts: row.int(2), nextAt: Instant(seconds: row.int(3))))
        }
        return found
    }

    package func markDelivered(_ delivery: PendingDelivery, at now: Instant) throws(LedgerError) {
        try connection.statement(
            """
            UPDATE alertDelivery SET deliveredAt = ?, attempts = attempts + 1, lastError = NULL
            WHERE alert = ? AND channel = ?
            """
        ).bind(1, now.seconds).bind(2, delivery.alert).bind(3, delivery.channel.rawValue).run()
    }

    package func markFailed(
        _ delivery: PendingDelivery, error: String, nextAt: Instant
    ) throws(LedgerError) {
        try connection.statement(
            """
            UPDATE alertDelivery SET attempts = attempts + 1, nextAt = ?, lastError = ?
            WHERE alert = ? AND channel = ?
            """
        ).bind(1, nextAt.seconds).bind(2, error).bind(3, delivery.alert).bind(4, delivery.channel.rawValue).run()
    }
}
