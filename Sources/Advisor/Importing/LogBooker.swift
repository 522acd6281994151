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
    private let ledgerID: String
    /// What this import would have booked, where it only says so.
    private var rehearsal = UsageMerger()
    private var known: [String: LogPosition]

    init(session: Session, request: LogImport.Request, report: ImportReport, known: [String: LogPosition]) {
        self.session = session
        self.request = request
        self.report = report
        self.known = known
        ledgerID = ""
    }

    func book(_ batches: [LogBatch]) throws(LedgerError) {
        if request.isDryRun {
            try session.ledger.reading { (open) throws(LedgerError) in
                let booking = try LogBooking(open, now: session.now)
                try forEachRecord(batches) { (record) throws(LedgerError) in try rehearse(record, open, booking) }
            }
            return
        }
        if batches.allSatisfy({ $0.records.isEmpty && known[$0.path]?.cursor == $0.cursor.text }) { return }
        if !session.isMonthlyLimitInForce { try session.putMonthlyLimitInForce() }
        // Counted apart until the commit: what is rolled back was not booked.
        var counts = ImportCounts()
        try session.ledger.writing { (open) throws(LedgerError) in
            let booking = try LogBooking(open, now: session.now)
            var last: RecordedUsage?
            try forEachRecord(batches) { (record) throws(LedgerError) in
                let outcome = try book(record, booking)
                counts.add(outcome, record)
                if case .booked(let usage, _) = outcome { last = usage }
            }
            try booking.finish()
            if let last {
                for alert in try session.projectedAlerts(after: last, in: open) { counts.alerts.append(alert) }
            }
            for batch in batches { try open.setLogPosition(position(batch), now: session.now) }
        }
        report.counts += counts
        for batch in batches { known[batch.path] = position(batch) }
    }

    private func forEachRecord(
        _ batches: [LogBatch], _ body: (LoggedUsage) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        for batch in batches {
            for index in batch.records.indices {
                if let format = request.format, batch.records[index].format != format {
                    report.otherFormat += 1
                    continue
                }
                try body(batch.records[index])
            }
        }
    }

    private func position(_ batch: LogBatch) -> LogPosition {
        // A file that was read for one format only, or from some time on, has left something out.
        let since = request.format == nil ? request.since : .some(Instant(seconds: .max / 2))
        return LogPosition(
            path: batch.path, device: batch.cursor.device, inode: batch.cursor.inode, offset: batch.cursor.offset,
            since: since, cursor: batch.cursor.text)
    }

    private func book(_ found: LoggedUsage, _ booking: LogBooking) throws(LedgerError) -> LoggedOutcome {
        let call = try call(found, booking)
        return try booking.book(call) { stored, isGroup in judged(stored, found, isGroup: isGroup) }
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
        let event = views.whole(found.callName) { LoggedCall.key($0) }
        let group = found.groupName.map { views.whole($0) { LoggedCall.key($0) } }
        var call = LoggedCall(record: record, event: event, group: group, format: found.format.rawValue)
        call.rank = Int64(found.rank.rawValue)
        call.coversSession = found.coversSession
        if try booking.mayBeTold(found.at) { call.toldAs = found.toldNames.compactMap { views.view($0) } }
        return call
    }
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

    /// The whole text's bytes, for a hash.
    func whole(_ text: Substring, _ body: (NameBytes) -> Int64) -> Int64 {
        var text = text
        return text.withUTF8(body)
    }
}
