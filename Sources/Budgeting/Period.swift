// The stretch of calendar that a budget runs over.

/// How long a budget's period is. Calendar units of the ledger's time zone.
package enum PeriodKind: String, Hashable, Sendable, CaseIterable {
    case day
    /// From Monday.
    case week
    /// From the reset day.
    case month
    /// All time.
    case total
}

/// One period. The periods of a kind follow each other without gap or overlap: `start <= t < end`.
package struct Period: Hashable, Sendable {
    package let kind: PeriodKind
    /// The first moment. Of `total`: the earliest that Int64 holds.
    package let start: Instant
    /// The first moment after it; nil for `total`.
    package let end: Instant?
    /// Local day number of the first day. Of `total`: Int32.min.
    package let firstDay: Int
    /// Local day number of the first day after it. Of `total`: Int32.max.
    package let endDay: Int

    /// The one period of a kind that holds a moment. `resetDay`, the day of the month on which a month begins, is
    /// taken to 1…28.
    package static func containing(
        _ instant: Instant, kind: PeriodKind, in zone: TimeZoneRules, resetDay: Int = 1
    ) -> Period {
        if kind == .total {
            return Period(
                kind: kind, start: Instant(seconds: .min), end: nil, firstDay: Int(Int32.min), endDay: Int(Int32.max))
        }
        return containingDay(zone.localDay(of: instant), kind: kind, in: zone, resetDay: resetDay)
    }

    /// The one period of a kind that holds a local day. A day that the zone skipped is an empty period of kind `day`.
    package static func containingDay(
        _ localDay: Int, kind: PeriodKind, in zone: TimeZoneRules, resetDay: Int = 1
    ) -> Period {
        let bounds = CivilDate.dayNumbers
        let dayNumber = min(max(localDay, bounds.lowerBound), bounds.upperBound)
        let firstDay: Int
        let endDay: Int
        switch kind {
        case .day:
            firstDay = dayNumber
            endDay = dayNumber + 1
        case .week:
            firstDay = dayNumber - CivilDate.weekday(ofDayNumber: dayNumber) + 1
            endDay = firstDay + 7
        case .month:
            let reset = min(max(resetDay, 1), 28)
            let date = CivilDate(dayNumber: dayNumber)
            firstDay = dayNumber - date.day + reset - (date.day < reset ? daysInMonthBefore(date) : 0)
            endDay = firstDay + CivilDate(dayNumber: firstDay).daysInItsMonth
        case .total:
            return containing(.earliest, kind: .total, in: zone)
        }
        return Period(
            kind: kind, start: zone.startOfDay(firstDay), end: zone.startOfDay(endDay), firstDay: firstDay,
            endDay: endDay)
    }

    /// The period that begins where this one ends; nil for `total`.
    package func next(in zone: TimeZoneRules, resetDay: Int = 1) -> Period? {
        guard let end else { return nil }
        return Period.containing(end, kind: kind, in: zone, resetDay: resetDay)
    }

    /// The period that ends where this one begins; nil for `total`.
    package func previous(in zone: TimeZoneRules, resetDay: Int = 1) -> Period? {
        if kind == .total { return nil }
        return Period.containing(start.adding(seconds: -1), kind: kind, in: zone, resetDay: resetDay)
    }

    package func contains(_ instant: Instant) -> Bool {
        guard let end else { return true }
        return instant >= start && instant < end
    }

    /// The real length: a day with a clock change has 23 or 25 hours. Nil for `total`.
    package var lengthSeconds: Int64? {
        guard let end else { return nil }
        return end.seconds - start.seconds
    }

    /// The share of the real length that has passed: 0 before the start, 100 after the end. Nil for `total`.
    package func elapsedPercent(at instant: Instant) -> Percent? {
        guard let end, let lengthSeconds else { return nil }
        if instant <= start { return .zero }
        if instant >= end { return .hundred }
        return Percent.of(instant.seconds - start.seconds, in: lengthSeconds)
    }

    /// Local days left, the moment's own day included: 1 on the last day, 0 after the end, all before the start.
    /// Nil for `total`.
    package func daysRemaining(at instant: Instant, in zone: TimeZoneRules) -> Int? {
        if kind == .total { return nil }
        return min(max(endDay - zone.localDay(of: instant), 0), endDay - firstDay)
    }

    private static func daysInMonthBefore(_ date: CivilDate) -> Int {
        date.month == 1 ? 31 : CivilDate.daysInMonth(year: date.year, month: date.month - 1)
    }
}

extension CivilDate {
    /// 28–31.
    package var daysInItsMonth: Int { CivilDate.daysInMonth(year: year, month: month) }
}
