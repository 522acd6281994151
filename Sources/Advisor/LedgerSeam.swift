// A stand-in for target Ledger until it lands; then this file goes.

package struct LedgerConfiguration: Sendable {
    package var path: String
    package init(path: String, createsFolder: Bool = false, timeZone: String? = nil, busyTimeoutMs: Int = 5000) {
        self.path = path
    }
}

package final class Ledger {
    package init(_ configuration: LedgerConfiguration) {}
    package func beginReading() throws(LedgerError) {}
    package func beginWriting() throws(LedgerError) {}
    package func commit() throws(LedgerError) {}
    package func rollback() {}
    package func beginSavepoint() throws(LedgerError) {}
    package func releaseSavepoint() throws(LedgerError) {}
    package func rollbackToSavepoint() throws(LedgerError) {}
}

package struct LedgerError: Error {
    package enum Kind: String, Sendable {
        case busy, full, readOnly, damaged, gone, notALedger, newer, wrongTimeZone, overflow, failed
    }
    package var kind: Kind
    package var message: String
    package var hint: String
    package init(_ kind: Kind, _ message: String, hint: String) {
        self.kind = kind
        self.message = message
        self.hint = hint
    }
    package var isRetryable: Bool { kind == .busy }
}
