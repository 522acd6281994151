// approveTask: may this task start, on which model, with how much?
import Budgeting
import Ledger

package enum ApproveTask {
    /// What a refusal becomes.
    package enum OnRefusal: String, CaseIterable, Sendable {
        case refuse
        /// A question to a person.
        case ask
    }

    package static let method = Method(
        "approveTask", title: "Approve a task",
        summary: "Ask whether a task may start; holds its budget and claims it where it may.",
        description:
            "Ask before a worker is started. The estimate, every budget that applies, who holds the task, the "
            + "reservation and the claim are one transaction: what is answered is true for all processes. A refusal is "
            + "a result with the rule, its numbers, whether to ask again and when, and ranked options. Give a requestId "
            + "to make asking again safe. Afterwards: checkIn while the task runs, completeTask when it ends.",
        effect: .writesCheckedFirst, params: params, result: .object(DecisionRow.shape),
        examples: [
            Example(
                "a task", #"{"task":"gh-450","worker":"w-3","model":"claude-sonnet-4-5","priority":"high"}"#,
                "The estimate is learned from finished tasks."),
            Example(
                "with an estimate and a fallback",
                #"{"task":"gh-451","worker":"w-4","model":"claude-opus-4-1","alternatives":["claude-sonnet-4-5"],"#
                    + #""estimate":{"inputTokens":200000,"outputTokens":30000},"requestId":"plan-7-451"}"#),
        ],
        handler: { params, session in
            let outcome = try session.ledger.current().approve(
                params, rules: try session.approvalRules(), now: session.now)
            switch outcome {
            case .decided(let decision): return decision
            case .conflict(let decision):
                throw AdvisorError.conflict(
                    "requestId was used with other params, for decision \(decision); use a new one")
            case .overflow: throw AdvisorError.invalid("/estimate", "is too large to be held exactly")
            }
        })

    static let params = Shape<ApprovalRequest>(
        ApprovalRequest(task: ""),
        [
            Field("task", .text, "The task's key; gh-450, #450 and 450 are one.", .required) { $0.task = $1 },
            Field("title", .text(max: 1000), "What it is about.") { $0.title = $1 },
            Field("worker", .text, "Who will do it.") { $0.worker = $1 },
            Field("project", .text, "The project it belongs to.") { $0.project = $1 },
            Field("model", .text, "The model it would run on.") { $0.model = $1 },
            Field("alternatives", .list(of: .text, 0...20), "Models it may be moved to, the preferred first.") {
                $0.alternatives = $1
            },
            Field("priority", .choice(Priority.self), "How important it is.", default: .normal) { $0.priority = $1 },
            Field(
                "kind", .choice(TaskKind.self), "new; retry of a failed run; rework after review; wrapUp of open work.",
                default: .new
            ) { $0.kind = $1 },
            Field("labels", .list(of: .text, 0...20), "What sort of task, to learn from tasks like it.") {
                $0.labels = $1
            },
            Field("estimate", .object(EstimateRow.shape), "What you expect it to take.") { $0.estimate = $1.given },
            Field(
                "ttlSeconds", .whole(1...604_800), "How long reservation and claim last without a checkIn.",
                default: 3600
            ) { $0.ttlSeconds = $1 },
            Field("requestId", .text, "The same id and params get the same answer.") { $0.requestID = $1 },
            Field("dryRun", .bool, "Decide and write nothing.", default: false) { $0.isDryRun = $1 },
            Field(
                "onRefusal", .choice(OnRefusal.self), "ask makes a refusal a question that a person can grant.",
                default: .refuse
            ) { $0.asksPerson = $1 == .ask },
        ])
}

/// An estimate as it is given.
struct EstimateRow: Sendable {
    var input, output, cacheRead, cacheWrite: Int64?
    var cost: Money?

    var given: GivenEstimate {
        let counts = [input, output, cacheRead, cacheWrite]
        let tokens =
            counts.contains { $0 != nil }
            ? TokenCounts(
                input: input ?? 0, output: output ?? 0, cacheRead: cacheRead ?? 0, cacheWrite: cacheWrite ?? 0) : nil
        return GivenEstimate(tokens: tokens, cost: cost)
    }

    static let shape = Shape<EstimateRow>(
        EstimateRow(),
        [
            Field("inputTokens", .count, "Uncached input.") { $0.input = $1 },
            Field("outputTokens", .count, "Output, reasoning included.") { $0.output = $1 },
            Field("cacheReadTokens", .count, "Read from the cache.") { $0.cacheRead = $1 },
            Field("cacheWriteTokens", .count, "Written to the cache.") { $0.cacheWrite = $1 },
            Field("costUSD", .usd, "What it costs, where you know better than the prices.") { $0.cost = $1 },
        ],
        check: { estimate, faults in
            let isEmpty = estimate.given.tokens == nil && estimate.cost == nil
            if isEmpty { faults.add("must have at least one of its members; leave it out when nothing is known") }
        })
}
