// The process that carries alerts out, started once a transaction that fired one is on disk.
import Ledger

/// `budget-advisor alerts deliver`, running beside this process. It outlives it.
struct AlertCarrier {
    private let process: ChildProcess

    static func start(ledgerPath: String) -> AlertCarrier? {
        ChildProcess.start(ownProgram(), ["budget-advisor", "alerts", "deliver", "--ledger", ledgerPath])
            .map(AlertCarrier.init)
    }

    private init(_ process: ChildProcess) { self.process = process }

    var hasEnded: Bool { process.hasEnded }
}

extension Session {
    /// After the answers of a turn are out: starts a carrier where alerts wait. A running one finds them by itself, and
    /// of two carriers on one ledger one ends at once, so that starting one too many does no harm.
    func carryAlerts() {
        guard ledger.takeQueuedDeliveries() else { return }
        // Asking also keeps those that have ended from staying zombies.
        alertCarriers.removeAll { $0.hasEnded }
        if let carrier = AlertCarrier.start(ledgerPath: settings.ledgerPath) { alertCarriers.append(carrier) }
    }
}
