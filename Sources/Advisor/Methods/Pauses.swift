// pause, resume: stopping all approvals, or those of a scope.
import Budgeting
import Ledger

package enum PauseApprovals {
    package struct Params: Sendable {
        var scope = BudgetScope()
        var until: Instant?
        var by, reason: String?
    }

    package static let method = Method(
        "pause", title: "Pause approvals", summary: "Stop approving tasks, everywhere or within a scope.",
        description: "Running tasks go on; approveTask answers defer with the reason paused until resume, or until.",
        effect: .writes, isAdministrative: true, params: params, result: .object(PauseRow.shape),
        examples: [Example("everything", #"{"reason":"provider outage"}"#)],
        handler: { params, session in
            if let until = params.until, until <= session.now {
                throw AdvisorError.invalid("/until", "must be later than now")
            }
            return try session.ledger.current().pause(
                params.scope, until: params.until, by: params.by, reason: params.reason, now: session.now)
        })

    static let params = Shape<Params>(
        Params(),
        [
            Field("scope", .object(PauseRow.scope), "What to pause; everything when left out.") { $0.scope = $1 },
            Field("until", .timestamp, "When it ends by itself.") { $0.until = $1 },
            Field("by", .text, "Who pauses.") { $0.by = $1 },
            Field("reason", .text(max: 500), "Why; those who ask are told.") { $0.reason = $1 },
        ])
}

package enum ResumeApprovals {
    package struct Params: Sendable {
        var scope: BudgetScope?
        var by: String?
    }

    package static let method = Method(
        "resume", title: "Resume approvals", summary: "End the pauses of a scope, or all pauses.",
        effect: .writes, isAdministrative: true, isDestructive: true,
        params: Shape<Params>(
            Params(),
            [
                Field("scope", .object(PauseRow.scope), "Exactly the scope that was paused; all when left out.") {
                    $0.scope = $1
                },
                Field("by", .text, "Who resumes.") { $0.by = $1 },
            ]),
        result: .object(
            Shape(
                encoding: [[Pause]].self,
                [
                    Field(
                        "resumed", .list(of: .object(PauseRow.shape)), "The pauses that ended.", .required,
                        get: { $0.first ?? [] }),
                    Field(
                        "pauses", .list(of: .object(PauseRow.shape)), "Those still in force.", .required,
                        get: { $0.last ?? [] }),
                ])),
        examples: [Example("everything", "{}")],
        handler: { params, session in
            let ledger = try session.ledger.current()
            let ended = try ledger.resume(params.scope, by: params.by, now: session.now)
            return [ended, try ledger.pauses(now: session.now)]
        })
}

enum PauseRow {
    static let shape = Shape(
        encoding: Pause.self,
        [
            Field("id", .count, "The pause.", .required, get: { $0.id }),
            Field("at", .timestamp, "Since when.", .required, get: { $0.at }),
            Field("until", .timestamp, "When it ends by itself; null: when it is resumed.", .orNull, get: { $0.until }),
            Field(
                "scope", .object(scope), "What is paused; everything where it is empty.", .required, get: { $0.scope }),
            Field("by", .text, "Who paused.", get: { $0.by }),
            Field("reason", .text(max: 500), "Why.", get: { $0.reason }),
        ])

    static let scope = Shape<BudgetScope>(
        BudgetScope(),
        [
            Field("worker", .text, "Only this worker.", set: { $0.worker = $1 }, get: { $0.worker }),
            Field("task", .text, "Only this task.", set: { $0.task = $1 }, get: { $0.task }),
            Field("project", .text, "Only this project.", set: { $0.project = $1 }, get: { $0.project }),
            Field("model", .text, "Only this model.", set: { $0.model = $1 }, get: { $0.model }),
        ])
}
