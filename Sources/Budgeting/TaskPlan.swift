// Which tasks to run with the money that is left: the set of the highest value that the budgets have room for.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A task that could be run.
package struct PlanCandidate: Hashable, Sendable {
    /// What it is worth, in any unit; at least 0.
    package var value: Double
    /// How important it is: 0 is the most important. Less important ones come later and stay under a lower line.
    package var rank: Int
    /// The ways to run it, the preferred first. Empty: it cannot be run.
    package var options: [PlanOption]
    /// Places in the list of candidates that have to be run before.
    package var dependsOn: [Int]

    package init(value: Double, rank: Int, options: [PlanOption], dependsOn: [Int] = []) {
        self.value = value
        self.rank = rank
        self.options = options
        self.dependsOn = dependsOn
    }
}

/// One way to run a task: what it takes of each budget that covers it.
package struct PlanOption: Hashable, Sendable {
    package struct Load: Hashable, Sendable {
        /// A place in the list of budgets.
        package var budget: Int
        /// In the budget's unit.
        package var mean: Double
        package var variance: Double
    }

    package var loads: [Load]

    package init(loads: [Load]) { self.loads = loads }
}

extension PlanOption.Load {
    /// From percentiles, taken as those of a log-normal amount: s = ln(p90 / p50) / 1.2816, mean = p50 · e^(s²/2),
    /// variance = mean² · (e^(s²) − 1). Where p50 is 0: the p90, with no spread.
    package init(budget: Int, p50: Int64, p90: Int64) {
        self.budget = budget
        guard p50 > 0, p90 > p50 else {
            mean = Double(max(p50, p90))
            variance = 0
            return
        }
        // A spread beyond e^2 tells nothing but "unknown"; unbounded it would make the mean absurd.
        let spread = min(log(Double(p90) / Double(p50)) / TaskPlan.z90, 2)
        mean = Double(p50) * exp(spread * spread / 2)
        variance = mean * mean * (exp(spread * spread) - 1)
    }
}

/// What is left of a budget.
package struct PlanBudget: Hashable, Sendable {
    /// For each rank, 0 first: how much room there is under its line now; may be negative. Not rising.
    package var room: [Double]

    package init(room: [Double]) { self.room = room }
}

/// The tasks to run.
package struct TaskPlan: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        /// A place in the list of candidates.
        package var candidate: Int
        /// A place in its options.
        package var option: Int
    }

    /// In the order to run them: dependencies first, then the more important, then more value for the money.
    package var steps: [Step]
    package var value: Double
    /// No plan has a higher value than this.
    package var upperBound: Double
    /// True: no plan has a higher value.
    package var isExact: Bool

    /// The chance that the chosen tasks stay within the room of each budget, if their amounts are independent.
    package static let confidence = 0.9
    static let z90 = 1.2816

    /// The set of the highest value such that, for every budget and every rank among the chosen, the tasks of that rank
    /// and of the more important ones stay under the rank's line with a chance of 90 % each: mean + 1.2816 × the
    /// standard deviation of their sum ≤ room. A task is chosen only together with all it depends on.
    ///
    /// Up to ``exactUpTo`` candidates the search is exhaustive (branch and bound); beyond, or where that takes too many
    /// steps, tasks are taken by value for the money with those they depend on, and then exchanged one by one where that
    /// helps. `upperBound` holds in any case: it is the best that a budget could do if tasks could be cut into parts.
    /// Then each task is moved to the option it prefers where there is room left.
    package static func best(_ candidates: [PlanCandidate], budgets: [PlanBudget]) -> TaskPlan {
        var search = PlanSearch(candidates, budgets: budgets)
        let bound = search.fractionalBound
        search.fillGreedily()
        var isExact = search.value >= bound - bound * 1e-12
        if !isExact, candidates.count <= exactUpTo { isExact = search.searchAll() }
        search.preferBetterOptions()
        let upper = isExact ? search.value : max(bound, search.value)
        return TaskPlan(steps: search.orderedSteps, value: search.value, upperBound: upper, isExact: isExact)
    }

    package static let exactUpTo = 20
}
