// Values of results as people read them. The exact ones are what --json shows.
import Budgeting
import JSONRPC

extension JSON {
    /// An amount of dollars.
    var money: Money? {
        switch self {
        case .int(let number): try? Money(decimalText: String(number))
        case .number(let text): try? Money(decimalText: text)
        default: nil
        }
    }

    var percent: Percent? {
        switch self {
        case .int(let number): Percent(Int64(number))
        case .number(let text): Percent(decimalText: text)
        default: nil
        }
    }

    var instant: Instant? { string.flatMap { try? Instant(rfc3339: $0) } }

    /// `$1,234.57`; `-` where there is none.
    var dollars: String { money?.sentenceText ?? "-" }

    /// `1.5M`; `-` where there is none.
    var tokenCount: String { int.map { shortCount(Int64($0)) } ?? "-" }

    /// `74.9 %`, cut and not rounded: 75 is shown only where 75 % is reached.
    var percentText: String { percent.map(shortPercent) ?? "-" }

    /// In a unit of `usd` or `tokens`: `$12.50` or `1.5M tokens`.
    func amount(_ unit: String) -> String {
        if unit == "usd" { return dollars }
        return int.map { shortCount(Int64($0)) + ($0 == 1 ? " token" : " tokens") } ?? tokensFromNumber
    }

    /// Forecast tokens may have decimals.
    private var tokensFromNumber: String {
        guard let number = double, number.magnitude < 9e18 else { return "-" }
        return shortCount(Int64(number.rounded())) + " tokens"
    }

    /// A moment in UTC to the minute: `2026-11-22 10:00Z`.
    var minute: String {
        guard let text = instant?.rfc3339, text.count >= 16 else { return "-" }
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + "Z"
    }
}

/// `999`, `12.3k`, `1.5M`, `2B`: three digits, rounded half up.
package func shortCount(_ count: Int64) -> String {
    let sign = count < 0 ? "-" : ""
    let size = count.magnitude
    if size < 1000 { return sign + String(size) }
    var unit: UInt64 = 1000
    for suffix in ["k", "M", "B", "T", "Q"] {
        // One decimal below 100, none above.
        let tenths = size / (unit / 10) + (size % (unit / 10) * 2 >= unit / 10 ? 1 : 0)
        if tenths < 1000 {
            return sign + String(tenths / 10) + (tenths % 10 == 0 ? "" : ".\(tenths % 10)") + suffix
        }
        let whole = size / unit + (size % unit * 2 >= unit ? 1 : 0)
        if whole < 1000 { return sign + String(whole) + suffix }
        unit *= 1000
    }
    return sign + String(size)
}

package func shortPercent(_ percent: Percent) -> String {
    // Down, also below 0.
    let held = max(percent.thousandths, .min + 99)
    let tenths = (held - (held < 0 ? 99 : 0)) / 100
    let sign = tenths < 0 ? "-" : ""
    return "\(sign)\(tenths.magnitude / 10).\(tenths.magnitude % 10) %"
}
