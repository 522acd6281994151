// Where the budgets stand, for a person: a card each.
import Budgeting
import JSONRPC

/// The result of getStatus alone, as other fronts have it.
package func statusView(_ status: JSON, on page: Page) -> String {
    statusView(StatusCards(cards: [CardFacts(status: status, now: Instant(seconds: 0))]), on: page)
}

/// The cards, and a table of the budgets that have none.
package func statusView(_ found: StatusCards, on page: Page) -> String {
    var text = found.cards.map { card($0, page) }.joined(separator: "\n")
    guard !found.others.isEmpty else { return text }
    text += "\n" + page.paint("other budgets", .bold) + "\n"
    return text + budgetStandings(found.others, page, indent: 2)
}

private func card(_ facts: CardFacts, _ page: Page) -> String {
    let status = facts.status
    var lines = CardLines(page: page)
    let hasLimit = status["limit"]?.isNull == false
    if hasLimit { lines.add("spent", amounts(facts)) }
    lines.add("usage", usage(status))
    lines.add("period", period(status["period"] ?? .null, pace: status["pace"]))
    lines.add("forecast", forecast(facts))
    lines.add("runs out", exhaustion(facts))
    lines.add("movers", movers(facts))
    lines.add("next task", nextTask(facts, page))
    for (index, alert) in (status["activeAlerts"]?.array ?? []).prefix(3).enumerated() {
        lines.add(index == 0 ? "alerts" : "", alertText(alert, facts))
    }
    let hidden = (status["activeAlerts"]?.array?.count ?? 0) - 3
    if hidden > 0 { lines.add("", "and \(hidden) more: 'budget-advisor alerts list --active'") }
    // The method's own sentence speaks of methods where there is no budget.
    lines.add(
        "advice",
        hasLimit
            ? visible(status["recommendation"]?.string ?? "")
            : "Set a limit: budget-advisor budget set monthly --limit-usd 500")
    return headline(status, page) + lines.text
}

/// Lines that have a name, wrapped behind it.
private struct CardLines {
    let page: Page
    var text = ""
    private let column = 13

    init(page: Page) { self.page = page }

    mutating func add(_ name: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        let start = name.isEmpty ? "" : "  " + name
        let lines = wrapped(value, indent: column, first: column, width: page.width)
        text += (start.isEmpty ? "" : page.paint(start, .faint)) + String(repeating: " ", count: column - start.count)
        text += lines.dropFirst(column)
    }
}

private func headline(_ status: JSON, _ page: Page) -> String {
    let fullName = shortened(visible(status["budget"]?.string ?? "?"), to: max(page.width - 50, 12))
    let name = page.paint(fullName, .bold)
    guard let used = status["usedPercent"]?.percent else { return "\(name)  no limit is set\n" }
    let committed = status["committedPercent"]?.percent ?? used
    let level = status["level"]?.string ?? "?"
    let word = page.paint(level, Page.ink(ofLevel: level)) + (status["exceeded"]?.bool == true ? ", exceeded" : "")
    let bar = page.paint(page.bar(spent: used, committed: committed), Page.ink(ofLevel: level))
    return "\(name)  \(word)  \(bar) \(shortPercent(used))\n"
}

private func amounts(_ facts: CardFacts) -> String {
    let status = facts.status
    var parts = ["\(status.shown("spent", facts.unit)) of \(status.shown("limit", facts.unit))"]
    if status["reserved"]?.double != 0 { parts.append("\(status.shown("reserved", facts.unit)) held") }
    return (parts + ["\(status.shown("remaining", facts.unit)) left"]).joined(separator: ", ")
}

/// `2026-11-01 to 2026-11-30 (UTC), 9 days left, pace 1.32`.
private func period(_ period: JSON, pace: JSON?) -> String {
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

private func usage(_ status: JSON) -> String {
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

private func forecast(_ facts: CardFacts) -> String? {
    guard let projected = facts.forecast["projected"], !projected.isNull else { return nil }
    func shown(_ name: String) -> String { projected.shown(name, facts.unit) }
    var line = "\(shown("p50")) at the end, in 8 of 10 cases \(shown("p10")) to \(shown("p90"))"
    if let chance = facts.forecast["overLimitProbability"]?.double {
        line += "; \(chancePercent(chance)) to pass the limit"
    }
    return line
}

/// A chance in whole percent; what is not certain is neither 0 nor 100.
func chancePercent(_ chance: Double) -> String {
    guard chance.isFinite else { return "?" }
    if chance <= 0 || chance >= 1 { return chance <= 0 ? "0 %" : "100 %" }
    return "\(min(max(Int((chance * 100).rounded()), 1), 99)) %"
}

/// When the money is gone, as the forecast sees it.
private func exhaustion(_ facts: CardFacts) -> String? {
    if facts.status["exceeded"]?.bool == true { return nil }
    guard let days = facts.forecast["exhaustion"], let middle = days["p50"]?.date else { return nil }
    var line = facts.today.map { "\(dayText(middle, from: $0)), " } ?? ""
    line += "\(middle)"
    let early = days["p10"]?.date ?? middle
    if let late = days["p90"]?.date {
        if early != late { line += " (between \(early) and \(late))" }
    } else {
        line += early == middle ? " (perhaps later)" : " (\(early) at the earliest)"
    }
    return line
}

/// Who and what moved the period most against their own past.
private func movers(_ facts: CardFacts) -> String? {
    let drivers = (facts.forecast["explanation"]?["drivers"]?.array ?? []).prefix(3)
    return drivers.map { driver in
        let change = driver["change"] ?? .null
        let sign = (change.double ?? 0) > 0 ? "+" : ""
        return "\(visible(driver["sort"]?.string ?? "?")) \(visible(driver["name"]?.string ?? "?")) "
            + sign + change.amount(facts.unit)
    }.joined(separator: "; ")
}

/// What a normal task would be told now.
private func nextTask(_ facts: CardFacts, _ page: Page) -> String? {
    guard let decision = facts.decision["decision"]?.string else { return nil }
    var line = decisionWords[decision] ?? decision
    if facts.decision["approved"]?.bool != true {
        line += ": " + visible(facts.decision["reason"]?["message"]?.string ?? "")
        if let seconds = facts.decision["retryAfterSeconds"]?.int {
            line += " Ask again in \(durationText(Int64(seconds)))."
        }
    }
    return line
}

private let decisionWords = [
    "approve": "a normal task may start", "downgrade": "a normal task may start on a cheaper model",
    "defer": "a normal task has to wait", "deny": "a normal task is refused",
]

private func alertText(_ alert: JSON, _ facts: CardFacts) -> String {
    let message = visible(alert["message"]?.string ?? "")
    guard let fired = alert["firedAt"]?.instant, facts.now.seconds > 0 else {
        return "\(alert["firedAt"]?.minute ?? "-")  \(message)"
    }
    return "\(message) (\(durationText(facts.now.seconds - fired.seconds)) ago)"
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
