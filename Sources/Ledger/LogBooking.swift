// Books the calls of logs in one transaction: each once, however often and in how many files it stands.

import Budgeting

/// The bookings of one writing transaction. Ends with ``finish()``; a rollback needs nothing.
package final class LogBooking {
    /// Says what a sighting means for the booked record; `isGroup` tells by which of its names it was found.
    package typealias Judge = (_ stored: LoggedStanding, _ isGroup: Bool) -> LoggedVerdict

    /// The reason of corrections that a better sighting posts. Any other correction is a person's, and stays.
    package static let reason = "a later line of the log"

    let open: OpenLedger
    fileprivate let now: Instant
    private var newKeys = FlatMap<LogKey, Int64>()
    private var toldDays: [Int64: Bool] = [:]
    private var sessions: [SessionKey: [SessionEntry]] = [:]
    private let findKey: Statement
    /// Before this transaction nothing was ever booked from a log: there is nothing to look for on disk.
    private let isFirst: Bool

    package init(_ open: OpenLedger, now: Instant) throws(LedgerError) {
        self.open = open
        self.now = now
        findKey = try open.connection.statement("SELECT usage FROM loggedKey WHERE key = ?")
        isFirst = try open.connection.statement("SELECT 1 FROM loggedKey LIMIT 1").firstInt() == nil
    }

    /// Books one call, or finds out that it is booked.
    package func book(_ call: LoggedCall, judge: Judge) throws(LedgerError) -> LoggedOutcome {
        if let usage = try usage(of: call.event), let known = try merge(call, usage, isGroup: false, judge) {
            return known
        }
        if let group = call.group, let usage = try usage(of: group),
            let known = try merge(call, usage, isGroup: true, judge)
        {
            add(call.event, usage)
            return known
        }
        if let usage = try toldUsage(call) {
            try link(call, to: usage, isTold: true)
            return .told
        }
        var session: Int64?
        if let name = call.record.session { session = try open.names.id(of: name, in: open.connection) }
        if try isCovered(call, session) { return .covered }
        return try record(call)
    }

    /// Writes the names of the new records, in the order of their table.
    package func finish() throws(LedgerError) {
        let insert = try open.connection.statement("INSERT INTO loggedKey(key, usage) VALUES (?, ?)")
        let (keys, usages) = (newKeys.keys, newKeys.values)
        for place in (0..<newKeys.count).sorted(by: { keys[$0].value < keys[$1].value }) {
            try insert.bind(1, keys[place].value).bind(2, usages[place]).run()
        }
        if newKeys.count > 0 { open.hasLoggedCalls = true }
        newKeys.removeAll()
    }

    // MARK: Known calls

    func usage(of key: Int64) throws(LedgerError) -> Int64? {
        if let position = newKeys.position(of: LogKey(value: key)) { return newKeys.values[position] }
        return isFirst ? nil : try findKey.bind(1, key).firstInt()
    }

    private func add(_ key: Int64, _ usage: Int64) { _ = newKeys.append(LogKey(value: key), usage) }

    /// Enters a record under its call's names, and what is unusual about it.
    private func link(_ call: LoggedCall, to usage: Int64, isTold: Bool) throws(LedgerError) {
        if try self.usage(of: call.event) == nil { add(call.event, usage) }
        if let group = call.group, group != call.event, try self.usage(of: group) == nil { add(group, usage) }
        guard isTold || call.rank != 2 || call.group == nil else { return }
        try setState(of: usage, rank: call.rank, hasGroup: call.group != nil, isTold: isTold)
    }

    private func setState(of usage: Int64, rank: Int64, hasGroup: Bool, isTold: Bool) throws(LedgerError) {
        try open.connection.statement(
            "INSERT OR REPLACE INTO loggedState(usage, rank, hasGroup, isTold) VALUES (?, ?, ?, ?)"
        ).bind(1, usage).bind(2, rank).bind(3, hasGroup ? 1 : 0).bind(4, isTold ? 1 : 0).run()
    }

    fileprivate enum Found {
        case told
        case judged(LoggedVerdict, LoggedStanding)
    }

    /// What a sighting means for the record that one of its names led to.
    fileprivate func verdict(
        _ call: LoggedCall, _ usage: Int64, isGroup: Bool, _ judge: Judge
    ) throws(LedgerError) -> Found {
        let state = try open.connection.statement("SELECT rank, hasGroup, isTold FROM loggedState WHERE usage = ?")
        var standing = LoggedStanding(rank: 2, hasGroup: true, tokens: TokenCounts())
        if try state.bind(1, usage).step() {
            defer { state.reset() }
            if state.int(2) != 0 { return .told }
            standing.rank = state.int(0)
            standing.hasGroup = state.int(1) != 0
        }
        guard let tokens = try open.loggedTokens(of: usage) else { return .judged(.duplicate, standing) }
        standing.tokens = tokens
        return .judged(judge(standing, isGroup), standing)
    }

    /// Nil: another call.
    private func merge(
        _ call: LoggedCall, _ usage: Int64, isGroup: Bool, _ judge: Judge
    ) throws(LedgerError) -> LoggedOutcome? {
        let standing: LoggedStanding
        switch try verdict(call, usage, isGroup: isGroup, judge) {
        case .told: return .told
        case .judged(.distinct, _): return nil
        case .judged(.duplicate, _): return .duplicate
        case .judged(.replace, let found): standing = found
        }
        var correction = UsageCorrection(reason: LogBooking.reason)
        correction.cost = call.record.effectiveBill
        correction.input = call.record.tokens.input
        correction.output = call.record.tokens.output
        correction.cacheRead = call.record.tokens.cacheRead
        correction.cacheWrite = call.record.tokens.cacheWrite
        correction.cacheWrite1h = call.record.tokens.cacheWrite1h
        if call.rank != standing.rank {
            try setState(of: usage, rank: call.rank, hasGroup: standing.hasGroup, isTold: false)
        }
        switch try open.correct(usage, with: correction, now: now) {
        case .corrected(let after, _, let alerts): return .replaced(after, alerts: alerts)
        case .notFound, .alreadyVoid: return .duplicate
        case .overflow: return .overflow
        }
    }

    // MARK: New calls

    private func record(_ call: LoggedCall) throws(LedgerError) -> LoggedOutcome {
        let outcome = try open.add(call.record, at: call.record.at ?? now, stated: call.stated, now: now)
        guard case .recorded(let usage, let alerts) = outcome else { return .overflow }
        try link(call, to: usage.id, isTold: false)
        try noteSession(call, usage.attribution.session)
        return .booked(usage, alerts: alerts)
    }

    /// The record by which `recordUsage` told this call. It is looked for within a day of the log's time.
    fileprivate func toldUsage(_ call: LoggedCall) throws(LedgerError) -> Int64? {
        if call.toldAs.isEmpty { return nil }
        let day = floorDivided((call.record.at ?? now).seconds, by: 86_400).quotient
        for near in [day, day - 1, day + 1] where try isToldDay(near) {
            for name in call.toldAs {
                let key = ToldKeys.key(stableHash(name), day: near)
                if let usage = try open.recording.findKey.bind(1, key).firstInt() { return usage }
            }
        }
        return nil
    }

    fileprivate func isToldDay(_ day: Int64) throws(LedgerError) -> Bool {
        if let known = toldDays[day] { return known }
        let found = try open.connection.statement("SELECT 1 FROM usageKey WHERE key BETWEEN ? AND ? LIMIT 1")
            .bind(1, ToldKeys.key(0, day: day)).bind(2, ToldKeys.key(.max, day: day)).firstInt()
        toldDays[day] = found != nil
        return found != nil
    }

    // MARK: Totals and single calls of one session

    private struct SessionKey: Hashable { var session: Int64 }

    private struct SessionEntry {
        var format: String
        var isTotal: Bool
        var at: Int64
    }

    private func entries(_ session: Int64) throws(LedgerError) -> [SessionEntry] {
        if let known = sessions[SessionKey(session: session)] { return known }
        var found: [SessionEntry] = []
        let rows = try open.connection.statement("SELECT format, isTotal, at FROM loggedSession WHERE session = ?")
            .bind(1, session)
        while try rows.step() {
            found.append(SessionEntry(format: rows.text(0), isTotal: rows.int(1) != 0, at: rows.int(2)))
        }
        if sessions.count > 4096 { sessions.removeAll() }
        sessions[SessionKey(session: session)] = found
        return found
    }

    /// A total holds every call up to its own time; a call that came later is none of its.
    fileprivate func isCovered(_ call: LoggedCall, _ session: Int64?) throws(LedgerError) -> Bool {
        guard let session else { return false }
        let at = (call.record.at ?? now).seconds
        return try entries(session).contains { entry in
            guard entry.isTotal != call.coversSession, entry.format != call.format else { return false }
            return entry.isTotal ? at <= entry.at : entry.at <= at
        }
    }

    private func noteSession(_ call: LoggedCall, _ session: Int64) throws(LedgerError) {
        guard session != 0 else { return }
        let at = (call.record.at ?? now).seconds
        var known = try entries(session)
        let isTotal = call.coversSession
        if let index = known.firstIndex(where: { $0.format == call.format && $0.isTotal == isTotal }) {
            if isTotal ? at <= known[index].at : at >= known[index].at { return }
            known[index].at = at
        } else {
            known.append(SessionEntry(format: call.format, isTotal: isTotal, at: at))
        }
        sessions[SessionKey(session: session)] = known
        try open.connection.statement(
            "INSERT OR REPLACE INTO loggedSession(session, format, isTotal, at) VALUES (?, ?, ?, ?)"
        ).bind(1, session).bind(2, call.format).bind(3, isTotal ? 1 : 0).bind(4, at).run()
    }
}

private struct LogKey: FlatKey {
    var value: Int64

    var mixed: UInt64 { UInt64(bitPattern: value) }
}

/// Keys of `usageKey`, as `IdempotencyKeys` makes them, for any day.
enum ToldKeys {
    static func key(_ hash: UInt64, day: Int64) -> Int64 {
        Int64(bitPattern: UInt64(bitPattern: day) << 51 | hash & (1 << 51 - 1))
    }
}

// MARK: Only asking

extension LogBooking {
    /// Whether `recordUsage` may have told a call of this time: any key was given within a day of it.
    package func mayBeTold(_ at: Instant) throws(LedgerError) -> Bool {
        let day = floorDivided(at.seconds, by: 86_400).quotient
        for near in [day, day - 1, day + 1] where try isToldDay(near) { return true }
        return false
    }

    /// What ``book(_:judge:)`` would answer, for a call that no other one of this import is. Writes nothing.
    package func rehearse(_ call: LoggedCall, judge: Judge) throws(LedgerError) -> LoggedOutcome {
        for (key, isGroup) in [(call.event, false), (call.group ?? call.event, true)] {
            guard let usage = try usage(of: key) else { continue }
            switch try verdict(call, usage, isGroup: isGroup, judge) {
            case .told: return .told
            case .judged(.duplicate, _): return .duplicate
            case .judged(.replace, _): return .replaced(nil, alerts: [])
            case .judged(.distinct, _): continue
            }
        }
        if try toldUsage(call) != nil { return .told }
        let session = try call.record.session.flatMap { name throws(LedgerError) in try open.existingName(name) }
        if try isCovered(call, session) { return .covered }
        guard let (cost, basis) = try open.quote(call) else { return .overflow }
        return .booked(
            RecordedUsage(
                id: 0, at: call.record.at ?? now, tokens: call.record.tokens, cost: cost, basis: basis,
                attribution: Attribution(
                    model: 0, worker: 0, task: 0, project: 0, session: 0, operation: 0, basis: basis.code)),
            alerts: [])
    }
}
