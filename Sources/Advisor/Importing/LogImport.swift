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

    let request: Request
    let session: Session
    let report: ImportReport
    let tell: (Progress) -> Void
    var progress = Progress()

    /// Reads and books everything that is new. What is committed when it throws stays, with its positions: another
    /// import goes on from there.
    package static func run(
        _ request: Request, session: Session, progress: @escaping (Progress) -> Void = { _ in }
    ) throws -> ImportReport {
        let report = ImportReport(isDryRun: request.isDryRun)
        var job = LogImport(request: request, session: session, report: report, tell: progress)
        try job.read(LogPlaces(request.paths, settings: session.settings))
        return report
    }

    private init(request: Request, session: Session, report: ImportReport, tell: @escaping (Progress) -> Void) {
        self.request = request
        self.session = session
        self.report = report
        self.tell = tell
    }

    private mutating func read(_ places: LogPlaces) throws {
        report.note(places.problems)
        report.places = places.found
        let positions = try session.ledger.reading { (open) throws(LedgerError) in try open.logPositions() }
        let cursors = positions.compactMapValues(usableCursor)
        let booker = LogBooker(session: session, request: request, report: report, known: positions)
        progress.allFiles = places.files.count
        var waiting: [LogBatch] = []
        var waitingRecords = 0
        var state = progress
        let summary = try readLogs(
            paths: places.files, cursors: cursors, options: options,
            finished: { path, summary in
                report.fileEnded(path, summary)
                state.files += 1
                state.bytes += summary.bytes
                tell(state)
            },
            deliver: { batch in
                waiting.append(batch)
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

    private var options: ReadOptions {
        var options = ReadOptions()
        options.since = request.since
        options.attribution = Attribution(
            worker: request.worker, task: request.task, project: request.project, rules: session.settings.logRules)
        return options
    }

    /// A position that left out calls which are asked for now is of no use: the file is read again from its start.
    private func usableCursor(_ position: LogPosition) -> FileCursor? {
        if let passed = position.since, request.since.map({ $0 < passed }) ?? true { return nil }
        return FileCursor(text: position.cursor)
    }
}
