// Follows the logs of agents: books new lines as they come.
import AgentLogs
import Budgeting
import Ledger

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An import that goes on until SIGTERM or SIGINT.
package struct LogWatch {
    /// New lines wait this long for their like: within a second of being written they are booked.
    private static let gatherMs: Int32 = 150
    /// Even without news the files are looked at so often: news of network file systems do not reach the kernel.
    private static let patienceMs: Int32 = 30_000
    /// After a fault of the ledger.
    private static let pauseMs: Int32 = 2000

    /// Reads what is there, then what comes. `tell` gets the account of each round that found something; the first
    /// round always does. Throws only when the first round fails.
    package static func run(
        _ request: LogImport.Request, session: Session, progress: @escaping (LogImport.Progress) -> Void,
        tell: (ImportReport, _ isFirst: Bool) throws -> Void
    ) throws {
        let events = FolderEvents()
        StopSignal.install(for: events.descriptor)
        let memory = ImportMemory()
        var toldProblems: Set<LogProblem> = []
        var isFirst = true
        while !StopSignal.hasCome {
            events.watch(LogPlaces.watched(request.paths, settings: session.settings))
            session.now = systemClock()
            do {
                let report = try LogImport.run(request, session: session, memory: memory, progress: progress)
                report.summary.problems.removeAll { !toldProblems.insert($0).inserted }
                let isNews = report.counts.booked + report.counts.replaced > 0 || !report.summary.problems.isEmpty
                if isFirst || isNews { try tell(report, isFirst) }
                isFirst = false
            } catch let error as LedgerError {
                if isFirst { throw error }
                logLine("ingest: \(error.message); \(error.hint); trying again")
                poll(nil, 0, pauseMs)
                continue
            }
            if StopSignal.hasCome { return }
            if events.wait(timeoutMs: patienceMs), !StopSignal.hasCome { poll(nil, 0, gatherMs) }
        }
    }
}
