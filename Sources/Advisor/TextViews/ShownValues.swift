// Values of results as people read them. The exact ones are what --json shows.
import Budgeting
import JSONRPC

extension JSON {
    /// An amount of dollars.
    package var money: Money? {
        switch self {
        case .int(let number): try? Money(decimalText: String(number))
        case .number(let text): try? Money(decimalText: text)
        default: nil
        }
    }

    package var percent: Percent? {
        switch self {
        case .int(let number): Percent(Int64(number))
        case .number(let text): Percent(decimalText: text)
        default: nil
        }
    }

    package var instant: Instant? { string.flatMap { try? Instant(rfc3339: $0) } }

    /// `$1,234.57`; `-` where there is none.
    package var dollars: String { money?.sentenceText ?? "-" }

    /// `1.5M`; `-` where there is none.
    package var tokenCount: String { int.map { shortCount(Int64($0)) } ?? "-" }

    /// `74.9 %`, cut and not rounded: 75 is shown only where 75 % is reached.
    package var percentText: String { percent.map(shortPercent) ?? "-" }

    /// In a unit of `usd` or `tokens`: `$12.50` or `1.5M tokens`.
    package func amount(_ unit: String) -> String {
        if unit == "usd" { return dollars }
        return int.map { shortCount(Int64($0)) + ($0 == 1 ? " token" : " tokens") } ?? tokensFromNumber
    }

    /// Forecast tokens may have decimals.
    private var tokensFromNumber: String {
        guard let number = double, number.magnitude < 9e18 else { return "-" }
        return shortCount(Int64(number.rounded())) + " tokens"
    }

    /// A moment in UTC to the minute: `2026-11-22 10:00Z`.
    package var minute: String {
        guard let text = instant?.rfc3339, text.count >= 16 else { return "-" }
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + "Z"
    }
}

package func shortPercent(_ percent: Percent) -> String {
    // Down, also below 0.
    let held = max(percent.thousandths, .min + 99)
    let tenths = (held - (held < 0 ? 99 : 0)) / 100
    let sign = tenths < 0 ? "-" : ""
    return "\(sign)\(tenths.magnitude / 10).\(tenths.magnitude % 10) %"
}

/// How long, in one unit and rounded: `40 seconds`, `12 minutes`, `3 hours`, `8 days`.
package func durationText(_ seconds: Int64) -> String {
    let size = Int64(clamping: seconds.magnitude)
    func text(_ unit: Int64, _ name: String) -> String {
        let count = size / unit + (size % unit * 2 >= unit ? 1 : 0)
        return "\(count) \(name)\(count == 1 ? "" : "s")"
    }
    if size < 90 { return text(1, "second") }
    if size < 90 * 60 { return text(60, "minute") }
    return size < 36 * 3600 ? text(3600, "hour") : text(86_400, "day")
}

/// A day as seen from another: `today`, `tomorrow`, `in 3 days`, `2 days ago`.
package func dayText(_ day: CivilDate, from today: CivilDate) -> String {
    switch day.dayNumber - today.dayNumber {
    case 0: "today"
    case 1: "tomorrow"
    case -1: "yesterday"
    case let days where days > 0: "in \(days) days"
    case let days: "\(-days) days ago"
    }
}
