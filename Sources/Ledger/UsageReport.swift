// Sums of usage by time and name: from the daily rollup where it has them, else from the rows.

import Budgeting

extension OpenLedger {
    /// The rows of a query in no particular order. Groups without usage are not in it.
    package func usage(_ query: UsageQuery) throws(LedgerError) -> [UsageGroupRow] {
        try flushRollup()
        var groups = UsageGroups(query.groupBy, zone: zone)
        guard let filter = try nameFilter(query.filter) else { return [] }
        let first = Int64(zone.localDay(of: query.from))
        let isWhole = startsDay(query.from) && startsDay(query.to)
        if query.to <= query.from { return [] }
        let last = Int64(zone.localDay(of: Instant(seconds: query.to.seconds - 1)))
        guard let bounds = try recordedDays(), bounds.overlaps(first...last) else { return [] }
        let days = bounds.clamped(to: first...last)
        if isWhole, let (kind, key) = rollupSource(query.groupBy, filter) {
            try sumRollup(kind, key: key, days: days, into: &groups)
        } else {
            try sumRows(query, filter: filter, days: days, into: &groups)
        }
        return try named(groups)
    }

    private func startsDay(_ at: Instant) -> Bool { zone.startOfDay(zone.localDay(of: at)) == at }

    /// The filter in numbers; nil where a name in it was never recorded.
    private func nameFilter(_ filter: [UsageGroup: String]) throws(LedgerError) -> [UsageGroup: Int64]? {
        var numbers: [UsageGroup: Int64] = [:]
        for (group, name) in filter {
            guard let id = try NameTable.existing(name, kind: group == .task ? .task : .plain, in: connection) else {
                return nil
            }
            numbers[group] = id
        }
        return numbers
    }

    /// The rollup answers for one sort of name at a time, and not for hours.
    private func rollupSource(
        _ groupBy: [UsageGroup], _ filter: [UsageGroup: Int64]
    ) -> (kind: RollupKind, key: Int64?)? {
        guard !groupBy.contains(.hour) else { return nil }
        let sorts = Set(groupBy.filter { !$0.isTime }).union(filter.keys)
        guard sorts.count <= 1 else { return nil }
        guard let sort = sorts.first, let kind = sort.rollupKind else { return (.all, 0) }
        return (kind, filter[sort])
    }

    private func sumRollup(
        _ kind: RollupKind, key: Int64?, days: ClosedRange<Int64>, into groups: inout UsageGroups
    ) throws(LedgerError) {
        let rows = try connection.statement(
            """
            WITH RECURSIVE days(day) AS (SELECT ?1 UNION ALL SELECT day + 1 FROM days WHERE day < ?2)
            SELECT day, key, records, failures, input, output, cacheRead, cacheWrite, cacheWrite1h, cost, billedCost,
              estimatedCost, durationMs, timedRecords, timedOutput
            FROM days CROSS JOIN rollup USING (day) WHERE kind = ?3 AND (?4 IS NULL OR key = ?4)
            """)
        rows.bind(1, days.lowerBound).bind(2, days.upperBound).bind(3, kind.rawValue).bind(4, key)
        while try rows.step() {
            let name = rows.int(1)
            groups.add(UsageTotals(rows, from: 2), day: rows.int(0), at: nil) { _ in name }
        }
    }

    /// Reads the stretch of rows in which these days' records lie.
    private func sumRows(
        _ query: UsageQuery, filter: [UsageGroup: Int64], days: ClosedRange<Int64>, into groups: inout UsageGroups
    ) throws(LedgerError) {
        guard let stretch = try usageStretch(days) else { return }
        let rows = try connection.statement(
            """
            SELECT u.at, a.model, a.worker, a.task, a.project, a.session, a.operation, \(UsageScan.columns)
            FROM usage u CROSS JOIN attribution a ON a.id = u.attribution
            WHERE u.id BETWEEN ?1 AND ?2 AND u.at >= ?3 AND u.at < ?4
            """)
        rows.bind(1, stretch.lowerBound).bind(2, stretch.upperBound).bind(3, query.from.seconds).bind(
            4, query.to.seconds)
        while try rows.step() {
            let names = Attribution(
                model: rows.int(1), worker: rows.int(2), task: rows.int(3), project: rows.int(4), session: rows.int(5),
                operation: rows.int(6), basis: 0)
            guard filter.allSatisfy({ $0.key.name(in: names) == $0.value }) else { continue }
            let at = Instant(seconds: rows.int(0))
            groups.add(UsageTotals(rows, from: 7), day: nil, at: at) { $0.name(in: names) }
        }
    }

    /// The numbers of the first and the last usage row of a time; nil where nothing was recorded in it.
    func usageStretch(from: Instant, to: Instant) throws(LedgerError) -> ClosedRange<Int64>? {
        try flushRollup()
        guard from < to, let bounds = try recordedDays() else { return nil }
        let days = Int64(zone.localDay(of: from))...Int64(zone.localDay(of: Instant(seconds: to.seconds - 1)))
        return bounds.overlaps(days) ? try usageStretch(bounds.clamped(to: days)) : nil
    }

    private func usageStretch(_ days: ClosedRange<Int64>) throws(LedgerError) -> ClosedRange<Int64>? {
        let stretch = try connection.statement(
            """
            WITH RECURSIVE days(day) AS (SELECT ?1 UNION ALL SELECT day + 1 FROM days WHERE day < ?2)
            SELECT min(firstUsage), max(lastUsage) FROM days CROSS JOIN rollup USING (day) WHERE kind = 0 AND key = 0
            """
        ).bind(1, days.lowerBound).bind(2, days.upperBound)
        guard try stretch.step() else { return nil }
        defer { stretch.reset() }
        guard let first = stretch.optionalInt(0), let last = stretch.optionalInt(1), first <= last else { return nil }
        return first...last
    }

    private func named(_ groups: UsageGroups) throws(LedgerError) -> [UsageGroupRow] {
        var texts: [Int64: String] = [:]
        let statement = try connection.statement("SELECT text FROM name WHERE id = ?")
        func text(_ id: Int64) throws(LedgerError) -> String? {
            if id == 0 { return nil }
            if let known = texts[id] { return known }
            let found = try statement.bind(1, id).firstText() ?? ""
            texts[id] = found
            return found
        }
        var rows: [UsageGroupRow] = []
        rows.reserveCapacity(groups.sums.count)
        for (numbers, totals) in groups.sums {
            var keys: [UsageKey] = []
            for (group, number) in zip(groups.groupBy, numbers) {
                switch group {
                case .hour: keys.append(.hour(Instant(seconds: number)))
                case .day, .week, .month: keys.append(.day(number))
                default: keys.append(.name(try text(number)))
                }
            }
            rows.append(UsageGroupRow(keys: keys, totals: totals))
        }
        return rows
    }
}

/// Sums by the numbers of their groups: a name's number, a day's, or an hour's first second.
private struct UsageGroups {
    let groupBy: [UsageGroup]
    let zone: TimeZoneRules
    private(set) var sums: [[Int64]: UsageTotals] = [:]

    init(_ groupBy: [UsageGroup], zone: TimeZoneRules) {
        self.groupBy = groupBy
        self.zone = zone
    }

    /// Either the day or the moment is known.
    mutating func add(_ totals: UsageTotals, day: Int64?, at: Instant?, name: (UsageGroup) -> Int64) {
        let numbers = groupBy.map { group -> Int64 in
            switch group {
            case .hour: return at.map { hour(of: $0) } ?? 0
            case .day: return localDay(day, at)
            case .week: return startOfWeek(localDay(day, at))
            case .month: return startOfMonth(localDay(day, at))
            default: return name(group)
            }
        }
        sums[numbers, default: UsageTotals()] += totals
    }

    private func localDay(_ day: Int64?, _ at: Instant?) -> Int64 {
        day ?? at.map { Int64(zone.localDay(of: $0)) } ?? 0
    }

    /// The first second of the local hour, which in some zones begins at half past.
    private func hour(of at: Instant) -> Int64 {
        let offset = Int64(zone.offsetSeconds(at: at))
        return floorDivided(at.seconds + offset, by: 3600).quotient * 3600 - offset
    }
}

/// The Monday of a day's week.
private func startOfWeek(_ day: Int64) -> Int64 { day - Int64(CivilDate.weekday(ofDayNumber: Int(day))) + 1 }

/// The first of a day's month.
private func startOfMonth(_ day: Int64) -> Int64 { day - Int64(CivilDate(dayNumber: Int(day)).day) + 1 }
