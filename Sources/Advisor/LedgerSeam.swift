// A stand-in for target Ledger until it lands; then this file goes.

package final class Ledger {
    package init(path: String) {}
    package func beginReading() throws(LedgerError) {}
    package func beginWriting() throws(LedgerError) {}
    package func commit() throws(LedgerError) {}
    package func rollback() {}
}

package struct LedgerError: Error {
    package enum Kind: String { case busy, full, readOnly, damaged, gone, notALedger, newer }
    package var kind: Kind
    package var message: String
    package var hint: String
    package var retryable: Bool
}
