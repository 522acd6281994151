// A stand-in for parts of Budgeting and Ledger until they land; then this file goes.
import Budgeting

extension Instant {
    init?(rfc3339: String) { nil }
    var rfc3339: String { "" }
}
extension Money {
    init(decimalText: String) throws { self = .zero }
    var decimalText: String { "" }
}
extension Ledger {
    package func beginSavepoint() throws(LedgerError) {}
    package func releaseSavepoint() throws(LedgerError) {}
    package func rollbackToSavepoint() throws(LedgerError) {}
}
