// Tables behind what people are shown and told: closed periods, and alerts on their way out.

extension Schema {
    // `periodClose` is a period as it stood when it was closed: its sums by kind and key are those of `rollup` at that
    // moment and never change. Whatever is recorded for its days afterwards is the difference to the sums of today.
    //
    // `alertDelivery`: one row for each alert and way out, made in the transaction that fired the alert, so that a
    // process that dies between the two loses nothing. It is due from `nextAt` on until `deliveredAt` is set.
    static let closesAndDeliveries = """
        CREATE TABLE periodClose(
          id INTEGER PRIMARY KEY, firstDay INTEGER NOT NULL, lastDay INTEGER NOT NULL, closedAt INTEGER NOT NULL,
          by TEXT, note TEXT, UNIQUE(firstDay, lastDay)) STRICT;

        CREATE TABLE periodCloseSum(
          close INTEGER NOT NULL REFERENCES periodClose, kind INTEGER NOT NULL, key INTEGER NOT NULL,
          records INTEGER NOT NULL, failures INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
          cacheRead INTEGER NOT NULL, cacheWrite INTEGER NOT NULL, cacheWrite1h INTEGER NOT NULL,
          cost INTEGER NOT NULL, billedCost INTEGER NOT NULL, estimatedCost INTEGER NOT NULL,
          durationMs INTEGER NOT NULL, timedRecords INTEGER NOT NULL, timedOutput INTEGER NOT NULL,
          PRIMARY KEY(close, kind, key)) STRICT, WITHOUT ROWID;

        CREATE TABLE alertDelivery(
          alert INTEGER NOT NULL REFERENCES alert, channel TEXT NOT NULL CHECK (channel IN ('command', 'webhook')),
          attempts INTEGER NOT NULL, nextAt INTEGER NOT NULL, deliveredAt INTEGER, lastError TEXT,
          PRIMARY KEY(alert, channel)) STRICT, WITHOUT ROWID;
        CREATE INDEX alertDeliveryDue ON alertDelivery(nextAt) WHERE deliveredAt IS NULL;
        """
}
