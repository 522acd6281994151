// What to report of the recorded usage, and its rows.

import Budgeting

/// What usage is grouped by. Time buckets are those of the ledger's zone.
package enum UsageGroup: String, CaseIterable, Sendable {
    case hour, day, week, month
    case model, worker, task, project, session, operation

    var isTime: Bool { self == .hour || self == .day || self == .week || self == .month }

    /// The rollup rows that hold this grouping's sums.
    var rollupKind: RollupKind? {
        switch self {
        case .hour, .day, .week, .month: nil
        case .model: .model
        case .worker: .worker
        case .task: .task
        case .project: .project
        case .session: .session
        case .operation: .operation
        }
    }

    func name(in attribution: Attribution) -> Int64 {
        switch self {
        case .hour, .day, .week, .month: 0
        case .model: attribution.model
        case .worker: attribution.worker
        case .task: attribution.task
        case .project: attribution.project
        case .session: attribution.session
        case .operation: attribution.operation
        }
    }
}

package struct UsageQuery: Sendable {
    package var groupBy: [UsageGroup]
    /// The first moment.
    package var from: Instant
    /// The moment after the last.
    package var to: Instant
    /// Only records with these names.
    package var filter: [UsageGroup: String] = [:]

    package init(groupBy: [UsageGroup], from: Instant, to: Instant) {
        self.groupBy = groupBy
        self.from = from
        self.to = to
    }
}

/// The value of one grouping in a row.
package enum UsageKey: Hashable, Sendable {
    /// The first local day of a day, week or month.
    case day(Int64)
    /// The first moment of an hour.
    case hour(Instant)
    /// A name, or nil for records without one.
    case name(String?)
}

package struct UsageGroupRow: Sendable {
    package var keys: [UsageKey]
    package var totals: UsageTotals
}
