// A backup is one moment of the ledger, made while others write, and can take its place.
import Foundation
import Testing

@Suite struct BackupTests {
    let folder: TestFolder
    let load = Load(seed: 4)

    init() throws { folder = try TestFolder() }

    private func backUp(_ file: String) throws -> (status: Int32, err: String) {
        let advisor = try Advisor(in: folder, arguments: ["backup", file])
        advisor.process.closeInput()
        guard case .exit(let status) = try advisor.process.waitForEnd() else { throw Failure("ended by a signal") }
        return (status, advisor.stderr)
    }

    @Test func copiesMadeUnderLoadAreWholeAndGoOn() throws {
        // Large enough that a copy takes several steps of 256 pages.
        let writer = try Advisor(in: folder)
        try writer.send(load.lines(0..<12_000))
        var next = 12_000
        var answered = 0
        while try writer.process.nextLine() != nil, answered < 11_999 { answered += 1 }
        for number in 0..<3 {
            // The writer has a second of work in its pipe while the copy is made.
            try writer.send(load.lines(next..<next + 2000))
            next += 2000
            let file = folder.path + "/copy\(number).db"
            let result = try backUp(file)
            #expect(result.status == 0, "\(result.err)")
            #expect(folder.mode(of: file) == "600")
            let sums = try checkedSums(of: file)
            #expect(sums.records >= 12_000 && sums.records <= next)
            #expect(sums == load.sums(0..<sums.records), "records are missing in the middle")
        }
        let (_, ending) = try writer.finish()
        #expect(ending == .exit(0))
        #expect(try checkedSums(of: folder.ledger) == load.sums(0..<next))

        // The copy takes the ledger's place: what it lacks is recorded again, what it has is known.
        let copy = folder.path + "/copy1.db"
        let kept = try checkedSums(of: copy).records
        let restored = try Advisor(in: folder, ledger: copy)
        try restored.send(load.lines(0..<next))
        let (answers, end) = try restored.finish()
        #expect(end == .exit(0) && answers.count { $0.result["duplicate"].bool == true } == kept)
        #expect(try checkedSums(of: copy) == load.sums(0..<next))
        #expect(try query(copy, "PRAGMA journal_mode") == "wal")
    }

    @Test func nothingIsOverwrittenAndNothingIsLeft() throws {
        let file = folder.path + "/copy.db"
        // No ledger yet: nothing is made, neither here nor there.
        #expect(try backUp(file).status == 1)
        #expect(folder.bytes(of: file) == nil && folder.bytes(of: folder.ledger) == nil)
        let writer = try Advisor(in: folder)
        #expect(try writer.answer(to: load.line(0)).code == nil)
        _ = try writer.finish()
        for taken in ["/copy.db", "/copy.db-wal", "/copy.db-journal"] {
            try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path + taken))
            let refused = try backUp(file)
            #expect(refused.status == 1 && refused.err.contains("exists already"), "\(refused.err)")
            #expect(folder.bytes(of: folder.path + taken) == Data("mine".utf8))
            try FileManager.default.removeItem(atPath: folder.path + taken)
        }
        #expect(try backUp(folder.path + "/none/copy.db").status == 1)
        #expect(try backUp(file).status == 0)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left.filter { $0.hasPrefix("copy") } == ["copy.db"])
    }

    @Test(.enabled(if: noMounts == nil)) func aFullDiskLeavesNoHalfCopy() throws {
        let writer = try Advisor(in: folder)
        try writer.send(load.lines(0..<5000))
        _ = try writer.finish()
        let disk = try folder.mountSmallDisk(kibibytes: 64)
        let result = try backUp(disk + "/copy.db")
        #expect(result.status == 1 && result.err.contains("full"), "\(result.err)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk).isEmpty)
    }
}
