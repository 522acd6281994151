// Budgets, prices and alerts, for a person.
import Budgeting
import JSONRPC

/// The result of setBudget.
package func budgetSetView(_ result: JSON, on page: Page) -> String {
    budgetTable([result], page)
        + (result["alerts"]?.array ?? []).map { "alert: \(visible($0["message"]?.string ?? ""))\n" }.joined()
}

/// The result of listBudgets.
package func budgetsView(_ result: JSON, on page: Page) -> String {
    let rows = result["budgets"]?.array ?? []
    if rows.isEmpty { return "no budget is set; set one: budget-advisor budget set monthly --limit-usd 500\n" }
    return budgetTable(rows, page)
}

private func budgetTable(_ rows: [JSON], _ page: Page) -> String {
    var table = TextTable([
        .left("budget"), .right("limit"), .left("period"), .left("for"), .right("thresholds"), .left("enforcement"),
    ])
    for row in rows {
        var period = row["period"]?.string ?? "?"
        if let day = row["resetDay"]?.int, day != 1 { period += " from day \(day)" }
        var scope: [String] = []
        if case .object(let members)? = row["scope"] {
            scope = members.compactMap { member in member.value.string.map { "\(member.name) \($0)" } }
        }
        let thresholds = (row["thresholds"]?.array ?? []).map(\.text).joined(separator: ", ")
        var limit = row.shown("limit", row["unit"]?.string ?? "usd")
        if row["countCacheReads"]?.bool == true { limit += " with cache reads" }
        table.add([
            .init(row["budget"]?.string ?? "?"), .init(limit), .init(period),
            .init(scope.isEmpty ? "all usage" : scope.joined(separator: ", ")), .init(thresholds + " %"),
            .init(row["enforcement"]?.string ?? "?"),
        ])
    }
    return table.text(on: page)
}

/// The result of listPrices.
package func pricesView(_ result: JSON, on page: Page) -> String {
    let rows = result["prices"]?.array ?? []
    if rows.isEmpty { return "no model has such a name; try a shorter part of it\n" }
    let total = result["total"]?.int ?? rows.count
    let more = total > rows.count ? "\(total - rows.count) more: see --search and --limit\n" : ""
    return priceTable(rows, page) + more
}

/// The result of setPrice.
package func priceSetView(_ result: JSON, on page: Page) -> String { priceTable([result], page) }

private func priceTable(_ rows: [JSON], _ page: Page) -> String {
    var table = TextTable([
        .left("model, USD per million", widest: 60), .right("input"), .right("output"), .right("cache read"),
        .right("cache write"), .right("1-hour write"), .left("from"), .left(""),
    ])
    func price(_ row: JSON, _ name: String) -> TextTable.Cell { .init(row[name]?.text ?? "") }
    func cells(_ row: JSON, _ first: String) -> [TextTable.Cell] {
        [
            .init(first), price(row, "inputUSDPerMillion"), price(row, "outputUSDPerMillion"),
            price(row, "cacheReadUSDPerMillion"), price(row, "cacheWriteUSDPerMillion"),
            price(row, "cacheWrite1hUSDPerMillion"),
        ]
    }
    for row in rows {
        var notes = row["free"]?.bool == true ? ["free"] : []
        if let from = row["effectiveFrom"]?.string { notes.append("since \(from)") }
        if let aliases = row["aliases"]?.array {
            notes.append("also \(aliases.compactMap(\.string).joined(separator: ", "))")
        }
        table.add(
            cells(row, row["model"]?.string ?? "?") + [
                .init(row["source"]?.string ?? "?"), .init(notes.joined(separator: "; ")),
            ])
        if let tier = row["longContext"], !tier.isNull {
            table.add(cells(tier, "  above \((tier["aboveTokens"] ?? .null).amount("tokens")) of input"))
        }
    }
    return table.text(on: page)
}

/// The result of listAlerts.
package func alertsView(_ result: JSON, on page: Page) -> String {
    let rows = result["alerts"]?.array ?? []
    return rows.isEmpty ? "no alerts\n" : alertTable(rows, page)
}

/// The result of acknowledgeAlert.
package func alertView(_ result: JSON, on page: Page) -> String { alertTable([result], page) }

private func alertTable(_ rows: [JSON], _ page: Page) -> String {
    var table = TextTable([
        .right("id"), .left("fired at"), .left("alert", widest: 120), .left("acknowledged", widest: 80),
    ])
    for row in rows {
        var noted = ""
        if let at = row["acknowledgedAt"] {
            noted = at.minute
            if let by = row["acknowledgedBy"]?.string { noted += " by \(by)" }
            if let note = row["note"]?.string { noted += ": \(note)" }
        }
        table.add([
            .init(row["id"]?.text ?? "?"), .init(row["firedAt"]?.minute ?? "-"),
            .init(row["message"]?.string ?? "", row["kind"]?.string == "exceeded" ? .red : .plain), .init(noted),
        ])
    }
    return table.text(on: page)
}

/// The result of listApprovals.
package func approvalsView(_ result: JSON, on page: Page) -> String {
    let rows = result["approvals"]?.array ?? []
    return rows.isEmpty ? "no task waits for an answer\n" : approvalTable(rows, page)
}

/// The result of grantApproval and declineApproval.
package func approvalView(_ result: JSON, on page: Page) -> String { approvalTable([result], page) }

private func approvalTable(_ rows: [JSON], _ page: Page) -> String {
    var table = TextTable([
        .right("id"), .left("state"), .left("task"), .left("worker"), .right("may cost"), .left("until"),
        .left("why it was refused", widest: 100),
    ])
    for row in rows {
        table.add([
            .init(row["id"]?.text ?? "?"), .init(row["state"]?.string ?? "?"), .init(row["task"]?.string ?? "?"),
            .init(row["worker"]?.string ?? ""), .init(row["p90USD"]?.dollars ?? ""),
            .init(row["expiresAt"]?.minute ?? ""), .init(row["message"]?.string ?? ""),
        ])
    }
    return table.text(on: page)
}
