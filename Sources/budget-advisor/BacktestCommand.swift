// `backtest`: how good the forecast would have been on a file of daily series, beside the usual methods.
import Advisor
import ArgumentParser
import Budgeting
import Forecasting

struct BacktestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Measure the forecast on the past of daily series, beside the usual methods.",
        usage: "budget-advisor backtest daily.csv --emit said.csv",
        discussion: """
            The file has a header with the columns series, date (YYYY-MM-DD) and value; others are ignored. Days that \
            are missing count as 0. Each full month is forecast from its days 3, 7, 12, 18 and 24. Errors are shares \
            of the series' mean month, averaged by series, then by owner (the name up to its first hyphen), then over \
            owners. Lower is better but for coverage, which should be 0.80.
            """)

    @Argument(help: ArgumentHelp("The file of daily values.", valueName: "file.csv"))
    var file: String

    @Option(
        help: ArgumentHelp("Also write series,cut,p10,p50,p90 of our forecasts to this file.", valueName: "out.csv"))
    var emit: String?

    func run() throws {
        do {
            let series = try dailySeries(ofCSV: try readText(file), file: file)
            let cases = series.flatMap { BacktestCase.all(of: $0.series) }
            guard !cases.isEmpty else { throw UnusableFile(message: "\(file) has no full month with any spending") }
            let firstDays = Dictionary(uniqueKeysWithValues: series.map { ($0.series.name, $0.firstDay) })
            var scores: [BacktestScore] = []
            for method in BacktestMethod.allCases {
                let said = cases.map { method.quantiles($0) }
                if let score = BacktestScore(method, cases, said: said) { scores.append(score) }
                if method == .ours, let emit { try writeText(emitted(cases, said, firstDays), to: emit) }
            }
            show(table(scores, cases: cases.count))
        } catch let fault as FileFault {
            logLine(fault.message)
            throw ExitCode(ExitStatus.failed)
        } catch let fault as UnusableFile {
            logLine(fault.message)
            throw ExitCode(ExitStatus.failed)
        }
    }
}

/// What the file lacks.
private struct UnusableFile: Error {
    var message: String
}

private func emitted(_ cases: [BacktestCase], _ said: [Quantiles], _ firstDays: [String: Int]) -> String {
    var text = "series,cut,p10,p50,p90\n"
    for (test, quantiles) in zip(cases, said) {
        let day = CivilDate(dayNumber: (firstDays[test.series.name] ?? 0) + test.cut)
        text += "\(test.series.name),\(day),\(quantiles.p10),\(quantiles.p50),\(quantiles.p90)\n"
    }
    return text
}

private func table(_ scores: [BacktestScore], cases: Int) -> String {
    var text = "\(cases) cases\nmethod      pinball  error of p50  coverage   width     bias\n"
    for score in scores.sorted(by: { $0.pinballLoss < $1.pinballLoss }) {
        let name = score.method.rawValue + String(repeating: " ", count: max(0, 10 - score.method.rawValue.count))
        text += name + shown(score.pinballLoss, width: 9) + shown(score.medianError, width: 14)
        text += shown(score.coverage, width: 10) + shown(score.width, width: 8) + shown(score.bias, width: 9) + "\n"
    }
    return text
}

/// Four decimals, aligned to the right.
private func shown(_ value: Double, width: Int) -> String {
    guard let scaled = Int(exactly: (abs(value) * 10_000).rounded()) else { return " huge" }
    let decimals = String(scaled % 10_000)
    let text =
        (value < 0 ? "-" : "") + "\(scaled / 10_000)." + String(repeating: "0", count: 4 - decimals.count) + decimals
    return String(repeating: " ", count: max(1, width - text.count)) + text
}

/// The series of a file, by name; `firstDay` is the number of the day of the first value.
private func dailySeries(
    ofCSV text: String, file: String
) throws(UnusableFile) -> [(series: BacktestSeries, firstDay: Int)] {
    let lines = text.split(whereSeparator: \.isNewline)
    let header = lines.first?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    guard let name = header.firstIndex(of: "series"), let date = header.firstIndex(of: "date"),
        let value = header.firstIndex(of: "value")
    else { throw UnusableFile(message: "\(file) must begin with a header that has the columns series, date and value") }
    var found: [String: [Int: Double]] = [:]
    for (number, line) in lines.enumerated().dropFirst() {
        let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        guard cells.count == header.count, let day = CivilDate(text: String(cells[date])),
            let amount = Double(cells[value]), amount.isFinite, amount >= 0
        else {
            throw UnusableFile(message: "\(file), line \(number + 1): needs a date YYYY-MM-DD and a value of 0 or more")
        }
        found[String(cells[name]), default: [:]][day.dayNumber, default: 0] += amount
    }
    var series: [(series: BacktestSeries, firstDay: Int)] = []
    for (name, amounts) in found.sorted(by: { $0.key < $1.key }) {
        guard let first = amounts.keys.min(), let last = amounts.keys.max() else { continue }
        guard last - first < 100_000 else {
            throw UnusableFile(message: "\(file): the dates of \(name) lie too far apart")
        }
        let values = (first...last).map { amounts[$0] ?? 0 }
        series.append(
            (
                BacktestSeries(
                    name: name, firstWeekday: CivilDate.weekday(ofDayNumber: first) - 1, values: values,
                    months: fullMonths(first, last)), first
            ))
    }
    return series
}

/// The calendar months inside `first … last`, counted from `first`.
private func fullMonths(_ first: Int, _ last: Int) -> [Range<Int>] {
    var months: [Range<Int>] = []
    for day in first...last {
        let date = CivilDate(dayNumber: day)
        let end = day + CivilDate.daysInMonth(year: date.year, month: date.month)
        if date.day == 1, end - 1 <= last { months.append(day - first..<end - first) }
    }
    return months
}
