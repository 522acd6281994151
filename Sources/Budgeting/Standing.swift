// Where a budget stands: level, shares, pace.

/// How near its limit a budget is.
package enum Level: String, Hashable, Sendable, CaseIterable, Comparable {
    case green
    case yellow
    case orange
    case red

    package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

    private var rank: Int { Level.allCases.firstIndex(of: self) ?? 0 }
}

/// One budget at one moment of one period. Amounts are in the budget's unit: nano-dollars or tokens.
package struct Standing: Hashable, Sendable {
    package let budget: Budget
    package let period: Period
    /// Recorded usage.
    package let spent: Int64
    /// Held by approved tasks that still run.
    package let reserved: Int64

    package init(budget: Budget, period: Period, spent: Int64, reserved: Int64 = 0) {
        self.budget = budget
        self.period = period
        self.spent = spent
        self.reserved = reserved
    }

    package var limit: Int64 { budget.limit.amount }

    /// `spent + reserved`.
    package var committed: Int64 {
        get throws(ArithmeticOverflow) { try spent.checkedAdding(reserved) }
    }

    /// `limit - spent - reserved`; may be negative.
    package var remaining: Int64 {
        get throws(ArithmeticOverflow) { try limit.checkedSubtracting(committed) }
    }

    /// `spent` as a share of the limit, rounded down to 0.001 %: it shows a threshold only once that is reached.
    package var usedPercent: Percent { Percent.of(spent, in: limit) }

    /// `spent + reserved` as a share of the limit, rounded down.
    package var committedPercent: Percent {
        get throws(ArithmeticOverflow) { Percent.of(try committed, in: limit) }
    }

    package var level: Level { budget.level(atSpent: spent) }

    /// True from 100 % on.
    package var isExceeded: Bool { Percent.hundred.isReached(by: spent, of: limit) }

    /// Used share ÷ elapsed share, rounded down to 0.001: above 1 the limit is passed before the period ends, if it
    /// goes on like this. Nil before any time has passed, for `total`, and where it cannot be held.
    package func pace(at instant: Instant) -> Ratio? {
        guard let end = period.end, limit > 0, instant > period.start else { return nil }
        let length = Int128(end.seconds - period.start.seconds)
        let elapsed = Int128(min(instant, end).seconds - period.start.seconds)
        let (scaled, overflow) = (Int128(spent) * 1000).multipliedReportingOverflow(by: length)
        guard !overflow, let value = try? scaled.dividedDown(by: Int128(limit) * elapsed) else { return nil }
        return Ratio(thousandths: value)
    }
}

extension Budget {
    /// Green below the first threshold, red from the last on, orange between, yellow from the first on: with
    /// 75/90/95 that is <75 green, <90 yellow, <95 orange, else red. A single threshold is the last: red.
    package func level(atSpent spent: Int64) -> Level {
        let reached = thresholds.count { $0.isReached(by: spent, of: limit.amount) }
        if reached == 0 { return .green }
        if reached == thresholds.count { return .red }
        return reached == 1 ? .yellow : .orange
    }

    /// The thresholds that spending passes on its way from one amount to another, ascending, and 100 % where it is
    /// among them: those reached after and not before. None where spending falls.
    package func crossedThresholds(from before: Int64, to after: Int64) -> [Percent] {
        let points = thresholds.contains(.hundred) ? thresholds : thresholds + [.hundred]
        return points.filter {
            $0.isReached(by: after, of: limit.amount) && !$0.isReached(by: before, of: limit.amount)
        }
    }
}
