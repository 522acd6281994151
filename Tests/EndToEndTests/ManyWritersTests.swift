// Several processes on one ledger at once: every key once, every sum exact, every process gets its turns.
import Testing

@Suite struct ManyWritersTests {
    /// All send the same records, each beginning somewhere else.
    @Test(arguments: [2, 4]) func overlappingKeysAreRecordedOnce(processes: Int) throws {
        let folder = try TestFolder()
        let load = Load(seed: 21)
        let count = 6000
        let writers = try (0..<processes).map { _ in try Advisor(in: folder) }
        for piece in stride(from: 0, to: count, by: 250) {
            for (number, writer) in writers.enumerated() {
                let start = (piece + number * count / processes) % count
                try writer.send(load.lines(start..<start + 250))
            }
        }
        var firsts = 0
        var ids: [Int64: Int64] = [:]
        for writer in writers {
            let (answers, ending) = try writer.finish()
            #expect(ending == .exit(0))
            #expect(answers.count == count)
            for answer in answers {
                let number = try #require(answer.id)
                let id = try #require(answer.result["id"].int, "\(answer.line)")
                #expect(ids.updateValue(id, forKey: number) ?? id == id)
                if answer.result["duplicate"].bool == false { firsts += 1 }
            }
        }
        #expect(firsts == count)
        #expect(try checkedSums(of: folder.ledger) == load.sums(0..<count))
    }

    /// Records of one process count towards the budget that another one is asked about, and alerts fire once in all.
    @Test func sumsAndAlertsAreShared() throws {
        let folder = try TestFolder()
        let (first, second) = (try Advisor(in: folder), try Advisor(in: folder))
        #expect(try first.call("setBudget", #"{"budget":"monthly","limitUSD":10}"#).code == nil)
        var fired: [String] = []
        for number in 0..<12 {
            let writer = number % 2 == 0 ? first : second
            let answer = try writer.call(
                "recordUsage", #"{"model":"gpt-5","inputTokens":1,"outputTokens":1,"costUSD":1}"#)
            #expect(answer.result["status", "usedPercent"].int == Int64(number + 1) * 10, "\(answer.line)")
            for index in 0..<answer.result["alerts"].count {
                let alert = answer.result["alerts"][index]
                fired.append("\(alert["kind"].text ?? "") \(alert["thresholdPercent"].number ?? 0)")
            }
        }
        #expect(Set(fired).count == fired.count && fired.count >= 4, "\(fired)")
        for advisor in [first, second] {
            let status = try advisor.call("getStatus")
            #expect(status.result["spent"].int == 12 && status.result["exceeded"].bool == true, "\(status.line)")
        }
    }

    /// One that is killed while it writes does not hold up the others.
    @Test func aWriterThatDiesGivesItsTurnUp() throws {
        let folder = try TestFolder()
        let load = Load(seed: 22)
        let (victim, other) = (try Advisor(in: folder), try Advisor(in: folder))
        let mine = Load(seed: 23, keyPrefix: "other")
        for round in 0..<8 {
            let writer = round == 0 ? victim : try Advisor(in: folder)
            try writer.send(load.lines(round * 1500..<round * 1500 + 1500))
            try other.send(mine.lines(round * 200..<round * 200 + 200))
            writer.process.kill(9)
            for _ in 0..<200 { #expect(try other.answer().code == nil) }
        }
        #expect(try other.finish().ending == .exit(0))
        #expect(try checkedSums(of: folder.ledger).records >= 1600)
    }
}
