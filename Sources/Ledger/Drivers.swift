// Who and what moved a period against its own past.

import Budgeting

/// One name's spending in a period so far, against what its own past would have led one to expect. Amounts are in the
/// budget's unit, nano-dollars without a budget.
package struct Driver: Sendable {
    package var sort: UsageGroup
    package var name: String
    package var spent: Int64
    /// Its mean day before the period × the days so far; nil where the ledger knows no day before the period.
    package var expected: Double?

    package var change: Double { Double(spent) - (expected ?? 0) }
}

extension OpenLedger {
    /// A past longer than this is another time.
    private static let pastDays: Int64 = 56

    /// Up to `limit` names of each sort whose spending in the period up to `at` differs most from their own past, the
    /// largest difference first. Reads daily sums; for a budget with a scope, the usage rows of the period and of its past.
    package func drivers(
        of snapshot: BudgetSnapshot, at: Instant, limit: Int
    ) throws(LedgerError) -> [Driver] {
        guard let recorded = try recordedDays() else { return [] }
        let start = snapshot.period.end == nil ? max(recorded.lowerBound, Int64(zone.localDay(of: at)) - 27) : nil
        let firstDay = start ?? Int64(snapshot.period.firstDay)
        let pastDays = min(OpenLedger.pastDays, max(0, firstDay - recorded.lowerBound))
        let from = zone.startOfDay(Int(firstDay))
        // Whole days are summed already; of today everything counts.
        let to = zone.startOfDay(zone.localDay(of: at) + 1)
        let elapsed = Double(at.seconds - from.seconds) / 86_400
        let past = zone.startOfDay(Int(firstDay - pastDays))
        let scope = filter(snapshot.budget?.scope)
        let sorts: [UsageGroup] = [.worker, .model, .task, .project]
        var found: [Driver] = []
        // With a scope no daily sums by name exist: all four are read at once.
        for group in scope.isEmpty ? sorts.map({ [$0] }) : [sorts] {
            let current = try sums(group, from, to, scope, snapshot.budget)
            let before = try sums(group, past, from, scope, snapshot.budget)
            for name in Set(current.keys).union(before.keys) where scope[name.sort] == nil {
                let expected =
                    pastDays > 0 ? Double(before[name] ?? 0) / Double(pastDays) * max(0, elapsed) : nil
                found.append(
                    Driver(sort: name.sort, name: name.name, spent: current[name] ?? 0, expected: expected))
            }
        }
        let moved = found.filter { $0.change != 0 }.sorted {
            (abs($0.change), $1.sort.rawValue, $1.name) > (abs($1.change), $0.sort.rawValue, $0.name)
        }
        var counts: [UsageGroup: Int] = [:]
        return moved.filter { driver in
            counts[driver.sort, default: 0] += 1
            return counts[driver.sort, default: 0] <= limit
        }
    }

    private struct Named: Hashable {
        var sort: UsageGroup
        var name: String
    }

    private func sums(
        _ groups: [UsageGroup], _ from: Instant, _ to: Instant, _ scope: [UsageGroup: String], _ budget: Budget?
    ) throws(LedgerError) -> [Named: Int64] {
        var query = UsageQuery(groupBy: groups, from: from, to: to)
        query.filter = scope
        var sums: [Named: Int64] = [:]
        for row in try usage(query) {
            let amount = budget?.amount(of: row.totals) ?? row.totals.cost.nanoUSD
            for (sort, key) in zip(groups, row.keys) {
                guard case .name(let name?) = key else { continue }
                sums[Named(sort: sort, name: name), default: 0] += amount
            }
        }
        return sums
    }

    private func filter(_ scope: BudgetScope?) -> [UsageGroup: String] {
        let names: [(UsageGroup, String?)] = [
            (.worker, scope?.worker), (.task, scope?.task), (.project, scope?.project), (.model, scope?.model),
            (.operation, scope?.operation),
        ]
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { sort, name in name.map { (sort, $0) } })
    }
}
