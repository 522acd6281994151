// Which task: its key within its project, and what has been used for it.

import Budgeting

/// A task in the ledger's numbers. The same key in another project is another task; project 0 is "none given".
struct TaskIdentity: Hashable {
    var task: Int64
    var project: Int64

    init(task: Int64, project: Int64) {
        self.task = task
        self.project = project
    }

    init(_ names: Attribution) { self.init(task: names.task, project: names.project) }

    /// Its key in the rollup of all days. Numbers of names are far below 2^31.
    var rollupKey: Int64 { task << 32 | project }

    /// Whether usage that names `other` is usage for this task. A project that one side leaves out is no difference:
    /// agents often record with the task alone.
    func covers(_ other: TaskIdentity) -> Bool {
        task == other.task && (project == other.project || project == 0 || other.project == 0)
    }
}

extension OpenLedger {
    /// All usage that has ever been recorded for a task, this transaction's included. At most a few look-ups.
    func allUsage(of identity: TaskIdentity) throws(LedgerError) -> UsageTotals {
        try flushRollup()
        let first = TaskIdentity(task: identity.task, project: 0).rollupKey
        let own = identity.rollupKey
        let row = try connection.statement(
            identity.project == 0
                ? """
                SELECT \(UsageTotals.columns) FROM rollup
                WHERE day = \(PendingRollup.allDays) AND kind = \(RollupKind.task.rawValue) AND key BETWEEN ?1 AND ?2
                """
                : """
                SELECT \(UsageTotals.columns) FROM rollup
                WHERE day = \(PendingRollup.allDays) AND kind = \(RollupKind.task.rawValue) AND key IN (?1, ?2)
                """)
        guard try row.bind(1, first).bind(2, identity.project == 0 ? first | 0xffff_ffff : own).step() else {
            return UsageTotals()
        }
        defer { row.reset() }
        return UsageTotals(row, from: 0)
    }
}
