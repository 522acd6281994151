// What a forecast is made from.

/// Spending by day up to now, in any unit.
package struct SpendHistory: Sendable {
    /// Complete days, the oldest first, the last one being yesterday. Days without spending are 0.
    package var dailyTotals: [Double]
    /// 0 for Monday … 6 for Sunday: the weekday of today.
    package var todayWeekday: Int
    /// Spent so far today.
    package var today: Double
    /// The share of today that has passed, 0…1.
    package var todayElapsed: Double
    /// Complete days of the period before today; their totals are the last ones of `dailyTotals`.
    package var periodDaysElapsed: Int
    /// All days of the period.
    package var periodLength: Int
    /// Promised and not yet spent: reservations and plans. A floor of what is still to come.
    package var committed: Double

    package init(
        dailyTotals: [Double], todayWeekday: Int, today: Double, todayElapsed: Double, periodDaysElapsed: Int,
        periodLength: Int, committed: Double = 0
    ) {
        self.dailyTotals = dailyTotals.map { $0.isFinite ? max($0, 0) : 0 }
        self.todayWeekday = ((todayWeekday % 7) + 7) % 7
        self.today = today.isFinite ? max(today, 0) : 0
        self.todayElapsed = min(max(todayElapsed, 0), 1)
        self.periodDaysElapsed = min(max(periodDaysElapsed, 0), max(periodLength - 1, 0))
        self.periodLength = max(periodLength, 1)
        self.committed = committed.isFinite ? max(committed, 0) : 0
    }

    /// Spent in this period.
    package var spent: Double { dailyTotals.suffix(periodDaysElapsed).reduce(0, +) + today }

    /// Days of the period after today.
    package var daysLeft: Int { periodLength - periodDaysElapsed - 1 }
}
