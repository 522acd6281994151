// Days, months and resets through the wire, with Foundation's calendar as the judge.
import Foundation
import Testing

@Suite struct CalendarTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private static let utc = Date.ISO8601FormatStyle()

    private func record(_ moment: String, cost: Int = 1) -> String {
        #"{"model":"gpt-5","inputTokens":1,"outputTokens":1,"costUSD":\#(cost),"timestamp":"\#(moment)"}"#
    }

    private func calendar(_ zone: String) throws -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: zone))
        return calendar
    }

    /// Moments by the second around every kind of clock change, and the day each belongs to.
    @Test(arguments: [
        ("Europe/Berlin", "2026-03-29T01:00:00Z"), ("Europe/Berlin", "2026-10-25T01:00:00Z"),
        ("America/New_York", "2026-03-08T07:00:00Z"), ("America/New_York", "2026-11-01T06:00:00Z"),
        ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"), ("Asia/Kathmandu", "2026-06-01T18:15:00Z"),
        ("America/Santiago", "2026-09-06T04:00:00Z"), ("Africa/Cairo", "2026-04-23T22:00:00Z"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z"), ("Europe/Berlin", "2028-02-29T11:00:00Z"),
        ("Asia/Tokyo", "2026-12-31T15:00:00Z"), ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
    ])
    func everyMomentBelongsToItsDay(zone: String, change: String) throws {
        let calendar = try calendar(zone)
        let center = try Date(change, strategy: .iso8601)
        let advisor = try Advisor(in: folder, environment: ["BUDGET_ADVISOR_TIME_ZONE": zone])
        var expected: [String: Int64] = [:]
        for index in 0..<120 {
            let offset =
                index < 12
                ? [-2, -1, 0, 1, 3599, 3600, -3600, 7199, 7200, -7200, 1800, -1800][index]
                : Int.random(in: -180_000...180_000)
            let moment = center.addingTimeInterval(TimeInterval(offset))
            let parts = calendar.dateComponents([.year, .month, .day], from: moment)
            expected[String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0), default: 0] +=
                1
            #expect(try advisor.call("recordUsage", record(moment.formatted(CalendarTests.utc))).code == nil)
        }
        let days = expected.keys.sorted()
        let usage = try advisor.call(
            "getUsage", #"{"groupBy":["day"],"from":"\#(days.first ?? "")","to":"\#(days.last ?? "")"}"#)
        var found: [String: Int64] = [:]
        for index in 0..<usage.result["rows"].count {
            let row = usage.result["rows"][index]
            guard let day = row["day"].text, let records = row["records"].int else { continue }
            if records > 0 { found[day] = records }
        }
        #expect(found == expected)
        #expect(usage.result["total", "records"].int == 120)
    }

    /// Periods of every reset day, at moments of ten years.
    @Test(arguments: [1, 15, 28]) func periodsBeginOnTheResetDay(resetDay: Int) throws {
        let zone = "America/New_York"
        let calendar = try calendar(zone)
        let advisor = try Advisor(in: folder, environment: ["BUDGET_ADVISOR_TIME_ZONE": zone])
        let set = try advisor.call("setBudget", #"{"budget":"monthly","limitUSD":10,"resetDay":\#(resetDay)}"#)
        #expect(set.code == nil, "\(set.line)")
        let start = try Date("2024-01-01T00:00:00Z", strategy: .iso8601)
        for index in 0..<150 {
            // The first are around the end of February of a leap year.
            let moment =
                index < 40
                ? try Date("2028-02-27T00:00:00Z", strategy: .iso8601)
                    .addingTimeInterval(Double(index) * 3001 * 2)
                : start.addingTimeInterval(Double.random(in: 0...3.15e8).rounded())
            let parts = calendar.dateComponents([.year, .month, .day], from: moment)
            let month = calendar.date(from: DateComponents(year: parts.year, month: parts.month, day: resetDay))
            let first = try #require(month)
            let begin = first <= moment ? first : try #require(calendar.date(byAdding: .month, value: -1, to: first))
            let end = try #require(calendar.date(byAdding: .month, value: 1, to: begin))
            let status = try advisor.call("getStatus", #"{"at":"\#(moment.formatted(CalendarTests.utc))"}"#)
            #expect(status.result["period", "start"].text == begin.formatted(CalendarTests.utc), "\(moment)")
            #expect(status.result["period", "end"].text == end.formatted(CalendarTests.utc), "\(moment)")
        }
    }

    /// A record belongs to the period of its own time, however late it comes, and to no other.
    @Test func recordsAMonthLateAndADayAhead() throws {
        let advisor = try Advisor(in: folder)
        #expect(try advisor.call("setBudget", #"{"budget":"monthly","limitUSD":10}"#).code == nil)
        #expect(try advisor.call("setBudget", #"{"budget":"daily","limitUSD":10,"period":"day"}"#).code == nil)
        let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded())
        let moments = [now, now.addingTimeInterval(-31 * 86_400), now.addingTimeInterval(86_400)]
        for (index, moment) in moments.enumerated() {
            let answer = try advisor.call("recordUsage", record(moment.formatted(CalendarTests.utc), cost: 1 << index))
            #expect(answer.code == nil, "\(answer.line)")
        }
        let utc = try calendar("UTC")
        for (name, unit) in [("monthly", Calendar.Component.month), ("daily", .day)] {
            for moment in moments {
                // `at` is the end of its day: what is ahead of that does not count yet.
                let expected = moments.enumerated().filter { other in
                    utc.isDate(other.element, equalTo: moment, toGranularity: unit)
                        && utc.startOfDay(for: other.element) <= moment
                }.reduce(Int64(0)) { $0 + 1 << $1.offset }
                let status = try advisor.call(
                    "getStatus", #"{"budget":"\#(name)","at":"\#(moment.formatted(CalendarTests.utc))"}"#)
                #expect(status.result["spent"].int == expected, "\(name) at \(moment): \(status.line)")
            }
        }
        // Without `at` it does.
        let ahead = utc.isDate(moments[2], equalTo: now, toGranularity: .month)
        #expect(try advisor.call("getStatus").result["spent"].int == (ahead ? 5 : 1))
    }

    @Test(arguments: [
        ("2028-02-29T00:00:00Z", true), ("2027-02-29T00:00:00Z", false), ("2000-02-29T23:59:60Z", true),
        ("2100-02-29T12:00:00Z", false), ("2026-04-31T12:00:00Z", false), ("2026-11-22T24:00:00Z", false),
        ("2026-11-22T10:00:00", false), ("2026-11-22", false), ("2026-11-22T10:00:00+14:00", true),
        ("2026-11-22T10:00:00.123456789-12:00", true), ("22.11.2026", false), ("now", false),
    ])
    func momentsThatExist(text: String, exists: Bool) throws {
        let answer = try Advisor(in: folder).call("recordUsage", record(text))
        #expect(answer.code == (exists ? nil : -32602), "\(answer.line)")
        if !exists { #expect(answer["error", "data", "errors"][0]["path"].text == "/timestamp") }
    }

    /// A key sent again is known by its record's day, late or early, with and without the time stamp.
    @Test func keysOfRecordsFarFromNow() throws {
        let advisor = try Advisor(in: folder)
        for (index, moment) in ["2025-02-28T23:59:59Z", "2026-03-01T00:00:00Z", "2027-12-31T23:59:59Z"].enumerated() {
            let params = record(moment).dropLast() + #","idempotencyKey":"key-\#(index)"}"#
            #expect(try advisor.call("recordUsage", String(params)).result["duplicate"].bool == false)
            #expect(try advisor.call("recordUsage", String(params)).result["duplicate"].bool == true)
            let other = params.replacingOccurrences(of: #""costUSD":1"#, with: #""costUSD":2"#)
            #expect(try advisor.call("recordUsage", other).code == 1002)
        }
    }

    @Test func aLedgerKeepsItsZone() throws {
        let first = try Advisor(in: folder, environment: ["BUDGET_ADVISOR_TIME_ZONE": "Europe/Berlin"])
        #expect(try first.call("getStatus").result["period", "timeZone"].text == "Europe/Berlin")
        let other = try Advisor(in: folder, environment: ["BUDGET_ADVISOR_TIME_ZONE": "Asia/Tokyo"])
        let refused = try other.call("getStatus")
        #expect(refused.code == 1003 && refused.message.contains("Europe/Berlin"), "\(refused.line)")
        #expect(try Advisor(in: folder).call("getStatus").result["period", "timeZone"].text == "Europe/Berlin")
    }
}
