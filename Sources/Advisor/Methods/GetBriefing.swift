// getBriefing: what an agent that plans work needs for its next round, in one brief answer.
import Budgeting
import Ledger

package enum GetBriefing {
    package struct Params: Sendable {
        var budget: String?
        var project: String?
        var model: String?
        var afterAlertID: Int64?
        var limit: Int64 = 10
    }

    package struct Result: Sendable {
        var status: GetStatus.Result
        var forecast: ForecastRow
        var live: [ListedTask]
        var stale: [ListedTask]
        var alerts: [AlertRow]
        var cursor: Int64
        var affordable: Affordable
        var questions: Int64
    }

    package static let method = Method(
        "getBriefing", title: "Get a briefing",
        summary:
            "All that is needed to plan the next round of work: status, forecast, claims, alerts, what is affordable.",
        description:
            "Call it at the start of each planning round, and pass the cursor of the last answer as afterAlertId to hear "
            + "of each alert once. staleClaims are tasks whose worker let the lease run out: they are free to be "
            + "given to another. affordable says how many ordinary tasks still fit; approveTask decides on each.",
        effect: .reads, isIdempotent: true, params: params, result: .object(result),
        examples: [
            Example("a round", "{}"),
            Example("the next round", #"{"afterAlertId":7,"model":"claude-sonnet-4-5"}"#, "Alerts after number 7."),
        ],
        handler: { params, session in try briefing(params, session) })

    static let params = Shape<Params>(
        Params(),
        [
            Field("budget", .text, "The budget to report on; the overall one, monthly, when left out.") {
                $0.budget = $1
            },
            Field("project", .text, "Only this project's claims.") { $0.project = $1 },
            Field("model", .text, "The model that tasks would run on, for what is affordable.") { $0.model = $1 },
            Field("afterAlertId", .count, "The cursor of the last briefing: only alerts after it.") {
                $0.afterAlertID = $1
            },
            Field("limit", .whole(1...100), "At most so many claims of a kind, and alerts.", default: 10) {
                $0.limit = $1
            },
        ])

    private static func briefing(_ params: Params, _ session: Session) throws -> Result {
        let ledger = try session.ledger.current()
        var wanted = GetStatus.Params()
        wanted.budget = params.budget
        let status = try GetStatus.status(wanted, session)
        var filter = TaskFilter()
        (filter.project, filter.limit) = (params.project, params.limit)
        let live = try ledger.listTasks(filter, now: session.now)
        (filter.states, filter.limit) = ([.expired], 1000)
        let stale = try ledger.listTasks(filter, now: session.now).suffix(Int(params.limit)).reversed()
        var alertFilter = AlertFilter()
        alertFilter.afterID = params.afterAlertID
        alertFilter.onlyActive = params.afterAlertID == nil
        alertFilter.limit = params.limit
        let alerts = try ledger.listAlerts(alertFilter)
        var newest = AlertFilter()
        newest.limit = 1
        return Result(
            status: status,
            forecast: ForecastRow(
                name: status.name, snapshot: status.snapshot, zone: ledger.zone, at: session.now,
                forecast: try ledger.forecast(of: status.snapshot, at: session.now, now: session.now), isFull: false),
            live: live, stale: Array(stale), alerts: alerts.map(AlertRow.init),
            cursor: max(try ledger.listAlerts(newest).first?.id ?? 0, params.afterAlertID ?? 0),
            affordable: try Affordable(params, session),
            questions: Int64(try ledger.asks(onlyPending: true, limit: 1000, now: session.now).count))
    }
}

/// How much more work fits: what approveTask would answer for an ordinary task, and how often in a row.
struct Affordable: Sendable {
    var decision: Decision

    init(_ params: GetBriefing.Params, _ session: Session) throws {
        var request = ApprovalRequest(task: "budget-advisor: what is affordable")
        (request.project, request.model, request.isDryRun) = (params.project, params.model, true)
        let outcome = try session.ledger.current().approve(
            request, rules: try session.approvalRules(), now: session.now)
        guard case .decided(let decision) = outcome else {
            throw AdvisorError.internalError("a dry run without an estimate was not decided")
        }
        self.decision = decision
    }

    /// What is left of a hard budget's line, in its unit. What the dry run counted for itself is not taken.
    private func room(_ brief: BudgetBrief) -> Int64? {
        guard !brief.isSoft, let ceiling = brief.ceiling else { return nil }
        let own = decision.outcome.isApproved ? brief.demand ?? 0 : 0
        return Int64(clamping: max(0, Int128(ceiling) - Int128(brief.spent) - Int128(brief.reserved) + Int128(own)))
    }

    private func count(_ brief: BudgetBrief) -> Int64? {
        guard let room = room(brief), let demand = brief.demand, demand > 0 else { return nil }
        return room / demand
    }

    /// The budget that stops first.
    private var tightest: BudgetBrief? {
        decision.budgets.filter { count($0) != nil }.min { (count($0) ?? 0) < (count($1) ?? 0) }
    }

    static let shape = Shape(
        encoding: Affordable.self,
        [
            Field(
                "tasks", .count, "How many ordinary tasks fit one after the other; null without a hard budget.",
                .orNull,
                get: { row in
                    if row.decision.estimate == nil { return 0 }
                    return row.tightest.flatMap { row.count($0) }
                }),
            Field("budget", .text, "The budget that stops first.", get: { $0.tightest?.budget }),
            Field("unit", .choice(LimitUnit.self), "What the room is counted in.", get: { $0.tightest?.unit }),
            Field(
                "room", .amount, "What tasks of normal priority may still take of it.",
                get: { row in
                    row.tightest.flatMap { brief in row.room(brief).map { BudgetAmount($0, brief.unit) } }
                }),
            Field(
                "perTaskUSD", .usd, "What one such task is expected to take (p90).",
                get: { $0.decision.estimate?.p90.cost }),
            Field(
                "perTaskTokens", .whole, "The same in tokens of all kinds.",
                get: { $0.decision.estimate?.p90.tokens.withCacheReads }),
            Field(
                "basis", .choice(EstimateBasis.self), "What that estimate rests on.",
                get: { $0.decision.estimate?.basis }),
            Field(
                "message", .text(max: 1000), "What approveTask would say to one more.", .required,
                get: { $0.decision.sentence }),
        ])
}

// MARK: - The answer

extension GetBriefing {
    static let result = Shape(
        encoding: Result.self,
        [
            Field("asOf", .timestamp, "The moment it describes.", .required, get: { $0.status.at }),
            Field(
                "recommendation", .text(max: 1000), "What to do, in a sentence.", .required,
                get: { $0.status.recommendation }),
            Field("status", .object(statusShape), "Where the budget stands.", .required, get: { $0.status }),
            Field("forecast", .object(forecastShape), "Where it is going.", .required, get: { $0.forecast }),
            Field("affordable", .object(Affordable.shape), "What still fits.", .required, get: { $0.affordable }),
            Field(
                "budgets", .list(of: .object(BudgetRow.briefShape)), "Every budget, the one nearest its limit first.",
                .required, get: { $0.status.budgets }),
            Field(
                "liveClaims", .list(of: .object(claimShape)), "Who works on what: claimed or in review.", .required,
                get: { $0.live }),
            Field(
                "staleClaims", .list(of: .object(claimShape)), "Claims whose lease ran out, the latest first: free.",
                .required, get: { $0.stale }),
            Field(
                "alerts", .list(of: .object(alertShape)),
                "Those after the cursor, or without one those that nobody has acknowledged; newest first.",
                .required, get: { $0.alerts }),
            Field("cursor", .count, "For afterAlertId of the next briefing.", .required, get: { $0.cursor }),
            Field(
                "pendingApprovals", .count, "Refused tasks that wait for a person.", .required, get: { $0.questions }),
        ])

    private static let statusShape = Shape(
        encoding: GetStatus.Result.self,
        GetStatus.fields.named([
            "budget", "unit", "limit", "spent", "reserved", "remaining", "usedPercent", "committedPercent", "level",
            "exceeded", "pace", "costUSD",
        ])
            + [
                Field(
                    "daysRemaining", .whole(0...366), "Days left in the period, today included; null for total.",
                    .orNull,
                    get: { $0.snapshot.period.daysRemaining(at: $0.at, in: $0.zone).map(Int64.init) })
            ])

    private static let forecastShape = Shape(
        encoding: ForecastRow.self,
        ForecastRow.fields.named(["projected", "overLimitProbability", "exhaustion", "confidence"]))

    private static let claimShape = Shape(
        encoding: ListedTask.self,
        Claim.fields.named([
            "task", "project", "title", "worker", "state", "since", "leaseUntil", "pullRequest",
        ]).map { $0.lifted { $0.claim } } + [
            Field(
                "reservedUSD", .usd, "What its run was expected to take (p90).", .required,
                get: { Money(nanoUSD: $0.reserved.cost) }),
            Field(
                "usedUSD", .usd(allowNegative: true), "What has been recorded since it was approved.", .required,
                get: { Money(nanoUSD: $0.used.cost) }),
        ])

    private static let alertShape = Shape(
        encoding: AlertRow.self,
        AlertRow.fields.named(["id", "budget", "kind", "thresholdPercent", "message", "firedAt"]))
}

extension Array {
    /// Those of a larger result that a brief one shows too.
    fileprivate func named<Owner>(_ names: Set<String>) -> [Field<Owner>] where Element == Field<Owner> {
        filter { names.contains($0.type.name) }
    }
}
