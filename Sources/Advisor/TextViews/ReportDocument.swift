// A report in headings, facts and tables, before it becomes text, Markdown or HTML.
import Budgeting
import JSONRPC

/// What a report says, in the words and numbers for people.
struct ReportDocument {
    struct Section {
        var title: String
        var facts: [(name: String, value: String)] = []
        var table: Table?
    }

    struct Table {
        var columns: [(title: String, isRight: Bool)]
        var rows: [[String]]
    }

    var title: String
    var subtitle: String
    var sections: [Section]
}

extension ReportDocument {
    /// The result of getReport.
    init(_ report: JSON) {
        let days = "\(report["from"]?.string ?? "?") to \(report["to"]?.string ?? "?")"
        title = "Usage, \(days) (\(report["timeZone"]?.string ?? "UTC"))"
        subtitle = "Made \(report["asOf"]?.minute ?? "-") by budget-advisor \(programVersion)."
        sections = [sumSection(report)]
        if let rows = rowSection(report) { sections.append(rows) }
        if (report["tasks"]?["runs"]?.int ?? 0) > 0 { sections.append(taskSection(report)) }
        if let lost = lostSection(report["lost"] ?? .null) { sections.append(lost) }
        if let close = report["close"], !close.isNull { sections.append(closeSection(close)) }
    }
}

private func sumSection(_ report: JSON) -> ReportDocument.Section {
    let total = report["total"] ?? .null
    let before = report["before"] ?? .null
    let change = report["change"] ?? .null
    func against(_ name: String) -> String { change[name]?.signedPercent.map { ", " + $0 } ?? "" }
    var facts = [
        ("cost", (total["costUSD"]?.dollars ?? "-") + against("costPercent")),
        ("tokens", (total["totalTokens"]?.tokenCount ?? "-") + against("tokensPercent")),
        ("calls", (total["records"]?.text ?? "-") + against("recordsPercent")),
    ]
    if let records = total["records"]?.int, records > 0 {
        let failures = total["failures"]?.int ?? 0
        facts.append(("calls that failed", "\(failures) (\(oneDecimal(Double(failures) * 100 / Double(records))) %)"))
    }
    if let duration = total["meanDurationMs"]?.double { facts.append(("mean call", millisecondsText(duration))) }
    if let speed = total["tokensPerSecond"]?.double { facts.append(("output tokens/s", oneDecimal(speed))) }
    facts.append(
        (
            "before",
            "\(before["costUSD"]?.dollars ?? "-"), \(before["from"]?.string ?? "?") to \(before["to"]?.string ?? "?")"
        ))
    return .init(title: "Sums", facts: facts)
}

private func rowSection(_ report: JSON) -> ReportDocument.Section? {
    let rows = report["rows"]?.array ?? []
    let groups = (report["by"]?.array ?? []).compactMap(\.string)
    guard !groups.isEmpty else { return nil }
    let isClosed = rows.contains { $0["adjustmentUSD"]?.isNull == false }
    var columns: [(String, Bool)] = groups.map { ($0, false) }
    columns += [("cost", true), ("before", true), ("change", true), ("tokens", true), ("calls", true)]
    columns += [("failed", true), ("mean", true), ("tokens/s", true)]
    if isClosed { columns.append(("since closed", true)) }
    let cells = rows.map { row in
        var cells = groups.map { row[$0]?.string.map(visible) ?? "-" }
        cells += [
            row["costUSD"]?.dollars ?? "-", row["beforeUSD"]?.isNull == false ? row["beforeUSD"]?.dollars ?? "" : "",
            row["changePercent"]?.signedPercent ?? "", row["totalTokens"]?.tokenCount ?? "-",
            row["records"]?.text ?? "-", row["failures"]?.int == 0 ? "" : row["failures"]?.text ?? "",
            row["meanDurationMs"]?.double.map(millisecondsText) ?? "",
            row["tokensPerSecond"]?.double.map(oneDecimal) ?? "",
        ]
        if isClosed { cells.append(row["adjustmentUSD"]?.dollars ?? "") }
        return cells
    }
    let more = report["truncated"]?.bool == true ? [("", "there are more rows: see --limit; the sums cover all")] : []
    return .init(
        title: "By " + groups.joined(separator: " and "), facts: more, table: .init(columns: columns, rows: cells))
}

private func taskSection(_ report: JSON) -> ReportDocument.Section {
    let tasks = report["tasks"] ?? .null
    let estimates = report["estimates"] ?? .null
    func count(_ name: String) -> String { tasks[name]?.text ?? "-" }
    var facts = [
        ("finished tasks", count("finished")),
        (
            "runs",
            "\(count("runs")): \(count("failed")) failed, \(count("abandoned")) abandoned, \(count("retries")) retries"
        ),
    ]
    if let share = tasks["successPercent"]?.double { facts.append(("success", "\(oneDecimal(share)) %")) }
    if let cost = tasks["costPerFinishedTaskUSD"], !cost.isNull {
        facts.append(("cost per finished task", "\(cost.dollars), with failures and retries"))
    }
    if let mean = tasks["meanRunSeconds"]?.double { facts.append(("mean run", durationText(Int64(mean.rounded())))) }
    facts.append(
        (
            "expected",
            "\(estimates["expectedUSD"]?.dollars ?? "-") (p50), \(estimates["reservedUSD"]?.dollars ?? "-") held (p90); "
                + "\(estimates["usedUSD"]?.dollars ?? "-") used"
        ))
    if let middle = estimates["medianUsedPercent"]?.double {
        let within = estimates["withinReservedPercent"]?.double.map { ", \(oneDecimal($0)) % within what was held" }
        facts.append(("actual / expected", "\(oneDecimal(middle)) % in the middle" + (within ?? "")))
    }
    let rows = (estimates["rows"]?.array ?? []).prefix(10).map { run in
        [
            visible(run["task"]?.string ?? "?"), visible(run["worker"]?.string ?? "-"), run["outcome"]?.string ?? "?",
            run["expectedUSD"]?.isNull == false ? run["expectedUSD"]?.dollars ?? "-" : "-",
            run["reservedUSD"]?.dollars ?? "-", run["usedUSD"]?.dollars ?? "-",
        ]
    }
    let columns = [
        ("task", false), ("worker", false), ("outcome", false), ("expected", true), ("held", true), ("used", true),
    ]
    return .init(title: "Tasks", facts: facts, table: rows.isEmpty ? nil : .init(columns: columns, rows: rows))
}

private func lostSection(_ lost: JSON) -> ReportDocument.Section? {
    guard let total = lost["totalUSD"]?.money, total > .zero else { return nil }
    let parts = ["duplicate", "failed", "abandoned"].map { "\(lost[$0 + "USD"]?.dollars ?? "-") \($0)" }
    let rows = (lost["rows"]?.array ?? []).prefix(10).map { row in
        [
            visible(row["task"]?.string ?? "?"), visible(row["worker"]?.string ?? "-"), row["cause"]?.string ?? "?",
            row["costUSD"]?.dollars ?? "-", row["at"]?.minute ?? "-",
        ]
    }
    let columns = [("task", false), ("worker", false), ("cause", false), ("cost", true), ("at", false)]
    return .init(
        title: "Lost", facts: [("lost", "\(total.sentenceText): \(parts.joined(separator: ", "))")],
        table: .init(columns: columns, rows: rows))
}

private func closeSection(_ close: JSON) -> ReportDocument.Section {
    var facts = [
        (
            "closed",
            (close["closedAt"]?.minute ?? "-") + (close["by"]?.string.map { " by \(visible($0))" } ?? "")
                + (close["note"]?.string.map { ": \(visible($0))" } ?? "")
        ),
        (
            "as closed",
            "\(close["total"]?["costUSD"]?.dollars ?? "-"), \((close["total"]?["totalTokens"] ?? .null).amount("tokens")), "
                + "\(calls(close["total"]?["records"]))"
        ),
    ]
    let late = close["adjustment"] ?? .null
    let isEmpty = late["costUSD"]?.money == .zero && late["records"]?.int == 0 && late["totalTokens"]?.int == 0
    facts.append(
        (
            "since then",
            isEmpty
                ? "nothing"
                : "\(late["costUSD"]?.dollars ?? "-"), \((late["totalTokens"] ?? .null).amount("tokens")), "
                    + "\(calls(late["records"])) came late or were corrected"
        ))
    return .init(title: "Close", facts: facts)
}

private func calls(_ count: JSON?) -> String { "\(count?.text ?? "-") \(count?.int == 1 ? "call" : "calls")" }

package func oneDecimal(_ number: Double) -> String {
    guard number.isFinite, number.magnitude < 1e15 else { return "-" }
    let tenths = Int64((number * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
}

/// `850 ms`, `12.3 s`.
private func millisecondsText(_ milliseconds: Double) -> String {
    guard milliseconds.isFinite, milliseconds.magnitude < 1e15 else { return "-" }
    return milliseconds < 1000 ? "\(Int64(milliseconds.rounded())) ms" : oneDecimal(milliseconds / 1000) + " s"
}

extension JSON {
    /// `+12 %`; nil where there is none.
    var signedPercent: String? {
        guard let number = double, number.isFinite, number.magnitude < 1e15 else { return nil }
        let whole = Int64(number.rounded())
        return "\(whole > 0 ? "+" : "")\(whole) %"
    }
}
