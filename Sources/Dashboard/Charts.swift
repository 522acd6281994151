// Charts of characters: bars by day, and the fan of a forecast.
import Advisor

/// One day of a bar chart.
struct BarDay {
    /// Day of the month.
    var day: Int
    var amount: Double
}

/// Bars of `height` rows above a line of days. Amounts below 0 (corrections) are drawn as none.
func barChart(_ days: [BarDay], height: Int, on page: Page, label: (Double) -> String) -> [String] {
    guard !days.isEmpty, height > 0 else { return [] }
    let most = max(days.map(\.amount).max() ?? 0, 0)
    let column = 9
    let step = max(min((page.width - column - 1) / days.count, 4), 1)
    var lines: [String] = []
    for row in stride(from: height, to: 0, by: -1) {
        let mark =
            row == height ? label(most) : row == (height + 1) / 2 ? label(most * Double(row) / Double(height)) : ""
        var line = padded(mark, column - 1, isRight: true) + "|"
        for day in days {
            // Whatever was spent shows at least in the lowest row.
            let level = most > 0 ? day.amount / most * Double(height) : 0
            let isFull = day.amount > 0 && (level >= Double(row) - 0.5 || row == 1)
            line += String(repeating: isFull ? "#" : " ", count: max(step - 1, 1)) + (step > 1 ? " " : "")
        }
        lines.append(line)
    }
    var axis = String(repeating: " ", count: column)
    for day in days {
        let text = step >= 3 || day.day % 5 == 0 || day.day == 1 ? String(day.day) : ""
        axis += step == 1 ? " " : padded(text, step)
    }
    lines.append(String(repeating: " ", count: column - 1) + "+" + String(repeating: "-", count: days.count * step))
    lines.append(step == 1 ? "" : axis)
    return lines
}

/// One day of the period: what was spent by its end, or what the forecast says.
struct FanDay {
    var day: Int
    var spent: Double?
    var p10, p50, p90: Double?
}

/// The period from its first to its last day: `*` what was spent, `o` the middle of the forecast, `:` 8 of 10 cases,
/// `-` the limit.
func fanChart(
    _ days: [FanDay], limit: Double?, height: Int, on page: Page, label: (Double) -> String
) -> [String] {
    guard !days.isEmpty, height > 1 else { return [] }
    let highest = days.flatMap { [$0.spent, $0.p90] }.compactMap(\.self).max() ?? 0
    // A fan far above the limit would press everything else into the lowest row.
    let top = max(min(highest, (limit ?? highest) * 4), limit ?? 0, 1e-9) * 1.02
    let column = 9
    let step = max(min((page.width - column - 1) / days.count, 4), 1)
    // What is above the chart has a row above it.
    func row(_ amount: Double) -> Int { Int((min(max(amount / top, 0), 2) * Double(height - 1)).rounded()) }
    let limitRow = limit.map(row)
    var lines: [String] = []
    for line in stride(from: height - 1, through: 0, by: -1) {
        let mark = line == limitRow ? limit.map(label) ?? "" : line == height - 1 && limitRow != line ? label(top) : ""
        var text = padded(mark, column - 1, isRight: true) + "|"
        for day in days {
            var sign = line == limitRow ? page.paint("-", .red) : " "
            if let low = day.p10, let high = day.p90, (row(low)...max(row(high), row(low))).contains(line) {
                sign = page.paint(":", .faint)
            }
            if let middle = day.p50, row(middle) == line { sign = page.paint("o", .yellow) }
            if let spent = day.spent, row(spent) == line { sign = page.paint("*", .green) }
            let gap = line == limitRow ? page.paint(String(repeating: "-", count: step - 1), .red) : blanks(step - 1)
            text += sign + gap
        }
        lines.append(text)
    }
    lines.append(blanks(column - 1) + "+" + String(repeating: "-", count: days.count * step))
    var axis = blanks(column)
    for day in days { axis += step == 1 ? " " : padded(day.day % 5 == 0 || day.day == 1 ? String(day.day) : "", step) }
    lines.append(axis)
    return lines
}

func blanks(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }

/// The text in `width` columns; longer ones are cut.
func padded(_ text: String, _ width: Int, isRight: Bool = false) -> String {
    let short = shortened(text, to: width)
    let gap = blanks(width - displayWidth(short))
    return isRight ? gap + short : short + gap
}

/// A line with colours cut to `width` columns.
func cut(_ line: String, to width: Int) -> String {
    var text = ""
    var used = 0
    var isEscape = false
    var hasColour = false
    for character in line {
        if character == "\u{1B}" { isEscape = true }
        if isEscape {
            text.append(character)
            hasColour = true
            if character == "m" { isEscape = false }
            continue
        }
        let columns = displayWidth(String(character))
        if used + columns > width { break }
        used += columns
        text.append(character)
    }
    return hasColour ? text + "\u{1B}[0m" : text
}
