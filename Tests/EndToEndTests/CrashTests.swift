// kill -9 at any moment: what was answered is there once, nothing else is there by half.
import Glibc
import Testing

@Suite struct CrashTests {
    /// Each round sends the whole stream again from its beginning, so that most of it is known by then.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func killedAtRandomMomentsKeepsExactlyWhatWasAnswered(seed: UInt64) throws {
        let folder = try TestFolder()
        let load = Load(seed: seed)
        let all = 0..<12_000
        let lines = load.lines(all)
        var answered: [Int: Int64] = [:]
        for round in 0..<4 {
            let advisor = try Advisor(in: folder)
            let seen = try sendUntilKilled(advisor, lines, afterAnswers: Int.random(in: 0...8000))
            for answer in seen {
                let number = try #require(answer.id.map(Int.init), "\(answer.line)")
                let id = try #require(answer.result["id"].int, "\(answer.line)")
                // The answer to the same key is the same record for ever.
                #expect(answered[number] ?? id == id, "round \(round)")
                answered[number] = id
            }
            // A fresh process sees it all, and so does SQLite itself.
            let reopened = try Advisor(in: folder)
            #expect(try reopened.call("ping").result == .object([:]))
            #expect(try reopened.finish().ending == .exit(0))
            guard !answered.isEmpty else { continue }
            let rows = try rows(of: folder.ledger)
            for (number, id) in answered where rows[id] != load.row(number) {
                Issue.record(
                    "round \(round): record \(number) was answered as \(id), which holds \(rows[id] ?? "nothing")")
            }
            #expect(try checkedSums(of: folder.ledger).records >= answered.count)
        }

        let last = try Advisor(in: folder)
        try last.send(lines)
        let (answers, ending) = try last.finish()
        #expect(ending == .exit(0))
        #expect(answers.count == all.count)
        #expect(answers.allSatisfy { $0.result["id"].int != nil })
        #expect(try checkedSums(of: folder.ledger) == load.sums(all))
    }

    @Test func killedInTheMiddleOfTheFirstStartLeavesALedgerThatStarts() throws {
        for _ in 0..<12 {
            let folder = try TestFolder()
            let advisor = try Advisor(in: folder)
            try advisor.send(Load(seed: 9).line(1))
            usleep(UInt32.random(in: 0...30_000))
            advisor.process.kill(SIGKILL)
            _ = try advisor.process.waitForEnd()
            let next = try Advisor(in: folder)
            #expect(try next.call("getStatus").code == nil)
        }
    }

    /// Sends the stream in pieces of random size and kills the process once it has given so many answers.
    private func sendUntilKilled(_ advisor: Advisor, _ lines: String, afterAnswers: Int) throws -> [Answer] {
        let bytes = Array(lines.utf8)
        var sent = 0
        var newlines = 0
        var counted = 0
        while sent < bytes.count, newlines <= afterAnswers {
            let end = min(bytes.count, sent + Int.random(in: 1...90_000))
            guard try advisor.process.send(bytes[sent..<end]) else { break }
            sent = end
            let received = advisor.process.received
            newlines += received[counted...].count { $0 == 0x0A }
            counted = received.count
        }
        usleep(UInt32.random(in: 0...3000))
        advisor.process.kill(SIGKILL)
        let (answers, ending) = try advisor.end()
        #expect(ending == .signal(SIGKILL))
        return answers
    }
}
