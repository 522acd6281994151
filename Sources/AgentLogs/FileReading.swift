// Reads one file from its cursor to its end, batch by batch.
import Budgeting

/// What became of a line; see ``LogSummary``.
enum LineOutcome {
    case used
    case duplicate
    case skipped(SkipReason)
    case malformed(String)
}

/// One file's reading. Pull batches until there are no more; then the summary is complete.
final class FileReading {
    let path: String
    let options: ReadOptions
    let feed: LineFeed
    var summary = LogSummary()
    /// Milliseconds since 1970: the last time that a line of this file told.
    var lastTimeMs: Int64?
    /// What the formats carry from line to line.
    var claudePrint = ClaudePrintState()
    var codex = CodexState()
    var codexExec = CodexExecState()
    var gemini = GeminiState()
    var stream = EventStreamState()
    var csv = OwnCSV()
    let lineages: CodexLineages?

    private var file: LogFile?
    private var merger = UsageMerger()
    private var pending: [LoggedUsage] = []
    var maker: RecordMaker
    var known = KnownPlaces()
    private var startOffset: Int64 = 0
    private var isDone = false
    private var isDocument = false
    /// The state to go on with if the file is read again from `heldOffset`, where an unfinished stream starts.
    private var held: FileCursor?
    /// The line being read.
    private(set) var lineOffset: Int64 = 0

    /// `feed` is reused from file to file.
    convenience init(
        path: String, cursor: FileCursor?, options: ReadOptions, feed: LineFeed, lineages: CodexLineages?
    ) {
        self.init(named: path, options: options, feed: feed, lineages: lineages)
        do {
            try open(cursor)
        } catch {
            isDone = true
            summary.note(LogProblem(path: path, what: error.what))
        }
    }

    /// Without a file: for rows that come from elsewhere.
    init(named path: String, options: ReadOptions, feed: LineFeed, lineages: CodexLineages?) {
        self.path = path
        self.options = options
        self.feed = feed
        self.lineages = lineages
        maker = RecordMaker(path: path, options: options)
        summary.files = 1
    }

    private func open(_ cursor: FileCursor?) throws(FileFault) {
        let facts = try FileFacts(path: path)
        if let cursor, cursor.isUnchanged(facts) {
            summary.unchangedFiles = 1
            isDone = true
            return
        }
        guard facts.isRegular else {
            isDone = true
            summary.note(LogProblem(path: path, what: facts.isFolder ? "is a folder" : "is no regular file"))
            return
        }
        let file = try LogFile(path: path)
        self.file = file
        maker.fileTimeMs = file.facts.timeNs / 1_000_000
        var offset: Int64 = 0
        if let cursor, cursor.offset > 0 {
            if file.fits(cursor) {
                offset = cursor.offset
                restore(cursor.state)
            } else {
                summary.restartedFiles = 1
                summary.note(
                    LogProblem(path: path, what: "truncated, replaced or rewritten; read again from its start"))
            }
        }
        startOffset = offset
        feed.open(file.descriptor, at: offset)
        if offset == 0 { readStart(of: file) }
    }

    /// The next records and the cursor behind them; nil when there is nothing more. The last batch may be empty: its
    /// cursor still tells what was read.
    func nextBatch() -> LogBatch? {
        if isDone { return nil }
        guard let file else { return nil }
        while pending.count < options.batchRecords {
            switch feed.next() {
            case .line(let range): take(range, offset: feed.offset(of: range.lowerBound))
            case .long(let range): takeLong(range)
            case .end(let range):
                takeRest(range)
                return finish(file)
            case .failed(let code):
                summary.note(
                    LogProblem(path: path, offset: feed.position, what: FileFault("cannot read on", code).what))
                return finish(file)
            }
        }
        let cursor = held ?? file.cursor(at: feed.position, state: savedState())
        return LogBatch(path: path, records: drain(), cursor: cursor)
    }

    // MARK: Lines

    private func take(_ range: Range<Int>, offset: Int64) {
        lineOffset = offset
        summary.lines += 1
        settle(readLine(UnsafeBufferPointer(start: feed.base + range.lowerBound, count: range.count)))
    }

    /// One row as JSON text; problems name it by its number from 0.
    func takeRow(_ row: UnsafeBufferPointer<UInt8>, number: Int64) {
        lineOffset = number
        summary.lines += 1
        settle(readLine(row))
    }

    /// The records of all rows taken.
    func finishRows() -> [LoggedUsage] {
        finishStreams()
        return drain()
    }

    private func settle(_ outcome: LineOutcome) {
        switch outcome {
        case .used: summary.used += 1
        case .duplicate: summary.duplicates += 1
        case .skipped(let reason): summary.skip(reason)
        case .malformed(let what):
            summary.malformed += 1
            summary.note(LogProblem(path: path, offset: lineOffset, what: "malformed line: \(what)"))
        }
    }

    /// A line that does not fit the buffer: dropped if its kind shows at its start, else held up to the limit.
    private func takeLong(_ range: Range<Int>) {
        lineOffset = feed.position
        let start = UnsafeBufferPointer(start: feed.base, count: range.count)
        let isOtherKind = startsOtherKind(start)
        if !isOtherKind && range.count < options.maximumLineBytes && feed.grow() { return }
        let (length, hasEnd) = feed.skipLine()
        if !hasEnd {
            // It may still be growing: the cursor stays in front of it.
            hold(at: lineOffset)
            if !isOtherKind { summary.cutOff += 1 }
            return
        }
        summary.lines += 1
        if isOtherKind {
            summary.skip(.otherKind)
        } else {
            summary.tooLong += 1
            let limit = options.maximumLineBytes
            summary.note(
                LogProblem(path: path, offset: lineOffset, what: "line of \(length) bytes, longer than \(limit)"))
        }
    }

    /// What stands after the last line end: a whole JSON value counts as a line, anything else waits.
    private func takeRest(_ range: Range<Int>) {
        let rest = UnsafeBufferPointer(start: feed.base + range.lowerBound, count: range.count)
        if range.isEmpty || isDocument { return }
        lineOffset = feed.offset(of: range.lowerBound)
        if JSONView(checking: rest)?.isObject == true {
            summary.lines += 1
            settle(readLine(rest))
            feed.consumeAll()
        } else if held == nil || lineOffset > (held?.offset ?? 0) {
            if !rest.allSatisfy({ $0 <= 0x20 }) { summary.cutOff += 1 }
        }
    }

    // MARK: Start and end

    /// Looks at the file's first bytes: binary files are refused, whole documents taken at once.
    private func readStart(of file: LogFile) {
        switch fileShape(path: path, feed: feed, limit: options.maximumLineBytes) {
        case .lines: return
        case .refused(let what):
            isDone = true
            summary.note(LogProblem(path: path, what: what))
        case .document(let range):
            let bytes = UnsafeBufferPointer(start: feed.base + range.lowerBound, count: range.count)
            guard let view = JSONView(checking: bytes), view.isObject || view.isArray else { return }
            isDocument = true
            view.forEachDocumentPart { part in
                summary.lines += 1
                settle(readValue(part))
            }
            feed.consumeAll()
        }
    }

    private func finish(_ file: LogFile) -> LogBatch {
        isDone = true
        finishStreams()
        let end = feed.position
        let now = file.currentFacts ?? file.facts
        summary.bytes += end - startOffset
        if now.size < end { summary.note(LogProblem(path: path, what: "was truncated while being read")) }
        let named = try? FileFacts(path: path)
        if named?.inode != now.inode || named?.device != now.device {
            let what = named == nil ? "was deleted while being read" : "was replaced while being read"
            summary.note(LogProblem(path: path, what: what))
        }
        var cursor = held ?? file.cursor(at: isDocument ? 0 : end, state: savedState())
        // Facts from before the reading: what came in meanwhile shows as a change next time.
        cursor.seenSize = file.facts.size
        cursor.seenTimeNs = file.facts.timeNs
        return LogBatch(path: path, records: drain(), cursor: cursor)
    }

    /// From here the cursor does not move on; what is read again later names the same records.
    func hold(at offset: Int64) {
        guard held == nil, let file else { return }
        held = file.cursor(at: offset, state: savedState())
    }

    func release() { held = nil }

    private func savedState() -> ResumeState {
        var state = ResumeState()
        state[number: "time"] = lastTimeMs
        claudePrint.save(&state)
        codex.save(&state)
        codexExec.save(&state)
        gemini.save(&state)
        stream.lines.save(&state)
        csv.save(&state)
        return state
    }

    private func restore(_ state: ResumeState) {
        lastTimeMs = state[number: "time"]
        claudePrint.restore(state)
        codex.restore(state)
        codexExec.restore(state)
        gemini.restore(state)
        stream.lines.restore(state)
        csv.restore(state)
    }

    // MARK: Records

    /// Takes a record; a repeated call is merged into the one that waits.
    @discardableResult
    func book(_ draft: UsageDraft) -> LineOutcome {
        let keys = maker.keys(draft)
        return book(keys, rank: draft.rank, tokens: draft.tokens) {
            maker.record(draft, keys: keys, lastTimeMs: lastTimeMs)
        }
    }

    /// The same for a caller that makes the record only if it is needed.
    @inline(__always)
    func book(_ keys: UsageKeys, rank: UsageRank, tokens: TokenCounts, make: () -> LoggedUsage) -> LineOutcome {
        switch merger.take(keys, rank: rank, tokens: tokens, place: pending.count) {
        case .new:
            pending.append(make())
            return .used
        case .duplicate: return .duplicate
        case .replaces(let place, _):
            if rank == pending[place].rank {
                // The same call, grown.
                pending[place].tokens = tokens
            } else {
                // A better sighting of it. A call is booked at the time when it was first seen.
                var record = make()
                (record.at, record.isTimeAssumed) = (pending[place].at, pending[place].isTimeAssumed)
                pending[place] = record
            }
            return .duplicate
        }
    }

    private func drain() -> [LoggedUsage] {
        var records = pending
        pending = []
        merger.removeAll()
        if let since = options.since {
            let before = records.count
            records.removeAll { $0.at < since }
            summary.beforeSince += Int64(before - records.count)
        }
        summary.records += Int64(records.count)
        // By index: a record is large, and a loop over values would copy each.
        for index in records.indices {
            if records[index].isPartial { summary.partial += 1 }
            if records[index].isUnsplit { summary.unsplit += 1 }
            if records[index].isModelAssumed { summary.modelAssumed += 1 }
            if records[index].isTimeAssumed { summary.timeAssumed += 1 }
        }
        return records
    }
}
