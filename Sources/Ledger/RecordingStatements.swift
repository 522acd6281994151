// The statements of the hot path, prepared once for each connection.

struct RecordingStatements {
    let insertUsage: Statement
    /// For a row of this very request only: what is committed is never deleted.
    let takeBackUsage: Statement
    let insertDetail: Statement
    let insertKey: Statement
    let findKey: Statement
    let findKeyBetween: Statement
    let findUsage: Statement
    let findDetail: Statement
    let upsertRollup: Statement

    init(_ connection: Connection) throws(LedgerError) {
        insertUsage = try connection.prepare(
            """
            INSERT INTO usage(at, attribution, input, output, cacheRead, cacheWrite, cacheWrite1h, cost, records, failed,
              durationMs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        takeBackUsage = try connection.prepare("DELETE FROM usage WHERE id = ?")
        insertDetail = try connection.prepare(
            """
            INSERT INTO usageDetail(usage, reasoning, timeToFirstTokenMs, error, promptFile, promptCharacters,
              responseCharacters) VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        insertKey = try connection.prepare("INSERT INTO usageKey(key, usage) VALUES (?, ?) ON CONFLICT DO NOTHING")
        findKey = try connection.prepare("SELECT usage FROM usageKey WHERE key = ?")
        findKeyBetween = try connection.prepare("SELECT 1 FROM usageKey WHERE key BETWEEN ? AND ? LIMIT 1")
        findUsage = try connection.prepare(
            """
            SELECT at, attribution, input, output, cacheRead, cacheWrite, cacheWrite1h, cost, failed, durationMs
            FROM usage WHERE id = ?
            """)
        findDetail = try connection.prepare(
            """
            SELECT reasoning, timeToFirstTokenMs, error, promptFile, promptCharacters, responseCharacters
            FROM usageDetail WHERE usage = ?
            """)
        upsertRollup = try connection.prepare(PendingRollup.upsert)
    }
}
