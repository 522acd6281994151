// Books what the readers of logs found: batches and the positions behind them, in one transaction.
import AgentLogs
import Budgeting
import Ledger

/// Books batches for one import and counts what became of each record.
final class LogBooker {
    private let session: Session
    private let request: LogImport.Request
    private let report: ImportReport
    private let views = NameViews()
    /// What this import would have booked, where it only says so.
    private var rehearsal = UsageMerger()
    private let known: ImportMemory

    init(session: Session, request: LogImport.Request, report: ImportReport, known: ImportMemory) {
        self.session = session
        self.request = request
        self.report = report
        self.known = known
    }

    func book(_ chunks: [LogChunk]) throws(LedgerError) {
        if request.isDryRun {
            try session.ledger.reading { (open) throws(LedgerError) in
                let booking = try LogBooking(open, now: session.now)
                try forEachRecord(chunks) { (record) throws(LedgerError) in try rehearse(record, open, booking) }
            }
            return
        }
        if chunks.allSatisfy({ $0.records.isEmpty && ($0.position == nil || known.positions[$0.path] == $0.position) })
        {
            return
        }
        if !session.isMonthlyLimitInForce { try session.putMonthlyLimitInForce() }
        // Counted apart until the commit: what is rolled back was not booked.
        var counts = ImportCounts()
        try session.ledger.writing { (open) throws(LedgerError) in
            let booking = try LogBooking(open, now: session.now)
            var last: RecordedUsage?
            try forEachRecord(chunks) { (record) throws(LedgerError) in
                let outcome = try book(record, booking)
                counts.add(outcome, record)
                if case .booked(let usage, _) = outcome { last = usage }
            }
            try booking.finish()
            if let last { counts.alerts += try session.projectedAlerts(after: last, in: open) }
            for position in LogBooker.newest(chunks) where known.positions[position.path] != position {
                try open.setLogPosition(position, now: session.now)
            }
        }
        report.counts += counts
        for position in LogBooker.newest(chunks) { known.positions[position.path] = position }
    }

    /// The last position of each file.
    private static func newest(_ chunks: [LogChunk]) -> [LogPosition] {
        var found: [String: LogPosition] = [:]
        for chunk in chunks { if let position = chunk.position { found[position.path] = position } }
        return found.values.sorted { $0.path < $1.path }
    }

    private func forEachRecord(
        _ chunks: [LogChunk], _ body: (LoggedUsage) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        for chunk in chunks {
            for index in chunk.records.indices {
                if let format = request.format, chunk.records[index].format != format {
                    report.otherFormat += 1
                    continue
                }
                try body(chunk.records[index])
            }
        }
    }

    private func book(_ found: LoggedUsage, _ booking: LogBooking) throws(LedgerError) -> LoggedOutcome {
        if try isOwn(found, booking) { return .duplicate }
        let call = try call(found, booking)
        return try booking.book(call) { stored, isGroup in judged(stored, found, isGroup: isGroup) }
    }

    /// Whether this ledger itself has exported it.
    private func isOwn(_ found: LoggedUsage, _ booking: LogBooking) throws(LedgerError) -> Bool {
        guard found.format == .ownExport else { return false }
        return found.callName.hasPrefix("\(found.format.rawValue):\(try booking.ledgerID())/")
    }

    private func rehearse(
        _ found: LoggedUsage, _ open: OpenLedger, _ booking: LogBooking
    ) throws(LedgerError) {
        switch rehearsal.take(found, place: 0) {
        case .duplicate:
            report.counts.duplicates += 1
            return
        case .replaces:
            report.counts.replaced += 1
            return
        case .new: break
        }
        if try isOwn(found, booking) {
            report.counts.duplicates += 1
            return
        }
        let call = try call(found, booking)
        let outcome = try booking.rehearse(call) { stored, isGroup in judged(stored, found, isGroup: isGroup) }
        report.counts.add(outcome, found)
    }

    private func call(_ found: LoggedUsage, _ booking: LogBooking) throws(LedgerError) -> LoggedCall {
        views.removeAll()
        var record = UsageRecord(model: views.view(found.model) ?? views.unknown)
        record.worker = views.view(found.worker)
        record.task = views.view(found.task)
        record.project = views.view(found.project)
        record.session = views.view(found.session)
        record.operation = views.view(found.operation)
        record.tokens = found.tokens
        record.billedCost = found.billedCost
        record.at = found.at
        record.failed = found.failed
        record.durationMs = found.durationMs
        record.detail.reasoningTokens = found.reasoningTokens
        let event = found.withCallName { LoggedCall.key($0) }
        let group = found.withGroupName { LoggedCall.key($0) }
        var call = LoggedCall(record: record, event: event, group: group, format: found.format.rawValue)
        call.rank = Int64(found.rank.rawValue)
        call.coversSession = found.coversSession
        if let own = found.own {
            if let cost = own.cost, let basis = own.basis { call.stated = (cost, basis) }
            call.record.detail.error = own.error
            call.record.detail.promptFile = own.promptFile
            call.record.detail.timeToFirstTokenMs = own.timeToFirstTokenMs
            call.record.detail.promptCharacters = own.promptCharacters
            call.record.detail.responseCharacters = own.responseCharacters
        }
        if try booking.mayBeTold(found.at) { call.toldAs = found.toldNames.compactMap { views.view($0) } }
        return call
    }
}

/// Records that belong together, with the position behind them.
struct LogChunk {
    var path: String
    var records: [LoggedUsage]
    /// Nil: more of the same comes, and only what is behind it all can be gone on from.
    var position: LogPosition?
}

/// The positions that an import knows; kept between the rounds of one that watches.
package final class ImportMemory {
    var positions: [String: LogPosition] = [:]
    var isLoaded = false

    package init() {}
}

/// The rule of AgentLogs in the terms of the ledger.
private func judged(_ stored: LoggedStanding, _ found: LoggedUsage, isGroup: Bool) -> LoggedVerdict {
    let booked = BookedUsage(
        rank: UsageRank(rawValue: UInt8(clamping: stored.rank)) ?? .whole, hasGroup: stored.hasGroup,
        tokens: stored.tokens)
    switch mergeVerdict(stored: booked, found: found, by: isGroup ? .group : .event) {
    case .duplicate: return .duplicate
    case .replace: return .replace
    case .distinct: return .distinct
    }
}

/// The bytes of one record's names, in memory that is used again for the next.
private final class NameViews {
    private static let capacity = 16_384
    /// As `recordUsage` allows, in bytes; a longer name is cut off.
    private static let longest = 800
    private let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity)
    private var used = 0
    let unknown: NameBytes

    init() {
        let text = Array("unknown".utf8)
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
        _ = copy.initialize(from: text)
        unknown = NameBytes(copy)
    }

    deinit {
        bytes.deallocate()
        unknown.deallocate()
    }

    func removeAll() { used = 0 }

    func view(_ text: String?) -> NameBytes? { text.flatMap { view(Substring($0)) } }

    /// Nil for no text. At most 200 characters, as everywhere.
    func view(_ text: Substring) -> NameBytes? {
        if text.isEmpty { return nil }
        var text = text
        if text.utf8.count > 200, text.unicodeScalars.count > 200 {
            text = text[..<text.unicodeScalars.index(text.startIndex, offsetBy: 200)]
        }
        return text.withUTF8 { source in
            let count = min(source.count, NameViews.longest)
            guard used + count <= NameViews.capacity, let base = bytes.baseAddress, let from = source.baseAddress else {
                return nil
            }
            (base + used).update(from: from, count: count)
            defer { used += count }
            return NameBytes(start: base + used, count: count)
        }
    }
}
