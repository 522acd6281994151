// Periods: bounds at the calendar's odd places, and that they tile time.

import Testing

@testable import Budgeting

struct PeriodTests {
    @Test(arguments: [
        (PeriodKind.day, "UTC", 1, "2026-11-22T10:00:00Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"),
        (.week, "UTC", 1, "2026-11-22T23:59:59Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
        (.week, "UTC", 1, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
        (.week, "UTC", 1, "2027-01-01T00:00:00Z", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z"),
        (.month, "UTC", 1, "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
        (.month, "UTC", 1, "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        (.month, "UTC", 28, "2027-02-28T00:00:00Z", "2027-02-28T00:00:00Z", "2027-03-28T00:00:00Z"),
        (.month, "UTC", 28, "2028-02-29T00:00:00Z", "2028-02-28T00:00:00Z", "2028-03-28T00:00:00Z"),
        (.month, "UTC", 28, "2028-02-27T23:59:59Z", "2028-01-28T00:00:00Z", "2028-02-28T00:00:00Z"),
        (.month, "UTC", 15, "2027-01-14T23:59:59Z", "2026-12-15T00:00:00Z", "2027-01-15T00:00:00Z"),
        (.month, "UTC", 15, "2028-03-14T00:00:00Z", "2028-02-15T00:00:00Z", "2028-03-15T00:00:00Z"),
        (.day, "America/New_York", 1, "2026-03-08T12:00:00Z", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
        (.day, "America/New_York", 1, "2026-11-02T04:59:59Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
        (.month, "Europe/Berlin", 1, "2026-03-31T21:59:59Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
        (.day, "Australia/Lord_Howe", 1, "2026-04-05T00:00:00Z", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z"),
        (.day, "America/Sao_Paulo", 1, "2017-10-15T03:00:00Z", "2017-10-15T03:00:00Z", "2017-10-16T02:00:00Z"),
        (.day, "America/Sao_Paulo", 1, "2017-10-15T02:59:59Z", "2017-10-14T03:00:00Z", "2017-10-15T03:00:00Z"),
        (.day, "Asia/Beirut", 1, "2026-10-24T21:00:00Z", "2026-10-23T21:00:00Z", "2026-10-24T22:00:00Z"),
        (.day, "Pacific/Apia", 1, "2011-12-30T09:59:59Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
        (.day, "Pacific/Apia", 1, "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"),
    ])
    func bounds(
        kind: PeriodKind, zoneName: String, resetDay: Int, at text: String, start: String, end: String
    ) throws {
        let zone = try TimeZoneRules.system(named: zoneName)
        let instant = try Instant(rfc3339: text)
        let period = Period.containing(instant, kind: kind, in: zone, resetDay: resetDay)
        #expect(period.start.rfc3339 == start)
        #expect(period.end?.rfc3339 == end)
        #expect(period.contains(instant))
        #expect(zone.localDay(of: period.start) == period.firstDay)
    }

    /// Every moment is in exactly one period, and the next begins where one ends.
    @Test(arguments: [
        "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut",
        "Pacific/Apia", "America/St_Johns", "America/Havana", "Africa/Casablanca", "Pacific/Kwajalein",
    ])
    func periodsTileTime(zoneName: String) throws {
        let zone = try TimeZoneRules.system(named: zoneName)
        var random = TestRandom(seed: 5)
        for _ in 0..<400 {
            let changeAt = zone.changes.randomElement(using: &random)?.from.seconds ?? 0
            let near = Bool.random(using: &random)
            let second = near ? changeAt + random.int(-200_000...200_000) : random.int(0...4_000_000_000)
            let instant = Instant(seconds: second)
            let resetDay = Int(random.int(1...28))
            for kind in [PeriodKind.day, .week, .month] {
                let period = Period.containing(instant, kind: kind, in: zone, resetDay: resetDay)
                let end = try #require(period.end)
                #expect(period.start <= instant && instant < end)
                let next = try #require(period.next(in: zone, resetDay: resetDay))
                let previous = try #require(period.previous(in: zone, resetDay: resetDay))
                #expect(next.start == end)
                #expect(previous.end == period.start)
                let inside = Instant(seconds: random.int(period.start.seconds...(end.seconds - 1)))
                #expect(Period.containing(inside, kind: kind, in: zone, resetDay: resetDay) == period)
                let day = zone.localDay(of: inside)
                #expect(period.firstDay <= day && day < period.endDay)
            }
        }
    }

    @Test func progress() throws {
        let month = Period.containing(try Instant(rfc3339: "2026-11-16T00:00:00Z"), kind: .month, in: .utc)
        #expect(month.elapsedPercent(at: try Instant(rfc3339: "2026-11-16T00:00:00Z"))?.decimalText == "50")
        #expect(month.elapsedPercent(at: month.start) == .zero)
        #expect(month.elapsedPercent(at: try Instant(rfc3339: "2027-01-01T00:00:00Z")) == .hundred)
        #expect(month.daysRemaining(at: try Instant(rfc3339: "2026-11-22T10:00:00Z"), in: .utc) == 9)
        #expect(month.daysRemaining(at: try Instant(rfc3339: "2026-11-30T23:59:59Z"), in: .utc) == 1)
        #expect(month.daysRemaining(at: try Instant(rfc3339: "2026-12-01T00:00:00Z"), in: .utc) == 0)
        #expect(month.daysRemaining(at: try Instant(rfc3339: "2026-01-01T00:00:00Z"), in: .utc) == 30)
    }

    @Test func totalHoldsAllTime() {
        let total = Period.containing(.latest, kind: .total, in: .utc)
        #expect(total.end == nil)
        #expect(total.contains(Instant(seconds: .min)) && total.contains(Instant(seconds: .max)))
        #expect(total.next(in: .utc) == nil && total.previous(in: .utc) == nil)
        #expect(total.elapsedPercent(at: .latest) == nil && total.daysRemaining(at: .latest, in: .utc) == nil)
        #expect(total.firstDay < 0 && total.endDay > 2_932_897)
    }

    @Test func endsOfTimeDoNotTrap() {
        for second in [Int64.min, .max] {
            for kind in PeriodKind.allCases {
                let period = Period.containing(Instant(seconds: second), kind: kind, in: .utc, resetDay: .max)
                _ = period.next(in: .utc)
                _ = period.previous(in: .utc)
                _ = period.elapsedPercent(at: Instant(seconds: second))
                _ = period.daysRemaining(at: Instant(seconds: second), in: .utc)
            }
        }
    }
}
