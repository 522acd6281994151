// The days that a report covers, and the days that it compares them with.
import Budgeting
import Ledger

/// Local days, both ends included.
struct ReportSpan: Equatable, Sendable {
    /// Nil for days that the caller chose.
    var kind: PeriodKind?
    var days: ClosedRange<Int>
    /// As many days of the period before, or as many days before; nil where the calendar ends.
    var before: ClosedRange<Int>
    /// All days of the period; of a running one more than `days`.
    var whole: ClosedRange<Int>

    /// The period of a kind that holds a day, up to today.
    init(_ kind: PeriodKind, holding day: Int, today: Int, in zone: TimeZoneRules) {
        let period = Period.containingDay(day, kind: kind, in: zone)
        let last = period.endDay - 1
        self.kind = kind
        whole = period.firstDay...max(last, period.firstDay)
        days = period.firstDay...max(min(last, today), period.firstDay)
        let previous = Period.containingDay(period.firstDay - 1, kind: kind, in: zone)
        // A running period is compared with as much of the one before; a full one with all of it.
        let isFull = last <= today
        let end = isFull ? previous.endDay - 1 : min(previous.firstDay + days.count - 1, previous.endDay - 1)
        before = previous.firstDay...max(end, previous.firstDay)
    }

    /// Days that the caller chose.
    init(from first: Int, to last: Int) {
        days = first...last
        whole = days
        before = (first - days.count)...(first - 1)
    }

    static func query(_ days: ClosedRange<Int>, by groups: [UsageGroup], in zone: TimeZoneRules) -> UsageQuery {
        UsageQuery(
            groupBy: groups, from: zone.startOfDay(days.lowerBound), to: zone.startOfDay(days.upperBound + 1))
    }
}
