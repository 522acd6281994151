// setBudget, listBudgets, removeBudget: what may be spent, by whom, in what time.
import Budgeting
import Ledger

package enum SetBudget {
    package struct Params: Sendable {
        package var budget = ""
        package var limitUSD: Money?
        package var limitTokens: Int64?
        package var period = PeriodKind.month
        package var scope = BudgetScope()
        package var thresholds: [Percent]?
        package var enforcement = Enforcement.hard
        package var resetDay: Int64?
        package var countCacheReads = false
        package var policy: AdmissionPolicy?

        /// `resetDay` and `thresholds` that were not given come from the settings.
        func made(_ settings: Settings) -> Budget {
            Budget(
                name: budget, limit: limitUSD.map { .usd($0) } ?? .tokens(limitTokens ?? 0), period: period,
                resetDay: Int(resetDay ?? (period == .month ? Int64(settings.resetDay) : 1)), scope: scope,
                thresholds: thresholds ?? settings.thresholds, enforcement: enforcement,
                countCacheReads: countCacheReads, policy: policy)
        }
    }

    package struct Result: Sendable {
        var row: BudgetDefinitionRow
        var alerts: [AlertRow]
    }

    package static let method = Method(
        "setBudget", title: "Set a budget", summary: "Create or change a budget.",
        description:
            "Give limitUSD or limitTokens. A changed limit counts from now on for the whole running period and "
            + "re-arms its alerts; those that are due at once are in the answer.",
        effect: .writes, isAdministrative: true, isIdempotent: true, isDestructive: true, params: params,
        result: .object(result),
        examples: [
            Example("monthly dollars", #"{"budget":"monthly","limitUSD":100}"#, "The overall budget of the ledger."),
            Example(
                "tokens of one worker",
                #"{"budget":"w3-daily","limitTokens":2000000,"period":"day","scope":{"worker":"w-3"}}"#),
        ],
        handler: { params, session in
            let budget = params.made(session.settings)
            let ledger = try session.ledger.current()
            let alerts = try ledger.setBudget(budget, now: session.now)
            return Result(row: BudgetDefinitionRow(budget: budget), alerts: alerts.map(AlertRow.init))
        })

    static let params = Shape<Params>(
        Params(),
        [
            Field("budget", .text, "The budget's name; monthly is the overall one.", .required) { $0.budget = $1 },
            Field("limitUSD", .usd, "The limit in dollars; or give limitTokens.") { $0.limitUSD = $1 },
            Field("limitTokens", .count, "The limit in tokens; or give limitUSD.") { $0.limitTokens = $1 },
            Field("period", .choice(PeriodKind.self), "How often it starts again.", default: .month) { $0.period = $1 },
            Field("scope", .object(ScopeRow.shape), "What it is limited to; all usage when left out.") {
                $0.scope = $1
            },
            Field(
                "thresholds", .list(of: .percent(max: .hundred), 1...10),
                "Rising percentages of the limit; 75, 90, 95 when left out and not set otherwise."
            ) { $0.thresholds = $1 },
            Field(
                "enforcement", .choice(Enforcement.self), "hard stops approvals at the limit, soft only warns.",
                default: .hard
            ) { $0.enforcement = $1 },
            Field("resetDay", .whole(1...28), "The day on which a monthly budget starts again.") { $0.resetDay = $1 },
            Field("countCacheReads", .bool, "Whether cache reads count towards limitTokens.", default: false) {
                $0.countCacheReads = $1
            },
            Field(
                "policy", .choice(AdmissionPolicy.self),
                "How it admits tasks; as the ledger does (BUDGET_ADVISOR_POLICY) when left out."
            ) { $0.policy = $1 },
        ],
        check: { params, faults in
            let hasOneLimit = (params.limitUSD == nil) != (params.limitTokens == nil)
            if !hasOneLimit, !faults.isWrong("limitUSD"), !faults.isWrong("limitTokens") {
                faults.add("limitUSD", "give exactly one of limitUSD and limitTokens")
            }
            for fault in params.made(Settings()).faults where hasOneLimit || !fault.path.hasPrefix("/limit") {
                faults.add(Fault(path: fault.path, message: fault.message))
            }
        })

    static let result = Shape(
        encoding: Result.self,
        BudgetDefinitionRow.fields.map { $0.lifted { $0.row } } + [
            Field(
                "alerts", .list(of: .object(AlertRow.shape)), "Alerts that are due at once.", .required,
                get: { $0.alerts })
        ])
}

package enum ListBudgets {
    package static let method = Method(
        "listBudgets", title: "List budgets", summary: "The budgets in force, with their limits and scopes.",
        effect: .reads, isIdempotent: true, params: .nothing,
        result: .object(
            Shape(
                encoding: [BudgetDefinitionRow].self,
                [
                    Field(
                        "budgets", .list(of: .object(BudgetDefinitionRow.shape)), "By name.", .required, get: { $0 })
                ])),
        examples: [Example("all", "{}")],
        handler: { _, session in try session.ledger.current().listBudgets().map(BudgetDefinitionRow.init) })
}

package enum RemoveBudget {
    package static let method = Method(
        "removeBudget", title: "Remove a budget", summary: "End a budget; its alerts and history stay.",
        description: "Nothing is limited by it afterwards.",
        effect: .writes, isAdministrative: true, isDestructive: true,
        params: Shape(
            "", [Field("budget", .text, "The budget's name.", .required) { $0 = $1 }]),
        result: .object(
            Shape(
                encoding: String.self, [Field("removed", .text, "The budget that was removed.", .required, get: { $0 })]
            )),
        handler: { name, session in
            guard try session.ledger.current().removeBudget(name, now: session.now) else {
                throw AdvisorError.notFound("no budget is named \(name); listBudgets shows the names")
            }
            return name
        })
}

/// A budget as it was set.
package struct BudgetDefinitionRow: Sendable {
    var budget: Budget

    static let shape = Shape(encoding: BudgetDefinitionRow.self, fields)

    static let fields: [Field<BudgetDefinitionRow>] = [
        Field("budget", .text, "The budget's name.", .required, get: { $0.budget.name }),
        Field("unit", .choice(LimitUnit.self), "What it is counted in.", .required, get: { $0.budget.limit.unit }),
        Field(
            "limit", .amount, "The limit in that unit.", .required,
            get: { BudgetAmount($0.budget.limit.amount, $0.budget.limit.unit) }),
        Field("period", .choice(PeriodKind.self), "How often it starts again.", .required, get: { $0.budget.period }),
        Field(
            "resetDay", .whole(1...28), "The day on which a monthly budget starts again.", .required,
            get: { Int64($0.budget.resetDay) }),
        Field("scope", .object(ScopeRow.shape), "What it is limited to.", .required, get: { $0.budget.scope }),
        Field("thresholds", .list(of: .percent), "Percentages of the limit.", .required, get: { $0.budget.thresholds }),
        Field(
            "enforcement", .choice(Enforcement.self), "hard stops approvals, soft only warns.", .required,
            get: { $0.budget.enforcement }),
        Field(
            "countCacheReads", .bool, "Whether cache reads count towards a token limit.", .required,
            get: { $0.budget.countCacheReads }),
        Field(
            "policy", .choice(AdmissionPolicy.self), "How it admits tasks, where it has its own way.",
            get: { $0.budget.policy }),
    ]
}

/// What a budget is limited to.
enum ScopeRow {
    static let shape = Shape<BudgetScope>(
        BudgetScope(),
        [
            Field("worker", .text, "Only this worker's usage.", set: { $0.worker = $1 }, get: { $0.worker }),
            Field("task", .text, "Only this task's usage.", set: { $0.task = $1 }, get: { $0.task }),
            Field("project", .text, "Only this project's usage.", set: { $0.project = $1 }, get: { $0.project }),
            Field("model", .text, "Only this model's usage.", set: { $0.model = $1 }, get: { $0.model }),
            Field(
                "operation", .text, "Only this operation's usage.", set: { $0.operation = $1 }, get: { $0.operation }),
        ])
}
