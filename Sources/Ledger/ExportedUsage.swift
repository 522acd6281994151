// The records as they count now, one by one, for other programs and other ledgers.

import Budgeting

/// A record with all its corrections.
package struct ExportedUsage: Sendable {
    /// Of the record itself, not of its corrections.
    package var id: Int64
    package var at: Instant
    package var model: String
    package var worker, task, project, session, operation: String?
    package var tokens: TokenCounts
    package var cost: Money
    package var basis: CostBasis
    package var failed: Bool
    package var durationMs: Int64?
    package var detail: UsageDetail
}

extension OpenLedger {
    /// Hands out every record whose time is in `from..<to`, oldest first. Voided ones are left out.
    package func forEachRecord(
        from: Instant, to: Instant, _ body: (ExportedUsage) throws -> Void
    ) throws {
        let rows = try connection.prepare(
            """
            SELECT u.id, e.at, m.text, w.text, t.text, p.text, s.text, o.text, a.basis, e.input, e.output, e.cacheRead,
              e.cacheWrite, e.cacheWrite1h, e.cost, e.failed, e.durationMs, d.reasoning, d.timeToFirstTokenMs, d.error,
              d.promptFile, d.promptCharacters, d.responseCharacters
            FROM usage u
            JOIN usage e ON e.id = ifnull((SELECT max(c.usage) FROM correction c WHERE c.corrects = u.id), u.id)
            JOIN attribution a ON a.id = e.attribution
            JOIN name m ON m.id = a.model JOIN name w ON w.id = a.worker JOIN name t ON t.id = a.task
            JOIN name p ON p.id = a.project JOIN name s ON s.id = a.session JOIN name o ON o.id = a.operation
            LEFT JOIN usageDetail d ON d.usage = u.id
            WHERE u.at >= ? AND u.at < ? AND u.records = 1 AND e.records = 1
              AND NOT EXISTS (SELECT 1 FROM correction c WHERE c.usage = u.id)
            ORDER BY u.at, u.id
            """)
        rows.bind(1, from.seconds).bind(2, to.seconds)
        defer { rows.reset() }
        while try rows.step() { try body(ExportedUsage(rows)) }
    }
}

extension ExportedUsage {
    fileprivate init(_ row: Statement) {
        func name(_ column: Int32) -> String? {
            let text = row.text(column)
            return text.isEmpty ? nil : text
        }
        id = row.int(0)
        at = Instant(seconds: row.int(1))
        model = row.text(2)
        (worker, task, project) = (name(3), name(4), name(5))
        (session, operation) = (name(6), name(7))
        basis = CostBasis(code: row.int(8)) ?? .estimate
        tokens = TokenCounts(
            input: row.int(9), output: row.int(10), cacheRead: row.int(11), cacheWrite: row.int(12),
            cacheWrite1h: row.int(13))
        cost = Money(nanoUSD: row.int(14))
        failed = row.int(15) != 0
        durationMs = row.optionalInt(16)
        detail = UsageDetail()
        detail.reasoningTokens = row.optionalInt(17)
        detail.timeToFirstTokenMs = row.optionalInt(18)
        detail.error = row.optionalText(19)
        detail.promptFile = row.optionalText(20)
        detail.promptCharacters = row.optionalInt(21)
        detail.responseCharacters = row.optionalInt(22)
    }
}
