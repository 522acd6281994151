// Reads the logs of agents into the ledger: finds the files, reads what is new, books it with the position behind it.
import AgentLogs
import Budgeting
import Ledger

/// One import. The method `importLogs`, the command `ingest` and hooks all end here.
package struct LogImport {
    /// What is asked for.
    package struct Request: Sendable {
        /// Files and folders; none: the usual places of each agent and the folders of the settings.
        package var paths: [String] = []
        /// Only records of this format; nil: whatever a line is.
        package var format: LogFormat?
        /// Calls before it are passed over.
        package var since: Instant?
        /// Only says what would be booked.
        package var isDryRun = false
        package var worker, task, project: String?

        package init() {}
    }

    /// How far an import is.
    package struct Progress: Sendable {
        package var files = 0
        package var allFiles = 0
        package var bytes: Int64 = 0
        package var records: Int64 = 0

        package var text: String {
            "\(files) of \(allFiles) files read, \(bytes / 1_000_000) MB, \(records) calls found"
        }
    }

    /// Books as many records in one transaction: enough to share its cost, few enough that others wait little.
    static let chunkRecords = 16_384

    private let request: Request
    private let session: Session
    private let report: ImportReport
    private let known: ImportMemory
    private let tell: (Progress) -> Void

    /// Reads and books everything that is new. What is committed when it throws stays, with its positions: another
    /// import goes on from there.
    ///
    /// - Parameter memory: what an earlier round knew, so that it need not be asked of the ledger again.
    package static func run(
        _ request: Request, session: Session, memory: ImportMemory = ImportMemory(),
        progress: @escaping (Progress) -> Void = { _ in }
    ) throws -> ImportReport {
        let job = LogImport(
            request: request, session: session, report: ImportReport(isDryRun: request.isDryRun), known: memory,
            tell: progress)
        try job.read(LogPlaces(request.paths, settings: session.settings))
        return job.report
    }

    private func read(_ places: LogPlaces) throws {
        report.note(places.problems)
        report.places = places.found
        if !known.isLoaded {
            known.positions = try session.ledger.reading { (open) throws(LedgerError) in try open.logPositions() }
            known.isLoaded = true
        }
        let booker = LogBooker(session: session, request: request, report: report, known: known)
        try readFiles(places.files, booker)
        for path in places.databases { try readDatabase(path, booker) }
    }

    private func readFiles(_ files: [String], _ booker: LogBooker) throws {
        var waiting: [LogChunk] = []
        var waitingRecords = 0
        var state = Progress()
        state.allFiles = files.count
        let cursors = known.positions.compactMapValues(usableCursor)
        let summary = try readLogs(
            paths: files, cursors: cursors, options: options,
            finished: { path, summary in
                report.fileEnded(path, summary)
                state.files += 1
                state.bytes += summary.bytes
                tell(state)
            },
            deliver: { batch in
                waiting.append(LogChunk(path: batch.path, records: batch.records, position: position(batch)))
                waitingRecords += batch.records.count
                state.records += Int64(batch.records.count)
                if waitingRecords >= LogImport.chunkRecords || waiting.count >= 1024 {
                    try booker.book(waiting)
                    waiting.removeAll(keepingCapacity: true)
                    waitingRecords = 0
                }
                tell(state)
            })
        if !waiting.isEmpty { try booker.book(waiting) }
        report.summary += summary
    }

    /// The rows of a database are read all together whenever it has changed: what is booked is known again.
    private func readDatabase(_ path: String, _ booker: LogBooker) throws {
        let version = databaseVersion(path)
        let position = LogPosition(
            path: path, device: 0, inode: 0, offset: 0, since: leftOut, cursor: "database;" + version)
        if let old = known.positions[path], old.cursor == position.cursor, isUsable(old) {
            (report.summary.files, report.summary.unchangedFiles) =
                (report.summary.files + 1, report.summary.unchangedFiles + 1)
            return
        }
        var summary = LogSummary()
        summary.files = 1
        var options = options
        options.assumedTime = session.now
        do {
            let database = try ForeignDatabase(copyOf: path)
            let sources = try database.sources()
            if sources.isEmpty { summary.note(LogProblem(path: path, what: "an SQLite database without usage")) }
            for source in sources {
                var rows: [String] = []
                func take() throws {
                    var (records, part) = readRows(rows, source: "\(path) (\(source.table))", options: options)
                    part.files = 0
                    summary += part
                    try booker.book([LogChunk(path: path, records: records, position: nil)])
                    records.removeAll()
                    rows.removeAll(keepingCapacity: true)
                }
                try database.forEachRow(of: source) { row in
                    rows.append(row)
                    if rows.count >= 8192 { try take() }
                }
                if !rows.isEmpty { try take() }
            }
            try booker.book([LogChunk(path: path, records: [], position: position)])
        } catch let error as LedgerError where !error.message.contains(session.ledger.path) {
            summary.note(LogProblem(path: path, what: error.message))
        }
        report.fileEnded(path, summary)
        report.summary += summary
    }

    private var options: ReadOptions {
        var options = ReadOptions()
        options.since = request.since
        options.attribution = Attribution(
            worker: request.worker, task: request.task, project: request.project, rules: session.settings.logRules)
        return options
    }

    /// From when on nothing was left out; nil: nothing was. One format alone leaves out others at any time.
    private var leftOut: Instant? { request.format == nil ? request.since : Instant(seconds: .max / 2) }

    private func position(_ batch: LogBatch) -> LogPosition {
        LogPosition(
            path: batch.path, device: batch.cursor.device, inode: batch.cursor.inode, offset: batch.cursor.offset,
            since: leftOut, cursor: batch.cursor.text)
    }

    /// A position that left out calls which are asked for now is of no use: the file is read again from its start.
    private func isUsable(_ position: LogPosition) -> Bool {
        guard let passed = position.since else { return true }
        return request.since.map { $0 >= passed } ?? false
    }

    private func usableCursor(_ position: LogPosition) -> FileCursor? {
        isUsable(position) ? FileCursor(text: position.cursor) : nil
    }
}
