// A call that a log tells, on its way into the ledger, and what became of it.

import Budgeting

/// A model call as an agent's log tells it. It is known by the names that the log gives it, not by its body: a log is
/// read again, copied and resumed, and the same call then comes with another time or with fewer tokens.
package struct LoggedCall {
    /// Without `idempotencyKey`, with `at`. Names are views that are valid during the call.
    package var record: UsageRecord
    /// Where the log says what the call cost and how that was found (our own export): taken as it stands.
    package var stated: (cost: Money, basis: CostBasis)?
    /// Names the call for ever.
    package var event: Int64
    /// Names sightings that may be this call.
    package var group: Int64?
    /// How far this sighting is to be trusted, 0 to 2; as `UsageRank` of AgentLogs.
    package var rank: Int64 = 2
    /// The format's name. Totals and single calls of a session exclude each other only between formats.
    package var format: String
    /// A total over the calls of its session.
    package var coversSession = false
    /// Idempotency keys under which `recordUsage` may have told this call.
    package var toldAs: [NameBytes] = []

    package init(record: UsageRecord, event: Int64, group: Int64?, format: String) {
        self.record = record
        self.event = event
        self.group = group
        self.format = format
    }

    /// The number for a call's or a group's name. Stored in ledgers: it must never change.
    package static func key(_ name: NameBytes) -> Int64 { Int64(bitPattern: stableHash(name)) }
}

/// A booked record as the next sighting of its call finds it.
package struct LoggedStanding: Sendable {
    /// Of the best sighting so far.
    package var rank: Int64
    /// Whether the first sighting had an id of its own inside a group.
    package var hasGroup: Bool
    /// With all corrections.
    package var tokens: TokenCounts
}

/// What a sighting of a booked call means for it.
package enum LoggedVerdict: Sendable {
    case duplicate
    /// The sighting is better: its tokens hold from now on.
    case replace
    /// Another call of the same group.
    case distinct
}

package enum LoggedOutcome: Sendable {
    case booked(RecordedUsage, alerts: [Alert])
    /// Known already, better now: a correction was posted.
    case replaced(RecordedUsage?, alerts: [Alert])
    /// Booked before, from a log.
    case duplicate
    /// `recordUsage` told it.
    case told
    /// Its session is booked by a total of another format, or the other way round.
    case covered
    /// With it a sum of the ledger would pass 64 bits.
    case overflow
}
