// A share of a whole, exact to a thousandth of a percent.

/// Thousandths of a percent: 75 % is 75,000. May pass 100 %, and may be negative.
package struct Percent: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var thousandths: Int64

    package init(thousandths: Int64) { self.thousandths = thousandths }

    /// Whole percents; held at the ends of Int64.
    package init(_ whole: Int64) {
        let (product, overflow) = whole.multipliedReportingOverflow(by: 1000)
        thousandths = overflow ? (whole < 0 ? .min : .max) : product
    }

    package static let zero = Percent(thousandths: 0)
    package static let hundred = Percent(thousandths: 100_000)

    /// `part / whole`, rounded down, so that 75 is shown only where 75 % is reached. A whole of 0 or less counts as
    /// used up: 100 % where the part is 0, and the part's sign times the largest value otherwise. A share too large
    /// to be held is held at Int64's end.
    package static func of(_ part: Int64, in whole: Int64) -> Percent {
        if whole <= 0 {
            return part == 0 ? .hundred : Percent(thousandths: part < 0 ? .min : .max)
        }
        guard let value = try? (Int128(part) * 100_000).dividedDown(by: Int128(whole)) else {
            return Percent(thousandths: part < 0 ? .min : .max)
        }
        return Percent(thousandths: value)
    }

    /// True where `part` has reached this share of `whole`: `part * 100,000 >= thousandths * whole`, compared exactly.
    package func isReached(by part: Int64, of whole: Int64) -> Bool {
        Int128(part) * 100_000 >= Int128(thousandths) * Int128(whole)
    }

    /// The largest amount that does not pass this share of `whole`: rounded down; held at Int64's ends.
    package func amount(of whole: Int64) -> Int64 {
        let product = Int128(thousandths) * Int128(whole)
        return (try? product.dividedDown(by: 100_000)) ?? (product < 0 ? .min : .max)
    }

    /// `75`, `99.5`, `0.001`; at most 3 decimals, no exponent. A JSON number.
    package var decimalText: String { scaledText(thousandths, decimals: 3) }

    package var description: String { decimalText + " %" }

    /// A JSON number with at most 3 decimals; nil for anything else.
    package init?(decimalText: String) {
        guard let value = try? DecimalNumber(decimalText.utf8).scaled(by: 3) else { return nil }
        thousandths = value
    }

    package static func < (left: Percent, right: Percent) -> Bool { left.thousandths < right.thousandths }
}

/// A ratio of two amounts, exact to a thousandth: 1.25 is 1,250.
package struct Ratio: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var thousandths: Int64

    package init(thousandths: Int64) { self.thousandths = thousandths }

    /// `1.25`; at most 3 decimals, no exponent. A JSON number.
    package var decimalText: String { scaledText(thousandths, decimals: 3) }

    package var description: String { decimalText }

    package static func < (left: Ratio, right: Ratio) -> Bool { left.thousandths < right.thousandths }
}
