// listApprovals, grantApproval, declineApproval: refused tasks that a person may let through.
import Budgeting
import Ledger

package enum ListApprovals {
    package struct Params: Sendable {
        var onlyPending = true
        var limit: Int64 = 100
    }

    package static let method = Method(
        "listApprovals", title: "List pending approvals",
        summary: "Refused tasks that wait for a person (approveTask with onRefusal ask).",
        effect: .reads, isIdempotent: true,
        params: Shape<Params>(
            Params(),
            [
                Field("pending", .bool, "False: also those that were answered.", default: true) { $0.onlyPending = $1 },
                Field("limit", .whole(1...1000), "The most to list.", default: 100) { $0.limit = $1 },
            ]),
        result: .object(
            Shape(
                encoding: [AskRow].self,
                [
                    Field("approvals", .list(of: .object(AskRow.shape)), "Newest first.", .required, get: { $0 })
                ])),
        examples: [Example("waiting", "{}")],
        handler: { params, session in
            let ledger = try session.ledger.current()
            let asks = try ledger.asks(onlyPending: params.onlyPending, limit: params.limit, now: session.now)
            return try asks.map { AskRow(ask: $0, decision: try ledger.decision(id: $0.decision)) }
        })
}

package enum AnswerApproval {
    package struct Params: Sendable {
        var id: Int64 = 0
        var by, note: String?
        var overLimit = false
    }

    package static let grant = method(
        "grantApproval", title: "Grant an approval",
        summary: "Let a refused task through once; past a hard limit only with overLimit.", grants: true)

    package static let decline = method(
        "declineApproval", title: "Decline an approval", summary: "Answer a refused task's question with no.",
        grants: false)

    private static let overLimit = Field<Params>(
        "overLimit", .bool, "Let it pass a hard limit, too.", default: false
    ) { $0.overLimit = $1 }

    private static func method(
        _ name: StaticString, title: String, summary: String, grants: Bool
    ) -> Method<Params, AskRow> {
        Method(
            name, title: title, summary: summary,
            description:
                "For people: agents reach it only where administrators' methods are allowed. A grant holds for "
                + "a day and for one approveTask of the same task and worker. It passes the line of the task's priority; a "
                + "hard limit only where overLimit says so, and the decision keeps that.",
            effect: .writes, isAdministrative: true,
            params: Shape<Params>(
                Params(),
                [
                    Field("id", .count, "From listApprovals.", .required) { $0.id = $1 },
                    Field("by", .text, "Who answers.") { $0.by = $1 },
                    Field("note", .text(max: 500), "Why.") { $0.note = $1 },
                ] + (grants ? [overLimit] : [])),
            result: .object(AskRow.shape),
            handler: { params, session in
                let ledger = try session.ledger.current()
                if grants, let by = params.by, by == (try ledger.ask(id: params.id, now: session.now))?.worker {
                    throw AdvisorError.notPermitted("\(by) asked for it and cannot grant it; another person must")
                }
                let answer = try ledger.answerAsk(
                    params.id, grants: grants, overLimit: params.overLimit, by: params.by, note: params.note,
                    now: session.now)
                switch answer {
                case .answered(let ask): return AskRow(ask: ask, decision: try ledger.decision(id: ask.decision))
                case .notFound:
                    throw AdvisorError.notFound("no approval has the id \(params.id); listApprovals shows them")
                case .conflict(let ask):
                    throw AdvisorError.conflict("approval \(ask.id) is \(ask.state.rawValue) already")
                case .passesLimit(let budget, let unit, let amount):
                    throw AdvisorError.conflict(
                        "the task would pass the limit of budget \(budget) by \(unit.sentenceText(amount)); raise the limit, "
                            + "or grant it with overLimit true (--over-limit)")
                }
            })
    }
}

/// A question to a person with the decision it came from.
package struct AskRow: Sendable {
    var ask: ApprovalAsk
    var decision: Decision?

    static let shape = Shape(
        encoding: AskRow.self,
        [
            Field("id", .count, "For grantApproval and declineApproval.", .required, get: { $0.ask.id }),
            Field("state", .choice(ApprovalAsk.State.self), "Where it stands.", .required, get: { $0.ask.state }),
            Field("task", .text, "The task.", .required, get: { $0.ask.task }),
            Field("title", .text(max: 1000), "What it is about.", get: { $0.decision?.title }),
            Field("project", .text, "Its project.", get: { $0.ask.project }),
            Field("worker", .text, "Who asked.", get: { $0.ask.worker }),
            Field("at", .timestamp, "When it was asked.", .required, get: { $0.ask.at }),
            Field("expiresAt", .timestamp, "Until when it can be answered.", .required, get: { $0.ask.expiresAt }),
            Field("decisionId", .count, "The refusal.", .required, get: { $0.ask.decision }),
            Field("message", .text(max: 1000), "Why it was refused.", get: { $0.decision?.sentence }),
            Field("p90USD", .usd, "What the task is expected to take.", get: { $0.decision?.estimate?.p90.cost }),
            Field("answeredBy", .text, "Who answered.", get: { $0.ask.answeredBy }),
            Field("note", .text(max: 500), "What they noted.", get: { $0.ask.note }),
            Field(
                "overLimit", .bool, "True: granted past a hard limit.", get: { $0.ask.mayPassLimit ? true : nil }),
        ])
}
