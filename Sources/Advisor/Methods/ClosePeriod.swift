// closePeriod: freezes what a past period came to.
import Budgeting
import Ledger

package enum ClosePeriod {
    package struct Params: Sendable {
        var period = GetReport.Span.month
        var at: CivilDate?
        var by, note: String?
    }

    package struct Result: Sendable {
        var kind: PeriodKind
        var close: PeriodClose
        var wasClosed: Bool
    }

    package static let method = Method(
        "closePeriod", title: "Close a period", summary: "Freeze what a past day, week or month came to.",
        description:
            "Its sums are kept as they are now; what is recorded for its days later is shown by getReport as an "
            + "adjustment to them. Nothing is refused or moved. A period that is closed already stays as it was.",
        effect: .writes, isAdministrative: true, isIdempotent: true, params: params, result: .object(result),
        examples: [Example("last month", "{}"), Example("October", #"{"at":"2026-10-01","by":"ada"}"#)],
        handler: { params, session in
            let ledger = try session.ledger.current()
            let today = ledger.zone.localDay(of: session.now)
            var period = Period.containingDay(params.at?.dayNumber ?? today, kind: params.period.kind, in: ledger.zone)
            if params.at == nil { period = period.previous(in: ledger.zone) ?? period }
            guard period.endDay <= today else {
                throw AdvisorError.conflict(
                    "the \(params.period.rawValue) of \(CivilDate(dayNumber: period.firstDay)) is not over; it can be "
                        + "closed from \(CivilDate(dayNumber: period.endDay)) on")
            }
            let days = Int64(period.firstDay)...Int64(period.endDay - 1)
            let known = try ledger.periodClose(days)
            if known == nil { try ledger.closePeriod(days, by: params.by, note: params.note, now: session.now) }
            guard let close = try known ?? ledger.periodClose(days) else {
                throw AdvisorError.internalError("a period that was closed is not there")
            }
            return Result(kind: period.kind, close: close, wasClosed: known != nil)
        })

    static let params = Shape<Params>(
        Params(),
        [
            Field("period", .choice(GetReport.Span.self), "What to close.", default: .month) { $0.period = $1 },
            Field("at", .date, "A day of it; the last period that is over when left out.") { $0.at = $1 },
            Field("by", .text, "Who closes it.") { $0.by = $1 },
            Field("note", .text(max: 500), "What to remember of it.") { $0.note = $1 },
        ])

    static let result = Shape(
        encoding: Result.self,
        [
            Field("period", .choice(PeriodKind.self), "What was closed.", .required, get: { $0.kind }),
            Field(
                "from", .date, "Its first day.", .required,
                get: { CivilDate(dayNumber: Int($0.close.days.lowerBound)) }),
            Field(
                "to", .date, "Its last day.", .required,
                get: { CivilDate(dayNumber: Int($0.close.days.upperBound)) }),
            Field("closedAt", .timestamp, "When it was closed.", .required, get: { $0.close.closedAt }),
            Field("alreadyClosed", .bool, "True: nothing was changed.", .required, get: { $0.wasClosed }),
            Field(
                "total", .object(UsageRowOnWire.totalShape), "What it came to when it was closed.", .required,
                get: { UsageRowOnWire(keys: [:], totals: $0.close.totals) }),
        ])
}
