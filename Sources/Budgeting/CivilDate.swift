// A day of the calendar, and its number.

/// A date of the proleptic Gregorian calendar. Days are numbered from 1970-01-01, which is day 0.
///
/// The arithmetic counts years from 1 March, so that the leap day is a year's last; a cycle of 400 years has 146,097
/// days. Source: the Gregorian rule itself (ISO 8601 §4.3.2.1), derived here.
package struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let year: Int
    /// 1–12.
    package let month: Int
    /// 1–31.
    package let day: Int

    /// The day numbers that can be turned into a date and back (about 27,000 years each way).
    package static let dayNumbers = -10_000_000...10_000_000

    /// Nil for a date that does not exist, and for years outside 0…9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CivilDate.daysInMonth(year: year, month: month)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date of a day number; one outside ``dayNumbers`` is taken to the nearest end.
    package init(dayNumber: Int) {
        let number = min(max(dayNumber, CivilDate.dayNumbers.lowerBound), CivilDate.dayNumbers.upperBound)
        let sinceMarchOfYear0 = number + 719_468
        let cycle = Int(floorDivide(Int64(sinceMarchOfYear0), by: 146_097))
        let dayOfCycle = sinceMarchOfYear0 - cycle * 146_097
        // Days without the leap days that precede: each 4 years one, each 100 none, the 400th one.
        let leapDays = dayOfCycle / 1460 - dayOfCycle / 36_524 + dayOfCycle / 146_096
        let yearOfCycle = (dayOfCycle - leapDays) / 365
        let dayOfYear = dayOfCycle - (yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100)
        // From March on, five months have 153 days.
        let monthFromMarch = (dayOfYear * 5 + 2) / 153
        day = dayOfYear - (monthFromMarch * 153 + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01; negative before.
    package var dayNumber: Int {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let cycle = Int(floorDivide(Int64(yearFromMarch), by: 400))
        let yearOfCycle = yearFromMarch - cycle * 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (monthFromMarch * 153 + 2) / 5 + day - 1
        return cycle * 146_097 + yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear - 719_468
    }

    /// ISO 8601: Monday 1 … Sunday 7.
    package var weekday: Int { CivilDate.weekday(ofDayNumber: dayNumber) }

    /// ISO 8601: Monday 1 … Sunday 7. Day 0 was a Thursday.
    package static func weekday(ofDayNumber dayNumber: Int) -> Int {
        let remainder = (dayNumber % 7 + 3) % 7
        return (remainder < 0 ? remainder + 7 : remainder) + 1
    }

    package static func isLeapYear(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// 28–31; `month` 1–12.
    package static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: isLeapYear(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// `2026-11-22`.
    package var description: String {
        let digits = String(year.magnitude)
        let padded = digits.count < 4 ? String(repeating: "0", count: 4 - digits.count) + digits : digits
        return "\(year < 0 ? "-" : "")\(padded)-\(twoDigits(month))-\(twoDigits(day))"
    }

    /// Reads exactly `2026-11-22`; nil for anything else.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}
