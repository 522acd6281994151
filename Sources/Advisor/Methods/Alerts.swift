// listAlerts, acknowledgeAlert: the thresholds that were passed.
import Budgeting
import Ledger

package enum ListAlerts {
    package static let method = Method(
        "listAlerts", title: "List alerts", summary: "The alerts that fired, newest first. They are kept for ever.",
        effect: .reads, isIdempotent: true, params: params,
        result: .object(
            Shape(
                encoding: [AlertRow].self,
                [Field("alerts", .list(of: .object(AlertRow.shape)), "Newest first.", .required, get: { $0 })])),
        examples: [Example("not yet acknowledged", #"{"active":true}"#)],
        handler: { filter, session in try session.ledger.current().listAlerts(filter).map(AlertRow.init) })

    static let params = Shape<AlertFilter>(
        AlertFilter(),
        [
            Field("budget", .text, "Only this budget's.") { $0.budget = $1 },
            Field("active", .bool, "Only those that nobody has acknowledged.", default: false) { $0.onlyActive = $1 },
            Field("since", .timestamp, "Only those that fired at or after this time.") { $0.since = $1 },
            Field("afterId", .count, "Only those with a higher id: a cursor.") { $0.afterID = $1 },
            Field("limit", .whole(1...10_000), "At most this many.", default: 100) { $0.limit = $1 },
        ])
}

package enum AcknowledgeAlert {
    package struct Params: Sendable {
        package var id: Int64 = 0
        package var by, note: String?
    }

    package static let method = Method(
        "acknowledgeAlert", title: "Acknowledge an alert", summary: "Say that somebody has taken note of an alert.",
        description: "It is no longer active, and stays in the history. Doing it again changes nothing.",
        effect: .writes, isIdempotent: true,
        params: Shape<Params>(
            Params(),
            [
                Field("id", .count, "The alert's id.", .required) { $0.id = $1 },
                Field("by", .text, "Who took note.") { $0.by = $1 },
                Field("note", .text(max: 1000), "What was done about it.") { $0.note = $1 },
            ]), result: .object(AlertRow.shape),
        handler: { params, session in
            let ledger = try session.ledger.current()
            guard try ledger.alert(id: params.id) != nil else {
                throw AdvisorError.notFound("no alert has the id \(params.id); listAlerts shows the ids")
            }
            try ledger.acknowledgeAlert(params.id, by: params.by, note: params.note, now: session.now)
            guard let alert = try ledger.alert(id: params.id) else {
                throw AdvisorError.internalError("alert \(params.id) vanished")
            }
            return AlertRow(alert: alert)
        })
}
