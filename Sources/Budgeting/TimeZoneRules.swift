// A time zone as a value: which offset holds from which moment.

/// The offsets of one zone, and the calendar days that follow from them.
///
/// A local day begins at the first moment whose clock shows that date or a later one, and ends where the next
/// begins. So days follow each other without gap or overlap even where a clock is set back over midnight: the hour
/// that then shows the old date again belongs to the new day. A date that the zone skipped (Pacific/Apia,
/// 2011-12-30) has no moment. Nothing is cached; each answer is a binary search.
package struct TimeZoneRules: Hashable, Sendable {
    /// From `from` on the clock is `offsetSeconds` east of UTC.
    package struct Change: Hashable, Sendable {
        package let from: Instant
        package let offsetSeconds: Int32

        package init(from: Instant, offsetSeconds: Int32) {
            self.from = from
            self.offsetSeconds = offsetSeconds
        }
    }

    /// The IANA name.
    package let name: String
    /// East of UTC, before the first change.
    package let firstOffsetSeconds: Int32
    /// Ascending.
    package let changes: [Change]
    /// For each change, the highest day number that the clock had shown before it.
    private let highestDayBefore: [Int]

    package static let utc = TimeZoneRules(name: "UTC", firstOffsetSeconds: 0, changes: [])

    /// Offsets are taken to within a day of UTC, and changes are sorted.
    package init(name: String, firstOffsetSeconds: Int32, changes: [Change]) {
        func bounded(_ offsetSeconds: Int32) -> Int32 { min(max(offsetSeconds, -86_399), 86_399) }
        self.name = name
        self.firstOffsetSeconds = bounded(firstOffsetSeconds)
        self.changes = changes.sorted { $0.from < $1.from }
            .map { Change(from: TimeZoneRules.bounded($0.from), offsetSeconds: bounded($0.offsetSeconds)) }
        var highest = Int.min
        var offset = Int64(self.firstOffsetSeconds)
        highestDayBefore = self.changes.map { change in
            highest = max(highest, Int(floorDivide(change.from.seconds - 1 + offset, by: 86_400)))
            offset = Int64(change.offsetSeconds)
            return highest
        }
    }

    /// Seconds east of UTC at a moment.
    package func offsetSeconds(at instant: Instant) -> Int32 {
        if changes.isEmpty { return firstOffsetSeconds }
        let index = changeIndex(at: instant)
        return index < 0 ? firstOffsetSeconds : changes[index].offsetSeconds
    }

    /// The number of the local day that holds this moment; see ``CivilDate``.
    package func localDay(of instant: Instant) -> Int {
        let seconds = TimeZoneRules.bounded(instant).seconds
        let index = changes.isEmpty ? -1 : changeIndex(at: instant)
        if index < 0 { return Int(floorDivide(seconds + Int64(firstOffsetSeconds), by: 86_400)) }
        let shown = Int(floorDivide(seconds + Int64(changes[index].offsetSeconds), by: 86_400))
        return max(shown, highestDayBefore[index])
    }

    /// The first moment of a local day; of a skipped date, the first moment after it.
    package func startOfDay(_ dayNumber: Int) -> Instant {
        let bounds = CivilDate.dayNumbers
        let day = min(max(dayNumber, bounds.lowerBound), bounds.upperBound)
        let midnight = Int64(day) * 86_400
        // The first change before which the day was reached; the day begins in the stretch that ends there.
        let end = partitionPoint(count: changes.count) { highestDayBefore[$0] >= day }
        if end == 0 { return Instant(seconds: midnight - Int64(firstOffsetSeconds)) }
        let change = changes[end - 1]
        return Instant(seconds: max(change.from.seconds, midnight - Int64(change.offsetSeconds)))
    }

    /// What a clock on the wall shows: the date and the second of the day. For output; days are ``localDay(of:)``.
    package func wallClock(at instant: Instant) -> (date: CivilDate, secondOfDay: Int) {
        let local = TimeZoneRules.bounded(instant).seconds + Int64(offsetSeconds(at: instant))
        let day = floorDivide(local, by: 86_400)
        return (CivilDate(dayNumber: Int(day)), Int(local - day * 86_400))
    }

    /// The last change at or before a moment; -1 where there is none.
    private func changeIndex(at instant: Instant) -> Int {
        partitionPoint(count: changes.count) { changes[$0].from > instant } - 1
    }

    /// Held to about 27,000 years, so that no sum of a moment and an offset can overflow.
    private static func bounded(_ instant: Instant) -> Instant {
        let limit = Int64(CivilDate.dayNumbers.upperBound) * 86_400
        return Instant(seconds: min(max(instant.seconds, -limit), limit))
    }
}

/// The first index in 0..<count for which `isInSecondPart` holds, given that it then holds for all that follow;
/// `count` where it never does.
func partitionPoint(count: Int, _ isInSecondPart: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
        let middle = low + (high - low) / 2
        if isInSecondPart(middle) { high = middle } else { low = middle + 1 }
    }
    return low
}
