// Ledger files that vanish, change places, or are not what they should be.
import Foundation
import Testing

@Suite struct LedgerFileTests {
    let folder: TestFolder
    let load = Load(seed: 8)

    init() throws { folder = try TestFolder() }

    /// A ledger with so many records, at rest.
    private func makeLedger(_ path: String, records: Range<Int>) throws {
        let advisor = try Advisor(in: folder, ledger: path)
        try advisor.send(load.lines(records))
        let (answers, ending) = try advisor.finish()
        guard ending == .exit(0), answers.allSatisfy({ $0.code == nil }) else { throw Failure("no ledger made") }
    }

    @Test func aFolderThatIsMovedAwayAndBack() throws {
        let place = folder.path + "/place"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let advisor = try Advisor(in: folder, ledger: place + "/ledger.db")
        #expect(try advisor.answer(to: load.line(0)).code == nil)
        rename(place, folder.path + "/away")
        for line in [load.line(1), Advisor.line(1, "getStatus", "{}")] {
            let refused = try advisor.answer(to: line)
            #expect(refused.code == 1003 && refused.reason == "gone" && refused.isRetryable == true, "\(refused.line)")
            #expect(refused.message.contains("put the file back"), "\(refused.line)")
        }
        rename(folder.path + "/away", place)
        #expect(try advisor.answer(to: load.line(1)).result["duplicate"].bool == false)
        #expect(try advisor.finish().ending == .exit(0))
        #expect(try checkedSums(of: place + "/ledger.db") == load.sums(0..<2))
    }

    @Test func aDeletedFolderIsNotReplacedByAnEmptyLedger() throws {
        let place = folder.path + "/place"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let advisor = try Advisor(in: folder, ledger: place + "/ledger.db")
        #expect(try advisor.answer(to: load.line(0)).code == nil)
        try FileManager.default.removeItem(atPath: place)
        #expect(try advisor.answer(to: load.line(1)).code == 1003)
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let refused = try advisor.answer(to: load.line(1))
        #expect(refused.code == 1003 && refused.reason == "gone", "\(refused.line)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place).isEmpty)
        #expect(try advisor.finish().ending == .exit(0))
    }

    @Test func aFolderThatIsMissingAtTheStart() throws {
        let place = folder.path + "/later"
        let advisor = try Advisor(in: folder, ledger: place + "/ledger.db")
        let refused = try advisor.answer(to: load.line(0))
        #expect(refused.code == 1003 && refused.reason == "gone" && refused.isRetryable == true, "\(refused.line)")
        #expect(refused.message.contains("create the folder"), "\(refused.line)")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        #expect(try advisor.answer(to: load.line(0)).result["duplicate"].bool == false)
    }

    /// Another ledger in the same place: the next request is of that one, with nothing of the first mixed in.
    @Test func aLedgerReplacedByAnother() throws {
        let other = folder.path + "/other.db"
        try makeLedger(other, records: 100..<150)
        let advisor = try Advisor(in: folder)
        try advisor.send(load.lines(0..<50))
        for _ in 0..<50 { #expect(try advisor.answer().code == nil) }
        rename(other, folder.ledger)
        #expect(try advisor.answer(to: load.line(150)).result["duplicate"].bool == false)
        #expect(try advisor.finish().ending == .exit(0))
        #expect(try checkedSums(of: folder.ledger) == load.sums(100..<151))
    }

    /// The file alone goes, its log stays behind: nothing that was answered may be missing from it.
    @Test func aLedgerFileMovedAwayTakesItsRecordsAlong() throws {
        let away = folder.path + "/away.db"
        let advisor = try Advisor(in: folder)
        #expect(try advisor.answer(to: load.line(0)).code == nil)
        rename(folder.ledger, away)
        let refused = try advisor.answer(to: load.line(1))
        #expect(refused.code == 1003 && refused.reason == "gone", "\(refused.line)")
        #expect(try checkedSums(of: away) == load.sums(0..<1))
        rename(away, folder.ledger)
        #expect(try advisor.answer(to: load.line(1)).result["duplicate"].bool == false)
        #expect(try advisor.finish().ending == .exit(0))
        #expect(try checkedSums(of: folder.ledger) == load.sums(0..<2))
    }

    @Test(arguments: ["text", "noise", "foreign SQLite", "short"])
    func aFileThatIsNoLedgerIsLeftUntouched(kind: String) throws {
        switch kind {
        case "text": try Data("dear diary\n".utf8).write(to: URL(fileURLWithPath: folder.ledger))
        case "noise":
            let noise = (0..<50_000).map { _ in UInt8.random(in: 0...255) }
            try Data(noise).write(to: URL(fileURLWithPath: folder.ledger))
        case "short": try Data("SQLite format 3\0".utf8).write(to: URL(fileURLWithPath: folder.ledger))
        default:
            try run([
                "python3", "-c",
                "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute('PRAGMA user_version = 3');"
                    + "d.execute('CREATE TABLE t(a)'); d.commit()", folder.ledger,
            ])
        }
        let before = try #require(folder.bytes(of: folder.ledger))
        let advisor = try Advisor(in: folder)
        for line in [load.line(0), Advisor.line(1, "getStatus", "{}")] {
            let refused = try advisor.answer(to: line)
            #expect(refused.code == 1003 && refused.reason == "notALedger", "\(refused.line)")
            #expect(refused.isRetryable == false && refused.message.contains("--ledger"), "\(refused.line)")
        }
        #expect(folder.bytes(of: folder.ledger) == before)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("ledger") }
        #expect(files == ["ledger.db"])
        unlink(folder.ledger)
        #expect(try advisor.answer(to: load.line(0)).result["duplicate"].bool == false)
        #expect(try advisor.finish().ending == .exit(0))
    }

    @Test func aLedgerOfANewerProgramIsRefused() throws {
        try makeLedger(folder.ledger, records: 0..<10)
        _ = try query(folder.ledger, "PRAGMA user_version = 9999")
        let advisor = try Advisor(in: folder)
        let refused = try advisor.answer(to: load.line(10))
        #expect(refused.code == 1003 && refused.reason == "newer" && refused.isRetryable == false, "\(refused.line)")
        #expect(refused.message.contains("install the newer budget-advisor"), "\(refused.line)")
        #expect(try query(folder.ledger, "PRAGMA user_version") == "9999")
        #expect(try advisor.finish().ending == .exit(0))
        #expect(try checkedSums(of: folder.ledger) == load.sums(0..<10))
    }

    /// Every page but the first is overwritten, or the end is cut off; then the good file comes back.
    @Test(arguments: ["overwritten", "half", "first page only", "a byte short"])
    func aDamagedLedgerIsToldAndABackupWorks(damage: String) throws {
        try makeLedger(folder.ledger, records: 0..<3000)
        let good = try #require(folder.bytes(of: folder.ledger))
        var bad = good
        switch damage {
        case "overwritten": bad.replaceSubrange(4096..., with: Data(repeating: 0xA5, count: good.count - 4096))
        case "half": bad = good.prefix(good.count / 8192 * 4096)
        case "first page only": bad = good.prefix(4096)
        default: bad = good.prefix(good.count - 1)
        }
        try bad.write(to: URL(fileURLWithPath: folder.ledger))
        let advisor = try Advisor(in: folder)
        for line in [load.line(3000), Advisor.line(1, "getStatus", "{}"), load.line(3001)] {
            let refused = try advisor.answer(to: line)
            #expect(refused.code == 1003 && refused.reason == "damaged", "\(refused.line)")
            #expect(refused.isRetryable == false && refused.message.contains("backup"), "\(refused.line)")
        }
        #expect(try advisor.call("ping").code == nil)

        let restored = folder.path + "/restored.db"
        try good.write(to: URL(fileURLWithPath: restored))
        rename(restored, folder.ledger)
        #expect(try advisor.answer(to: load.line(3000)).result["duplicate"].bool == false)
        #expect(try advisor.finish().ending == .exit(0))
        #expect(try checkedSums(of: folder.ledger) == load.sums(0..<3001))
    }

    /// Damage under a running process: any answer is allowed, silence and death are not.
    @Test(arguments: [0, 100, 4096, 40_960]) func aLedgerCutOffUnderARunningProcess(size: Int) throws {
        try makeLedger(folder.ledger, records: 0..<3000)
        let advisor = try Advisor(in: folder)
        #expect(try advisor.answer(to: load.line(3000)).code == nil)
        truncate(folder.ledger, size)
        for number in 3001..<3020 {
            let answer = try advisor.answer(to: load.line(number))
            #expect(answer.code == nil || answer.code == 1003, "\(answer.line)")
            #expect(try advisor.call("getStatus").code.map { $0 == 1003 } ?? true)
        }
        #expect(try advisor.finish().ending == .exit(0))
    }
}
