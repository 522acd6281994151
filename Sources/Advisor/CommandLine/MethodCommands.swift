// The commands that call a method, one declaration each.
import JSONRPC

extension MethodCommand {
    package static let record = MethodCommand(
        name: "record", method: AnyMethod(RecordUsage.method), summary: RecordUsage.method.about.summary,
        examples: [
            Example(
                "record claude-sonnet-4-5 --input-tokens 1200 --output-tokens 350 --worker w-3 --task gh-450",
                "One call: it is priced from the model's list price, and counts towards every budget of the worker and task."
            ),
            Example(
                "record gpt-5 --input-tokens 900 --output-tokens 4100 --cost-usd 0.046 --idempotency-key call-17",
                "The same with what the provider billed; sent again, it is not counted twice."),
        ], positional: ["model"], view: recordView)

    package static let adjust = MethodCommand(
        name: "adjust", method: AnyMethod(AdjustUsage.method), summary: AdjustUsage.method.about.summary,
        examples: [
            Example("adjust 17 --void --reason 'recorded twice'", "Record 17 no longer counts; it stays visible."),
            Example("adjust 17 --cost-usd 0.31 --reason 'the invoice says so'", "What the call really cost."),
        ], positional: ["id"], view: adjustView)

    package static let status = MethodCommand(
        name: "status", method: AnyMethod(GetStatus.method), summary: GetStatus.method.about.summary,
        examples: [
            Example("status", "A card for each budget, the overall one first."),
            Example("status --line", "One line for a prompt: monthly yellow 85.5%, $2.90 left, runs out in 4 days."),
            Example("status || exit 1", "In a script: stop before more is spent than planned."),
        ], positional: ["budget"],
        flags: [
            CommandFlag(name: "watch", meaning: "Repaint the cards in place, once a second, until Ctrl-C."),
            CommandFlag(name: "line", meaning: "One line, for a shell prompt or an agent's status line."),
        ],
        exits: [
            (0, "below the last threshold, or no budget is set"), (1, "at or above the last threshold"),
            (2, "exceeded"),
            (3, "cannot tell: the ledger cannot be used, or no budget has that name"),
        ], view: statusView,
        exit: { status in
            if status["exceeded"]?.bool == true { return 2 }
            return status["level"]?.string == "red" ? 1 : 0
        }, failedStatus: ExitStatus.cannotTell)

    package static let usage = MethodCommand(
        name: "usage", method: AnyMethod(GetUsage.method), summary: GetUsage.method.about.summary,
        examples: [
            Example("usage model", "This month by model, the dearest first."),
            Example("usage day worker --from 2026-11-01 --to 2026-11-07 --project web", "A week of one project."),
        ], positional: ["group-by"], view: usageView)

    package static let forecast = MethodCommand(
        name: "forecast", method: AnyMethod(ForecastBudget.method), summary: ForecastBudget.method.about.summary,
        examples: [
            Example("forecast", "What the overall budget will have spent when its month ends."),
            Example("forecast w3-daily --detail full", "Another budget, with the path day by day."),
        ], positional: ["budget"], view: forecastView)

    package static let approve = MethodCommand(
        name: "approve", method: AnyMethod(ApproveTask.method), summary: ApproveTask.method.about.summary,
        examples: [
            Example(
                "approve gh-450 --worker w-3 --model claude-sonnet-4-5 && start-worker gh-450",
                "Start the task only where its budget allows it; the money is held for it."),
            Example("approve gh-450 --priority low --dry-run", "Only ask: nothing is held or claimed."),
        ], positional: ["task"],
        exits: [
            (0, "approved, perhaps on a cheaper model"), (1, "not now: ask again later"), (2, "refused"),
            (3, "cannot tell: the ledger cannot be used"),
        ], view: decisionView,
        exit: { result in
            if result["approved"]?.bool == true { return 0 }
            return result["decision"]?.string == "defer" ? 1 : 2
        }, failedStatus: ExitStatus.cannotTell)

    package static let budgetSet = MethodCommand(
        name: "budget set", method: AnyMethod(SetBudget.method), summary: SetBudget.method.about.summary,
        examples: [
            Example("budget set monthly --limit-usd 500", "At most 500 dollars a month for everything."),
            Example(
                "budget set w3-daily --limit-tokens 2M --period day --worker w-3",
                "At most two million tokens a day for one worker."),
        ], positional: ["budget"], view: budgetSetView)

    package static let budgetList = MethodCommand(
        name: "budget list", method: AnyMethod(ListBudgets.method), summary: ListBudgets.method.about.summary,
        examples: [Example("budget list", "Every limit, and what it is for.")], view: budgetsView)

    package static let budgetRemove = MethodCommand(
        name: "budget remove", method: AnyMethod(RemoveBudget.method), summary: RemoveBudget.method.about.summary,
        examples: [Example("budget remove w3-daily", "The limit no longer holds.")], positional: ["budget"],
        view: { result, _ in "removed \(visible(result["removed"]?.string ?? "?"))\n" })

    package static let pricesList = MethodCommand(
        name: "prices list", method: AnyMethod(ListPrices.method), summary: ListPrices.method.about.summary,
        examples: [
            Example("prices list claude-haiku", "Every model with that in its name."),
            Example("prices list --model anthropic/claude-sonnet-4-5-20250929", "The price that holds for one model."),
        ], positional: ["search"], view: pricesView)

    package static let pricesSet = MethodCommand(
        name: "prices set", method: AnyMethod(SetPrice.method), summary: SetPrice.method.about.summary,
        examples: [
            Example(
                "prices set house-7b --input-usd-per-million 0.1 --output-usd-per-million 0.3",
                "What a million tokens of your own model cost."),
            Example("prices set llama-local --free --aliases ollama/llama-local", "A model that costs nothing."),
        ], positional: ["model"], view: priceSetView)

    package static let pricesEstimate = MethodCommand(
        name: "prices estimate", method: AnyMethod(EstimateCost.method), summary: EstimateCost.method.about.summary,
        examples: [
            Example("prices estimate claude-sonnet-4-5 --input-tokens 250k --output-tokens 4k", "One long call.")
        ], positional: ["model"], view: estimateView)

    package static let alertsList = MethodCommand(
        name: "alerts list", method: AnyMethod(ListAlerts.method), summary: ListAlerts.method.about.summary,
        examples: [
            Example("alerts list --active", "What nobody has taken note of yet."),
            Example("alerts list --budget monthly --since 2026-11-01T00:00:00Z", "One budget, since a moment."),
        ], view: alertsView)

    package static let alertsAcknowledge = MethodCommand(
        name: "alerts acknowledge", method: AnyMethod(AcknowledgeAlert.method),
        summary: AcknowledgeAlert.method.about.summary,
        examples: [
            Example(
                "alerts acknowledge 3 --by ada --note 'limit raised'",
                "Alert 3 is no longer active; it stays in the list.")
        ], positional: ["id"], view: alertView)

    package static let approvalsList = MethodCommand(
        name: "approvals list", method: AnyMethod(ListApprovals.method), summary: ListApprovals.method.about.summary,
        examples: [Example("approvals list", "The refused tasks that wait for your answer.")], view: approvalsView)

    package static let approvalsGrant = MethodCommand(
        name: "approvals grant", method: AnyMethod(AnswerApproval.grant), summary: AnswerApproval.grant.about.summary,
        examples: [
            Example("approvals grant 4 --by ada --note 'the release needs it'", "Task 4 of the list may start."),
            Example("approvals grant 4 --by ada --over-limit", "Even where that passes the limit."),
        ],
        positional: ["id"], view: approvalView)

    package static let approvalsDecline = MethodCommand(
        name: "approvals decline", method: AnyMethod(AnswerApproval.decline),
        summary: AnswerApproval.decline.about.summary,
        examples: [Example("approvals decline 4 --by ada", "Task 4 of the list stays refused.")], positional: ["id"],
        view: approvalView)

    /// Any method, with its required params also by position. Nil where there is none of that name.
    package static func call(_ name: String) -> MethodCommand? {
        guard let method = allMethods.first(where: { $0.name == name }) else { return nil }
        let command = MethodCommand(
            name: "call \(name)", method: method, summary: method.about.summary,
            examples: [Example("call \(name)", "Calls the method and shows its result as JSON.")],
            view: { result, _ in result.indented + "\n" })
        var positional = command
        positional.positional = command.options.filter(\.isRequired).map(\.name)
        return positional
    }

    /// Every command that calls a method.
    package static let all: [MethodCommand] = [
        record, adjust, status, usage, report, close, forecast, approve, budgetSet, budgetList, budgetRemove,
        pricesList, pricesSet,
        pricesEstimate, alertsList, alertsAcknowledge, approvalsList, approvalsGrant, approvalsDecline,
    ]
}
