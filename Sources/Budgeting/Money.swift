// An exact amount of money: a whole number of nano-dollars.

/// US dollars as an integer of 1e-9 USD. Range: about ±9.2 thousand million USD.
package struct Money: Hashable, Comparable, Sendable {
    package var nanoUSD: Int64

    package init(nanoUSD: Int64) { self.nanoUSD = nanoUSD }

    package static let zero = Money(nanoUSD: 0)

    package static func < (left: Money, right: Money) -> Bool { left.nanoUSD < right.nanoUSD }
}
