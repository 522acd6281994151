// Mutates the corpus: nothing may crash, and nothing broken may pass for usage.
import Budgeting
import Foundation
import JSONRPC
import Testing

@testable import AgentLogs

@Suite struct FuzzTests {
    /// Each file of the corpus, mutated in ways that repeat with the seed.
    @Test(arguments: Corpus.cases) func mutatedLogsNeverGiveNonsense(_ name: String) throws {
        var random = SeededGenerator(seed: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) } & 0xFFFF_FFFF))
        let path = FileManager.default.temporaryDirectory.path + "/agent-logs-fuzz-" + UUID().uuidString
        defer { unlink(path) }
        for file in try Corpus.files(of: name) {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
            let ending = (file as NSString).pathExtension
            for _ in 0..<12 {
                let mutant = mutated(bytes, &random)
                let target = path + "." + ending
                try Data(mutant).write(to: URL(fileURLWithPath: target))
                defer { unlink(target) }
                let summary = readLog(path: target) { batch in
                    for record in batch.records { check(record) }
                    #expect(FileCursor(text: batch.cursor.text) == batch.cursor)
                }
                let skipped = summary.skipped.values.reduce(0, +)
                #expect(
                    summary.lines == summary.used + summary.duplicates + skipped + summary.malformed + summary.tooLong)
            }
        }
    }

    private func check(_ record: LoggedUsage) {
        let tokens = record.tokens
        let least = min(tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite, tokens.cacheWrite1h)
        #expect(least >= 0)
        #expect((record.reasoningTokens ?? 0) >= 0)
        #expect((record.billedCost ?? Money(nanoUSD: 1)) > .zero)
        #expect(!record.eventID.isEmpty && !record.model.isEmpty)
    }

    /// A line that the strict parser of the wire refuses must never give a record: one line alone, so that the record
    /// can only come from it. And no line at all may give nonsense.
    @Test(arguments: Corpus.cases) func brokenLinesGiveNoRecord(_ name: String) throws {
        var random = SeededGenerator(seed: 99)
        for file in try Corpus.files(of: name) {
            for line in try Data(contentsOf: URL(fileURLWithPath: file)).split(separator: 0x0A).map({ [UInt8]($0) }) {
                for _ in 0..<60 {
                    let mutant = mutated(line, &random).filter { $0 != 0x0A }
                    let reading = FileReading(
                        named: "row", options: ReadOptions(), feed: LineFeed(), lineages: nil)
                    mutant.withUnsafeBufferPointer { reading.takeRow($0, number: 0) }
                    let records = reading.finishRows()
                    for record in records { check(record) }
                    let isData = mutant.starts(with: Array("data:".utf8))
                    if records.isEmpty || isStrictJSON(isData ? Array(mutant.dropFirst(5)) : mutant) { continue }
                    Issue.record("a record from: \(String(decoding: mutant, as: UTF8.self))")
                }
            }
        }
    }

    /// Names given twice are refused by the wire only; a log's other members may repeat.
    private func isStrictJSON(_ bytes: [UInt8]) -> Bool {
        var bytes = bytes + [0, 0, 0, 0, 0, 0, 0, 0]
        return bytes.withUnsafeMutableBytes { buffer in
            do {
                _ = try JSONParser().parse(UnsafeMutableRawBufferPointer(rebasing: buffer[..<(buffer.count - 8)]))
                return true
            } catch {
                return "\(error)".contains("uplicate")
            }
        }
    }

    private func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) where !result.isEmpty {
            let at = Int.random(in: 0..<result.count, using: &random)
            let end = min(result.count, at + Int.random(in: 1...40, using: &random))
            switch Int.random(in: 0..<9, using: &random) {
            case 0: result[at] = UInt8.random(in: 0...255, using: &random)
            case 1: result.remove(at: at)
            case 2: result.insert(Array("{}[]\":,-0.eE\\\n\u{0}u9".utf8).randomElement(using: &random) ?? 0, at: at)
            case 3: result.removeSubrange(at..<end)
            case 4: result.insert(contentsOf: result[at..<end], at: at)
            case 5: result.removeSubrange(at...)
            case 6: result.insert(contentsOf: Array("-99999999999999999999".utf8), at: at)
            case 7: result[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
            default: result.insert(contentsOf: Array("\"\\ud800\",null,".utf8), at: at)
            }
        }
        return result
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
