// Instants, dates and time zones.

import Testing

@testable import Budgeting

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-22T10:00:00Z", 1_795_341_600), ("2026-11-22t10:00:00z", 1_795_341_600),
        ("2026-11-22 10:00:00Z", 1_795_341_600), ("2026-11-22T11:30:00+01:30", 1_795_341_600),
        ("2026-11-21T20:00:00-14:00", 1_795_341_600), ("2026-11-22T10:00:00-00:00", 1_795_341_600),
        ("2026-11-22T10:00:00.999999999999Z", 1_795_341_600), ("2016-12-31T23:59:60Z", 1_483_228_800),
        ("2016-12-31T15:59:60.5-08:00", 1_483_228_800), ("2000-02-29T00:00:00Z", 951_782_400),
        ("9999-12-31T23:59:59Z", 253_402_300_799), ("1969-12-31T23:00:00-01:00", 0),
    ])
    func reads(text: String, seconds: Int64) throws {
        #expect(try Instant(rfc3339: text).seconds == seconds)
    }

    @Test(arguments: [
        ("", TimestampFault.form), ("2026-11-22", .form), ("2026-11-22T10:00Z", .form), ("2026-11-22T10:00:00", .form),
        ("2026-11-22T10:00:00Zx", .form), ("2026-11-22T10:00:00.Z", .form), ("2026-11-22T10:00:00+0100", .form),
        ("2026-11-22_10:00:00Z", .form), ("26-11-22T10:00:00Z", .form), ("2026-11-22T10:00:00,5Z", .form),
        ("+2026-11-22T10:00:00Z", .form), ("２026-11-22T10:00:00Z", .form),
        ("2026-13-22T10:00:00Z", .field(name: "month", allowed: "1 to 12", found: 13)),
        ("2026-02-29T10:00:00Z", .field(name: "day", allowed: "1 to 28 in that month", found: 29)),
        ("2026-02-00T10:00:00Z", .field(name: "day", allowed: "1 to 28 in that month", found: 0)),
        ("2026-11-22T24:00:00Z", .field(name: "hour", allowed: "0 to 23", found: 24)),
        ("2026-11-22T10:60:00Z", .field(name: "minute", allowed: "0 to 59", found: 60)),
        ("2026-11-22T10:00:61Z", .field(name: "second", allowed: "0 to 59", found: 61)),
        ("2026-11-22T10:00:60Z", .notALeapSecond), ("2026-11-22T23:59:60-01:00", .notALeapSecond),
        ("2026-11-22T10:00:00+24:00", .field(name: "offset's hour", allowed: "0 to 23", found: 24)),
        ("1969-12-31T23:59:59Z", .outOfRange), ("1970-01-01T00:00:00+01:00", .outOfRange),
        ("9999-12-31T23:59:60Z", .outOfRange), ("9999-12-31T23:59:59-01:00", .outOfRange),
        ("0000-01-01T00:00:00Z", .outOfRange),
    ])
    func refuses(text: String, fault: TimestampFault) {
        #expect(throws: fault) { try Instant(rfc3339: text) }
    }

    @Test func everyInstantComesBackFromItsText() throws {
        var random = TestRandom(seed: 3)
        for _ in 0..<2_000 {
            let instant = Instant(seconds: random.int(0...Instant.latest.seconds))
            #expect(try Instant(rfc3339: instant.rfc3339) == instant)
        }
        #expect(Instant(seconds: 1_795_341_600).rfc3339 == "2026-11-22T10:00:00Z")
        #expect(Instant.latest.rfc3339 == "9999-12-31T23:59:59Z")
        #expect(Instant.latest.adding(seconds: .max).seconds == .max)
    }
}

struct CivilDateTests {
    @Test func daysFollowOneAnotherFromYear0To9999() throws {
        var number = try #require(CivilDate(year: 0, month: 1, day: 1)).dayNumber
        #expect(number == -719_528)
        for year in 0...9999 {
            for month in 1...12 {
                let days = CivilDate.daysInMonth(year: year, month: month)
                let last = try #require(CivilDate(year: year, month: month, day: days))
                #expect(last.dayNumber == number + days - 1)
                #expect(CivilDate(dayNumber: number) == CivilDate(year: year, month: month, day: 1))
                #expect(CivilDate(dayNumber: last.dayNumber) == last)
                number += days
            }
        }
        #expect(CivilDate(dayNumber: 2_932_896).description == "9999-12-31")
    }

    @Test(arguments: [
        ("1970-01-01", 4), ("2026-11-22", 7), ("2026-11-23", 1), ("2000-02-29", 2), ("1969-12-28", 7),
        ("0000-01-01", 6), ("9999-12-31", 5),
    ])
    func weekdays(text: String, weekday: Int) throws {
        let date = try #require(CivilDate(text: text))
        #expect(date.weekday == weekday)
        #expect(date.description == text)
    }

    @Test(arguments: ["2026-02-29", "1900-02-29", "2026-00-01", "2026-1-01", "2026-01-01 ", "2026/01/01", "-026-01-01"])
    func refuses(text: String) {
        #expect(CivilDate(text: text) == nil)
    }
}

struct TimeZoneTests {
    @Test(arguments: [
        ("America/New_York", "2026-03-08T06:59:59Z", -18_000), ("America/New_York", "2026-03-08T07:00:00Z", -14_400),
        ("Europe/Berlin", "2026-10-25T00:59:59Z", 7_200), ("Europe/Berlin", "2026-10-25T01:00:00Z", 3_600),
        ("Australia/Lord_Howe", "2026-04-04T14:59:59Z", 39_600),
        ("Australia/Lord_Howe", "2026-04-04T15:00:00Z", 37_800),
        ("Asia/Kathmandu", "1985-12-31T18:29:59Z", 19_800), ("Asia/Kathmandu", "1985-12-31T18:30:00Z", 20_700),
        ("America/Recife", "2000-10-09T00:00:00Z", -7_200), ("America/Recife", "2000-10-16T00:00:00Z", -10_800),
        ("Africa/Monrovia", "1972-01-07T00:44:29Z", -2_670), ("Africa/Monrovia", "1972-01-07T00:44:30Z", 0),
        ("Etc/GMT+12", "2026-01-01T00:00:00Z", -43_200), ("Europe/Berlin", "2099-07-01T00:00:00Z", 7_200),
        ("UTC", "2026-01-01T00:00:00Z", 0),
    ])
    func offsets(name: String, at text: String, offsetSeconds: Int32) throws {
        let zone = try TimeZoneRules.system(named: name)
        #expect(zone.offsetSeconds(at: try Instant(rfc3339: text)) == offsetSeconds)
    }

    @Test(arguments: [
        "", "Europe/Berln", "europe", "/etc/passwd", "../../../etc/passwd", "Europe/../Europe/Berlin", "Europe/",
        "Europe", "EST5EDT4,M3.2.0,M11.1.0", "UTC0", "right/UTC", "posix/UTC", "localtime", "tzdata.zi", " UTC",
    ])
    func refusesWhatTheSystemWouldTakeForUTC(name: String) {
        #expect(throws: TimeZoneFault.self) { try TimeZoneRules.system(named: name) }
    }

    /// Where midnight is skipped the day begins at the change; where it comes twice, at the first.
    @Test(arguments: [
        ("America/Sao_Paulo", "2017-10-15", "2017-10-15T03:00:00Z"),
        ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"),
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z"), ("Asia/Beirut", "2026-10-25", "2026-10-24T22:00:00Z"),
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"),
        ("America/Havana", "2026-03-08", "2026-03-08T05:00:00Z"),
        ("America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z"),
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"), ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
        ("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z"), ("UTC", "2026-11-01", "2026-11-01T00:00:00Z"),
    ])
    func days(name: String, date: String, start: String) throws {
        let zone = try TimeZoneRules.system(named: name)
        let day = try #require(CivilDate(text: date)).dayNumber
        #expect(zone.startOfDay(day).rfc3339 == start)
    }

    /// For every second near every change, against the definition: a day begins at the first moment that shows it.
    @Test(arguments: ["America/St_Johns", "Pacific/Apia", "Asia/Beirut", "Australia/Lord_Howe", "America/Sao_Paulo"])
    func daysNeverGoBack(name: String) throws {
        let zone = try TimeZoneRules.system(named: name)
        var random = TestRandom(seed: 4)
        for change in zone.changes {
            var day = Int.min
            for _ in 0..<1 {
                var second = change.from.seconds - 90_000
                while second < change.from.seconds + 90_000 {
                    let instant = Instant(seconds: second)
                    let here = zone.localDay(of: instant)
                    #expect(here >= day)
                    #expect(here >= zone.wallClock(at: instant).date.dayNumber)
                    #expect(zone.startOfDay(here) <= instant)
                    #expect(zone.startOfDay(here + 1) > instant)
                    #expect(zone.localDay(of: zone.startOfDay(here)) == here)
                    day = here
                    second += random.int(1...3_600)
                }
            }
        }
    }

    /// One test only: `TZ` belongs to the whole process.
    @Test func theCLibraryAgrees() throws {
        var random = TestRandom(seed: 10)
        for name in [
            "America/New_York", "Europe/Berlin", "Europe/Dublin", "Australia/Lord_Howe", "America/Sao_Paulo",
            "Asia/Beirut", "Asia/Gaza", "Africa/Casablanca", "Africa/Monrovia", "Pacific/Apia", "America/St_Johns",
            "America/Nuuk", "America/Santiago", "Antarctica/Troll", "Asia/Tokyo", "Asia/Tehran", "Etc/GMT-14",
            "Etc/UTC",
        ] {
            let zone = try TimeZoneRules.system(named: name)
            setenv("TZ", ":" + name, 1)
            tzset()
            let near = zone.changes.flatMap { [$0.from.seconds - 1, $0.from.seconds] }
            for second in near + (0..<1_000).map({ _ in random.int(0...4_102_444_800) }) {
                var time = time_t(second)
                var fields = tm()
                localtime_r(&time, &fields)
                #expect(
                    zone.offsetSeconds(at: Instant(seconds: second)) == Int32(fields.tm_gmtoff), "\(name) \(second)")
            }
        }
        unsetenv("TZ")
        tzset()
        #expect(try TimeZoneRules.system(named: "Asia/Tokyo").firstOffsetSeconds == 32_400)
    }

    @Test(arguments: [
        ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-10-25T01:00:00Z", "2026-03-29T01:00:00Z"),
        ("AAA0BBB,J60,J365/23:30:15", "2026-03-01T02:00:00Z", "2026-12-31T22:30:15Z"),
        ("AAA0BBB-0:30,59/0,300/0", "2026-03-01T00:00:00Z", "2026-10-27T23:30:00Z"),
        ("AAA-3BBB,M3.4.4/50,M10.4.4/50", "2026-03-27T23:00:00Z", "2026-10-23T22:00:00Z"),
    ])
    func yearlyRules(text: String, start: String, end: String) throws {
        let rule = try #require(RecurringRule(ArraySlice(text.utf8)))
        let changes = rule.changes(after: Instant.earliest.seconds, offsetSeconds: .max, lastYear: 2026).map(
            \.from.rfc3339)
        #expect(changes.contains(start) && changes.contains(end))
    }

    @Test(arguments: [
        "", "A", "AAA", "AAA0BBB", "AAA0BBB,", "AAA0BBB,M3.5.0", "AAA0BBB,M13.5.0,M1.1.1", "AAA0BBB,M3.6.0,M1.1.1",
        "AAA0BBB,J0,J1", "AAA0BBB,366,1", "AAA0BBB,1,2,3", "AAA999", "<AAA0", "AAA0:60", "AAA0BBB,1/168,2",
    ])
    func noYearlyRules(text: String) {
        #expect(RecurringRule(ArraySlice(text.utf8)) == nil)
    }

    /// Any byte of a zone file may be wrong: refused or read, never a trap.
    @Test func damagedFilesDoNotTrap() throws {
        let file = try #require(fopen("/usr/share/zoneinfo/America/New_York", "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        bytes = Array(bytes[..<fread(&bytes, 1, bytes.count, file)])
        #expect(TimeZoneFile(bytes)?.rules(name: "x", lastYear: 2100) != nil)
        var random = TestRandom(seed: 11)
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<random.int(1...4) {
                let header = Bool.random(using: &random) ? 2_000 : 60
                damaged[Int(random.int(0...Int64(min(header, bytes.count - 1))))] = UInt8(random.int(0...255))
            }
            damaged.removeLast(Int(random.int(0...3)) == 0 ? Int(random.int(0...Int64(bytes.count))) : 0)
            _ = TimeZoneFile(damaged)?.rules(name: "x", lastYear: 2100)
        }
    }

    @Test func endsOfTimeAreHeld() {
        let zone = TimeZoneRules(
            name: "x", firstOffsetSeconds: .max,
            changes: [
                .init(from: Instant(seconds: .max), offsetSeconds: .min),
                .init(from: Instant(seconds: .min), offsetSeconds: 1),
            ])
        for second in [Int64.min, .max] {
            let day = zone.localDay(of: Instant(seconds: second))
            #expect(abs(day) <= 10_000_001)
            _ = zone.startOfDay(day)
            _ = zone.wallClock(at: Instant(seconds: second))
        }
        _ = zone.startOfDay(.max)
        _ = zone.startOfDay(.min)
        _ = Instant(seconds: .min).rfc3339
    }
}
