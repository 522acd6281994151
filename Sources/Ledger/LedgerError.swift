// Why the store could not do its work, in words for the person who has to mend it.

import CSQLite

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A fault of the store. Nothing of the transaction it happened in is kept.
package struct LedgerError: Error, Hashable, Sendable {
    package enum Kind: String, Sendable {
        case busy, full, readOnly, damaged, gone, notALedger, newer, wrongTimeZone, overflow, failed
    }

    package var kind: Kind
    /// What went wrong, for the caller.
    package var message: String
    /// What to do about it.
    package var hint: String

    package init(_ kind: Kind, _ message: String, hint: String) {
        self.kind = kind
        self.message = message
        self.hint = hint
    }

    /// Whether the same request may succeed later without anybody changing it.
    package var isRetryable: Bool {
        switch kind {
        case .busy, .full, .gone, .readOnly: true
        case .damaged, .notALedger, .newer, .wrongTimeZone, .overflow, .failed: false
        }
    }

    /// A sum that no longer fits into 64 bits: the record that would cause it is refused.
    package static let overflow = LedgerError(
        .overflow, "the sum of this ledger would pass 64 bits", hint: "check the amounts of this record")

    /// The fault behind a SQLite result code and, for input and output, the system's error number.
    static func sqlite(_ code: Int32, system: Int32, detail: String, path: String) -> LedgerError {
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED:
            LedgerError(.busy, "the ledger \(path) is locked by another program", hint: "ask again in a moment")
        case SQLITE_FULL:
            full(path)
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            LedgerError(
                .readOnly, "the ledger \(path) cannot be written",
                hint: "give this user write permission on the file and its folder")
        case SQLITE_CORRUPT, SQLITE_FORMAT:
            LedgerError(
                .damaged, "the ledger \(path) is damaged (\(detail))",
                hint: "run 'budget-advisor doctor', then restore a backup")
        case SQLITE_NOTADB:
            LedgerError(
                .notALedger, "\(path) is not a ledger",
                hint: "name another file with --ledger; this one was left untouched")
        case SQLITE_CANTOPEN:
            LedgerError(
                .gone, "the ledger \(path) cannot be opened",
                hint: "check that its folder exists and may be used by this user")
        case SQLITE_IOERR:
            ioFault(code, system: system, detail: detail, path: path)
        default:
            LedgerError(
                .failed, "the ledger \(path) failed: \(detail) (SQLite code \(code))",
                hint: "run 'budget-advisor doctor'")
        }
    }

    private static func full(_ path: String) -> LedgerError {
        LedgerError(.full, "the disk that holds the ledger \(path) is full", hint: "free some space, then ask again")
    }

    private static func ioFault(_ code: Int32, system: Int32, detail: String, path: String) -> LedgerError {
        // SQLite says SQLITE_FULL for its data files alone, not for the shared memory beside them.
        if system == ENOSPC || system == EDQUOT || code == SQLITE_IOERR | 19 << 8 { return full(path) }
        return LedgerError(
            .gone, "the ledger \(path) could not be read or written: \(detail) (SQLite code \(code))",
            hint: "check the disk and that the file is still there, then ask again")
    }
}
