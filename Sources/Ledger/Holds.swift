// Live reservations as every transaction needs them: what each still holds, and what they hold of each budget.

import Budgeting

/// An amount that can be measured by any budget: nano-dollars, tokens without cache reads, cache reads.
package struct HoldAmount: Hashable, Sendable {
    package var cost: Int64 = 0
    package var tokens: Int64 = 0
    package var cacheReads: Int64 = 0

    package init(cost: Int64 = 0, tokens: Int64 = 0, cacheReads: Int64 = 0) {
        self.cost = cost
        self.tokens = tokens
        self.cacheReads = cacheReads
    }

    /// Sums of the ledger are kept below an eighth of 64 bits, so that the kinds of tokens can be added.
    init(_ totals: UsageTotals) {
        let tokens = totals.tokens
        self.init(
            cost: totals.cost.nanoUSD, tokens: tokens.input + tokens.output + tokens.cacheWrite + tokens.cacheWrite1h,
            cacheReads: tokens.cacheRead)
    }

    static func + (left: HoldAmount, right: HoldAmount) -> HoldAmount {
        HoldAmount(
            cost: left.cost &+ right.cost, tokens: left.tokens &+ right.tokens,
            cacheReads: left.cacheReads &+ right.cacheReads)
    }

    static func - (left: HoldAmount, right: HoldAmount) -> HoldAmount {
        HoldAmount(
            cost: left.cost &- right.cost, tokens: left.tokens &- right.tokens,
            cacheReads: left.cacheReads &- right.cacheReads)
    }

    /// In the budget's own unit.
    package func measured(by budget: Budget) -> Int64 {
        switch budget.limit {
        case .usd: cost
        case .tokens:
            budget.countCacheReads
                ? (tokens.addingReportingOverflow(cacheReads).overflow ? .max : tokens + cacheReads) : tokens
        }
    }

    /// The largest amount of one kind that can be held: sums of holds and usage stay within 64 bits for a long time.
    static let most = Int64.max / 16
}

/// A reservation that has not been settled.
struct LiveHold {
    let reservation: Int64
    let task: TaskIdentity
    var worker: Int64
    let model: Int64
    var amount: HoldAmount
    /// What has been used for the task since the reservation was made.
    var drawn = HoldAmount()
    var expiresAt: Instant
    var isDrawnUpon = false

    /// What it counts as under a budget's scope. Approvals have no operation, so a budget of one never includes them.
    var names: Attribution {
        Attribution(
            model: model, worker: worker, task: task.task, project: task.project, session: 0, operation: 0, basis: 0)
    }

    /// What it still holds of a budget that includes it. Never negative, never more than was reserved, even where a
    /// correction takes older usage of the task back.
    func remainder(of budget: Budget) -> Int64 {
        let whole = amount.measured(by: budget)
        return min(whole, max(0, whole - drawn.measured(by: budget)))
    }
}

/// All holds and their sums by budget. Dropped when another process has written.
struct HoldCache {
    private(set) var holds: [Int64: LiveHold] = [:]
    private var byTask: [Int64: [Int64]] = [:]
    private var earliestExpiry = Instant(seconds: .max)
    /// Run out, with their rows still there.
    private(set) var expired: [LiveHold] = []
    private(set) var drawnUpon: Set<Int64> = []

    /// What is held of each budget of `sumsOf`, by its place. Nil until it is asked for.
    private var sums: [Int128]?
    private var sumsOf: BudgetCache?

    var isEmpty: Bool { holds.isEmpty }

    mutating func add(_ hold: LiveHold) {
        holds[hold.reservation] = hold
        byTask[hold.task.task, default: []].append(hold.reservation)
        earliestExpiry = min(earliestExpiry, hold.expiresAt)
        addToSums(hold, sign: 1)
    }

    @discardableResult
    mutating func remove(_ reservation: Int64) -> LiveHold? {
        guard let hold = holds.removeValue(forKey: reservation) else { return nil }
        byTask[hold.task.task]?.removeAll { $0 == reservation }
        if byTask[hold.task.task]?.isEmpty ?? false { byTask[hold.task.task] = nil }
        drawnUpon.remove(reservation)
        addToSums(hold, sign: -1)
        return hold
    }

    /// Usage for a task: it is spent now, and no longer held.
    mutating func draw(_ used: HoldAmount, by task: TaskIdentity) {
        guard let reservations = byTask[task.task] else { return }
        for reservation in reservations {
            guard var hold = holds[reservation], hold.task.covers(task) else { continue }
            addToSums(hold, sign: -1)
            hold.drawn = hold.drawn + used
            holds[reservation] = hold
            drawnUpon.insert(reservation)
            addToSums(hold, sign: 1)
        }
    }

    mutating func change(_ reservation: Int64, amount: HoldAmount, expiresAt: Instant) {
        guard var hold = holds[reservation] else { return }
        addToSums(hold, sign: -1)
        hold.amount = amount
        hold.expiresAt = expiresAt
        holds[reservation] = hold
        earliestExpiry = min(earliestExpiry, expiresAt)
        addToSums(hold, sign: 1)
    }

    mutating func give(_ reservation: Int64, to worker: Int64) {
        guard var hold = holds[reservation] else { return }
        addToSums(hold, sign: -1)
        hold.worker = worker
        holds[reservation] = hold
        addToSums(hold, sign: 1)
    }

    /// Lets go of what has run out.
    mutating func expire(at now: Instant) {
        guard earliestExpiry <= now else { return }
        let over = holds.values.filter { $0.expiresAt <= now }
        for hold in over { remove(hold.reservation) }
        expired += over
        earliestExpiry = holds.values.map(\.expiresAt).min() ?? Instant(seconds: .max)
    }

    /// Rows that ran out before this was loaded may be left in the ledger.
    var mayLeaveExpiredRows = true

    /// Takes the oldest of what has run out.
    mutating func takeExpired(atMost count: Int) -> [LiveHold] {
        let taken = Array(expired.prefix(count))
        expired.removeFirst(taken.count)
        return taken
    }

    mutating func forgetDrawn() { drawnUpon.removeAll() }

    /// What is held of a budget, in its unit.
    mutating func reserved(of index: Int, in budgets: BudgetCache) -> Int64 {
        if sums == nil || sumsOf !== budgets {
            sumsOf = budgets
            sums = Array(repeating: 0, count: budgets.active.count)
            for hold in holds.values { addToSums(hold, sign: 1) }
        }
        return Int64(clamping: sums?[index] ?? 0)
    }

    private mutating func addToSums(_ hold: LiveHold, sign: Int128) {
        guard sums != nil, let budgets = sumsOf else {
            sums = nil
            return
        }
        let names = hold.names
        for (index, active) in budgets.active.enumerated() where active.scope.includes(names) {
            sums?[index] += sign * Int128(hold.remainder(of: active.budget))
        }
    }
}
