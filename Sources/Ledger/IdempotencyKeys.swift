// Telling a record that is sent again from a new one.

import Budgeting

/// Keys are clustered by the UTC day of their record, so that recording stays local however many there are. A key is
/// looked for in its record's day and the nearer of the neighbouring days: sent again with a time stamp up to twelve
/// hours away, or without one up to a day later, it is found.
enum IdempotencyKeys {
    private static let secondsPerDay: Int64 = 86_400
    private static let hashBits: UInt64 = 51

    /// The day of the record itself comes first.
    static func candidates(_ key: NameBytes, at: Instant, isStamped: Bool) -> (own: Int64, neighbour: Int64) {
        let hash = stableHash(key) & (1 << hashBits - 1)
        let (day, rest) = floorDivided(at.seconds, by: secondsPerDay)
        let neighbour = !isStamped || rest < secondsPerDay / 2 ? day - 1 : day + 1
        return (combined(day, hash), combined(neighbour, hash))
    }

    private static func combined(_ day: Int64, _ hash: UInt64) -> Int64 {
        // 13 bits of day: a day and the one 22 years later share their place, which is as unlikely as a hash that
        // collides.
        Int64(bitPattern: UInt64(bitPattern: day) << hashBits | hash)
    }
}

/// Quotient rounded down and the remainder, which is never negative.
func floorDivided(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
