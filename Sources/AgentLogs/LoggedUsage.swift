// One use of a model as a log tells it.
import Budgeting

/// Where a record comes from. The raw value starts every event id, so it never changes.
package enum LogFormat: String, Sendable, CaseIterable {
    case claudeTranscript = "claude"
    case claudePrint = "claude-print"
    case codexRollout = "codex"
    case codexExec = "codex-exec"
    case geminiCLI = "gemini"
    case openCode = "opencode"
    case amp
    case anthropicAPI = "anthropic-api"
    case openAIAPI = "openai-api"
    case geminiAPI = "gemini-api"
    case liteLLM = "litellm"
    case openTelemetry = "otel"
    case originCalls = "api-calls"
    case ownExport = "budget-advisor"
}

/// How much a copy of a call is to be trusted; a higher one beats a lower one whatever its size.
package enum UsageRank: UInt8, Sendable, Comparable {
    /// Gathered from a stream whose end is missing.
    case partial = 0
    /// A copy that a sidechain replayed.
    case copy = 1
    case whole = 2

    package static func < (left: UsageRank, right: UsageRank) -> Bool { left.rawValue < right.rawValue }
}

/// One call (or one process's total per model, see ``coversSession``), normalised to disjoint token kinds.
package struct LoggedUsage: Sendable, Hashable {
    package var format: LogFormat
    /// Names the call for ever: format, then session, message or turn ids. The key text for idempotency.
    package var eventID: String
    /// Names a set of sightings that may be one call; see ``mergeVerdict(stored:found:by:)``. Nil: `eventID` says it all.
    package var groupID: String?
    package var rank: UsageRank
    package var at: Instant
    /// The log has no time for it: `at` is the last time seen in the file, else the file's own.
    package var isTimeAssumed = false
    /// As logged, without `[1m]` and a provider's `name/` in front. `unknown` where the log has none.
    package var model: String
    package var isModelAssumed = false
    /// `fast`, `batch`, `priority`, …, where the log says that another rate than the standard one holds.
    package var serviceTier: String?
    package var tokens: TokenCounts
    /// Part of `tokens.output`, for information.
    package var reasoningTokens: Int64?
    /// What the log says was charged; never zero (a zero in a log mostly means unknown).
    package var billedCost: Money?
    package var worker: String?
    package var task: String?
    package var project: String?
    package var session: String?
    package var operation: String?
    package var durationMs: Int64?
    package var failed = false
    /// The log had only one total; all of it is in `tokens.output`, which over-estimates the cost.
    package var isUnsplit = false
    /// A total over several calls of `session`. A ledger that holds single calls of the same session (from another
    /// format) has them already, and the other way round.
    package var coversSession = false
    /// What our own export says besides.
    package var own: OwnDetail?

    /// The stream's end is missing; a later reading may bring the whole under the same id.
    package var isPartial: Bool { rank == .partial }

    var keys: UsageKeys
}
