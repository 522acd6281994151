// Whether another process has written: for those who wait for news without reading the ledger again and again.

extension Ledger {
    /// A number that changes when another connection has committed. Nil where the ledger is not open, or in use. Costs
    /// a look into shared memory.
    package var dataVersion: Int64? {
        guard let open, !isInTransaction else { return nil }
        return try? open.dataVersion.firstInt()
    }
}
