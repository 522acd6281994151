// Carrying alerts out: a command or a webhook each, tried again until they arrive.
import Budgeting
import JSONRPC
import Ledger

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Sends everything that waits, then ends. One process a ledger does this at a time; a second ends at once.
///
/// An alert counts as delivered when the command exits 0 or the webhook answers with a status below 400. A process that
/// dies between the sending and that mark makes the alert go out again: at least once, never none.
package func deliverAlerts(_ settings: Settings) -> Int32 {
    let lock = open(settings.ledgerPath + "-alerts", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { return ExitStatus.failed }
    let ledger = Ledger(LedgerConfiguration(path: settings.ledgerPath))
    let outlets = AlertOutlets(settings)
    var failures = 0
    while flock(lock, LOCK_EX | LOCK_NB) == 0 {
        do throws(LedgerError) {
            while let next = try ledger.nextDelivery(settings.alertChannels) {
                if next.delivery.nextAt > systemClock() {
                    sleep(1)
                } else {
                    try ledger.deliver(next.delivery, next.alert, by: outlets)
                }
                failures = 0
            }
        } catch {
            // A full disk or a lock may pass. The alerts stay where they are.
            failures += 1
            if failures > 100 { return ExitStatus.failed }
            sleep(5)
        }
        // Whoever queues one from here on finds the lock free, or it is seen below.
        flock(lock, LOCK_UN)
        let isDone = (try? ledger.nextDelivery(settings.alertChannels) == nil) ?? false
        if isDone { return ExitStatus.done }
    }
    return ExitStatus.done
}

extension Ledger {
    fileprivate func nextDelivery(
        _ channels: [AlertChannel]
    ) throws(LedgerError) -> (delivery: PendingDelivery, alert: Alert?)? {
        try reading { open throws(LedgerError) in
            guard let delivery = try open.pendingDeliveries(channels).first else { return nil }
            return (delivery, try open.alert(id: delivery.alert))
        }
    }

    fileprivate func deliver(
        _ delivery: PendingDelivery, _ alert: Alert?, by outlets: AlertOutlets
    ) throws(LedgerError) {
        // Nothing is held while it is on its way: that may take a minute.
        let problem = alert.flatMap { outlets.send(AlertMessage($0), by: delivery.channel) }
        let now = systemClock()
        try writing { open throws(LedgerError) in
            if let problem {
                let pause = Int64(2) << min(delivery.attempts, 11)
                try open.markFailed(delivery, error: problem, nextAt: now.adding(seconds: min(pause, 3600)))
            } else {
                try open.markDelivered(delivery, at: now)
            }
        }
    }
}

/// Sends one message on every channel that is set, at once and without trying again: for `alerts test`.
/// The channels with what went wrong; nil where it arrived.
package func sendTestAlert(_ settings: Settings) -> [(channel: AlertChannel, problem: String?)] {
    let outlets = AlertOutlets(settings)
    return settings.alertChannels.map { ($0, outlets.send(AlertMessage.test, by: $0)) }
}

/// What is sent.
struct AlertMessage {
    /// For people.
    var text: String
    /// For programs: a row of listAlerts, or `{"test":true}`.
    var alert: String

    init(_ alert: Alert) {
        var row = AlertRow(alert: alert)
        text = row.message
        var writer = JSONWriter()
        Codec.object(AlertRow.shape).encode(&row, &writer)
        self.alert = writer.string
    }

    private init(text: String, alert: String) {
        self.text = text
        self.alert = alert
    }

    static let test = AlertMessage(
        text: "Test of budget-advisor: alerts of this ledger arrive here.", alert: #"{"test":true}"#)

    /// `text` is what Slack, Mattermost and others show.
    var body: String { #"{"text":\#(JSON.string(text).text),"alert":\#(alert)}"# }
}
