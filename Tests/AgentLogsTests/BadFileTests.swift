// Files that are no logs, change under the reader, or are far too long: reported by name, the rest is read.
import AgentLogs
import Budgeting
import Foundation
import Testing

@Suite struct BadFileTests {
    private let folder = Scratch()

    private func line(_ id: String, output: Int = 5, padding: Int = 0) -> String {
        let text = String(repeating: "x", count: padding)
        return
            #"{"parentUuid":null,"sessionId":"s","cwd":"/r","message":{"id":"\#(id)","model":"m","content":"\#(text)","#
            + #""usage":{"input_tokens":1,"output_tokens":\#(output)}},"requestId":"r","type":"assistant","#
            + #""timestamp":"2026-01-05T10:00:00Z"}"# + "\n"
    }

    @Test func longLinesWithinTheLimitAreRead() throws {
        let user = #"{"type":"user","message":{"content":"\#(String(repeating: "y", count: 11_000_000))"}}"# + "\n"
        let path = try folder.write("a.jsonl", line("m1", padding: 10_000_000) + user + line("m2"))
        let (records, summary) = read(path)
        #expect(records.map(\.eventID) == ["claude:m1:r", "claude:m2:r"])
        #expect(summary.lines == 3 && summary.tooLong == 0 && summary.skipped[.otherKind] == 1)
    }

    @Test func longerLinesAreNamedAndPassed() throws {
        let path = try folder.write("a.jsonl", line("m1") + line("big", padding: 3_000_000) + line("m2"))
        var options = ReadOptions()
        options.maximumLineBytes = 1_000_000
        let (records, summary) = read(path, options: options)
        #expect(records.map(\.eventID) == ["claude:m1:r", "claude:m2:r"])
        #expect(summary.tooLong == 1 && summary.problems.count == 1)
        #expect(summary.problems.first?.offset == Int64(line("m1").utf8.count))
        #expect(summary.problems.first?.what.contains("longer than 1000000") == true)
    }

    @Test(arguments: [
        ("\u{0}\u{1}\u{2}ELF binary", "binary"), ("SQLite format 3\u{0}", "SQLite"), ("\u{1F}\u{8B}\u{8}", "gzip"),
    ]) func binaryFilesAreNamed(_ content: String, _ word: String) throws {
        let bytes = content.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        let path = try folder.write("a.jsonl", Data(bytes + Array(repeating: 0, count: 9000)))
        let (records, summary) = read(path)
        #expect(records.isEmpty && summary.lines == 0)
        #expect(summary.problems.first?.what.contains(word) == true)
    }

    @Test func whatCannotBeOpenedIsNamed() throws {
        #expect(read(folder.path + "/none.jsonl").1.problems.first?.what.contains("No such file") == true)
        #expect(read(folder.path).1.problems.first?.what == "is a folder")
        let path = try folder.write("secret.jsonl", line("m1"))
        chmod(path, 0)
        // Root may read everything.
        if geteuid() != 0 { #expect(read(path).1.problems.first?.what.contains("Permission denied") == true) }
    }

    @Test func anEmptyFileSaysSo() throws {
        #expect(read(try folder.write("a.jsonl", "")).1.problems.map(\.what) == ["empty"])
        let path = try folder.write("b.jsonl", #"{"type":"user"}"# + "\n")
        #expect(read(path).1.problems.map(\.what) == ["no usage in 1 lines: 1 × lines without usage"])
    }

    @Test func rewrittenFilesAreReadFromTheirStart() throws {
        let path = try folder.write("a.jsonl", line("m1") + line("m2"))
        let cursor = try #require(lastCursor(path))
        // In place, the same length, other bytes.
        _ = try folder.write("a.jsonl", line("m8") + line("m9"))
        var (records, summary) = read(path, cursor: cursor)
        #expect(records.map(\.eventID) == ["claude:m8:r", "claude:m9:r"])
        #expect(summary.restartedFiles == 1)
        // Shorter than before.
        _ = try folder.write("a.jsonl", line("m7"))
        (records, summary) = read(path, cursor: cursor)
        #expect(records.map(\.eventID) == ["claude:m7:r"] && summary.restartedFiles == 1)
    }

    @Test func rotatedFilesAreReadFromTheirStart() throws {
        let path = try folder.write("a.jsonl", line("m1") + line("m2"))
        let cursor = try #require(lastCursor(path))
        rename(path, path + ".1")
        _ = try folder.write("a.jsonl", line("m1") + line("m2") + line("m3"))
        #expect(read(path, cursor: cursor).0.count == 3)
    }

    @Test func anUnchangedFileIsNotOpened() throws {
        let path = try folder.write("a.jsonl", line("m1"))
        let summary = read(path, cursor: lastCursor(path)).1
        #expect(summary.unchangedFiles == 1 && summary.lines == 0 && summary.problems.isEmpty)
    }

    @Test func aHalfWrittenLineWaits() throws {
        let whole = line("m2", output: 77)
        let path = try folder.write("a.jsonl", line("m1") + whole.dropLast(20))
        let cursor = try #require(lastCursor(path))
        #expect(read(path).1.cutOff == 1)
        #expect(cursor.offset == Int64(line("m1").utf8.count))
        _ = try folder.write("a.jsonl", line("m1") + whole)
        let (records, summary) = read(path, cursor: cursor)
        #expect(records.map(\.tokens.output) == [77] && summary.restartedFiles == 0)
    }

    @Test func changesDuringTheReadingAreNamed() throws {
        var options = ReadOptions()
        options.batchRecords = 1
        let text = (0..<9000).map { line("m\($0)", padding: 200) }.joined()
        for (change, word) in [("truncate", "truncated"), ("delete", "deleted"), ("replace", "replaced")] {
            let path = try folder.write("a-\(change).jsonl", text)
            var isChanged = false
            let summary = try readLog(path: path, options: options) { _ in
                if isChanged { return }
                isChanged = true
                switch change {
                case "truncate": truncate(path, 1000)
                case "delete": unlink(path)
                default:
                    unlink(path)
                    try Data(line("new").utf8).write(to: URL(fileURLWithPath: path))
                }
            }
            #expect(summary.problems.contains { $0.path == path && $0.what.contains(word) }, "\(change)")
            #expect(summary.records > 0)
        }
    }

    @Test func oneBadFileDoesNotStopTheOthers() throws {
        var paths = [folder.path + "/gone.jsonl"]
        for index in 0..<20 { paths.append(try folder.write("f\(index).jsonl", line("m\(index)"))) }
        var ids: Set<String> = []
        var finished: [String] = []
        let total = readLogs(paths: paths, threads: 2) { path, _ in
            finished.append(path)
        } deliver: { batch in
            ids.formUnion(batch.records.map(\.eventID))
        }
        #expect(ids.count == 20 && total.files == 21 && Set(finished) == Set(paths))
        #expect(total.problems.map(\.path) == [paths[0]])
    }

    @Test func aThrowingCallerStopsTheReading() throws {
        struct Stop: Error {}
        var paths: [String] = []
        for index in 0..<50 { paths.append(try folder.write("f\(index).jsonl", line("m\(index)"))) }
        #expect(throws: Stop.self) { _ = try readLogs(paths: paths, threads: 2) { _ in throw Stop() } }
    }

    private func read(
        _ path: String, cursor: FileCursor? = nil, options: ReadOptions = ReadOptions()
    ) -> ([LoggedUsage], LogSummary) {
        var records: [LoggedUsage] = []
        let summary = readLog(path: path, cursor: cursor, options: options) { records += $0.records }
        return (records, summary)
    }

    private func lastCursor(_ path: String) -> FileCursor? {
        var cursor: FileCursor?
        _ = readLog(path: path) { cursor = $0.cursor }
        return cursor
    }
}

/// A folder of its own for one test, removed with it.
final class Scratch: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.path + "/agent-logs-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ data: Data) throws -> String {
        let target = path + "/" + name
        let parent = (target as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        // In place where it exists: the inode stays.
        if !FileManager.default.fileExists(atPath: target) {
            try data.write(to: URL(fileURLWithPath: target))
        } else {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: target))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: data)
            try handle.close()
        }
        return target
    }
}
