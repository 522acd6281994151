// Stopping approvals: pauses of everything or of a scope, and spawn storms.

import Budgeting

/// A stop of approvals.
package struct Pause: Hashable, Sendable {
    package var id: Int64
    package var at: Instant
    /// Nil: until it is resumed.
    package var until: Instant?
    /// What is paused; without any name, everything. Approvals have no operation.
    package var scope: BudgetScope
    package var by: String?
    package var reason: String?
}

/// Pauses and grants that may be in force. Dropped when another process has written.
struct BrakeCache {
    var pauses: [(pause: Pause, scope: Scope)]
    var grants: [Grant]
}

extension OpenLedger {
    func brakes(now: Instant) throws(LedgerError) -> BrakeCache {
        if let brakes { return brakes }
        let made = BrakeCache(pauses: try loadPauses(now: now), grants: try loadGrants(now: now))
        brakes = made
        return made
    }

    /// Stops approvals within a scope. What is approved already goes on.
    package func pause(
        _ wanted: BudgetScope, until: Instant?, by: String?, reason: String?, now: Instant
    ) throws(LedgerError) -> Pause {
        func number(_ name: String?, _ kind: NameKind) throws(LedgerError) -> Int64 {
            guard let name else { return 0 }
            return try id(ofName: name, kind: kind)
        }
        try connection.statement(
            """
            INSERT INTO pause(at, until, worker, task, project, model, by, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(1, now.seconds).bind(2, until?.seconds).bind(3, try number(wanted.worker, .plain))
            .bind(4, try number(wanted.task, .task)).bind(5, try number(wanted.project, .plain))
            .bind(6, try number(wanted.model, .plain)).bind(7, by).bind(8, reason).run()
        brakes = nil
        return Pause(
            id: connection.lastInsertedRow, at: now, until: until, scope: wanted, by: by, reason: reason)
    }

    /// Ends the pauses of exactly this scope; of every scope where it is nil. Gives those that ended.
    package func resume(_ scope: BudgetScope?, by: String?, now: Instant) throws(LedgerError) -> [Pause] {
        var ended: [Pause] = []
        for (pause, numbers) in try loadPauses(now: now) {
            if let scope, try !isSame(scope, numbers) { continue }
            try connection.statement("INSERT INTO pauseEnd(pause, at, by) VALUES (?, ?, ?)")
                .bind(1, pause.id).bind(2, now.seconds).bind(3, by).run()
            ended.append(pause)
        }
        brakes = nil
        return ended
    }

    /// The pauses in force, oldest first.
    package func pauses(now: Instant) throws(LedgerError) -> [Pause] { try loadPauses(now: now).map(\.pause) }

    /// The pause that stops a request on a model, the one that lasts longest first.
    func pause(stopping names: Attribution, now: Instant) throws(LedgerError) -> Pause? {
        try brakes(now: now).pauses
            .filter { $0.scope.includes(names) && ($0.pause.until.map { $0 > now } ?? true) }
            .map(\.pause).max { ($0.until?.seconds ?? .max) < ($1.until?.seconds ?? .max) }
    }

    /// When a task may be approved again that was approved too often, or that comes when too many tasks were approved,
    /// and how often that was; nil where it may be now.
    func storm(
        _ row: TaskRow?, _ rules: ApprovalRules, now: Instant
    ) throws(LedgerError) -> (until: Instant, approvals: String)? {
        let since = now.adding(seconds: -rules.stormSeconds)
        if let recent = row?.approvals.filter({ $0 > since.seconds }), recent.count >= rules.stormApprovals {
            let oldest = recent[recent.count - rules.stormApprovals]
            return (Instant(seconds: oldest).adding(seconds: rules.stormSeconds), String(recent.count))
        }
        guard let most = rules.mostApprovals else { return nil }
        let nth = try connection.statement("SELECT madeAt FROM reservation ORDER BY id DESC LIMIT 1 OFFSET ?")
            .bind(1, Int64(most - 1)).firstInt()
        guard let nth, nth > since.seconds else { return nil }
        return (Instant(seconds: nth).adding(seconds: rules.stormSeconds), DecisionReason.overall + String(most))
    }

    private func isSame(_ scope: BudgetScope, _ numbers: Scope) throws(LedgerError) -> Bool {
        func matches(_ name: String?, _ id: Int64, _ kind: NameKind) throws(LedgerError) -> Bool {
            guard let name else { return id == 0 }
            return try NameTable.existing(name, kind: kind, in: connection) == id
        }
        let parts = [
            try matches(scope.worker, numbers.worker, .plain), try matches(scope.task, numbers.task, .task),
            try matches(scope.project, numbers.project, .plain), try matches(scope.model, numbers.model, .plain),
        ]
        return !parts.contains(false)
    }

    private func loadPauses(now: Instant) throws(LedgerError) -> [(pause: Pause, scope: Scope)] {
        let row = try connection.statement(
            """
            SELECT p.id, p.at, p.until, p.worker, p.task, p.project, p.model, p.by, p.reason, w.text, t.text, j.text,
              m.text
            FROM pause p JOIN name w ON w.id = p.worker JOIN name t ON t.id = p.task JOIN name j ON j.id = p.project
              JOIN name m ON m.id = p.model LEFT JOIN pauseEnd e ON e.pause = p.id
            WHERE e.pause IS NULL AND (p.until IS NULL OR p.until > ?) ORDER BY p.id
            """)
        row.bind(1, now.seconds)
        func name(_ column: Int32) -> String? { row.text(column).isEmpty ? nil : row.text(column) }
        var found: [(pause: Pause, scope: Scope)] = []
        while try row.step() {
            let scope = BudgetScope(worker: name(9), task: name(10), project: name(11), model: name(12))
            let pause = Pause(
                id: row.int(0), at: Instant(seconds: row.int(1)), until: row.optionalInt(2).map(Instant.init(seconds:)),
                scope: scope, by: row.optionalText(7), reason: row.optionalText(8))
            var numbers = Scope(worker: row.int(3), task: row.int(4), project: row.int(5), model: row.int(6))
            if let model = scope.model { numbers.spellings = ModelMatch(model, in: self) }
            found.append((pause, numbers))
        }
        return found
    }
}
