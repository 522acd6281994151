// Every known trap: a small made-up log, and the records that must come out of it.
import AgentLogs
import Budgeting
import Foundation
import Testing

@Suite struct CorpusTests {
    @Test(arguments: Corpus.cases) func yieldsExactlyTheExpectedRecords(_ name: String) throws {
        let expected = try Corpus.expectation(of: name)
        let reading = try Corpus.read(name)
        #expect(reading.records.mapValues(\.description) == expected.records)
    }

    @Test(arguments: Corpus.cases) func accountsForEveryLine(_ name: String) throws {
        let expected = try Corpus.expectation(of: name)
        let summary = try Corpus.read(name).summary
        let skipped = summary.skipped.values.reduce(0, +)
        #expect(summary.lines == summary.used + summary.duplicates + skipped + summary.malformed + summary.tooLong)
        for (key, value) in expected.counts { #expect(summary.count(key) == value, "\(key)") }
        if let wanted = expected.skipped {
            let found = Dictionary(uniqueKeysWithValues: summary.skipped.map { ($0.key.rawValue, Int($0.value)) })
            #expect(found == wanted)
        }
    }

    @Test(arguments: Corpus.cases) func readingAgainChangesNothing(_ name: String) throws {
        var merger = UsageMerger()
        for round in 0..<3 {
            for file in try Corpus.files(of: name) {
                _ = readLog(path: file, siblings: try Corpus.files(of: name)) { batch in
                    for record in batch.records {
                        let outcome = merger.take(record, place: 0)
                        if round > 0 {
                            guard case .duplicate = outcome else {
                                Issue.record("round \(round): \(record.eventID) is \(outcome)")
                                continue
                            }
                        }
                    }
                }
            }
        }
    }

    /// Cut after every line, go on from the cursor: the sum must be that of one reading. Corrections count.
    @Test(arguments: Corpus.cases) func readingInPiecesGivesTheSameTotals(_ name: String) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/agent-logs-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var merger = UsageMerger()
        var whole = UsageMerger()
        var pieces = TokenCounts.zero
        var once = TokenCounts.zero
        let files = try Corpus.files(of: name)
        let copies = files.map { folder + $0.dropFirst(Corpus.root.count) }
        for (file, copy) in zip(files, copies) {
            try FileManager.default.createDirectory(
                atPath: (copy as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: file, toPath: copy)
        }
        for (file, copy) in zip(files, copies) {
            _ = try readLog(path: file, siblings: files) { for record in $0.records { try once.book(record, &whole) } }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            // Documents are written at once, logs line by line.
            let isDocument = file.hasSuffix(".json") || bytes.starts(with: Data("{\n".utf8))
            var ends = isDocument ? [] : bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
            if ends.last != bytes.count { ends.append(bytes.count) }
            var cursor: FileCursor?
            let handle = try #require(FileHandle(forWritingAtPath: copy))
            try handle.truncate(atOffset: 0)
            var start = 0
            for end in ends {
                try handle.write(contentsOf: bytes[start..<end])
                start = end
                _ = try readLog(path: copy, cursor: cursor, siblings: copies) { batch in
                    for record in batch.records { try pieces.book(record, &merger) }
                    // As a ledger would keep it.
                    cursor = FileCursor(text: batch.cursor.text)
                    #expect(cursor == batch.cursor)
                }
            }
        }
        #expect(pieces == once)
    }
}

extension TokenCounts {
    /// Adds what a ledger would book for `record`.
    mutating func book(_ record: LoggedUsage, _ merger: inout UsageMerger) throws {
        switch merger.take(record, place: 0) {
        case .new: self = try self + record.tokens
        case .replaces(_, let difference): self = try self + difference
        case .duplicate: break
        }
    }
}
