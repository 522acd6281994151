// The views of the dashboard as lines.
import Advisor
import Budgeting
import JSONRPC

/// The lines of a view, before scrolling.
func lines(of facts: DashboardFacts, _ state: DashboardState, on page: Page) -> [String] {
    switch facts {
    case .problem(let message): return [page.paint("the ledger cannot be read now", .red), visible(message)]
    case .budgets(let found): return split(statusView(found, on: page))
    case .forecast(let card, let spent, let place): return forecastLines(card, spent, place, page)
    case .days(let usage): return dayLines(usage, page)
    case .breakdown(let usage, let group, let order): return breakdownLines(usage, group, order, state, page)
    case .tasks(let tasks): return taskLines(tasks, state, page)
    case .alerts(let alerts, let decisions): return alertLines(alerts, decisions, state, page)
    }
}

func split(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
}

private func forecastLines(_ card: CardFacts, _ spent: [JSON], _ place: String, _ page: Page) -> [String] {
    let unit = card.status["unit"]?.string ?? "usd"
    var lines = split(forecastView(card.forecast.with("daily", .array([])).with("explanation", .null), on: page))
    guard card.status["limit"]?.isNull == false, let first = lines.first else {
        return ["no budget is set: budget-advisor budget set monthly --limit-usd 500"]
    }
    lines[0] = first + (place.isEmpty ? "" : "   " + page.paint(place, .faint))
    let start = card.status["period"]?["start"]?.instant
    let zone = try? TimeZoneRules.system(named: card.status["period"]?["timeZone"]?.string ?? "UTC")
    guard let start, let zone else { return lines }
    let firstDay = zone.localDay(of: start)
    var days = spent.enumerated().map { index, amount in
        FanDay(day: CivilDate(dayNumber: firstDay + index).day, spent: amount.double)
    }
    for row in card.forecast["daily"]?.array ?? [] {
        guard let date = row["date"]?.date else { continue }
        let index = date.dayNumber - firstDay
        while index >= days.count, days.count < 62 {
            days.append(FanDay(day: CivilDate(dayNumber: firstDay + days.count).day))
        }
        guard days.indices.contains(index) else { continue }
        days[index].p10 = row["p10"]?.double
        days[index].p50 = row["p50"]?.double
        days[index].p90 = row["p90"]?.double
    }
    lines.append("")
    lines += fanChart(
        days, limit: card.status["limit"]?.double, height: max(page.height - lines.count - 5, 6), on: page,
        label: { axisText($0, unit) })
    return lines + [page.paint("* spent  o forecast  : 8 of 10 cases  - limit", .faint)]
}

/// A short amount for an axis.
private func axisText(_ amount: Double, _ unit: String) -> String {
    guard amount.isFinite, amount.magnitude < 1e15 else { return "?" }
    if unit == "usd", amount < 1000 { return "$" + oneDecimal(amount) }
    return (unit == "usd" ? "$" : "") + shortCount(Int64(amount.rounded()))
}

private func dayLines(_ usage: JSON, _ page: Page) -> [String] {
    let rows = usage["rows"]?.array ?? []
    let days = rows.compactMap { row in
        row["day"]?.date.map { BarDay(day: $0.day, amount: row["costUSD"]?.double ?? 0) }
    }
    let total = usage["total"] ?? .null
    var lines = [
        page.paint("the last 30 days", .bold)
            + "  \(total["costUSD"]?.dollars ?? "-"), \(total["totalTokens"]?.tokenCount ?? "-") tokens, "
            + "\(total["records"]?.text ?? "-") calls", "",
    ]
    lines += barChart(days, height: max(page.height - 9, 4), on: page, label: { axisText($0, "usd") })
    if let last = rows.last {
        lines.append("today \(last["costUSD"]?.dollars ?? "-"), \(last["totalTokens"]?.tokenCount ?? "-") tokens")
    }
    return lines
}

private func breakdownLines(
    _ usage: JSON, _ group: String, _ order: String, _ state: DashboardState, _ page: Page
) -> [String] {
    let total = usage["total"]?["costUSD"]?.double ?? 0
    var table = TextTable([
        .left(group, widest: 26), .right("cost"), .right("share"), .right("tokens"), .right("calls"), .right("failed"),
        .right("tokens/s"), .left("", widest: 20),
    ])
    for row in usage["rows"]?.array ?? [] {
        let name = row[group]?.string ?? "(none)"
        guard state.matches(name) else { continue }
        let share = total > 0 ? (row["costUSD"]?.double ?? 0) / total : 0
        table.add([
            .init(name), .init(row["costUSD"]?.dollars ?? "-"), .init("\(Int((share * 100).rounded())) %"),
            .init(row["totalTokens"]?.tokenCount ?? "-"), .init(row["records"]?.text ?? "-"),
            .init(row["failures"]?.int == 0 ? "" : row["failures"]?.text ?? ""),
            .init(row["tokensPerSecond"]?.double.map(oneDecimal) ?? ""),
            .init(String(repeating: "#", count: min(max(Int((share * 20).rounded()), 0), 20)), .faint),
        ])
    }
    let words = ["costUSD": "cost", "totalTokens": "tokens", "records": "calls", "key": "name"]
    let head =
        page.paint("this month by \(group)", .bold) + "  sorted by \(words[order] ?? order)   "
        + page.paint("g: group, s: sort", .faint)
    return [head, ""] + (table.isEmpty ? ["nothing" + state.filterNote] : split(table.text(on: page)))
}

private func taskLines(_ tasks: JSON, _ state: DashboardState, _ page: Page) -> [String] {
    var table = TextTable([
        .left("task", widest: 20), .left("worker", widest: 14), .left("model", widest: 18), .right("held"),
        .right("used"), .left("lease until"), .left("project", widest: 14),
    ])
    for row in tasks["tasks"]?.array ?? [] {
        let texts = ["task", "title", "worker", "model", "project"].map { row[$0]?.string ?? "" }
        guard texts.contains(where: state.matches) else { continue }
        table.add([
            .init(texts[0]), .init(texts[2]), .init(texts[3]), .init(row["reservedUSD"]?.dollars ?? "-"),
            .init(row["usedUSD"]?.dollars ?? "-"), .init(row["leaseUntil"]?.minute ?? "-"), .init(texts[4]),
        ])
    }
    return [page.paint("live claims and what is held for them", .bold), ""]
        + (table.isEmpty ? ["no task is claimed" + state.filterNote] : split(table.text(on: page)))
}

private func alertLines(_ alerts: JSON, _ decisions: JSON, _ state: DashboardState, _ page: Page) -> [String] {
    var lines = [page.paint("alerts", .bold)]
    let fired = (alerts["alerts"]?.array ?? []).filter { state.matches($0["message"]?.string ?? "") }
    for alert in fired {
        let isOpen = alert["acknowledgedAt"] == nil
        let text = "\(alert["firedAt"]?.minute ?? "-")  \(isOpen ? "open" : "seen")  "
        let message = split(
            wrapped(visible(alert["message"]?.string ?? ""), indent: text.count, first: 0, width: page.width))
        lines.append(page.paint(text, isOpen ? .orange : .faint) + (message.first ?? ""))
        lines += message.dropFirst()
    }
    if fired.isEmpty { lines.append("none" + state.filterNote) }
    var table = TextTable([
        .left("at"), .left("decision"), .left("task", widest: 16), .left("worker", widest: 12), .right("p90"),
        .left("why", widest: 100),
    ])
    let inks: [String: Page.Ink] = ["approve": .green, "downgrade": .yellow, "defer": .orange, "deny": .red]
    for row in decisions["decisions"]?.array ?? [] {
        let texts = ["task", "worker", "message", "decision"].map { row[$0]?.string ?? "" }
        guard texts.contains(where: state.matches) else { continue }
        table.add([
            .init(row["at"]?.minute ?? "-"), .init(texts[3], inks[texts[3]] ?? .plain), .init(texts[0]),
            .init(texts[1]), .init(row["p90USD"]?.dollars ?? ""), .init(texts[2]),
        ])
    }
    lines += ["", page.paint("decisions", .bold)]
    return lines + (table.isEmpty ? ["none" + state.filterNote] : split(table.text(on: page)))
}

extension DashboardState {
    /// Whether the filter lets a text through; without regard to case.
    func matches(_ text: String) -> Bool { filter.isEmpty || text.lowercased().contains(filter.lowercased()) }

    var filterNote: String { filter.isEmpty ? "" : " that contains '\(visible(filter))'; Esc shows all" }
}

let helpLines = [
    "1 to 6, Tab, arrows   switch the view",
    "g                     group of the breakdown: worker, model, task, project",
    "s                     its order: cost, tokens, calls, name", "b                     the next budget's forecast",
    "/                     show only rows with a text; Enter keeps it, Esc drops it",
    "up, down, j, k        scroll; Page Up, Page Down, Home", "?, h                  this help",
    "q, Ctrl-C             quit", "", "The view follows the ledger within a second. Press any key to go back.",
]
