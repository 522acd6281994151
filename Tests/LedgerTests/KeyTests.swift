// Idempotency keys: known ones are found on every path, and what recording remembers of them stays true.
import Budgeting
import Testing

@testable import Ledger

@Suite struct KeyTests {
    private enum Outcome { case recorded, duplicate, conflict, overflow }

    private func outcome(_ record: UsageRecord, _ open: OpenLedger) throws(LedgerError) -> Outcome {
        switch try open.record(record, now: noon) {
        case .recorded: .recorded
        case .duplicate: .duplicate
        case .conflict: .conflict
        case .overflow: .overflow
        }
    }

    /// Rows are counted, not summed: a row that was taken back must be gone.
    private func rows(_ open: OpenLedger) throws(LedgerError) -> [Int64] {
        try open.flushRollup()
        return [
            try open.connection.statement("SELECT count(*) FROM usage").firstInt() ?? -1,
            try open.connection.statement("SELECT count(*) FROM usageKey").firstInt() ?? -1,
            try open.connection.statement("SELECT sum(records) FROM rollup WHERE day = -100000 AND kind = 0")
                .firstInt() ?? 0,
        ]
    }

    @Test func aRepeatLeavesNoRowWhetherItWasExpectedOrNot() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        try temporary.ledger.writing { open throws(LedgerError) in
            for key in ["a", "b", "c"] { #expect(try outcome(usage(10, key: key), open) == .recorded) }
            // The first is not expected and found when its key is added; the others are looked for.
            for key in ["a", "b", "c"] { #expect(try outcome(usage(10, key: key), open) == .duplicate) }
            #expect(try outcome(usage(10, key: "d"), open) == .recorded)
            #expect(try outcome(usage(11, key: "d"), open) == .conflict)
            #expect(try rows(open) == [4, 4, 4])
        }
    }

    @Test func aRowThatWasTakenBackLeavesNoGap() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        try temporary.ledger.writing { open throws(LedgerError) in
            for key in ["a", "a", "b"] { _ = try outcome(usage(10, key: key), open) }
            #expect(try open.connection.statement("SELECT max(id) FROM usage").firstInt() == 2)
            #expect(try open.connection.statement("SELECT lastUsage FROM rollup LIMIT 1").firstInt() == nil)
            try open.flushRollup()
            #expect(try open.connection.statement("SELECT max(lastUsage) FROM rollup").firstInt() == 2)
        }
    }

    @Test func aDayThatHadNoKeysIsAskedAgainOnceItHasSome() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        let evening = noon.adding(seconds: 8 * 3600)
        let morning = noon.adding(seconds: 16 * 3600)
        try temporary.ledger.writing { open throws(LedgerError) in
            // The next day is found empty, then gets a key, then is asked for it.
            #expect(try outcome(usage(10, at: evening, key: "a"), open) == .recorded)
            #expect(try outcome(usage(10, at: morning, key: "b"), open) == .recorded)
            #expect(try outcome(usage(10, at: evening, key: "b"), open) == .conflict)
            #expect(try outcome(usage(10, at: morning, key: "a"), open) == .conflict)
            #expect(try rows(open) == [2, 2, 2])
        }
    }

    @Test func aDayThatHadNoKeysIsAskedAgainWhenAnotherProcessWrote() throws {
        let temporary = TemporaryLedger()
        let other = Ledger(LedgerConfiguration(path: temporary.path))
        defer {
            other.close()
            temporary.remove()
        }
        let evening = noon.adding(seconds: 8 * 3600)
        let morning = noon.adding(seconds: 16 * 3600)
        try temporary.ledger.writing { open throws(LedgerError) in
            #expect(try outcome(usage(10, at: evening, key: "a"), open) == .recorded)
        }
        try other.writing { open throws(LedgerError) in
            #expect(try outcome(usage(10, at: morning, key: "b"), open) == .recorded)
            #expect(try outcome(usage(10, at: evening, key: "a"), open) == .duplicate)
        }
        try temporary.ledger.writing { open throws(LedgerError) in
            #expect(try outcome(usage(10, at: evening, key: "b"), open) == .conflict)
            #expect(try rows(open) == [2, 2, 2])
        }
    }

    @Test func aKnownRecordThatWouldNotFitTwiceIsADuplicate() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        var large = usage(1, key: "a")
        large.billedCost = Money(nanoUSD: Int64.max / 8 - 1)
        try temporary.ledger.writing { [large] open throws(LedgerError) in
            #expect(try outcome(large, open) == .recorded)
            #expect(try outcome(large, open) == .duplicate)
            var another = large
            another.idempotencyKey = name("b")
            #expect(try outcome(another, open) == .overflow)
            #expect(try rows(open) == [1, 1, 1])
        }
    }

    @Test func combinationsBeyondTheFirstTableAreFoundAgain() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        try temporary.ledger.writing { open throws(LedgerError) in
            func combination(_ index: Int64) -> Attribution {
                Attribution(
                    model: index % 7, worker: index % 11, task: index, project: index % 3 << 33, session: 0,
                    operation: 0, basis: index % 4)
            }
            var ids: [Int64] = []
            for index in 1...3000 as ClosedRange<Int64> {
                ids.append(try open.attributions.id(of: combination(index), in: open.connection))
            }
            #expect(Set(ids).count == 3000)
            for forgets in [false, true] {
                if forgets { open.attributions.forget() }
                for index in 1...3000 as ClosedRange<Int64> {
                    let id = try open.attributions.id(of: combination(index), in: open.connection)
                    #expect(id == ids[Int(index) - 1])
                }
            }
        }
    }

    @Test func aKeyTakenBackWithItsRequestIsNew() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        let ledger = temporary.ledger
        let evening = noon.adding(seconds: 8 * 3600)
        let morning = noon.adding(seconds: 16 * 3600)
        try ledger.beginWriting()
        // The next day is known to be empty, gets a key that is taken back, and is empty again.
        #expect(try outcome(usage(10, at: evening, key: "a"), ledger.current()) == .recorded)
        try ledger.beginSavepoint()
        #expect(try outcome(usage(10, at: morning, key: "b"), ledger.current()) == .recorded)
        #expect(try outcome(usage(10, at: morning, key: "b"), ledger.current()) == .duplicate)
        try ledger.rollbackToSavepoint()
        #expect(try outcome(usage(11, at: evening, key: "b"), ledger.current()) == .recorded)
        #expect(try outcome(usage(10, at: evening, key: "a"), ledger.current()) == .duplicate)
        #expect(try rows(ledger.current()) == [2, 2, 2])
        ledger.rollback()
        try ledger.writing { open throws(LedgerError) in
            #expect(try rows(open) == [0, 0, 0])
            #expect(try outcome(usage(10, at: evening, key: "a"), open) == .recorded)
        }
    }

    @Test func keysOfOneHashAreRefusedNotLost() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        try temporary.ledger.writing { open throws(LedgerError) in
            #expect(try outcome(usage(10, key: "a"), open) == .recorded)
            // As if the hash of "b" were that of "a".
            let colliding = IdempotencyKeys(name("b"), at: noon, isStamped: true)
            try open.connection.statement("UPDATE usageKey SET key = ?").bind(1, colliding.own).run()
            #expect(try outcome(usage(99, key: "b"), open) == .conflict)
            #expect(try rows(open) == [1, 1, 1])
        }
    }
}
