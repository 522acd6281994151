// The ledger: the only door to the database. Opening, transactions and what is remembered between them.

import Budgeting

/// Where a ledger is and how it is opened.
package struct LedgerConfiguration: Sendable {
    package var path: String
    /// Whether the folder is made where it is missing: only for the platform's default place.
    package var createsFolder: Bool
    /// The zone asked for; nil takes the ledger's own, or UTC for a new one.
    package var timeZone: String?
    /// How long a writer waits for others.
    package var busyTimeoutMs: Int
    /// Where alerts go beside the ledger: each is queued for these in the transaction that fires it.
    package var alertChannels: [AlertChannel] = []

    package init(path: String, createsFolder: Bool = false, timeZone: String? = nil, busyTimeoutMs: Int = 5000) {
        self.path = path
        self.createsFolder = createsFolder
        self.timeZone = timeZone
        self.busyTimeoutMs = busyTimeoutMs
    }
}

/// A ledger on one SQLite file, for one thread.
///
/// The file is opened by the first transaction and opened again after a fault, so that a process outlives a full
/// disk, a lock or a folder that was gone for a while. Everything is read and written inside a transaction; what a
/// transaction wrote is on disk when `commit` returns, and gone when it throws.
package final class Ledger {
    package let configuration: LedgerConfiguration
    var open: OpenLedger?
    private var identity: FileIdentity?
    private var isWriting = false
    /// Whether commits of what is written from now on leave the wait for the disk to `awaitDisk`. Nothing may be
    /// answered before that.
    package var commitsAhead = false
    /// A wait for the disk that failed while the file was being closed; `awaitDisk` tells it.
    var unheardFault: LedgerError?

    package init(_ configuration: LedgerConfiguration) { self.configuration = configuration }

    package var path: String { configuration.path }

    /// Whether alerts wait to be sent; true once, then false until the next.
    package func takeQueuedDeliveries() -> Bool {
        guard let open, open.hasQueuedDeliveries else { return false }
        open.hasQueuedDeliveries = false
        return true
    }

    /// A number that changes when another connection has committed; nil while the ledger is not open.
    package func changeMark() -> Int64? { open?.changeMark() }

    package var isInTransaction: Bool { open?.connection.isInTransaction ?? false }

    /// Begins a transaction that sees one moment of the ledger and cannot write.
    package func beginReading() throws(LedgerError) {
        try ensureOpen()
        guard let open else { return }
        try recoveringFromFaults { () throws(LedgerError) in
            try open.begin.run()
            // A deferred transaction takes its snapshot at its first read, which this is.
            try open.refreshIfOthersWrote()
        }
    }

    /// Begins the transaction of one writer at a time, in turn with other processes.
    package func beginWriting() throws(LedgerError) {
        try ensureOpen()
        guard let open else { return }
        try open.turnstile.enter(timeoutMs: configuration.busyTimeoutMs)
        isWriting = true
        do throws(LedgerError) {
            try open.prepareCommit(ahead: commitsAhead)
            try open.beginImmediate.run()
            try open.refreshIfOthersWrote()
        } catch {
            rollback()
            throw error
        }
    }

    /// Makes the transaction durable. On an error nothing of it is kept.
    package func commit() throws(LedgerError) {
        guard let open else { return }
        let mustSync = isWriting && open.commitsAhead
        do throws(LedgerError) {
            try awaitDisk()
            try open.flushRollup()
            try open.commit.run()
        } catch {
            rollback()
            throw error
        }
        leaveTurnstile()
        open.transactionEnded(kept: true)
        if mustSync { try open.beginDiskSync() }
    }

    /// Drops the transaction and everything remembered from it.
    package func rollback() {
        guard let open else { return }
        if open.connection.isInTransaction { try? open.rollback.run() }
        let isStuck = open.connection.isInTransaction
        leaveTurnstile()
        open.transactionEnded(kept: false)
        if isStuck || open.connection.isSuspect { close() }
    }

    /// Marks a point inside a writing transaction that one request can be taken back to.
    package func beginSavepoint() throws(LedgerError) {
        let open = try current()
        // What waits to be summed belongs to the requests before.
        try open.flushRollup()
        try open.savepoint.run()
    }

    package func releaseSavepoint() throws(LedgerError) {
        let open = try current()
        try open.flushRollup()
        try open.releaseSavepoint.run()
    }

    /// Takes back what was written since the savepoint, and forgets what was remembered from it.
    package func rollbackToSavepoint() throws(LedgerError) {
        let open = try current()
        open.transactionEnded(kept: false)
        try open.rollbackToSavepoint.run()
        try open.releaseSavepoint.run()
    }

    /// Runs `body` in a writing transaction of its own.
    package func writing<Value>(_ body: (OpenLedger) throws(LedgerError) -> Value) throws(LedgerError) -> Value {
        try beginWriting()
        return try finishing(body)
    }

    /// Runs `body` in a reading transaction of its own.
    package func reading<Value>(_ body: (OpenLedger) throws(LedgerError) -> Value) throws(LedgerError) -> Value {
        try beginReading()
        return try finishing(body)
    }

    /// The ledger inside a transaction.
    package func current() throws(LedgerError) -> OpenLedger {
        guard let open, open.connection.isInTransaction else {
            throw LedgerError(.failed, "no transaction is open", hint: "this is a bug: please report it")
        }
        return open
    }

    package func close() {
        if let fault = open?.endDiskSync() { unheardFault = fault }
        open?.close()
        open = nil
        identity = nil
    }

    private func finishing<Value>(_ body: (OpenLedger) throws(LedgerError) -> Value) throws(LedgerError) -> Value {
        do throws(LedgerError) {
            let value = try body(try current())
            try commit()
            return value
        } catch {
            rollback()
            throw error
        }
    }

    private func recoveringFromFaults(_ body: () throws(LedgerError) -> Void) throws(LedgerError) {
        do throws(LedgerError) {
            try body()
        } catch {
            rollback()
            throw error
        }
    }

    private func leaveTurnstile() {
        guard isWriting else { return }
        isWriting = false
        open?.turnstile.leave()
    }

    /// Opens the file, or makes sure that the open one is still the one at the path. A file that vanished under us is
    /// never silently replaced by an empty one: its budgets would vanish with it.
    private func ensureOpen() throws(LedgerError) {
        if open != nil {
            let found = FileIdentity(path: path)
            if found == identity { return }
            // SQLite leaves the log of a moved file behind, under the name that another file may have by now: that
            // file would take it for its own.
            try? open?.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            close()
            guard found != nil else { throw missing }
            wasOpened = true
        }
        if wasOpened, FileIdentity(path: path) == nil { throw missing }
        let opened = try OpenLedger.open(configuration)
        open = opened
        identity = FileIdentity(path: path)
        wasOpened = true
    }

    private var wasOpened = false

    private var missing: LedgerError {
        LedgerError(
            .gone, "the ledger \(path) was moved or deleted while it was in use",
            hint: "put the file back (or restore a backup); restart to begin a new ledger")
    }
}
