// `doctor`: what is wrong with this ledger and these settings, and what one should know about them.
import Budgeting
import JSONRPC
import Ledger

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What an examination found.
package struct Examination: Sendable {
    /// Something is wrong and has to be mended.
    package var faults: [String] = []
    /// Worth knowing; nothing is broken.
    package var notes: [String] = []
    /// Why the ledger could not be examined at all.
    package var obstacle: String?
    package var settings: [Settings.Origin] = []
    package var ledgerPath = ""
    /// Nil: there is no ledger yet, or it could not be examined.
    package var health: LedgerHealth?
    package var holds = HoldHealth()
    package var timeZone: String?
    /// The file with its write-ahead log.
    package var fileBytes: Int64 = 0

    package var exitStatus: Int32 {
        if !faults.isEmpty { return ExitStatus.failed }
        return obstacle == nil ? ExitStatus.done : ExitStatus.cannotTell
    }
}

extension Examination {
    /// Examines the ledger of a session without changing anything; one that is not there yet is not made.
    package static func of(_ session: Session) -> Examination {
        var found = Examination()
        found.settings = session.settings.origins
        found.ledgerPath = session.ledger.path
        found.checkClock(session.now)
        guard found.checkFile() else { return found }
        do throws(LedgerError) {
            try session.ledger.reading { (open) throws(LedgerError) in try found.check(open, session) }
        } catch {
            switch error.kind {
            case .damaged, .notALedger, .newer, .wrongTimeZone: found.faults.append("\(error.message); \(error.hint)")
            default: found.obstacle = "\(error.message); \(error.hint)"
            }
        }
        return found
    }

    /// False where there is no file yet.
    private mutating func checkFile() -> Bool {
        var status = stat()
        guard stat(ledgerPath, &status) == 0 else {
            let reason = errno
            if reason == ENOENT {
                notes.append("there is no ledger at \(ledgerPath) yet: it is created with the first record or budget")
            } else {
                obstacle = "the ledger \(ledgerPath) cannot be looked at: \(String(cString: strerror(reason)))"
            }
            return false
        }
        if status.st_mode & 0o077 != 0 {
            notes.append("other users of this machine may open the ledger: chmod 600 \(ledgerPath)")
        }
        fileBytes = Int64(status.st_size)
        if stat(ledgerPath + "-wal", &status) == 0 { fileBytes += Int64(status.st_size) }
        return true
    }

    private mutating func checkClock(_ now: Instant) {
        // When this was written; a clock before that was never set.
        if now.seconds < 1_760_000_000 {
            faults.append("the clock of this machine says \(now.rfc3339): records would go into the wrong month")
        }
    }

    private mutating func check(_ open: OpenLedger, _ session: Session) throws(LedgerError) {
        let driven = try open.drivenClock()
        let now = session.isDriven ? driven ?? session.now : session.now
        if session.isDriven {
            notes.append("the time comes from requests (clock request); this ledger stands at \(now.rfc3339)")
        } else if let driven {
            notes.append(
                "this ledger's time was driven by requests up to \(driven.rfc3339): it is one of tests or replays")
        }
        let health = try open.health(now: now)
        self.health = health
        timeZone = open.zone.name
        adoptTimeZone(open.zone.name)
        faults += health.faults
        if health.futureRecords > 0 {
            notes.append(
                "\(health.futureRecords) records are stamped more than an hour ahead of this machine's clock; the last "
                    + "one at \(health.lastUsageAt?.rfc3339 ?? "?"): check the clocks of whoever records")
        }
        for (model, records, cost) in health.unpricedModels {
            notes.append(
                "\(visible(model)) has no price: \(cost.sentenceText) of \(records) records is estimated high; "
                    + "see 'prices set'")
        }
        holds = try open.holdHealth(now: now)
        if holds.orphans > 0 {
            faults.append("\(holds.orphans) of \(holds.live) holds belong to no claimed task: only time will free them")
        }
        let mode = try open.journalMode()
        if mode != "wal" { notes.append("the ledger's journal mode is \(mode), not wal: readers block writers") }
        if let wanted = try session.monthlyToSet(in: open) {
            let limit = wanted.limit.sentenceText(wanted.limit.amount)
            notes.append("the settings ask for another budget monthly (\(limit)) than is set; the next start sets it")
        }
    }

    /// The zone of a ledger is its own once it is made.
    private mutating func adoptTimeZone(_ zone: String) {
        guard let index = settings.firstIndex(where: { $0.name == "BUDGET_ADVISOR_TIME_ZONE" }),
            settings[index].source == .standard
        else { return }
        settings[index] = Settings.Origin(name: settings[index].name, text: zone, source: .ledger)
    }
}
