// Commits that leave the wait for the disk for later.
import Testing

@testable import Ledger

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct CommittingAheadTests {
    private func add(_ ledger: Ledger) throws -> Int64 {
        try ledger.writing { open throws(LedgerError) in
            _ = try open.record(usage(10), now: noon)
            try open.flushRollup()
            return try open.sumOfEverything.records
        }
    }

    private func synchronous(_ ledger: Ledger) throws -> Int64? {
        try ledger.open?.connection.statement("PRAGMA synchronous").firstInt()
    }

    @Test func whatIsCommittedAheadIsSeenAndWaitedFor() throws {
        let temporary = TemporaryLedger()
        let other = Ledger(LedgerConfiguration(path: temporary.path))
        defer {
            other.close()
            temporary.remove()
        }
        let ledger = temporary.ledger
        for isAhead in [false, true, true, false, true] {
            ledger.commitsAhead = isAhead
            let records = try add(ledger)
            #expect(ledger.isAwaitingDisk == isAhead)
            #expect(try synchronous(ledger) == (isAhead ? 1 : 2))
            // The next commit waits for the one before by itself; `awaitDisk` can be called any number of times.
            #expect(try add(ledger) == records + 1)
            try ledger.awaitDisk()
            try ledger.awaitDisk()
            #expect(!ledger.isAwaitingDisk)
            #expect(try add(other) == records + 2)
        }
    }

    @Test func readingWaitsForNothing() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        temporary.ledger.commitsAhead = true
        _ = try temporary.ledger.reading { open throws(LedgerError) in try open.sumOfEverything }
        #expect(!temporary.ledger.isAwaitingDisk)
    }

    @Test func aWaitThatFailsIsAFaultAndTheLedgerIsOpenedAnew() throws {
        let temporary = TemporaryLedger()
        defer { temporary.remove() }
        let ledger = temporary.ledger
        ledger.commitsAhead = true
        _ = try add(ledger)
        try ledger.awaitDisk()
        let open = try #require(ledger.open)
        // A pipe cannot be synchronised: the wait fails as that of a broken disk does.
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0 && dup2(ends[0], open.logDescriptor) >= 0)
        defer { for end in ends { close(end) } }
        _ = try add(ledger)
        try ledger.beginWriting()
        #expect(throws: LedgerError.self) { try ledger.awaitDisk() }
        #expect(!ledger.isInTransaction && !ledger.isAwaitingDisk)
        #expect(try add(ledger) >= 2)
        // Closed in between, for whatever reason: still told.
        let anew = try #require(ledger.open)
        try ledger.awaitDisk()
        try #require(dup2(ends[0], anew.logDescriptor) >= 0)
        _ = try add(ledger)
        ledger.close()
        #expect(ledger.isAwaitingDisk)
        #expect(throws: LedgerError.self) { try ledger.awaitDisk() }
        #expect(try add(ledger) >= 3)
        try ledger.awaitDisk()
    }
}
