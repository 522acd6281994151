// importLogs: what agents have logged goes into the ledger, each call once.
import AgentLogs
import Budgeting
import Ledger

package enum ImportLogs {
    package static let method = Method(
        "importLogs", title: "Import logs", summary: "Book the model calls that agents have logged, each once.",
        description: "Reads files and folders of logs, or the usual places of Claude Code, Codex, Gemini CLI, OpenCode "
            + "and Amp when no path is given. What was read or recorded before is not counted again: call it as often "
            + "as you like. The result accounts for every line, and says of each file that gave nothing why.",
        effect: .commitsByItself, isIdempotent: true, params: params, result: .object(result),
        examples: [
            Example("the usual places", "{}"),
            Example(
                "a run's log", #"{"paths":["/tmp/no-such-log.jsonl"],"task":"gh-450","worker":"w-3"}"#,
                "Every call in it is put down to that task and worker."),
        ],
        handler: { request, session in try LogImport.run(request, session: session) })

    static let params = Shape<LogImport.Request>(
        LogImport.Request(),
        [
            Field("paths", .list(of: .text(max: 4096), 0...1000), "Files and folders; none: the usual places.") {
                $0.paths = $1
            },
            Field("format", .choice(LogFormatChoice.self), "Only calls logged in this format.", default: .auto) {
                $0.format = $1.format
            },
            Field("since", .timestamp, "Calls before this time are passed over.") { $0.since = $1 },
            Field("dryRun", .bool, "True: only say what would be booked.", default: false) { $0.isDryRun = $1 },
            Field("worker", .text, "Whose all these calls are.") { $0.worker = $1 },
            Field("task", .text, "The task that all these calls are for.") { $0.task = $1 },
            Field("project", .text, "The project that all these calls belong to.") { $0.project = $1 },
        ])

    static let result = Shape(
        encoding: ImportReport.self,
        [
            Field("dryRun", .bool, "True: nothing was written.", .required, get: { $0.isDryRun }),
            Field("files", .count, "Files that were looked at.", .required, get: { Int64($0.summary.files) }),
            Field(
                "unchangedFiles", .count, "Of these, files with nothing new.", .required,
                get: { Int64($0.summary.unchangedFiles) }),
            Field(
                "restartedFiles", .count, "Truncated, replaced or rewritten: read again from their start.", .required,
                get: { Int64($0.summary.restartedFiles) }),
            Field("bytes", .count, "Bytes read.", .required, get: { $0.summary.bytes }),
            Field("lines", .count, "Lines read.", .required, get: { $0.summary.lines }),
            Field("records", .count, "Calls booked now.", .required, get: { $0.counts.booked }),
            Field(
                "replaced", .count, "Known calls of which a later line knew more; corrected.", .required,
                get: { $0.counts.replaced }),
            Field(
                "duplicates", .count, "Copies of calls that are booked.", .required,
                get: { $0.duplicates }),
            Field(
                "skipped", .list(of: .object(skippedShape)), "Lines and records that are not counted, by reason.",
                .required, get: { $0.skipped.map { SkippedRow(reason: $0.reason, count: $0.count) } }),
            Field(
                "malformed", .count, "Lines that could not be read; see problems.", .required,
                get: { $0.summary.malformed + $0.summary.tooLong }),
            Field(
                "cutOff", .count, "Unfinished last lines; they are read once they are whole.", .required,
                get: { $0.summary.cutOff }),
            Field(
                "partial", .count, "Calls whose end is missing: counted as far as they are known.", .required,
                get: { $0.summary.partial }),
            Field(
                "unpriced", .count, "Booked calls whose model has no price: their cost is an estimate.", .required,
                get: { $0.counts.unpriced }),
            Field(
                "unsplit", .count, "Calls with one total of tokens, counted as output.", .required,
                get: { $0.summary.unsplit }),
            Field(
                "assumed", .count, "Calls whose model or time the log does not say.", .required,
                get: { $0.summary.modelAssumed + $0.summary.timeAssumed }),
            Field("costUSD", .usd, "What the booked calls cost.", .required, get: { $0.counts.cost }),
            Field(
                "totalTokens", .count, "All tokens of the booked calls.", .required,
                get: { (try? $0.counts.tokens.total) ?? .max }),
            Field(
                "withoutRecords", .list(of: .object(problemShape)), "Files that gave nothing, and why.", .required,
                get: { $0.empty.map { ProblemRow(path: $0.path, offset: nil, what: $0.why) } }),
            Field(
                "problems", .list(of: .object(problemShape)), "What could not be read, at most 200.", .required,
                get: {
                    $0.summary.problems.map { ProblemRow(path: $0.path, offset: $0.offset, what: $0.what) }
                }),
            Field(
                "moreProblems", .count, "Problems and files beyond those listed.", .required,
                get: { $0.summary.moreProblems + $0.moreEmpty }),
            Field(
                "alerts", .list(of: .object(AlertRow.shape)), "Alerts that the calls set off, the newest last.",
                .required, get: { $0.counts.alerts.map(AlertRow.init) }),
        ])

    struct SkippedRow: Sendable {
        var reason: String
        var count: Int64
    }

    struct ProblemRow: Sendable {
        var path: String
        var offset: Int64?
        var what: String
    }

    static let skippedShape = Shape(
        encoding: SkippedRow.self,
        [
            Field("reason", .text, "Why.", .required, get: { $0.reason }),
            Field("count", .count, "How many.", .required, get: { $0.count }),
        ])

    static let problemShape = Shape(
        encoding: ProblemRow.self,
        [
            Field("path", .text(max: 4096), "The file or folder.", .required, get: { $0.path }),
            Field("offset", .count, "Where the line begins, in bytes.", get: { $0.offset }),
            Field("what", .text(max: 4096), "What is wrong.", .required, get: { $0.what }),
        ])
}

/// A format, or whatever a line is.
package enum LogFormatChoice: String, CaseIterable, Sendable {
    case auto
    case claude
    case claudePrint = "claude-print"
    case codex
    case codexExec = "codex-exec"
    case gemini
    case openCode = "opencode"
    case amp
    case anthropicAPI = "anthropic-api"
    case openAIAPI = "openai-api"
    case geminiAPI = "gemini-api"
    case liteLLM = "litellm"
    case openTelemetry = "otel"
    case originCalls = "api-calls"
    case ownExport = "budget-advisor"

    package var format: LogFormat? { LogFormat(rawValue: rawValue) }
}
