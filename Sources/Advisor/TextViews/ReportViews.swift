// A report as text, Markdown, CSV and one self-contained HTML file.
import JSONRPC

/// How a report may be written.
package enum ReportFormat: String, CaseIterable, Sendable { case text, json, csv, html, markdown }

/// The result of getReport in a format.
package func reportText(_ report: JSON, as format: ReportFormat, on page: Page) -> String {
    switch format {
    case .text: reportView(report, on: page)
    case .json: report.text + "\n"
    case .csv: csv(report)
    case .html: html(ReportDocument(report))
    case .markdown: markdown(ReportDocument(report))
    }
}

/// The result of getReport, for a terminal.
package func reportView(_ report: JSON, on page: Page) -> String {
    let document = ReportDocument(report)
    var text = page.paint(document.title, .bold) + "\n"
    for section in document.sections {
        text += "\n" + page.paint(section.title.lowercased(), .bold) + "\n"
        let column = (section.facts.map(\.name.count).max() ?? 0) + 4
        for fact in section.facts {
            let lines = wrapped(fact.value, indent: column, first: column, width: page.width)
            text += page.paint("  " + fact.name, .faint)
            text += String(repeating: " ", count: column - 2 - fact.name.count) + lines.dropFirst(column)
        }
        guard let table = section.table, !table.rows.isEmpty else { continue }
        var shown = TextTable(table.columns.map { $0.isRight ? .right($0.title) : .left($0.title, widest: 30) })
        for row in table.rows { shown.add(row.map { .init($0) }) }
        text += shown.text(on: page, indent: 2)
    }
    return text
}

private func markdown(_ document: ReportDocument) -> String {
    var text = "# \(escaped(document.title))\n\n\(document.subtitle)\n"
    for section in document.sections {
        text += "\n## \(section.title)\n\n"
        for fact in section.facts { text += fact.name.isEmpty ? "" : "- \(fact.name): \(escaped(fact.value))\n" }
        guard let table = section.table, !table.rows.isEmpty else { continue }
        if section.facts.contains(where: { !$0.name.isEmpty }) { text += "\n" }
        text += "| " + table.columns.map(\.title).joined(separator: " | ") + " |\n"
        text += "|" + table.columns.map { $0.isRight ? "---:|" : "---|" }.joined() + "\n"
        for row in table.rows { text += "| " + row.map(escaped).joined(separator: " | ") + " |\n" }
        for fact in section.facts where fact.name.isEmpty { text += "\n\(fact.value)\n" }
    }
    return text

    /// Nothing in a name may end a cell, begin a link or be a tag.
    func escaped(_ text: String) -> String {
        text.reduce(into: "") { $0 += "\\`*_[]<>|#".contains($1) ? "\\\($1)" : String($1) }
    }
}

/// The rows with the exact values of the result; the last is the total.
private func csv(_ report: JSON) -> String {
    let groups = (report["by"]?.array ?? []).compactMap(\.string)
    let sums = [
        "costUSD", "beforeUSD", "changePercent", "adjustmentUSD", "inputTokens", "outputTokens", "cacheReadTokens",
        "cacheWriteTokens", "cacheWrite1hTokens", "totalTokens", "records", "failures", "meanDurationMs",
        "tokensPerSecond",
    ]
    var text = (["from", "to"] + groups + sums).joined(separator: ",") + "\r\n"
    let days = [report["from"]?.string ?? "", report["to"]?.string ?? ""]
    for row in report["rows"]?.array ?? [] {
        let cells = groups.map { field(row[$0]?.string ?? "") } + sums.map { number(row[$0]) }
        text += (days + cells).joined(separator: ",") + "\r\n"
    }
    var total = report["total"] ?? .null
    total = total.with("beforeUSD", report["before"]?["costUSD"] ?? .null)
    total = total.with("changePercent", report["change"]?["costPercent"] ?? .null)
    total = total.with("adjustmentUSD", report["close"]?["adjustment"]?["costUSD"] ?? .null)
    let names = groups.indices.map { $0 == 0 ? "total" : "" }
    return text + (days + names + sums.map { number(total[$0]) }).joined(separator: ",") + "\r\n"

    func number(_ value: JSON?) -> String { value.map { $0.isNull ? "" : $0.text } ?? "" }

    /// RFC 4180. A name that a spreadsheet would run as a formula gets an apostrophe in front.
    func field(_ name: String) -> String {
        let isFormula = name.first.map { "=+-@\t\r".contains($0) } ?? false
        let text = (isFormula ? "'" : "") + visible(name)
        guard text.contains(where: { ",\"".contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

private func html(_ document: ReportDocument) -> String {
    var body = "<h1>\(escaped(document.title))</h1>\n<p>\(escaped(document.subtitle))</p>\n"
    for section in document.sections {
        body += "<section>\n<h2>\(escaped(section.title))</h2>\n"
        let named = section.facts.filter { !$0.name.isEmpty }
        if !named.isEmpty {
            body += "<dl>\n"
            for fact in named { body += "<dt>\(escaped(fact.name))</dt><dd>\(escaped(fact.value))</dd>\n" }
            body += "</dl>\n"
        }
        if let table = section.table, !table.rows.isEmpty {
            func cell(_ tag: String, _ text: String, _ column: Int) -> String {
                let isRight = column < table.columns.count && table.columns[column].isRight
                return "<\(tag)\(isRight ? " class=\"r\"" : "")>\(escaped(text))</\(tag.prefix(2))>"
            }
            body += "<div><table>\n<thead><tr>"
            body += table.columns.enumerated().map { cell("th scope=\"col\"", $1.title, $0) }.joined()
            body += "</tr></thead>\n<tbody>\n"
            for row in table.rows {
                body += "<tr>" + row.enumerated().map { cell("td", $1, $0) }.joined() + "</tr>\n"
            }
            body += "</tbody></table></div>\n"
        }
        for fact in section.facts where fact.name.isEmpty { body += "<p>\(escaped(fact.value))</p>\n" }
        body += "</section>\n"
    }
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(document.title))</title>
        <style>
        :root { color-scheme: light dark }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
        h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem } dt { opacity: .7 } dd { margin: 0 }
        div { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums }
        th, td { padding: .25rem .75rem; text-align: left; border-bottom: 1px solid #8884 } .r { text-align: right }
        @media print { body { margin: 0; max-width: none } }
        </style>
        </head>
        <body>
        \(body)</body>
        </html>

        """

    func escaped(_ text: String) -> String {
        let entities: [Character: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;"]
        return visible(text).reduce(into: "") { $0 += entities[$1] ?? String($1) }
    }
}

/// The result of closePeriod.
package func closeView(_ result: JSON, on page: Page) -> String {
    let days = "\(result["from"]?.string ?? "?") to \(result["to"]?.string ?? "?")"
    let total = result["total"] ?? .null
    let sums = "\(total["costUSD"]?.dollars ?? "-"), \((total["totalTokens"] ?? .null).amount("tokens"))"
    return result["alreadyClosed"]?.bool == true
        ? "\(days) was closed before, \(result["closedAt"]?.minute ?? "-"): \(sums); nothing changed\n"
        : "closed \(days): \(sums)\n"
}
