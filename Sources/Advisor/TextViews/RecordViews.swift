// What recording, correcting, estimating and deciding answered, for a person.
import Budgeting
import JSONRPC

/// The result of recordUsage.
package func recordView(_ result: JSON, on page: Page) -> String {
    let id = result["id"]?.text ?? "?"
    let verb = result["duplicate"]?.bool == true ? "recorded before, nothing changed: record" : "record"
    let tokens = (result["totalTokens"] ?? .null).amount("tokens")
    var text = "\(verb) \(id): \(result["costUSD"]?.dollars ?? "-")\(basis(result["costBasis"])), \(tokens)\n"
    text += alertMessages(result["alerts"]) + nearestBudget(result["status"], page)
    return text
}

/// The result of adjustUsage.
package func adjustView(_ result: JSON, on page: Page) -> String {
    let id = result["id"]?.text ?? "?"
    let before = result["previousCostUSD"]?.dollars ?? "-"
    var text =
        result["voided"]?.bool == true
        ? "record \(id) no longer counts (it was \(before))\n"
        : "record \(id): \(result["costUSD"]?.dollars ?? "-")\(basis(result["costBasis"])) instead of \(before)\n"
    text += alertMessages(result["alerts"]) + nearestBudget(result["status"], page)
    return text
}

/// The result of estimateCost.
package func estimateView(_ result: JSON, on page: Page) -> String {
    var text = "\(result["costUSD"]?.dollars ?? "-")\(basis(result["costBasis"])) on "
    text += visible(result["model"]?.string ?? "?")
    if result["longContext"]?.bool == true { text += ", at the prices for long input" }
    let parts = [
        ("inputUSD", "input"), ("outputUSD", "output"), ("cacheReadUSD", "cache reads"),
        ("cacheWriteUSD", "cache writes"), ("cacheWrite1hUSD", "1-hour cache writes"),
    ].filter { (result[$0.0]?.money ?? .zero) != .zero }.map { "\(result[$0.0]?.dollars ?? "-") \($0.1)" }
    return text + "\n" + (parts.count > 1 ? "  " + parts.joined(separator: ", ") + "\n" : "")
}

/// The result of approveTask.
package func decisionView(_ result: JSON, on page: Page) -> String {
    let decision = result["decision"]?.string ?? "?"
    let inks: [String: Page.Ink] = ["approve": .green, "downgrade": .yellow, "defer": .orange, "deny": .red]
    var text = page.paint(decision, inks[decision] ?? .plain)
    if let model = result["model"]?.string { text += " on \(visible(model))" }
    text += ": " + visible(result["reason"]?["message"]?.string ?? "") + "\n"
    if let estimate = result["estimate"], !estimate.isNull {
        let samples = estimate["samples"]?.int ?? 0
        text +=
            "  expected \(estimate["p50USD"]?.dollars ?? "-"), at most \(estimate["p90USD"]?.dollars ?? "-") in 9 of 10 "
        text += "cases (\(visible(estimate["basis"]?.string ?? "?")), \(samples) finished tasks)\n"
    }
    if let held = result["reservation"], !held.isNull {
        text +=
            "  held: \(held.shown("amount", held["unit"]?.string ?? "usd")) until \(held["expiresAt"]?.minute ?? "-")\n"
    }
    for option in result["options"]?.array ?? [] { text += "  or: \(visible(option["message"]?.string ?? ""))\n" }
    if let seconds = result["retryAfterSeconds"]?.int { text += "  ask again in \(durationText(Int64(seconds)))\n" }
    if let id = result["pendingApproval"]?["id"]?.int {
        text += "  a person can grant it: 'budget-advisor approvals grant \(id)'\n"
    }
    let budgets = result["budgets"]?.array ?? []
    return text + (budgets.isEmpty ? "" : "\n" + budgetStandings(budgets, page))
}

private func basis(_ basis: JSON?) -> String {
    switch basis?.string {
    case "billed": " billed"
    case "estimate": " (an estimate: the model has no price)"
    case "free": " (a free model)"
    default: ""
    }
}

private func alertMessages(_ alerts: JSON?) -> String {
    (alerts?.array ?? []).map { "alert: \(visible($0["message"]?.string ?? ""))\n" }.joined()
}

private func nearestBudget(_ status: JSON?, _ page: Page) -> String {
    guard let status, let level = status["level"]?.string else { return "" }
    let used = status["usedPercent"]?.percentText ?? "-"
    return "\(visible(status["budget"]?.string ?? "?")): \(page.paint(level, Page.ink(ofLevel: level))), \(used) used\n"
}
