// An open database with its prepared statements and what is remembered of it between transactions.

import Budgeting

/// The ledger as the methods see it inside a transaction.
package final class OpenLedger {
    let connection: Connection
    let turnstile: Turnstile
    package let zone: TimeZoneRules

    let begin: Statement
    let beginImmediate: Statement
    let commit: Statement
    let rollback: Statement
    let savepoint: Statement
    let releaseSavepoint: Statement
    let rollbackToSavepoint: Statement
    let dataVersion: Statement
    private var seenDataVersion: Int64 = -1

    // Appended to by everybody and never changed, so another process's writes leave them true.
    var names = NameTable(kind: .plain)
    var tasks = NameTable(kind: .task)
    var attributions = AttributionTable()

    // True as long as nobody else has written.
    var budgetCache: BudgetCache?
    var scopes: [Scope]?
    var holdCache: HoldCache?
    var learned = LearnedCache()
    var brakes: BrakeCache?
    var prices: PriceCache?
    var keyMemory = KeyMemory()

    /// A model's spelling could not be read in this transaction, which must not be kept.
    var matchFault: LedgerError?
    /// Whether any record came from a log; nil: not looked yet.
    var hasLoggedCalls: Bool?

    /// Where alerts go beside the ledger.
    var alertChannels: [AlertChannel] = []
    /// An alert was queued for them since this was last set to false.
    package var hasQueuedDeliveries = false

    var pending = PendingRollup()
    let recording: RecordingStatements

    // See `CommittingAhead.swift`.
    var commitsAhead = false
    var diskSync: DiskSync?
    var logDescriptor: Int32 = -1

    private init(connection: Connection, turnstile: Turnstile, zone: TimeZoneRules) throws(LedgerError) {
        self.connection = connection
        self.turnstile = turnstile
        self.zone = zone
        begin = try connection.prepare("BEGIN")
        beginImmediate = try connection.prepare("BEGIN IMMEDIATE")
        commit = try connection.prepare("COMMIT")
        rollback = try connection.prepare("ROLLBACK")
        savepoint = try connection.prepare("SAVEPOINT request")
        releaseSavepoint = try connection.prepare("RELEASE request")
        rollbackToSavepoint = try connection.prepare("ROLLBACK TO request")
        dataVersion = try connection.prepare("PRAGMA data_version")
        recording = try RecordingStatements(connection)
    }

    static func open(_ configuration: LedgerConfiguration) throws(LedgerError) -> OpenLedger {
        let path = configuration.path
        try LedgerFile.createIfMissing(path, createFolder: configuration.createsFolder)
        try LedgerFile.check(path)
        let turnstile = try Turnstile(ledgerPath: path)
        do throws(LedgerError) {
            let connection = try Connection(path: path, busyTimeoutMs: Int32(clamping: configuration.busyTimeoutMs))
            try Migration.run(on: connection, turnstile: turnstile, configuration: configuration)
            let zone = try Migration.zone(of: connection, asked: configuration.timeZone)
            let open = try OpenLedger(connection: connection, turnstile: turnstile, zone: zone)
            open.alertChannels = configuration.alertChannels
            // What an earlier process left behind is sent by the next one.
            open.hasQueuedDeliveries = try !open.pendingDeliveries(configuration.alertChannels).isEmpty
            return open
        } catch {
            turnstile.close()
            throw error
        }
    }

    func close() {
        closeLog()
        connection.close()
        turnstile.close()
    }

    /// Forgets what another process may have changed. Called once at the start of each transaction.
    func refreshIfOthersWrote() throws(LedgerError) {
        let version = try dataVersion.firstInt() ?? 0
        guard version != seenDataVersion else { return }
        seenDataVersion = version
        forgetDerived()
    }

    /// See `Ledger.changeMark`.
    func changeMark() -> Int64? { (try? dataVersion.firstInt()) ?? nil }

    func transactionEnded(kept: Bool) {
        pending.forget()
        matchFault = nil
        guard !kept else { return }
        names.forget()
        tasks.forget()
        attributions.forget()
        forgetDerived()
    }

    func forgetDerived() {
        budgetCache = nil
        holdCache = nil
        learned = LearnedCache()
        brakes = nil
        scopes = nil
        prices = nil
        keyMemory = KeyMemory()
        hasLoggedCalls = nil
    }

    /// Writes the sums of this transaction. Readers of the rollup call it first.
    func flushRollup() throws(LedgerError) {
        try flushDraws()
        if let matchFault { throw matchFault }
        guard !pending.isEmpty else { return }
        if scopes == nil { scopes = try Scope.loadAll(in: self) }
        try pending.forEachRow(scopes: scopes ?? []) { (key, row) throws(LedgerError) in
            try PendingRollup.write(key, row, with: recording.upsertRollup)
        }
        pending.forget()
    }
}
