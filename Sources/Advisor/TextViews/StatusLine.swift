// A budget in one line, for a shell's prompt or an agent's status line.
import Budgeting
import JSONRPC

/// `monthly yellow 85.5% | $2.90 left of $20.00 | runs out in 4 days`. One line, whatever the names hold.
package func statusLine(_ facts: CardFacts, on page: Page) -> String {
    let status = facts.status
    let name = shortened(visible(status["budget"]?.string ?? "?"), to: 24)
    guard let used = status["usedPercent"]?.percent else {
        return "\(name) no limit | \(status["costUSD"]?.dollars ?? "-") spent\n"
    }
    let level = status["level"]?.string ?? "?"
    let share = shortPercent(used).filter { $0 != " " }
    var parts = [
        name + " " + page.paint("\(level) \(share)", Page.ink(ofLevel: level)),
        "\(status.shown("remaining", facts.unit)) left of \(status.shown("limit", facts.unit))",
    ]
    if status["exceeded"]?.bool == true {
        parts.append("exceeded")
    } else if let day = facts.forecast["exhaustion"]?["p50"]?.date, let today = facts.today {
        parts.append("runs out \(dayText(day, from: today))")
    } else if let left = status["period"]?["daysRemaining"]?.int {
        parts.append(left == 1 ? "last day" : "\(left) days left")
    }
    return parts.joined(separator: " | ") + "\n"
}

extension JSON {
    /// A day, `2026-11-22`.
    package var date: CivilDate? { string.flatMap { CivilDate(text: $0) } }

    package var isNull: Bool { if case .null = self { true } else { false } }

    /// A member that is an amount of that unit.
    package func shown(_ name: String, _ unit: String) -> String { (self[name] ?? .null).amount(unit) }
}
