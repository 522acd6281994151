// Telling a record that is sent again from a new one.

import Budgeting

/// Keys are clustered by the UTC day of their record, so that recording stays local however many there are. A key is
/// looked for in its record's day and the nearer of the neighbouring days: sent again with a time stamp up to twelve
/// hours away, or without one up to a day later, it is found.
struct IdempotencyKeys {
    private static let secondsPerDay: Int64 = 86_400
    private static let hashBits: UInt64 = 51

    /// In the day of the record itself.
    let own: Int64
    let neighbour: Int64

    init(_ key: NameBytes, at: Instant, isStamped: Bool) {
        let hash = stableHash(key) & (1 << IdempotencyKeys.hashBits - 1)
        let (day, rest) = floorDivided(at.seconds, by: IdempotencyKeys.secondsPerDay)
        let neighbour = !isStamped || rest < IdempotencyKeys.secondsPerDay / 2 ? day - 1 : day + 1
        own = IdempotencyKeys.combined(day, hash)
        self.neighbour = IdempotencyKeys.combined(neighbour, hash)
    }

    /// All keys of the day that a key lies in.
    static func wholeDay(of key: Int64) -> ClosedRange<Int64> {
        let first = (key >> hashBits) << hashBits
        return first...(first | (1 << hashBits - 1))
    }

    private static func combined(_ day: Int64, _ hash: UInt64) -> Int64 {
        // 13 bits of day: a day and the one 22 years later share their place, which is as unlikely as a hash that
        // collides.
        Int64(bitPattern: UInt64(bitPattern: day) << hashBits | hash)
    }
}

/// What recording remembers of the keys there are, so that it need not ask for each record. Dropped when another process
/// has written, and when a transaction is rolled back.
struct KeyMemory {
    /// The day that was last asked about, and whether it has any key.
    fileprivate var day: ClosedRange<Int64>?
    fileprivate var hasKeys = false
    /// The last record was a known one: its sender is probably repeating more of them.
    fileprivate var expectsRepeats = false
}

extension OpenLedger {
    /// The record that one of these keys stands for. Where no repeats are expected the own key is left to `add`, which
    /// finds it as well: one look-up less for each new record.
    func knownUsage(_ keys: IdempotencyKeys) throws(LedgerError) -> Int64? {
        var found: Int64?
        if keyMemory.expectsRepeats { found = try recording.findKey.bind(1, keys.own).firstInt() }
        if found == nil, try hasKeys(inDayOf: keys.neighbour),
            let near = try recording.findKey.bind(1, keys.neighbour).firstInt()
        {
            // The own day comes first.
            found = try recording.findKey.bind(1, keys.own).firstInt() ?? near
        }
        keyMemory.expectsRepeats = found != nil
        return found
    }

    /// Remembers a record by its own key; false where another record has it.
    func add(_ keys: IdempotencyKeys, of usage: Int64) throws(LedgerError) -> Bool {
        try recording.insertKey.bind(1, keys.own).bind(2, usage).run()
        keyMemory.expectsRepeats = connection.changedRows == 0
        if let day = keyMemory.day, day.contains(keys.own) { keyMemory.hasKeys = true }
        return !keyMemory.expectsRepeats
    }

    /// Whether there is any key in the same day. Of the two neighbours of today one mostly has none.
    private func hasKeys(inDayOf key: Int64) throws(LedgerError) -> Bool {
        if let day = keyMemory.day, day.contains(key) { return keyMemory.hasKeys }
        let day = IdempotencyKeys.wholeDay(of: key)
        keyMemory.day = day
        keyMemory.hasKeys = true
        keyMemory.hasKeys =
            try recording.findKeyBetween.bind(1, day.lowerBound).bind(2, day.upperBound).firstInt() != nil
        return keyMemory.hasKeys
    }
}

/// Quotient rounded down and the remainder, which is never negative.
func floorDivided(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
