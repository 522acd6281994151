// What was spent on tasks by workers that they were never given to.

import Budgeting

/// What one worker spent on a task of somebody else's.
package struct DuplicateWork: Sendable {
    package var task: String
    package var project: String?
    package var worker: String
    package var cost: Money
    /// The last record of it.
    package var lastAt: Instant
}

extension OpenLedger {
    /// What was recorded from one moment to another for tasks that were approved, by named workers that no approval of
    /// the task named. Tasks that were approved without a worker are anybody's. What falls into one of the lost runs is
    /// left out, as it is in their cost. Reads the usage rows of that time: for callers that ask.
    package func duplicateWork(
        _ filter: RunFilter, besides lost: [EndedRun]
    ) throws(LedgerError) -> [DuplicateWork] {
        let holders = try holders()
        guard !holders.isEmpty, let stretch = try usageStretch(from: filter.from, to: filter.to) else { return [] }
        var lostOfTask: [Int64: [EndedRun]] = [:]
        for run in lost { lostOfTask[run.identity.task, default: []].append(run) }
        let wanted = try wantedNames(filter)
        let row = try connection.statement(
            """
            SELECT u.at, a.task, a.project, a.worker, a.model, u.cost
            FROM usage u CROSS JOIN attribution a ON a.id = u.attribution
            WHERE u.id BETWEEN ?1 AND ?2 AND u.at >= ?3 AND u.at < ?4 AND a.task > 0 AND a.worker > 0
            """)
        row.bind(1, stretch.lowerBound).bind(2, stretch.upperBound).bind(3, filter.from.seconds)
            .bind(4, filter.to.seconds)
        var found: [[Int64]: (cost: Int64, lastAt: Int64)] = [:]
        while try row.step() {
            let names = [row.int(1), row.int(2), row.int(3), row.int(4)]
            guard zip(names, wanted).allSatisfy({ $1 == nil || $0 == $1 }), let held = holders[names[0]],
                held.isDuplicate(project: names[1], worker: names[2])
            else { continue }
            let (at, task) = (row.int(0), TaskIdentity(task: names[0], project: names[1]))
            let isCounted = lostOfTask[names[0]]?.contains { run in
                run.identity.covers(task) && run.startedAt.seconds <= at && at <= run.endedAt.seconds
            }
            if isCounted ?? false { continue }
            let before = found[Array(names[..<3])] ?? (0, at)
            found[Array(names[..<3])] = (before.cost + row.int(5), max(before.lastAt, at))
        }
        var work: [DuplicateWork] = []
        for (names, sum) in found where sum.cost > 0 {
            work.append(
                DuplicateWork(
                    task: try text(ofName: names[0]), project: try optionalText(ofName: names[1]),
                    worker: try text(ofName: names[2]), cost: Money(nanoUSD: sum.cost),
                    lastAt: Instant(seconds: sum.lastAt)))
        }
        return work.sorted { ($0.cost, $1.task, $1.worker) > ($1.cost, $0.task, $0.worker) }
    }

    /// Task, project, worker, model; nil where any will do, -1 where nothing has the name.
    private func wantedNames(_ filter: RunFilter) throws(LedgerError) -> [Int64?] {
        var numbers: [Int64?] = []
        for (name, kind) in [
            (filter.task, NameKind.task), (filter.project, .plain), (filter.worker, .plain), (filter.model, .plain),
        ] {
            guard let name else {
                numbers.append(nil)
                continue
            }
            numbers.append(try NameTable.existing(name, kind: kind, in: connection) ?? -1)
        }
        return numbers
    }

    /// Who was ever given each task.
    private func holders() throws(LedgerError) -> [Int64: Holders] {
        // Runs end under the name of who adopted them.
        let row = try connection.statement(
            """
            SELECT task, project, worker FROM reservation UNION SELECT task, project, worker FROM taskEvent
            UNION SELECT task, project, worker FROM taskState
            """)
        var found: [Int64: Holders] = [:]
        while try row.step() {
            found[row.int(0), default: Holders()].add(project: row.int(1), worker: row.int(2))
        }
        return found
    }
}

/// The workers that a task was given to, by project.
private struct Holders {
    private var workers: [Int64: Set<Int64>] = [:]

    mutating func add(project: Int64, worker: Int64) { workers[project, default: []].insert(worker) }

    /// Usage without a project is for the task in every project, and the other way round.
    func isDuplicate(project: Int64, worker: Int64) -> Bool {
        let sets = project == 0 ? Array(workers.values) : [workers[project], workers[0]].compactMap(\.self)
        return !sets.isEmpty && !sets.contains { $0.contains(worker) || $0.contains(0) }
    }
}
