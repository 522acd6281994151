// A limit on spending, and what it covers.

/// What a limit is counted in.
package enum LimitUnit: String, Hashable, Sendable, CaseIterable {
    case usd
    case tokens
}

/// How much may be spent in one period.
package enum BudgetLimit: Hashable, Sendable {
    case usd(Money)
    case tokens(Int64)

    package var unit: LimitUnit {
        switch self {
        case .usd: .usd
        case .tokens: .tokens
        }
    }

    /// Nano-dollars or tokens.
    package var amount: Int64 {
        switch self {
        case .usd(let money): money.nanoUSD
        case .tokens(let count): count
        }
    }
}

/// What a budget covers: usage that has every name given here. Nothing given: all usage.
package struct BudgetScope: Hashable, Sendable {
    package var worker: String?
    package var task: String?
    package var project: String?
    package var model: String?
    package var operation: String?

    package init(
        worker: String? = nil, task: String? = nil, project: String? = nil, model: String? = nil,
        operation: String? = nil
    ) {
        self.worker = worker
        self.task = task
        self.project = project
        self.model = model
        self.operation = operation
    }

    /// True where all usage is covered.
    package var isWhole: Bool { self == BudgetScope() }

    /// True where usage with these names is covered. Names are compared exactly.
    package func covers(
        worker: String?, task: String?, project: String?, model: String?, operation: String?
    ) -> Bool {
        (self.worker == nil || self.worker == worker) && (self.task == nil || self.task == task)
            && (self.project == nil || self.project == project) && (self.model == nil || self.model == model)
            && (self.operation == nil || self.operation == operation)
    }
}

/// What a budget does to approvals.
package enum Enforcement: String, Hashable, Sendable, CaseIterable {
    /// Nothing is approved that could pass it.
    case hard
    /// It warns, and refuses nothing.
    case soft
}

/// A limit per period on what a scope may spend.
package struct Budget: Hashable, Sendable {
    package var name: String
    package var limit: BudgetLimit
    package var period: PeriodKind
    /// 1…28: the day of the month on which a month begins.
    package var resetDay: Int
    package var scope: BudgetScope
    /// Shares of the limit, ascending, above 0 and up to 100 %.
    package var thresholds: [Percent]
    package var enforcement: Enforcement
    /// Whether a token budget counts cache reads.
    package var countCacheReads: Bool
    /// The admission policy of this budget; nil: the ledger's.
    package var policy: AdmissionPolicy?

    package static let defaultThresholds = [Percent(75), Percent(90), Percent(95)]

    package init(
        name: String, limit: BudgetLimit, period: PeriodKind = .month, resetDay: Int = 1,
        scope: BudgetScope = BudgetScope(), thresholds: [Percent] = Budget.defaultThresholds,
        enforcement: Enforcement = .hard, countCacheReads: Bool = false,
        policy: AdmissionPolicy? = nil
    ) {
        self.name = name
        self.limit = limit
        self.period = period
        self.resetDay = resetDay
        self.scope = scope
        self.thresholds = thresholds
        self.enforcement = enforcement
        self.countCacheReads = countCacheReads
        self.policy = policy
    }

    /// What this budget counts of some usage, in its own unit.
    package func amount(cost: Money, tokens: TokenCounts) throws(ArithmeticOverflow) -> Int64 {
        switch limit {
        case .usd: cost.nanoUSD
        case .tokens: try tokens.billable(countCacheReads: countCacheReads)
        }
    }
}
