// A result in at most 120 tokens of text: the number first, then the advice.
import JSONRPC

/// About 4 bytes are a token: 120 of them, with some to spare.
private let maxBytes = 400

/// What a model should read of a result.
func essence(of result: JSON, method: String) -> String {
    let words = essenceOfMethod[method]?(result) ?? listed(result) ?? result.text
    return cut(words)
}

private func cut(_ text: String) -> String {
    if text.utf8.count <= maxBytes { return text }
    var kept = ""
    var count = 0
    for character in text {
        count += character.utf8.count
        if count > maxBytes - 40 { break }
        kept.append(character)
    }
    return kept + " … (see structuredContent)"
}

private let essenceOfMethod: [String: @Sendable (JSON) -> String] = [
    "getStatus": status,
    "getBriefing": briefing,
    "recordUsage": recorded,
    "forecast": forecast,
    "approveTask": decided,
    "explainDecision": { $0["explanation"]?.string ?? decided($0) },
    "checkIn": { "\(text($0, "action")): \($0["reason"]?["message"]?.string ?? "")" },
    "completeTask": {
        "\(text($0, "task")) is \(text($0, "state")); its run took \(dollars($0, "usedUSD")) of "
            + "\(dollars($0, "reservedUSD")) held."
    },
    "estimateCost": {
        "\(dollars($0, "costUSD")) for \($0["totalTokens"]?.tokenCount ?? "-") tokens of \(text($0, "model")) "
            + "(\(text($0, "costBasis")))."
    },
    "getUsage": usage,
    "planTasks": planned,
    "listTasks": tasks,
    "listAlerts": { list($0, "alerts", "alert") { text($0, "message") } },
    "acknowledgeAlert": { "Noted: \(text($0, "message"))" },
    "listBudgets": {
        list($0, "budgets", "budget") { row in
            "\(text(row, "budget")): \(amount(row, "limit")) a \(text(row, "period")), \(text(row, "enforcement"))"
        }
    },
    "listDecisions": {
        list($0, "decisions", "decision") { "\(text($0, "decision")) \(text($0, "task")): \(text($0, "message"))" }
    },
    "listApprovals": {
        list($0, "approvals", "question") {
            "\(text($0, "id")) \(text($0, "state")) \(text($0, "task")) (\(dollars($0, "p90USD")))"
        }
    },
    "listPrices": {
        list($0, "prices", "price") {
            "\(text($0, "model")) $\(text($0, "inputUSDPerMillion")) in, $\(text($0, "outputUSDPerMillion")) out"
        }
    },
    "setBudget": { "Budget \(text($0, "budget")): \(amount($0, "limit")) a \(text($0, "period"))." },
]

private func status(_ result: JSON) -> String {
    guard let limit = result["limit"], limit.double != nil else {
        return "\(dollars(result, "costUSD")) spent, no limit set. \(text(result, "recommendation"))"
    }
    return "\(result["usedPercent"]?.percentText ?? "-") of budget \(text(result, "budget")) used (level "
        + "\(text(result, "level"))), \(amount(result, "remaining")) left. \(text(result, "recommendation"))"
}

private func briefing(_ result: JSON) -> String {
    let status = result["status"] ?? .null
    var words =
        status["usedPercent"]?.double == nil
        ? "\(dollars(status, "costUSD")) spent, no limit set."
        : "\(status["usedPercent"]?.percentText ?? "-") of budget \(text(status, "budget")) used, "
            + "\(amount(status, "remaining")) left."
    if let affordable = result["affordable"], let tasks = affordable["tasks"]?.int {
        words += " \(tasks) more tasks fit (\(dollars(affordable, "perTaskUSD")) each)."
    }
    words += " \(text(result, "recommendation"))"
    func names(_ list: String) -> String {
        let rows = result[list]?.array ?? []
        let shown = rows.prefix(3).map { "\(text($0, "task")) (\(text($0, "worker")))" }
        return "\(rows.count)" + (rows.isEmpty ? "" : ": " + shown.joined(separator: ", "))
    }
    return words + " Live claims \(names("liveClaims")); stale \(names("staleClaims")); "
        + "new alerts \(result["alerts"]?.array?.count ?? 0)."
}

private func recorded(_ result: JSON) -> String {
    let again = result["duplicate"]?.bool == true ? " (recorded before)" : ""
    var words = "\(dollars(result, "costUSD")) recorded\(again)."
    if let status = result["status"], status.isObject {
        words +=
            " Budget \(text(status, "budget")) is \(text(status, "level")): "
            + "\(status["usedPercent"]?.percentText ?? "-") used."
    }
    for alert in (result["alerts"]?.array ?? []).suffix(2) { words += " " + text(alert, "message") }
    return words
}

private func forecast(_ result: JSON) -> String {
    let unit = text(result, "unit")
    guard let projected = result["projected"], let middle = projected["p50"], middle.double != nil else {
        return "No forecast yet: nothing is recorded. \(amount(result, "spent")) spent."
    }
    var words = "\(middle.amount(unit)) by the end of \(text(result, "budget"))'s period, likely "
    words += "\(projected["p10"]?.amount(unit) ?? "-") to \(projected["p90"]?.amount(unit) ?? "-")"
    if let limit = result["limit"], limit.double != nil { words += "; the limit is \(limit.amount(unit))" }
    if let probability = result["overLimitProbability"]?.double {
        words += ", passed with \(Int((probability * 100).rounded())) %"
    }
    if let date = result["exhaustion"]?["p50"]?.string { words += ", probably on \(date)" }
    return words + ". Confidence \(text(result, "confidence"))."
}

private func decided(_ result: JSON) -> String {
    var words = text(result, "decision")
    if let model = result["model"]?.string { words += " on \(model)" }
    words += ": \(result["reason"]?["message"]?.string ?? "")"
    if let held = result["reservation"], held.isObject { words += " Held: \(amount(held, "amount"))." }
    if let ask = result["pendingApproval"]?["id"]?.int {
        words += " A person can let it through: budget-advisor approvals grant \(ask); then ask again."
    } else if let option = result["options"]?[0]?["message"]?.string {
        words += " " + option
    }
    if let seconds = result["retryAfterSeconds"]?.int { words += " Ask again in \(seconds) s." }
    return words
}

private func usage(_ result: JSON) -> String {
    let total = result["total"] ?? .null
    var words = "\(dollars(total, "costUSD")) and \(total["totalTokens"]?.tokenCount ?? "-") tokens in "
    words += "\(text(total, "records")) records."
    for row in (result["rows"]?.array ?? []).prefix(5) {
        let key = row.members.prefix { $0.name != "costUSD" }.map { $0.value.string ?? $0.value.text }
        if !key.isEmpty { words += " \(key.joined(separator: "/")): \(dollars(row, "costUSD"))." }
    }
    return words
}

private func planned(_ result: JSON) -> String {
    let run = result["run"]?.array ?? []
    let names = run.prefix(12).map { row in
        text(row, "task") + (row["model"]?.string.map { " on \($0)" } ?? "")
    }
    let left = result["leftOut"]?.array?.count ?? 0
    return
        "Run \(run.count) for \(dollars(result, "p90USD")) (p90): \(names.joined(separator: ", ")). \(left) left out."
}

private func tasks(_ result: JSON) -> String {
    list(result, "tasks", "task") {
        "\(text($0, "task")) \(text($0, "state")) by \(text($0, "worker")), \(dollars($0, "spentUSD"))"
    }
}

// MARK: - Words

private func text(_ object: JSON, _ name: String) -> String {
    guard let value = object[name] else { return "-" }
    if case .null = value { return "-" }
    return value.string ?? value.text
}

private func dollars(_ object: JSON, _ name: String) -> String { object[name]?.dollars ?? "-" }

private func amount(_ object: JSON, _ name: String) -> String {
    object[name]?.amount(object["unit"]?.string ?? "usd") ?? "-"
}

private func list(_ result: JSON, _ name: String, _ what: String, _ row: (JSON) -> String) -> String {
    let rows = result[name]?.array ?? []
    let count = "\(rows.count) \(what)\(rows.count == 1 ? "" : "s")"
    return rows.isEmpty ? "No \(what)s." : count + ". " + rows.prefix(4).map(row).joined(separator: "; ")
}

/// A result that is one list.
private func listed(_ result: JSON) -> String? {
    guard let first = result.members.first, let rows = first.value.array else { return nil }
    return "\(rows.count) \(first.name): " + rows.prefix(3).map(\.text).joined(separator: "; ")
}
