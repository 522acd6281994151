// Where the budgets stand, for a person.
import Budgeting
import JSONRPC

/// The result of getStatus.
package func statusView(_ status: JSON, on page: Page) -> String {
    let unit = status["unit"]?.string ?? "usd"
    var text = headline(status, page)
    var facts: [String] = []
    if status["limit"]?.isNull == false {
        facts.append("\(status.shown("spent", unit)) of \(status.shown("limit", unit)) spent")
        if status["reserved"]?.double != 0 { facts.append("\(status.shown("reserved", unit)) held by approved tasks") }
        facts.append("\(status.shown("remaining", unit)) left")
        text += "  " + facts.joined(separator: ", ") + "\n"
    }
    text += "  " + periodLine(status["period"] ?? .null, pace: status["pace"]) + "\n"
    text += "  " + usageLine(status) + "\n"
    // The method's own sentence speaks of methods where there is no budget.
    let advice =
        status["limit"]?.isNull == false
        ? status["recommendation"]?.string ?? "" : "Set one: budget-advisor budget set monthly --limit-usd 500"
    text += wrapped(visible(advice), indent: 2, width: page.width)
    text += alertLines(status["activeAlerts"]?.array ?? [], page)
    text += otherBudgets(status, page)
    return text
}

private func headline(_ status: JSON, _ page: Page) -> String {
    let name = page.paint(visible(status["budget"]?.string ?? "?"), .bold)
    guard let used = status["usedPercent"]?.percent else { return "\(name): no budget is set\n" }
    let committed = status["committedPercent"]?.percent ?? used
    let level = status["level"]?.string ?? "?"
    let word = page.paint(level, Page.ink(ofLevel: level)) + (status["exceeded"]?.bool == true ? ", exceeded" : "")
    return "\(name)  \(word)  \(page.bar(spent: used, committed: committed)) \(shortPercent(used))\n"
}

/// `2026-11-01 to 2026-11-30 (UTC), 9 days left, pace 1.32`.
private func periodLine(_ period: JSON, pace: JSON?) -> String {
    guard let days = dayRange(of: period) else { return "since the ledger began" }
    var parts = [days]
    if let left = period["daysRemaining"]?.int {
        parts.append(left == 1 ? "last day" : "\(left) days left with today")
    }
    if let pace = pace?.double {
        parts.append("pace \(Double((pace * 100).rounded()) / 100)" + (pace > 1 ? " (too fast)" : ""))
    }
    return parts.joined(separator: ", ")
}

/// The days of a period in its own zone, both included; nil for one without an end.
func dayRange(of period: JSON) -> String? {
    guard let start = period["start"]?.instant, let end = period["end"]?.instant else { return nil }
    let name = period["timeZone"]?.string ?? "UTC"
    guard let zone = try? TimeZoneRules.system(named: name) else { return "\(start.rfc3339) to \(end.rfc3339)" }
    let first = CivilDate(dayNumber: zone.localDay(of: start))
    let last = CivilDate(dayNumber: zone.localDay(of: end.adding(seconds: -1)))
    return first == last ? "\(first) (\(name))" : "\(first) to \(last) (\(name))"
}

private func usageLine(_ status: JSON) -> String {
    let tokens = status["tokens"] ?? .null
    var line = "\(status["costUSD"]?.dollars ?? "-"), \((tokens["total"] ?? .null).amount("tokens"))"
    let parts = [("input", "in"), ("output", "out"), ("cacheRead", "cache reads"), ("cacheWrite", "cache writes")]
        .filter { tokens[$0.0]?.int != 0 }
        .map { "\((tokens[$0.0] ?? .null).tokenCount) \($0.1)" }
    if !parts.isEmpty { line += " (\(parts.joined(separator: ", ")))" }
    if let guessed = status["coverage"]?["estimatePercent"]?.percent, guessed > .zero {
        line += "; \(shortPercent(guessed)) of the cost is an estimate: 'doctor' lists the models"
    }
    return line
}

private func alertLines(_ alerts: [JSON], _ page: Page) -> String {
    guard !alerts.isEmpty else { return "" }
    let shown = alerts.prefix(5).map { alert in
        "  \(alert["firedAt"]?.minute ?? "-")  \(visible(alert["message"]?.string ?? ""))\n"
    }
    let more = alerts.count > 5 ? "  and \(alerts.count - 5) more: 'alerts list --active'\n" : ""
    return "\n" + page.paint("active alerts", .bold) + "\n" + shown.joined() + more
}

private func otherBudgets(_ status: JSON, _ page: Page) -> String {
    let name = status["budget"]?.string
    let others = (status["budgets"]?.array ?? []).filter { $0["budget"]?.string != name }
    guard !others.isEmpty else { return "" }
    return "\n" + page.paint("other budgets", .bold) + "\n" + budgetStandings(others, page, indent: 2)
}

/// Brief rows of budgets, as getStatus, approveTask and others answer them.
func budgetStandings(_ rows: [JSON], _ page: Page, indent: Int = 0) -> String {
    var table = TextTable([
        .left("budget"), .left("level"), .right("used"), .right("spent"), .right("held"), .right("limit"),
        .right("left"), .left("period"),
    ])
    for row in rows {
        let unit = row["unit"]?.string ?? "usd"
        let level = row["level"]?.string ?? "?"
        table.add([
            .init(row["budget"]?.string ?? "?"), .init(level, Page.ink(ofLevel: level)),
            .init(row["usedPercent"]?.percentText ?? "-"), .init(row.shown("spent", unit)),
            .init(row["reserved"]?.double == 0 ? "" : row.shown("reserved", unit)), .init(row.shown("limit", unit)),
            .init(row.shown("remaining", unit)), .init(row["period"]?.string ?? ""),
        ])
    }
    return table.text(on: page, indent: indent)
}

extension JSON {
    var isNull: Bool { if case .null = self { true } else { false } }

    /// A member that is an amount of that unit.
    func shown(_ name: String, _ unit: String) -> String { (self[name] ?? .null).amount(unit) }
}
