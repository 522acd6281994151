// How a connection ends: input cut off, signals under load, a reader that goes away.
import Glibc
import Testing

@Suite struct EndingTests {
    let folder: TestFolder
    let load = Load(seed: 11)

    init() throws { folder = try TestFolder() }

    @Test func aLastLineWithoutItsEndCounts() throws {
        let advisor = try Advisor(in: folder)
        try advisor.send(load.lines(0..<500) + load.line(500).dropLast())
        let (answers, ending) = try advisor.finish()
        #expect(ending == .exit(0))
        #expect(answers.map(\.id) == (0...500).map { Int64($0) })
        #expect(try checkedSums(of: folder.ledger) == load.sums(0..<501))
    }

    @Test(arguments: [1, 20, 60, 150]) func inputThatEndsInTheMiddleOfALine(cut: Int) throws {
        let advisor = try Advisor(in: folder)
        try advisor.send(load.lines(0..<50) + load.line(50).prefix(cut))
        let (answers, ending) = try advisor.finish()
        #expect(ending == .exit(0))
        #expect(answers.dropLast().map(\.id) == (0..<50).map { Int64($0) })
        #expect(answers.last?.code == -32700)
        #expect(try checkedSums(of: folder.ledger) == load.sums(0..<50))
    }

    /// Answers and records are the same beginning of what was sent; how long it is depends on the moment.
    @Test(arguments: [SIGTERM, SIGINT], [0, 300, 5000]) func aSignalUnderLoad(signal: Int32, answersBefore: Int) throws
    {
        let advisor = try Advisor(in: folder)
        let bytes = Array(load.lines(0..<20_000).utf8)
        var sent = 0
        while sent < bytes.count, advisor.process.received.count < answersBefore * 150 {
            let end = min(bytes.count, sent + 10_000)
            guard try advisor.process.send(bytes[sent..<end]) else { break }
            sent = end
        }
        advisor.process.kill(signal)
        // The rest finds no reader, or one that stops where it is.
        _ = try advisor.process.send(bytes[sent...])
        let (answers, ending) = try advisor.end()
        #expect(ending == .exit(0))
        #expect(answers.map(\.id) == answers.indices.map { Int64($0) })
        #expect(answers.allSatisfy { $0.code == nil })
        guard !answers.isEmpty else { return }
        #expect(try checkedSums(of: folder.ledger) == load.sums(answers.indices))
    }

    @Test(arguments: [SIGTERM, SIGINT]) func aSignalWhileItWaits(signal: Int32) throws {
        let advisor = try Advisor(in: folder)
        #expect(try advisor.answer(to: load.line(0)).code == nil)
        advisor.process.kill(signal)
        let (answers, ending) = try advisor.end()
        #expect(answers.isEmpty && ending == .exit(0))
    }

    /// Half a line that a signal cuts off is no message: nothing is written for it.
    @Test func aSignalInTheMiddleOfALine() throws {
        let advisor = try Advisor(in: folder)
        try advisor.send(load.line(0) + load.line(1).dropLast(9))
        #expect(try advisor.answer().id == 0)
        usleep(50_000)
        advisor.process.kill(SIGTERM)
        let (answers, ending) = try advisor.end()
        #expect(answers.isEmpty && ending == .exit(0))
        #expect(try checkedSums(of: folder.ledger) == load.sums(0..<1))
    }

    /// Nobody reads the answers: the process ends by itself, with 74, and what it has committed is whole.
    @Test func stdoutClosedByTheReader() throws {
        let advisor = try Advisor(in: folder)
        try advisor.send(load.lines(0..<100))
        for number in 0..<100 { #expect(try advisor.answer().id == Int64(number)) }
        advisor.process.closeOutput()
        _ = try advisor.process.send(load.lines(100..<5000).utf8)
        #expect(try advisor.process.waitForEnd() == .exit(74))
        let sums = try checkedSums(of: folder.ledger)
        #expect(sums.records >= 100)
        #expect(sums == load.sums(0..<sums.records))

        let next = try Advisor(in: folder)
        try next.send(load.lines(0..<5000))
        let (answers, ending) = try next.finish()
        #expect(answers.count == 5000 && ending == .exit(0))
        #expect(try checkedSums(of: folder.ledger) == load.sums(0..<5000))
    }

    /// A reader that is slow does not lose anything, and does not make the process grow without bounds.
    @Test func aReaderThatWaits() throws {
        let advisor = try Advisor(in: folder)
        let lines = load.lines(0..<20_000)
        try advisor.send(lines)
        usleep(200_000)
        #expect(try peakKibibytes(of: advisor.process.pid) < 64 * 1024)
        let (answers, ending) = try advisor.finish()
        #expect(answers.count == 20_000 && ending == .exit(0))
    }
}
