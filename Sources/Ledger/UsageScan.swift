// Reading usage rows one by one, where the daily sums do not suffice.

enum UsageScan {
    /// What one row of `usage u` joined with its `attribution a` contributes, in the order that
    /// `UsageTotals.init(_:from:)` reads.
    static let columns = """
        u.records, u.failed, u.input, u.output, u.cacheRead, u.cacheWrite, u.cacheWrite1h, u.cost,
        CASE a.basis WHEN 0 THEN u.cost ELSE 0 END, CASE a.basis WHEN 3 THEN u.cost ELSE 0 END,
        ifnull(u.durationMs, 0), CASE WHEN u.durationMs IS NULL THEN 0 ELSE u.records END,
        CASE WHEN u.durationMs IS NULL THEN 0 ELSE u.output END
        """
}
