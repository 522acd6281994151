// One model call on its way into the ledger, and what recording it gave.

import Budgeting

/// A model call to record. Names are bytes of the caller's buffer, valid during the call.
package struct UsageRecord {
    package var model: NameBytes
    package var worker: NameBytes?
    package var task: NameBytes?
    package var project: NameBytes?
    package var session: NameBytes?
    package var operation: NameBytes?
    package var tokens = TokenCounts()
    /// What the provider billed. Zero together with tokens counts as not billed.
    package var billedCost: Money?
    /// When the call was made; nil for now.
    package var at: Instant?
    package var idempotencyKey: NameBytes?
    package var failed = false
    package var durationMs: Int64?
    package var detail = UsageDetail()

    package init(model: NameBytes) { self.model = model }
}

/// What few records carry, kept beside them.
package struct UsageDetail: Hashable, Sendable {
    /// Part of the output tokens.
    package var reasoningTokens: Int64?
    package var timeToFirstTokenMs: Int64?
    package var error: String?
    package var promptFile: String?
    package var promptCharacters: Int64?
    package var responseCharacters: Int64?

    package init() {}

    var isEmpty: Bool {
        reasoningTokens == nil && timeToFirstTokenMs == nil && error == nil && promptFile == nil
            && promptCharacters == nil && responseCharacters == nil
    }
}

/// A record as the ledger holds it.
package struct RecordedUsage: Sendable {
    package var id: Int64
    package var at: Instant
    package var tokens: TokenCounts
    package var cost: Money
    package var basis: CostBasis
    /// Its names; the budgets that it counts towards follow from them.
    var attribution: Attribution
}

package enum RecordOutcome: Sendable {
    case recorded(RecordedUsage, alerts: [Alert])
    /// The same key and body were recorded before; nothing changed.
    case duplicate(RecordedUsage)
    /// The key was used by another body; nothing changed.
    case conflict(RecordedUsage)
    /// With this record a sum of the ledger would pass 64 bits; nothing changed.
    case overflow
}
