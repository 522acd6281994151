// recordUsage: one model call goes into the ledger. The hot path: its texts stay views of the request's bytes.
import Budgeting
import JSONRPC
import Ledger

package enum RecordUsage {
    /// Texts are views: copy what must outlive the request. A class: it is handed through several layers, and copying
    /// it each time would take as long as reading it.
    package final class Params: @unchecked Sendable {
        package var model = JSONText.empty
        package var tokens = TokenCounts()
        package var reasoningTokens: Int64?
        package var costUSD: Money?
        package var worker, task, project, session, operation: JSONText?
        package var timestamp: Instant?
        package var idempotencyKey: JSONText?
        package var durationMs, timeToFirstTokenMs: Int64?
        package var success: Bool?
        package var error, promptFile: JSONText?
        package var promptCharacters, responseCharacters: Int64?
    }

    /// A class: each field's encoder is handed one pointer instead of a copy of it all.
    package final class Result: Sendable {
        let usage: RecordedUsage
        let isDuplicate: Bool
        let alerts: [AlertRow]
        let status: BudgetRow?

        init(usage: RecordedUsage, isDuplicate: Bool, alerts: [AlertRow], status: BudgetRow?) {
            self.usage = usage
            self.isDuplicate = isDuplicate
            self.alerts = alerts
            self.status = status
        }
    }

    package static let method = Method(
        "recordUsage", title: "Record usage",
        summary: "Record the tokens and cost of one model call.",
        description: "Call it once for every model call, right after it returns. Give an idempotencyKey to make "
            + "sending it again safe. Answers what it cost, the alerts it set off, and the budget nearest its limit.",
        effect: .writesCheckedFirst, params: params, result: .object(result),
        examples: [
            Example(
                "a call", #"{"model":"claude-sonnet-4-5","inputTokens":1200,"outputTokens":350}"#,
                "Priced from the catalogue."),
            Example(
                "with cache and owner",
                #"{"model":"gpt-5","inputTokens":900,"outputTokens":4100,"cacheReadTokens":52000,"#
                    + #""worker":"worker-3","task":"gh-450"}"#),
        ],
        handler: { params, session in try record(params, session) })

    static let params = Shape<Params>(
        Params(),
        [
            Field("model", .textView, "The model as the provider names it.", .required) { $0.model = $1 },
            Field("inputTokens", .count, "Uncached input tokens.", .required) { $0.tokens.input = $1 },
            Field("outputTokens", .count, "Output tokens, reasoning included.", .required) { $0.tokens.output = $1 },
            Field("cacheReadTokens", .count, "Input tokens read from the cache.") { $0.tokens.cacheRead = $1 },
            Field("cacheWriteTokens", .count, "Tokens written to the cache for 5 minutes or an unstated time.") {
                $0.tokens.cacheWrite = $1
            },
            Field("cacheWrite1hTokens", .count, "Tokens written to the cache for 1 hour.") {
                $0.tokens.cacheWrite1h = $1
            },
            Field("reasoningTokens", .count, "The part of the output that was reasoning; for information.") {
                $0.reasoningTokens = $1
            },
            Field("costUSD", .usd, "What the provider billed; 0 with tokens counts as not billed.") { $0.costUSD = $1 },
            Field("worker", .textView, "Who made the call.") { $0.worker = $1 },
            Field("task", .textView, "The task it was made for.") { $0.task = $1 },
            Field("project", .textView, "The project it belongs to.") { $0.project = $1 },
            Field("session", .textView, "The agent's session.") { $0.session = $1 },
            Field("operation", .textView, "What it was for, such as review or codegen.") { $0.operation = $1 },
            Field("timestamp", .timestamp, "When the call was made; now when left out.") { $0.timestamp = $1 },
            Field("idempotencyKey", .textView, "The same key and body are recorded once.") { $0.idempotencyKey = $1 },
            Field("durationMs", .count, "How long the call took.") { $0.durationMs = $1 },
            Field("timeToFirstTokenMs", .count, "How long the first token took.") { $0.timeToFirstTokenMs = $1 },
            Field("success", .bool, "Whether the call succeeded.") { $0.success = $1 },
            Field("error", .textView(max: 1000), "What went wrong.") { $0.error = $1 },
            Field("promptFile", .textView(max: 1000), "The file that held the prompt.") { $0.promptFile = $1 },
            Field("promptCharacters", .count, "The length of the prompt.") { $0.promptCharacters = $1 },
            Field("responseCharacters", .count, "The length of the response.") { $0.responseCharacters = $1 },
        ])

    static let result = Shape(
        encoding: Result.self,
        [
            Field("id", .count, "The record, for adjustUsage.", .required, get: { $0.usage.id }),
            Field(
                "duplicate", .bool, "True: this was recorded before; nothing changed.", .required,
                get: { $0.isDuplicate }),
            Field("costUSD", .usd, "What the call cost.", .required, get: { $0.usage.cost }),
            Field(
                "costBasis", .choice(CostBasis.self), "Where the cost comes from.", .required, get: { $0.usage.basis }),
            Field(
                "totalTokens", .count, "All tokens of all kinds.", .required,
                get: { (try? $0.usage.tokens.total) ?? .max }),
            Field(
                "alerts", .list(of: .object(AlertRow.shape)),
                "Alerts that this record set off, the highest threshold first.", .required,
                get: { $0.alerts }),
            Field(
                "status", .object(BudgetRow.briefShape),
                "Of the budgets that it counts towards, the one nearest its limit.",
                get: { $0.status }),
        ])
}

extension RecordUsage {
    private static func record(_ params: Params, _ session: Session) throws -> Result {
        let ledger = try session.ledger.current()
        switch try ledger.record(usageRecord(params), now: session.now) {
        case .recorded(let usage, let alerts):
            guard try ledger.hasBudgets else {
                return Result(usage: usage, isDuplicate: false, alerts: [], status: nil)
            }
            let projected = try session.projectedAlerts(after: usage, in: ledger)
            let fired = projected.isEmpty && alerts.isEmpty ? [] : (projected + alerts).reversed().map(AlertRow.init)
            return Result(
                usage: usage, isDuplicate: false, alerts: fired,
                status: try nearest(usage, ledger, session))
        case .duplicate(let usage):
            return Result(usage: usage, isDuplicate: true, alerts: [], status: try nearest(usage, ledger, session))
        case .conflict(let usage):
            throw AdvisorError.conflict(
                "idempotencyKey was used for another call (record \(usage.id)); give this call a key of its own, or "
                    + "correct the record with adjustUsage")
        case .overflow:
            throw AdvisorError.invalid(
                "", "would make a sum of the ledger pass 64 bits; check costUSD and the token counts")
        }
    }

    /// A function of its own: what is complete is handed on without a copy.
    private static func usageRecord(_ params: Params) -> UsageRecord {
        var record = UsageRecord(model: params.model.bytes)
        record.tokens = params.tokens
        record.billedCost = params.costUSD
        record.worker = params.worker?.bytes
        record.task = params.task?.bytes
        record.project = params.project?.bytes
        record.session = params.session?.bytes
        record.operation = params.operation?.bytes
        record.at = params.timestamp
        record.idempotencyKey = params.idempotencyKey?.bytes
        record.durationMs = params.durationMs
        record.failed = !(params.success ?? (params.error == nil))
        record.detail.reasoningTokens = params.reasoningTokens
        record.detail.timeToFirstTokenMs = params.timeToFirstTokenMs
        record.detail.error = params.error?.string
        record.detail.promptFile = params.promptFile?.string
        record.detail.promptCharacters = params.promptCharacters
        record.detail.responseCharacters = params.responseCharacters
        return record
    }

    private static func nearest(_ usage: RecordedUsage, _ ledger: OpenLedger, _ session: Session) throws -> BudgetRow? {
        try ledger.nearestStanding(to: usage, now: session.now).map(BudgetRow.init)
    }
}
