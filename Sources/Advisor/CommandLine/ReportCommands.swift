// The commands of reports: what they are called and how what was typed becomes params.
import JSONRPC

extension MethodCommand {
    package static let report = MethodCommand(
        name: "report", method: AnyMethod(GetReport.method), summary: GetReport.method.about.summary,
        examples: [
            Example("report", "This month so far by model, beside as many days of the month before."),
            Example("report --week --by worker", "This week by worker."),
            Example("report --month --at 2026-10-01 --format html > october.html", "A past month as one file."),
        ],
        flags: [
            CommandFlag(name: "day", meaning: "A day: today, or the one of --at."),
            CommandFlag(name: "week", meaning: "A week from Monday on."),
            CommandFlag(name: "month", meaning: "A month; so it is without any of these."),
            CommandFlag(
                name: "format", placeholder: "format",
                meaning: "text, json, csv, html (one file that loads nothing) or markdown. Default: text."),
        ], view: reportView)

    package static let close = MethodCommand(
        name: "close", method: AnyMethod(ClosePeriod.method), summary: ClosePeriod.method.about.summary,
        examples: [
            Example("close --by ada", "Last month is frozen; 'report' shows what comes late as an adjustment."),
            Example("close --at 2026-09-01", "September."),
        ], view: closeView)
}

/// The params of getReport: `--week` is the period week.
package func reportParams(_ typed: CommandWords) throws(WireError) -> JSON {
    let periods = ["day", "week", "month"].filter { typed.flags[$0] != nil }
    guard let period = periods.first else { return typed.params }
    guard periods.count == 1 else {
        throw WireError(.invalid("/period", "is named more than once; give one of --day, --week, --month"))
    }
    return typed.params.with("period", .string(period))
}
