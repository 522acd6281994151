// The yearly clock changes of a zone, from their POSIX notation.

/// A `TZ` string of POSIX (base definitions, chapter 8.3) with the wider hours of RFC 9636 §3.3.1, such as
/// `CET-1CEST,M3.5.0,M10.5.0/3`: the standard offset, and the days on which the other time begins and ends.
struct RecurringRule {
    private enum Day {
        /// The given weekday (0 is Sunday) of a month's week; week 5 is the last.
        case weekday(month: Int, week: Int, day: Int)
        /// 1–365, 29 February never counted.
        case julian(Int)
        /// 0–365, 29 February counted.
        case ordinal(Int)
    }

    private struct Moment {
        let day: Day
        /// Of the day's local time, before the change; -167…167 hours.
        let secondOfDay: Int
    }

    private let standardOffset: Int
    private let summer: (offset: Int, start: Moment, end: Moment)?

    /// Nil for a text of another form.
    init?(_ text: ArraySlice<UInt8>) {
        var reader = RuleReader(rest: text)
        guard reader.skipName(), let west = reader.duration() else { return nil }
        standardOffset = -west
        if reader.rest.isEmpty {
            summer = nil
            return
        }
        guard reader.skipName() else { return nil }
        var offset = standardOffset + 3600
        if reader.rest.first != UInt8(ascii: ",") {
            guard let west = reader.duration() else { return nil }
            offset = -west
        }
        guard reader.skip(","), let start = Self.moment(&reader), reader.skip(","), let end = Self.moment(&reader),
            reader.rest.isEmpty
        else { return nil }
        summer = (offset, start, end)
    }

    /// The changes after a moment up to the end of a year, given the offset that holds then.
    func changes(after moment: Int64, offsetSeconds: Int32, lastYear: Int) -> [TimeZoneRules.Change] {
        // Without a summer time the table already ends with the standard offset.
        guard let summer else { return [] }
        let firstYear = CivilDate(dayNumber: Int(floorDivide(moment, by: 86_400))).year
        var found: [(second: Int64, offset: Int)] = []
        if firstYear <= lastYear {
            for year in (firstYear - 1)...lastYear {
                // Of an end and a start at one moment the start counts.
                found.append((Self.second(of: summer.end, year: year) - Int64(summer.offset), standardOffset))
                found.append((Self.second(of: summer.start, year: year) - Int64(standardOffset), summer.offset))
            }
        }
        var offset = Int(offsetSeconds)
        var changes: [TimeZoneRules.Change] = []
        let ordered = found.enumerated().sorted { ($0.element.second, $0.offset) < ($1.element.second, $1.offset) }
        for (_, change) in ordered where change.second > moment && change.offset != offset {
            offset = change.offset
            if changes.last?.from.seconds == change.second { changes.removeLast() }
            changes.append(
                .init(from: Instant(seconds: change.second), offsetSeconds: Int32(truncatingIfNeeded: offset)))
        }
        return changes
    }

    /// Local seconds since 1970 of a moment in a year.
    private static func second(of moment: Moment, year: Int) -> Int64 {
        let newYear = firstDay(year: year, month: 1)
        let day: Int
        switch moment.day {
        case .julian(let number):
            day = newYear + number - 1 + (CivilDate.isLeapYear(year) && number >= 60 ? 1 : 0)
        case .ordinal(let number):
            day = newYear + number
        case .weekday(let month, let week, let weekday):
            let first = firstDay(year: year, month: month)
            // ISO weekdays have Sunday as 7.
            let offset = (weekday - CivilDate.weekday(ofDayNumber: first) % 7 + 7) % 7
            let length = CivilDate.daysInMonth(year: year, month: month)
            let inMonth = offset + (week - 1) * 7
            day = first + (inMonth < length ? inMonth : inMonth - 7)
        }
        return Int64(day) * 86_400 + Int64(moment.secondOfDay)
    }

    private static func firstDay(year: Int, month: Int) -> Int {
        CivilDate(year: year, month: month, day: 1)?.dayNumber ?? 0
    }

    private static func moment(_ reader: inout RuleReader) -> Moment? {
        guard let day = day(&reader) else { return nil }
        guard reader.skip("/") else { return Moment(day: day, secondOfDay: 7200) }
        guard let second = reader.duration() else { return nil }
        return Moment(day: day, secondOfDay: second)
    }

    private static func day(_ reader: inout RuleReader) -> Day? {
        if reader.skip("M") {
            guard let month = reader.number(1...12), reader.skip("."), let week = reader.number(1...5),
                reader.skip("."),
                let day = reader.number(0...6)
            else { return nil }
            return .weekday(month: month, week: week, day: day)
        }
        if reader.skip("J") { return reader.number(1...365).map(Day.julian) }
        return reader.number(0...365).map(Day.ordinal)
    }
}

/// Takes a rule's text apart.
private struct RuleReader {
    var rest: ArraySlice<UInt8>

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// Letters, or anything in `<…>`.
    mutating func skipName() -> Bool {
        if skip("<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[(end + 1)...]
            return true
        }
        let name = rest.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
        rest = rest[name.endIndex...]
        return name.count >= 3
    }

    mutating func number(_ allowed: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix(4).prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        if digits.isEmpty { return nil }
        rest = rest[digits.endIndex...]
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return allowed.contains(value) ? value : nil
    }

    /// `[+-]h[:m[:s]]` in seconds.
    mutating func duration() -> Int? {
        let isNegative = skip("-")
        if !isNegative { _ = skip("+") }
        guard let hours = number(0...167) else { return nil }
        var seconds = hours * 3600
        if skip(":") {
            guard let minutes = number(0...59) else { return nil }
            seconds += minutes * 60
            if skip(":") {
                guard let rest = number(0...59) else { return nil }
                seconds += rest
            }
        }
        return isNegative ? -seconds : seconds
    }
}
