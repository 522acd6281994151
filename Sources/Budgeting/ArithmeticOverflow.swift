// The one error of this target's arithmetic: a result that its integer cannot hold.

/// A sum, difference, product or quotient outside Int64. Never a trap, never a wrapped value.
package struct ArithmeticOverflow: Error, Hashable, Sendable, CustomStringConvertible {
    package init() {}

    package var description: String { "the amount is too large to be held exactly" }
}

extension Int64 {
    /// `self + other`, or ``ArithmeticOverflow``.
    package func checkedAdding(_ other: Int64) throws(ArithmeticOverflow) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        if overflow { throw ArithmeticOverflow() }
        return sum
    }

    /// `self - other`, or ``ArithmeticOverflow``.
    package func checkedSubtracting(_ other: Int64) throws(ArithmeticOverflow) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        if overflow { throw ArithmeticOverflow() }
        return difference
    }
}

extension Int128 {
    /// `self / divisor` rounded to the nearest whole number, ties to the even one; for any sign of `self`.
    /// `divisor` must be above 0.
    func dividedHalfToEven(by divisor: Int128) throws(ArithmeticOverflow) -> Int64 {
        if divisor <= 0 { throw ArithmeticOverflow() }
        let (quotient, remainder) = quotientAndRemainderQuickly(dividingBy: divisor)
        // Compared without doubling, which could overflow: |remainder| against divisor - |remainder|.
        let size = remainder < 0 ? -remainder : remainder
        let rest = divisor - size
        let awayFromZero = size > rest || (size == rest && quotient & 1 != 0)
        let rounded = awayFromZero ? (self < 0 ? quotient - 1 : quotient + 1) : quotient
        guard let result = Int64(exactly: rounded) else { throw ArithmeticOverflow() }
        return result
    }

    /// Nearly all amounts fit into 64 bits, whose division takes a fraction of the time. `divisor` must be above 0.
    @inline(__always)
    private func quotientAndRemainderQuickly(dividingBy divisor: Int128) -> (quotient: Int128, remainder: Int128) {
        guard let dividend = Int64(exactly: self), let small = Int64(exactly: divisor) else {
            return quotientAndRemainder(dividingBy: divisor)
        }
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: small)
        return (Int128(quotient), Int128(remainder))
    }

    /// `self / divisor` rounded down (towards minus infinity). `divisor` must be above 0.
    func dividedDown(by divisor: Int128) throws(ArithmeticOverflow) -> Int64 {
        if divisor <= 0 { throw ArithmeticOverflow() }
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        guard let result = Int64(exactly: remainder < 0 ? quotient - 1 : quotient) else { throw ArithmeticOverflow() }
        return result
    }
}

/// `value / divisor` rounded down, for a divisor above 0: -1 / 86400 is -1.
@inline(__always)
func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
}
