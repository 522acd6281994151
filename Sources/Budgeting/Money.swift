// An exact amount of money: a whole number of nano-dollars.

/// US dollars as an integer of 1e-9 USD. Range: about ±9.2 thousand million USD.
package struct Money: Hashable, Comparable, Sendable {
    package var nanoUSD: Int64

    package init(nanoUSD: Int64) { self.nanoUSD = nanoUSD }

    package static let zero = Money(nanoUSD: 0)

    /// Nano-dollars in a dollar.
    package static let nanoPerUSD: Int64 = 1_000_000_000

    package static func < (left: Money, right: Money) -> Bool { left.nanoUSD < right.nanoUSD }

    package static func + (left: Money, right: Money) throws(ArithmeticOverflow) -> Money {
        Money(nanoUSD: try left.nanoUSD.checkedAdding(right.nanoUSD))
    }

    package static func - (left: Money, right: Money) throws(ArithmeticOverflow) -> Money {
        Money(nanoUSD: try left.nanoUSD.checkedSubtracting(right.nanoUSD))
    }

    package static func += (left: inout Money, right: Money) throws(ArithmeticOverflow) { left = try left + right }

    package static func -= (left: inout Money, right: Money) throws(ArithmeticOverflow) { left = try left - right }
}

extension Sequence<Money> {
    /// The exact sum, or ``ArithmeticOverflow``.
    package func checkedSum() throws(ArithmeticOverflow) -> Money {
        var sum = Money.zero
        for amount in self { try sum += amount }
        return sum
    }
}
