// Stores that fail for real: error 1003 that says what to do, a process that lives, and work once the cause is gone.
import Foundation
import Testing

@Suite struct StoreFaultTests {
    @Test(.disabled(if: noMounts != nil, Comment(rawValue: noMounts ?? "")))
    func aFullDiskLosesNothingThatWasAnswered() throws {
        let folder = try TestFolder()
        let disk = try folder.mountSmallDisk(kibibytes: 700)
        let ledger = disk + "/ledger.db"
        let load = Load(seed: 4)
        let advisor = try Advisor(in: folder, ledger: ledger)
        var answers: [Answer] = []
        for start in stride(from: 0, to: 8000, by: 100) {
            try advisor.send(load.lines(start..<start + 100))
            for _ in 0..<100 { answers.append(try advisor.answer()) }
        }
        let refused = answers.filter { $0.code != nil }
        let first = try #require(refused.first, "the disk did not fill")
        #expect(first.code == 1003 && first.reason == "full" && first.isRetryable == true, "\(first.line)")
        #expect(first.message.contains("free some space"), "\(first.line)")
        #expect(refused.allSatisfy { $0.code == 1003 && $0.reason == "full" })
        // Questions are still answered, or refused in the same words.
        let status = try advisor.call("getStatus")
        #expect(status.code == nil || status.code == 1003, "\(status.line)")

        try run(["mount", "-o", "remount,size=20m", disk])
        try advisor.send(load.lines(0..<8000))
        let (again, ending) = try advisor.finish()
        #expect(ending == .exit(0))
        #expect(again.allSatisfy { $0.code == nil }, "\(again.first { $0.code != nil }?.line ?? "")")
        for (before, after) in zip(answers, again) where before.code == nil {
            #expect(after.result["duplicate"].bool == true && after.result["id"] == before.result["id"])
        }
        for (before, after) in zip(answers, again) where before.code != nil {
            #expect(after.result["duplicate"].bool == false, "kept although refused: \(after.line)")
        }
        #expect(try checkedSums(of: ledger) == load.sums(0..<8000))
    }

    @Test(.disabled(if: noMounts != nil, Comment(rawValue: noMounts ?? "")), arguments: [8, 16, 40, 60, 90])
    func aDiskTooSmallForANewLedger(kibibytes: Int) throws {
        let folder = try TestFolder()
        let disk = try folder.mountSmallDisk(kibibytes: kibibytes)
        let advisor = try Advisor(in: folder, ledger: disk + "/ledger.db")
        let refused = try advisor.answer(to: Load(seed: 1).line(1))
        #expect(refused.code == 1003 && refused.reason == "full" && refused.isRetryable == true, "\(refused.line)")
        #expect(try advisor.call("ping").code == nil)
        try run(["mount", "-o", "remount,size=10m", disk])
        let works = try advisor.answer(to: Load(seed: 1).line(1))
        #expect(works.result["duplicate"].bool == false, "\(works.line)")
    }

    @Test(.disabled(if: noMounts != nil, Comment(rawValue: noMounts ?? "")))
    func aReadOnlyDisk() throws {
        let folder = try TestFolder()
        let disk = try folder.mountSmallDisk(kibibytes: 8000)
        let ledger = disk + "/ledger.db"
        let load = Load(seed: 5)
        let before = try Advisor(in: folder, ledger: ledger)
        #expect(try before.answer(to: load.line(1)).code == nil)
        #expect(try before.finish().ending == .exit(0))

        try run(["mount", "-o", "remount,ro", disk])
        let advisor = try Advisor(in: folder, ledger: ledger)
        let refused = try advisor.answer(to: load.line(2))
        #expect(refused.code == 1003 && refused.reason == "readOnly" && refused.isRetryable == true, "\(refused.line)")
        #expect(try advisor.call("ping").code == nil)
        try run(["mount", "-o", "remount,rw", disk])
        #expect(try advisor.answer(to: load.line(2)).result["duplicate"].bool == false)
        #expect(try advisor.finish().ending == .exit(0))
        #expect(try checkedSums(of: ledger) == load.sums(1..<3))
    }

    /// A file of mode 0400, and a folder of mode 0500: seen by a user to whom modes apply.
    @Test(arguments: ["file", "folder"]) func noRightToWrite(what: String) throws {
        let folder = try TestFolder()
        let place = folder.path + "/place"
        let ledger = place + "/ledger.db"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let load = Load(seed: 6)
        let before = try Advisor(in: folder, ledger: ledger)
        #expect(try before.answer(to: load.line(1)).code == nil)
        _ = try before.finish()
        if what == "folder" { for end in ["-next", "-turn"] { unlink(ledger + end) } }
        if getuid() == 0 { try run(["chown", "-R", "65534:65534", folder.path]) }
        chmod(what == "file" ? ledger : place, what == "file" ? 0o400 : 0o500)

        let advisor = try Advisor(in: folder, ledger: ledger, asNobody: getuid() == 0)
        let refused = try advisor.answer(to: load.line(2))
        #expect(refused.code == 1003 && refused.reason == "readOnly", "\(refused.line)")
        #expect(refused.message.contains("write"), "\(refused.line)")
        chmod(what == "file" ? ledger : place, what == "file" ? 0o600 : 0o700)
        #expect(try advisor.answer(to: load.line(2)).result["duplicate"].bool == false)
        #expect(try advisor.finish().ending == .exit(0))
        #expect(try checkedSums(of: ledger) == load.sums(1..<3))
    }

    /// Another program's SQLite connection, which knows nothing of our turnstile.
    @Test func aLedgerLockedByAnotherConnection() throws {
        let folder = try TestFolder()
        let load = Load(seed: 7)
        let advisor = try Advisor(in: folder)
        #expect(try advisor.answer(to: load.line(1)).code == nil)
        let holder = try ChildProcess(
            [
                "python3", "-c",
                """
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1], isolation_level=None)
                db.execute("BEGIN EXCLUSIVE"); print("held", flush=True)
                sys.stdin.readline(); db.execute("ROLLBACK"); print("free", flush=True)
                """, folder.ledger,
            ], folder: folder.path, environment: ["PATH": "/usr/bin:/bin:/usr/local/bin"], errors: "/dev/null")
        #expect(try holder.nextLine() == "held")
        let refused = try advisor.answer(to: load.line(2))
        #expect(refused.code == 1003 && refused.reason == "busy" && refused.isRetryable == true, "\(refused.line)")
        #expect(refused.message.contains("again"), "\(refused.line)")
        // Readers of a write-ahead log do not wait for writers.
        #expect(try advisor.call("getStatus").code == nil)
        try holder.send("\n".utf8)
        #expect(try holder.nextLine() == "free")
        #expect(try advisor.answer(to: load.line(2)).result["duplicate"].bool == false)
        #expect(try advisor.finish().ending == .exit(0))
        #expect(try checkedSums(of: folder.ledger) == load.sums(1..<3))
    }

    @Test func ledgerFilesAreTheirOwnersAlone() throws {
        let folder = try TestFolder()
        let advisor = try Advisor(in: folder, umask: 0)
        #expect(try advisor.answer(to: Load(seed: 1).line(1)).code == nil)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("ledger") }
        #expect(Set(files).isSuperset(of: ["ledger.db", "ledger.db-wal", "ledger.db-shm"]))
        for file in files { #expect(folder.mode(of: folder.path + "/" + file) == "600", "\(file)") }
    }
}
