// adjustUsage: puts a record right by posting a correction beside it.
import Budgeting
import Ledger

package enum AdjustUsage {
    package struct Params: Sendable {
        package var id: Int64 = 0
        package var correction = UsageCorrection(reason: "")
    }

    package struct Result: Sendable {
        var id: Int64
        var before: RecordedUsage
        /// Nil: the record no longer counts.
        var after: RecordedUsage?
        var alerts: [AlertRow]
        var status: BudgetRow?
    }

    package static let method = Method(
        "adjustUsage", title: "Adjust usage", summary: "Correct or void a record; the original stays beside it.",
        description: "Give void, or what the cost or the tokens should have been. The correction counts in the period "
            + "of the record's own time. New tokens of a record that was not billed are priced again.",
        effect: .writes, params: params, result: .object(result),
        handler: { params, session in try adjust(params, session) })

    static let params = Shape<Params>(
        Params(),
        [
            Field("id", .count, "The record: the id that recordUsage answered.", .required) { $0.id = $1 },
            Field("reason", .text(max: 1000), "Why it is corrected; kept for ever.", .required) {
                $0.correction.reason = $1
            },
            Field("void", .bool, "True takes the whole record back.", default: false) { $0.correction.voids = $1 },
            Field("costUSD", .usd, "What the provider really billed.") { $0.correction.cost = $1 },
            Field("inputTokens", .count, "The right count of uncached input.") { $0.correction.input = $1 },
            Field("outputTokens", .count, "The right count of output.") { $0.correction.output = $1 },
            Field("cacheReadTokens", .count, "The right count of cache reads.") { $0.correction.cacheRead = $1 },
            Field("cacheWriteTokens", .count, "The right count of 5-minute cache writes.") {
                $0.correction.cacheWrite = $1
            },
            Field("cacheWrite1hTokens", .count, "The right count of 1-hour cache writes.") {
                $0.correction.cacheWrite1h = $1
            },
        ],
        check: { params, faults in
            let correction = params.correction
            let changes =
                correction.cost != nil || correction.input != nil || correction.output != nil
                || correction.cacheRead != nil || correction.cacheWrite != nil || correction.cacheWrite1h != nil
            if correction.voids == changes {
                faults.add("void", "give either void: true or what the cost or the tokens should have been")
            }
        })

    static let result = Shape(
        encoding: Result.self,
        [
            Field("id", .count, "The record.", .required, get: { $0.id }),
            Field("voided", .bool, "True: the record no longer counts.", .required, get: { $0.after == nil }),
            Field("costUSD", .usd, "What the record costs now.", .required, get: { $0.after?.cost ?? .zero }),
            Field("previousCostUSD", .usd, "What it cost before.", .required, get: { $0.before.cost }),
            Field("costBasis", .choice(CostBasis.self), "Where the cost comes from.", get: { $0.after?.basis }),
            Field(
                "totalTokens", .count, "Its tokens of all kinds now.", .required,
                get: { result in
                    result.after.map { (try? $0.tokens.total) ?? .max } ?? 0
                }),
            Field(
                "alerts", .list(of: .object(AlertRow.shape)), "Alerts that the correction set off.", .required,
                get: { $0.alerts }),
            Field(
                "status", .object(BudgetRow.briefShape),
                "Of the budgets that it counts towards, the one nearest its limit.",
                get: { $0.status }),
        ])

    private static func adjust(_ params: Params, _ session: Session) throws -> Result {
        let ledger = try session.ledger.current()
        switch try ledger.correct(params.id, with: params.correction, now: session.now) {
        case .corrected(let after, let before, let alerts):
            let nearest = try ledger.nearestStanding(to: after ?? before, now: session.now).map(BudgetRow.init)
            return Result(
                id: params.id, before: before, after: after, alerts: alerts.map(AlertRow.init), status: nearest)
        case .notFound:
            throw AdvisorError.notFound("no record has the id \(params.id); recordUsage answers the id of each record")
        case .alreadyVoid:
            throw AdvisorError.conflict("record \(params.id) was voided before; record the call again if it did happen")
        case .overflow:
            throw AdvisorError.invalid(
                "", "would make a sum of the ledger pass 64 bits; check costUSD and the token counts")
        }
    }
}
