// What a budget is limited to, in the ledger's numbers.

import Budgeting

/// The names a record must have to count; 0 where any will do.
struct Scope {
    /// Its row in `scope` where more than one name is given or a model, which has several spellings; else 0.
    var id: Int64 = 0
    var worker: Int64 = 0
    var task: Int64 = 0
    var project: Int64 = 0
    var model: Int64 = 0
    var operation: Int64 = 0
    /// The spellings of `model`; nil where any model will do, and for sums of an older ledger that know only one.
    var spellings: ModelMatch?

    func includes(_ names: Attribution) -> Bool {
        (worker == 0 || worker == names.worker) && (task == 0 || task == names.task)
            && (project == 0 || project == names.project)
            && (model == 0 || model == names.model || (spellings?.includes(names.model) ?? false))
            && (operation == 0 || operation == names.operation)
    }

    /// With the spellings of its model, where its sums count them.
    func matching(in ledger: OpenLedger) throws(LedgerError) -> Scope {
        guard id != 0, model != 0 else { return self }
        var scope = self
        scope.spellings = ModelMatch(try ledger.text(ofName: model), in: ledger)
        return scope
    }

    /// The rollup rows that hold exactly what this scope includes.
    var rollup: (kind: RollupKind, key: Int64) {
        if id != 0 { return (.scope, id) }
        if worker != 0 { return (.worker, worker) }
        if task != 0 { return (.task, task) }
        if project != 0 { return (.project, project) }
        if model != 0 { return (.model, model) }
        if operation != 0 { return (.operation, operation) }
        return (.all, 0)
    }

    private var namesGiven: Int { [worker, task, project, model, operation].count { $0 != 0 } }

    /// The scope of a budget. A combination of names, or a model, gets a row of its own and, where it is new, sums for
    /// what has been recorded before: that reads all usage once.
    static func make(_ wanted: BudgetScope, in ledger: OpenLedger) throws(LedgerError) -> Scope {
        func plain(_ name: String?) throws(LedgerError) -> Int64 {
            guard let name else { return 0 }
            return try ledger.id(ofName: name, kind: .plain)
        }
        var scope = Scope(
            worker: try plain(wanted.worker),
            task: try wanted.task.map { task throws(LedgerError) in
                try ledger.id(ofName: task, kind: .task)
            } ?? 0, project: try plain(wanted.project), model: try plain(wanted.model),
            operation: try plain(wanted.operation))
        guard scope.namesGiven > 1 || scope.model != 0 else { return scope }
        let connection = ledger.connection
        let known = try connection.statement(
            "SELECT id FROM scope WHERE worker = ? AND task = ? AND project = ? AND model = ? AND operation = ?")
        if let id = try scope.bound(known).firstInt() {
            scope.id = id
            return try scope.matching(in: ledger)
        }
        try ledger.flushRollup()
        try scope.bound(
            connection.statement("INSERT INTO scope(worker, task, project, model, operation) VALUES (?, ?, ?, ?, ?)")
        ).run()
        scope.id = connection.lastInsertedRow
        ledger.scopes = nil
        scope = try scope.matching(in: ledger)
        try scope.sumThePast(in: ledger)
        return scope
    }

    /// Makes the sums of all scopes with a model anew: another alias may be one of its spellings. Reads all usage once
    /// for each.
    static func sumModelsAgain(in ledger: OpenLedger) throws(LedgerError) {
        try ledger.flushRollup()
        for scope in try loadAll(in: ledger) where scope.model != 0 {
            try ledger.connection.statement(
                "DELETE FROM rollup WHERE kind = \(RollupKind.scope.rawValue) AND key = ?"
            ).bind(1, scope.id).run()
            try scope.sumThePast(in: ledger)
        }
        ledger.forgetDerived()
    }

    /// Every combination of names that has sums of its own, of all budgets that ever were.
    static func loadAll(in ledger: OpenLedger) throws(LedgerError) -> [Scope] {
        let row = try ledger.connection.statement("SELECT id, worker, task, project, model, operation FROM scope")
        var scopes: [Scope] = []
        while try row.step() {
            scopes.append(
                Scope(
                    id: row.int(0), worker: row.int(1), task: row.int(2), project: row.int(3), model: row.int(4),
                    operation: row.int(5)))
        }
        return try scopes.map { scope throws(LedgerError) in try scope.matching(in: ledger) }
    }

    private func bound(_ statement: Statement) -> Statement {
        statement.bind(1, worker).bind(2, task).bind(3, project).bind(4, model).bind(5, operation)
    }

    private func sumThePast(in ledger: OpenLedger) throws(LedgerError) {
        let rows = try ledger.connection.statement(
            """
            SELECT u.id, u.at, \(UsageScan.columns) FROM attribution a JOIN usage u ON u.attribution = a.id
            WHERE (?1 = 0 OR a.worker = ?1) AND (?2 = 0 OR a.task = ?2) AND (?3 = 0 OR a.project = ?3)
              AND (?4 = 0 OR a.model IN (SELECT value FROM json_each(?6))) AND (?5 = 0 OR a.operation = ?5) ORDER BY u.id
            """)
        let models = try spellings?.recorded() ?? [model]
        _ = bound(rows).bind(6, "[" + models.map(String.init).joined(separator: ",") + "]")
        var sums: [RollupDay: PendingRollup.Row] = [:]
        while try rows.step() {
            let day = RollupDay(ledger.zone.localDay(of: Instant(seconds: rows.int(1))))
            sums[day, default: PendingRollup.Row()]
                .add(UsageTotals(rows, from: 2), first: rows.int(0), last: rows.int(0))
        }
        for (day, row) in sums {
            let key = PendingRollup.RowKey(day: day, kind: RollupKind.scope.rawValue, key: id)
            try PendingRollup.write(key, row, with: ledger.recording.upsertRollup)
        }
    }
}
