// Recording, correcting and summing usage, on a real file.
import Budgeting
import Testing

@testable import Ledger

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A ledger in a file of its own that is gone after the test.
final class TemporaryLedger {
    let ledger: Ledger
    let path: String

    init(timeZone: String? = nil) {
        path = "/tmp/ledger-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).db"
        ledger = Ledger(LedgerConfiguration(path: path, timeZone: timeZone))
    }

    func remove() {
        ledger.close()
        for suffix in ["", "-wal", "-shm", "-next", "-turn"] { unlink(path + suffix) }
    }
}

/// The bytes of a name, kept for the life of the tests.
func name(_ text: String) -> NameBytes {
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
    _ = copy.initialize(from: text.utf8)
    return NameBytes(copy)
}

let noon = Instant(seconds: 1_760_011_200)  // 2025-10-09T12:00:00Z

func usage(
    _ input: Int64, _ output: Int64 = 0, at: Instant? = noon, key: String? = nil, worker: String? = nil,
    task: String? = nil
) -> UsageRecord {
    var record = UsageRecord(model: name("claude-sonnet-4-5"))
    record.tokens = TokenCounts(input: input, output: output)
    record.at = at
    record.idempotencyKey = key.map(name)
    record.worker = worker.map(name)
    record.task = task.map(name)
    return record
}

extension OpenLedger {
    var sumOfEverything: UsageTotals {
        get throws(LedgerError) {
            let rows = try usage(
                UsageQuery(groupBy: [], from: Instant(seconds: 0), to: Instant(seconds: 4_000_000_000)))
            return rows.first?.totals ?? UsageTotals()
        }
    }
}

@Suite struct RecordingTests {
    @Test func theSameKeyAndBodyIsRecordedOnce() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        let ledger = temporary.ledger
        try ledger.writing { open throws(LedgerError) in
            guard case .recorded(let first, _) = try open.record(usage(10, key: "k"), now: noon) else {
                Issue.record("not recorded")
                return
            }
            guard case .duplicate(let again) = try open.record(usage(10, key: "k"), now: noon) else {
                Issue.record("not a duplicate")
                return
            }
            #expect(again.id == first.id && again.cost == first.cost)
            guard case .conflict = try open.record(usage(11, key: "k"), now: noon) else {
                Issue.record("another body was taken")
                return
            }
            #expect(try open.sumOfEverything.records == 1)
        }
    }

    @Test(arguments: [
        (noon.seconds, noon.seconds + 11 * 3600), (noon.seconds, noon.seconds - 11 * 3600),
        (noon.seconds + 11 * 3600, noon.seconds + 13 * 3600),
    ])
    func aKeyWithAnotherTimeStampIsAConflict(first: Int64, second: Int64) throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        let ledger = temporary.ledger
        try ledger.writing { open throws(LedgerError) in
            _ = try open.record(usage(10, at: Instant(seconds: first), key: "k"), now: noon)
            guard case .conflict = try open.record(usage(10, at: Instant(seconds: second), key: "k"), now: noon) else {
                Issue.record("recorded twice")
                return
            }
        }
    }

    @Test func aKeyWithoutTimeStampIsFoundTheNextDay() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        let ledger = temporary.ledger
        try ledger.writing { open throws(LedgerError) in
            _ = try open.record(usage(10, at: nil, key: "k"), now: noon)
            let later = noon.adding(seconds: 23 * 3600)
            guard case .duplicate = try open.record(usage(10, at: nil, key: "k"), now: later) else {
                Issue.record("recorded twice")
                return
            }
        }
    }

    @Test func correctionsChangeTheSumsAndNotTheRecord() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        let ledger = temporary.ledger
        try ledger.writing { open throws(LedgerError) in
            guard case .recorded(let recorded, _) = try open.record(usage(10, 20, worker: "w"), now: noon) else {
                return
            }
            var correction = UsageCorrection(reason: "typing error")
            correction.output = 2
            _ = try open.correct(recorded.id, with: correction, now: noon)
            #expect(try open.sumOfEverything.tokens == TokenCounts(input: 10, output: 2))
            #expect(try open.sumOfEverything.records == 1)
            correction = UsageCorrection(reason: "never happened")
            correction.voids = true
            _ = try open.correct(recorded.id, with: correction, now: noon)
            #expect(try open.sumOfEverything == UsageTotals())
            guard case .alreadyVoid = try open.correct(recorded.id, with: correction, now: noon) else {
                Issue.record("void twice")
                return
            }
            #expect(try open.health(now: noon).faults == [])
        }
    }

    @Test func whatIsRolledBackLeavesNothing() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        let ledger = temporary.ledger
        try ledger.beginWriting()
        _ = try ledger.current().record(usage(10, worker: "gone"), now: noon)
        ledger.rollback()
        try ledger.writing { open throws(LedgerError) in
            _ = try open.record(usage(7, worker: "kept"), now: noon)
            #expect(try open.sumOfEverything.tokens.input == 7)
            #expect(try open.health(now: noon).faults == [])
        }
    }

    @Test func aSavepointTakesBackOneRequestOnly() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        let ledger = temporary.ledger
        try ledger.beginWriting()
        _ = try ledger.current().record(usage(1, worker: "first"), now: noon)
        try ledger.beginSavepoint()
        _ = try ledger.current().record(usage(10, worker: "second"), now: noon)
        try ledger.rollbackToSavepoint()
        _ = try ledger.current().record(usage(100, worker: "second"), now: noon)
        #expect(try ledger.current().sumOfEverything.tokens.input == 101)
        try ledger.commit()
        try ledger.reading { open throws(LedgerError) in #expect(try open.health(now: noon).faults == []) }
    }

    @Test func spellingsOfATaskAreOneTask() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        let ledger = temporary.ledger
        try ledger.writing { open throws(LedgerError) in
            for task in ["gh-450", "#450", " 450 ", "GH-450"] {
                _ = try open.record(usage(1, task: task), now: noon)
            }
            let rows = try open.usage(
                UsageQuery(groupBy: [.task], from: Instant(seconds: 0), to: noon.adding(seconds: 1)))
            #expect(rows.map(\.keys) == [[.name("gh-450")]])
            #expect(rows.first?.totals.records == 4)
        }
    }
}
