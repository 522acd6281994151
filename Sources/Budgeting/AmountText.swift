// Amounts in sentences for people; data carries the exact ones.

extension Money {
    /// `$1,234.57`, rounded half to even; below a dollar two significant digits: `$0.0042`.
    package var sentenceText: String {
        let sign = nanoUSD < 0 ? "-" : ""
        let size = Int128(nanoUSD.magnitude)
        var unit: Int128 = 10_000_000
        var decimals = 2
        while unit > 1 && size > 0 && size < unit * 10 {
            unit /= 10
            decimals += 1
        }
        let count = (try? size.dividedHalfToEven(by: unit)) ?? 0
        let scale = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000]
        let perDollar = Int64(scale[min(decimals, 9)])
        let fraction = String(count % perDollar)
        let padded = String(repeating: "0", count: max(0, min(decimals, 9) - fraction.count)) + fraction
        return "\(sign)$\(grouped(count / perDollar)).\(padded)"
    }
}

extension BudgetLimit {
    /// An amount of this limit's unit: `$12.50`, `1,250 tokens` or `1.5M tokens`; exact below 10,000.
    package func sentenceText(_ amount: Int64) -> String {
        switch self {
        case .usd: Money(nanoUSD: amount).sentenceText
        case .tokens where amount == 1: "1 token"
        case .tokens where amount.magnitude < 10_000: "\(amount < 0 ? "-" : "")\(grouped(amount.magnitude)) tokens"
        case .tokens: shortCount(amount) + " tokens"
        }
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

/// `1234567` as `1,234,567`.
func grouped(_ value: some BinaryInteger) -> String {
    let digits = String(value).utf8
    if digits.count <= 3 { return String(value) }
    // By bytes: it stands in every decision.
    var text: [UInt8] = []
    text.reserveCapacity(digits.count * 4 / 3)
    for (index, digit) in digits.enumerated() {
        if index > 0 && (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
        text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
}
