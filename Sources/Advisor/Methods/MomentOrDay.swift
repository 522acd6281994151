// A param that is a moment or a whole day.
import Budgeting
import JSONRPC

/// A moment, or a whole day of the ledger's zone.
package enum MomentOrDay: Sendable {
    case moment(Instant)
    case day(CivilDate)

    func start(in zone: TimeZoneRules) -> Instant {
        switch self {
        case .moment(let moment): moment
        case .day(let day): zone.startOfDay(day.dayNumber)
        }
    }

    func end(in zone: TimeZoneRules) -> Instant {
        switch self {
        case .moment(let moment): moment
        case .day(let day): zone.startOfDay(day.dayNumber + 1)
        }
    }
}

extension Codec where Value == MomentOrDay {
    /// RFC 3339, or a date alone.
    static var momentOrDay: Codec {
        Codec(
            type: .text(minLength: 10, maxLength: 40),
            decode: { value, faults in
                if let text = value.text?.string {
                    if let day = CivilDate(text: text) { return .day(day) }
                    if let moment = try? Instant(rfc3339: text) { return .moment(moment) }
                }
                faults.add(
                    "must be a date such as 2026-11-22 or an RFC 3339 time such as 2026-11-22T10:00:00Z, got \(shown(value))"
                )
                return nil
            },
            encode: { value, writer in
                switch value {
                case .moment(let moment): writer.write(moment.rfc3339)
                case .day(let day): writer.write(day.description)
                }
            })
    }
}
