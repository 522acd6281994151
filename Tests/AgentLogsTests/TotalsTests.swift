// Generated transcripts with known totals: exact, whatever the order, the threads and the cuts.
import AgentLogs
import Budgeting
import Foundation
import Testing

@Suite struct TotalsTests {
    private let folder = Scratch()

    /// Messages with one to four growing copies, replays in other files, lines without usage between them; the truth is
    /// the greatest copy of each message.
    private func generate(files: Int, messages: Int, seed: UInt64) throws -> (paths: [String], truth: TokenCounts) {
        var random = SeededGenerator(seed: seed)
        var truth = TokenCounts.zero
        var paths: [String] = []
        var replay: [String] = []
        for file in 0..<files {
            var lines = replay
            replay = []
            for message in 0..<messages {
                var output: Int64 = 0
                let cached = Int64.random(in: 0...90_000, using: &random)
                for copy in 0..<Int.random(in: 1...4, using: &random) {
                    output = max(output, Int64.random(in: 1...3000, using: &random))
                    let padding = String(repeating: "é\\n", count: Int.random(in: 0...300, using: &random))
                    let line =
                        #"{"type":"assistant","sessionId":"s\#(file)","cwd":"/srv/app","gitBranch":"gh-\#(message)","#
                        + #""timestamp":"2026-01-05T10:00:0\#(copy).000Z","requestId":"r\#(file)-\#(message)","#
                        + #""message":{"id":"m\#(file)-\#(message)","model":"claude-x","content":"\#(padding)","#
                        + #""usage":{"input_tokens":3,"cache_read_input_tokens":\#(cached),"output_tokens":\#(output)}}}"#
                    lines.append(line)
                    if replay.count < 40 { replay.append(line) }
                }
                truth = try truth + TokenCounts(input: 3, output: output, cacheRead: cached)
                lines.append(#"{"type":"user","message":{"content":"\"usage\":{\"input_tokens\":999}"}}"#)
            }
            paths.append(try folder.write("f\(file).jsonl", lines.joined(separator: "\n") + "\n"))
        }
        return (paths, truth)
    }

    @Test(arguments: [1, 2, 3], [1, 7, 1024]) func areExact(_ threads: Int, _ batch: Int) throws {
        let (paths, truth) = try generate(files: 5, messages: 30, seed: 11)
        var options = ReadOptions()
        options.batchRecords = batch
        var merger = UsageMerger()
        var sum = TokenCounts.zero
        let summary = try readLogs(paths: paths, options: options, threads: threads) { batch in
            for record in batch.records { try sum.book(record, &merger) }
        }
        #expect(sum == truth && merger.count == 5 * 30)
        #expect(summary.files == 5 && summary.malformed == 0 && summary.problems.isEmpty)
    }

    /// Stopped after any batch, as by kill -9, and gone on from the last committed cursor.
    @Test func surviveACrashAfterAnyBatch() throws {
        struct Killed: Error {}
        let (paths, truth) = try generate(files: 2, messages: 40, seed: 12)
        var options = ReadOptions()
        options.batchRecords = 8
        var merger = UsageMerger()
        var sum = TokenCounts.zero
        var cursors: [String: FileCursor] = [:]
        var crashes = 0
        for life in 0..<100 {
            do {
                var batches = 0
                _ = try readLogs(paths: paths, cursors: cursors, options: options, threads: 1) { batch in
                    if batches > life % 3 { throw Killed() }
                    batches += 1
                    for record in batch.records { try sum.book(record, &merger) }
                    cursors[batch.path] = FileCursor(text: batch.cursor.text)
                }
                break
            } catch is Killed {
                crashes += 1
            }
        }
        #expect(sum == truth && crashes > 3)
    }

    @Test func sinceKeepsWhatIsOlderOut() throws {
        let line = { (id: String, day: Int) in
            #"{"type":"assistant","sessionId":"s","timestamp":"2026-01-0\#(day)T10:00:00Z","requestId":"r","#
                + #""message":{"id":"\#(id)","model":"x","usage":{"output_tokens":1}}}"#
        }
        let path = try folder.write("s.jsonl", [line("m1", 3), line("m2", 5)].joined(separator: "\n") + "\n")
        var options = ReadOptions()
        options.since = try Instant(rfc3339: "2026-01-05T00:00:00Z")
        var ids: [String] = []
        let summary = readLog(path: path, options: options) { ids += $0.records.map(\.eventID) }
        #expect(ids == ["claude:m2:r"] && summary.beforeSince == 1 && summary.records == 1)
    }

    @Test func filesWithoutNewsAreOnlyLookedAt() throws {
        let (paths, _) = try generate(files: 3, messages: 3, seed: 14)
        var cursors: [String: FileCursor] = [:]
        _ = readLogs(paths: paths) { cursors[$0.path] = $0.cursor }
        var finished: [String] = []
        let again = readLogs(paths: paths, cursors: cursors) { path, _ in
            finished.append(path)
        } deliver: { batch in
            Issue.record("read again: \(batch.path)")
        }
        #expect(again.files == 3 && again.unchangedFiles == 3 && again.lines == 0 && finished.count == 3)
    }

    /// A fork read later finds its parent's history in a file that has no news, by the session in its name.
    @Test func aForkFindsAParentThatWasReadBefore() throws {
        let total = { (second: Int, input: Int) in
            #"{"timestamp":"2026-01-05T10:00:0\#(second)Z","type":"event_msg","payload":{"type":"token_count","info":"#
                + #"{"total_token_usage":{"input_tokens":\#(input),"output_tokens":1,"total_tokens":\#(input + 1)}}}}"#
        }
        let meta = { (id: String, more: String) in
            #"{"timestamp":"2026-01-05T10:00:00Z","type":"session_meta","payload":{"id":"\#(id)"\#(more)}}"#
        }
        let parent = try folder.write(
            "rollout-2026-p1.jsonl", [meta("p1", ""), total(1, 10), total(3, 25)].joined(separator: "\n") + "\n")
        var cursors: [String: FileCursor] = [:]
        _ = readLogs(paths: [parent]) { cursors[$0.path] = $0.cursor }
        let fork = try folder.write(
            "rollout-2026-c1.jsonl",
            [meta("c1", #","forked_from_id":"p1""#), total(1, 10), total(4, 25), total(6, 31)].joined(separator: "\n")
                + "\n")
        var inputs: [Int64] = []
        _ = readLogs(paths: [parent, fork], cursors: cursors) { inputs += $0.records.map(\.tokens.input) }
        #expect(inputs == [6])
    }

    @Test func rowsAreReadLikeLines() {
        let message =
            #"{"id":"msg_1","sessionID":"s","role":"assistant","modelID":"m","time":{"created":1767607200000},"#
            + #""tokens":{"input":1,"output":2,"reasoning":3,"cache":{"read":4,"write":5}}}"#
        let (records, summary) = readRows([message, "{broken", message, #"{"role":"user"}"#], source: "opencode.db")
        #expect(records.map(\.eventID) == ["opencode:message/msg_1"])
        #expect(records.first?.tokens == TokenCounts(input: 1, output: 5, cacheRead: 4, cacheWrite: 5))
        #expect(summary.lines == 4 && summary.duplicates == 1 && summary.malformed == 1)
        #expect(summary.problems.map(\.offset) == [1])
    }

    /// What a ledger asks with what it has booked agrees with the table in memory.
    @Test func theVerdictIsTheMergersOwn() throws {
        var random = SeededGenerator(seed: 13)
        let folder = Scratch()
        var lines: [String] = []
        for _ in 0..<400 {
            let request =
                ["\"requestId\":\"r\(Int.random(in: 0...2, using: &random))\",", ""].randomElement(using: &random) ?? ""
            lines.append(
                #"{"type":"assistant","sessionId":"s",\#(request)"isSidechain":\#(Bool.random(using: &random)),"#
                    + #""message":{"id":"m\#(Int.random(in: 0...30, using: &random))","model":"x","#
                    + #""usage":{"output_tokens":\#(Int.random(in: 1...9, using: &random))}}}"#)
        }
        let path = try folder.write("s.jsonl", lines.joined(separator: "\n") + "\n")
        var options = ReadOptions()
        options.batchRecords = 1
        var merger = UsageMerger()
        var ledger: [BookedUsage] = []
        var places: [String: Int] = [:]
        var sums = (TokenCounts.zero, TokenCounts.zero)
        _ = try readLog(path: path, options: options) { batch in
            for record in batch.records {
                try sums.0.book(record, &merger)
                let event = places[record.eventID]
                guard let place = event ?? record.groupID.flatMap({ places[$0] }) else {
                    try book(record)
                    continue
                }
                switch mergeVerdict(stored: ledger[place], found: record, by: event == nil ? .group : .event) {
                case .duplicate: places[record.eventID] = place
                case .replace(let difference):
                    sums.1 = try sums.1 + difference
                    ledger[place].tokens = record.tokens
                    ledger[place].rank = record.rank
                    places[record.eventID] = place
                case .distinct: try book(record)
                }
            }
        }
        func book(_ record: LoggedUsage) throws {
            for key in [record.eventID, record.groupID].compactMap({ $0 }) where places[key] == nil {
                places[key] = ledger.count
            }
            ledger.append(
                BookedUsage(rank: record.rank, hasGroup: record.groupID != nil, tokens: record.tokens))
            sums.1 = try sums.1 + record.tokens
        }
        #expect(sums.0 == sums.1 && ledger.count == merger.count)
    }
}
