// Sums of usage and the forecast, for a person.
import Budgeting
import JSONRPC

/// The result of getUsage.
package func usageView(_ result: JSON, on page: Page) -> String {
    let rows = result["rows"]?.array ?? []
    let keys = groupNames.filter { key in rows.contains { $0[key] != nil } }
    var table = TextTable(
        keys.map { .left($0) } + [
            .right("cost"), .right("tokens"), .right("input"), .right("output"), .right("cache reads"),
            .right("cache writes"), .right("calls"), .right("failed"), .right("tokens/s"),
        ])
    for row in rows { table.add(keys.map { .init(row[$0]?.string ?? "-") } + sums(row)) }
    if keys.isEmpty {
        return period(result) + table.text(on: page) + accounts(result)
    }
    table.add(keys.indices.map { .init($0 == 0 ? "total" : "") } + sums(result["total"] ?? .null))
    let more = result["truncated"]?.bool == true ? "there are more rows: see --limit; the total covers all\n" : ""
    return period(result) + table.text(on: page) + more + accounts(result)
}

/// Runs of tasks against what was expected of them, and what was lost; nothing where it was not asked for.
private func accounts(_ result: JSON) -> String {
    func dollars(_ account: JSON, _ name: String) -> String { account[name]?.dollars ?? "-" }
    var text = ""
    if let runs = result["estimates"] {
        text += "\(runs["runs"]?.text ?? "0") runs of tasks ended: \(dollars(runs, "usedUSD")) used, "
        text += "\(dollars(runs, "expectedUSD")) expected, \(dollars(runs, "reservedUSD")) held\n"
    }
    if let lost = result["lost"] {
        text += "lost: \(dollars(lost, "totalUSD")) (duplicate work \(dollars(lost, "duplicateUSD")), "
        text += "failed \(dollars(lost, "failedUSD")), abandoned \(dollars(lost, "abandonedUSD")))\n"
    }
    return text
}

private let groupNames = [
    "month", "week", "day", "hour", "project", "task", "worker", "model", "operation", "session",
]

private func period(_ result: JSON) -> String {
    "from \(result["from"]?.minute ?? "-") to \(result["to"]?.minute ?? "-")\n"
}

private func sums(_ row: JSON) -> [TextTable.Cell] {
    let writes = (row["cacheWriteTokens"]?.int ?? 0).addingReportingOverflow(row["cacheWrite1hTokens"]?.int ?? 0)
    func count(_ name: String) -> TextTable.Cell { .init(row[name]?.int == 0 ? "" : row[name]?.tokenCount ?? "-") }
    return [
        .init(row["costUSD"]?.dollars ?? "-"), .init(row["totalTokens"]?.tokenCount ?? "-"), count("inputTokens"),
        count("outputTokens"), count("cacheReadTokens"),
        .init(writes.partialValue == 0 ? "" : shortCount(Int64(writes.partialValue))),
        .init(row["records"]?.text ?? "-"), .init(row["failures"]?.int == 0 ? "" : row["failures"]?.text ?? "-"),
        .init(row["tokensPerSecond"]?.double.map { String(($0 * 10).rounded() / 10) } ?? ""),
    ]
}

/// The result of forecast.
package func forecastView(_ result: JSON, on page: Page) -> String {
    let unit = result["unit"]?.string ?? "usd"
    var text = page.paint(visible(result["budget"]?.string ?? "?"), .bold)
    text += ", \(dayRange(of: result["period"] ?? .null) ?? "without an end")\n"
    text += "  \(result.shown("spent", unit)) spent"
    if result["limit"]?.isNull == false { text += " of \(result.shown("limit", unit))" }
    text += "\n"
    guard let projected = result["projected"], !projected.isNull else {
        return text + "  no forecast: nothing is recorded yet\n"
    }
    func add(_ sentence: String) { text += wrapped(sentence, indent: 4, first: 2, width: page.width) }
    add(
        "at the end about \(projected.shown("p50", unit)), in 8 of 10 cases between \(projected.shown("p10", unit)) and "
            + projected.shown("p90", unit))
    if let chance = result["overLimitProbability"]?.double {
        let day = result["exhaustion"]?["p50"]?.string.map { ", most likely on \(visible($0))" } ?? ""
        add("chance to pass the limit: \(chancePercent(chance))\(day)")
    }
    if let trend = result["trend"], !trend.isNull {
        let change = trend["weeklyChangePercent"]?.signedPercent
        add(
            "a recent day is \(trend.shown("dailyMean", unit))"
                + (change.map { ", the last week \($0) against the week before" } ?? ""))
    }
    add("confidence \(result["confidence"]?.string ?? "none"), from \(result["historyDays"]?.int ?? 0) days")
    if let sentence = result["explanation"]?["sentence"]?.string { add(visible(sentence)) }
    return text + dailyLines(result["daily"]?.array ?? [], unit, page)
}

private func dailyLines(_ days: [JSON], _ unit: String, _ page: Page) -> String {
    guard !days.isEmpty else { return "" }
    var table = TextTable([
        .left("by the end of"), .right("1 in 10 below"), .right("half below"), .right("9 in 10 below"),
    ])
    for day in days {
        table.add([
            .init(day["date"]?.string ?? "?"), .init(day.shown("p10", unit)), .init(day.shown("p50", unit)),
            .init(day.shown("p90", unit)),
        ])
    }
    return "\n" + table.text(on: page)
}
