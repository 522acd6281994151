// What a handler may use beside its params.
import Budgeting
import Ledger

/// The transactions of a store. The ledger's own; tests put a failing one in its place.
package protocol Transactions: AnyObject {
    func beginReading() throws(LedgerError)
    func beginWriting() throws(LedgerError)
    func commit() throws(LedgerError)
    func rollback()
    /// Marks a point inside a write transaction that one request can be taken back to.
    func beginSavepoint() throws(LedgerError)
    func releaseSavepoint() throws(LedgerError)
    func rollbackToSavepoint() throws(LedgerError)
    /// Whether a commit leaves the wait for the disk to `awaitDisk`, without which nothing may be answered.
    var commitsAhead: Bool { get set }
    var isAwaitingDisk: Bool { get }
    func awaitDisk() throws(LedgerError)
}

extension Ledger: Transactions {}

/// One connection's world: the ledger, the settings, the moment.
///
/// One thread uses it. A handler finds the ledger inside the transaction its method's effect asks for.
package final class Session {
    package let ledger: Ledger
    package let settings: Settings
    package let methods: [AnyMethod]
    /// The moment of this turn: asked of the clock once for all lines that were read together.
    package var now: Instant
    /// With `--clock request`: the latest moment that was said. See `DrivenClock.swift`.
    var drivenNow: Instant?
    /// False: methods for administrators are refused (`--no-admin`, and MCP without `--allow-admin`).
    package var isAdministrator: Bool
    /// MCP offers the methods for administrators too (`--allow-admin`); without it they are refused there.
    package var offersAdministrativeTools = false
    /// What this connection is told of without asking; nothing unless it subscribed.
    var subscription: Set<BudgetEvent> = []
    /// What it was told last; nil before anybody subscribed. The rest belongs to `Watch.swift`.
    var outlook: Outlook?
    var news: News?
    var seenDataVersion: Int64?
    var lookedAt = Instant(seconds: 0)
    var projectionChecks = ProjectionChecks()
    var pacingChecks = PacingChecks()
    /// The processes that carry alerts out.
    var alertCarriers: [AlertCarrier] = []
    /// Whether the monthly limit of the settings, if there is one, is that of the ledger. See `MonthlyLimit.swift`.
    package internal(set) var isMonthlyLimitInForce: Bool

    package init(
        ledger: Ledger, settings: Settings, methods: [AnyMethod] = allMethods, now: Instant,
        isAdministrator: Bool = true
    ) {
        self.ledger = ledger
        self.settings = settings
        self.methods = methods
        self.now = now
        self.isAdministrator = isAdministrator
        isMonthlyLimitInForce = settings.monthlyLimit == nil
    }
}

extension Session {
    /// The session of a process: the ledger that its settings name, opened on first use.
    package convenience init(ofProcess settings: Settings, isAdministrator: Bool) {
        let isStandard = settings.origin(of: "BUDGET_ADVISOR_LEDGER")?.source == .standard
        let zone = settings.origin(of: "BUDGET_ADVISOR_TIME_ZONE").flatMap { $0.source == .standard ? nil : $0.text }
        var configuration = LedgerConfiguration(
            path: settings.ledgerPath, createsFolder: isStandard, timeZone: zone)
        configuration.alertChannels = settings.alertChannels
        self.init(
            ledger: Ledger(configuration), settings: settings, now: systemClock(), isAdministrator: isAdministrator)
    }
}
