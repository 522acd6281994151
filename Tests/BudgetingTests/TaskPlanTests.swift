// Plans against every possible set, and against their own bound.
import Testing

@testable import Budgeting

@Suite struct TaskPlanTests {
    /// A set of chosen options is allowed: the definition, written down once more.
    private func isAllowed(_ chosen: [Int?], _ candidates: [PlanCandidate], _ budgets: [PlanBudget]) -> Bool {
        for (index, option) in chosen.enumerated() where option != nil {
            if candidates[index].dependsOn.contains(where: { chosen[$0] == nil }) { return false }
        }
        for (budget, room) in budgets.enumerated() {
            for rank in 0..<4 {
                var mean = 0.0
                var variance = 0.0
                var isBinding = false
                for (index, option) in chosen.enumerated() where candidates[index].rank <= rank {
                    guard let option else { continue }
                    for load in candidates[index].options[option].loads where load.budget == budget {
                        mean += load.mean
                        variance += load.variance
                        if candidates[index].rank == rank { isBinding = true }
                    }
                }
                if isBinding, mean + 1.2816 * variance.squareRoot() > room.room[rank] + 1e-9 { return false }
            }
        }
        return true
    }

    private func bestValue(_ candidates: [PlanCandidate], _ budgets: [PlanBudget]) -> Double {
        var best = 0.0
        var chosen: [Int?] = Array(repeating: nil, count: candidates.count)
        func descend(_ index: Int) {
            if index == candidates.count {
                guard isAllowed(chosen, candidates, budgets) else { return }
                best = max(best, chosen.indices.reduce(0) { chosen[$1] == nil ? $0 : $0 + candidates[$1].value })
                return
            }
            for option in [nil] + candidates[index].options.indices.map(Optional.some) {
                chosen[index] = option
                descend(index + 1)
            }
        }
        descend(0)
        return best
    }

    private func instance(_ count: Int, _ random: inout TestRandom) -> ([PlanCandidate], [PlanBudget]) {
        let budgets = (0..<2).map { _ in
            let limit = Double(Int64.random(in: 20...60, using: &random)) * Double(count) / 8
            return PlanBudget(room: [1, 0.95, 0.9, 0.75].map { $0 * limit })
        }
        let candidates = (0..<count).map { index in
            let options = (0..<Int.random(in: 1...2, using: &random)).map { _ in
                PlanOption(
                    loads: (0..<2).filter { _ in Bool.random(using: &random) }.map { budget in
                        let p50 = Int64.random(in: 1...20, using: &random)
                        return PlanOption.Load(budget: budget, p50: p50, p90: p50 * 2)
                    })
            }
            let needs =
                index > 0 && Int.random(in: 0..<4, using: &random) == 0
                ? [Int.random(in: 0..<index, using: &random)] : []
            return PlanCandidate(
                value: Double(Int.random(in: 1...9, using: &random)), rank: Int.random(in: 0...3, using: &random),
                options: options, dependsOn: needs)
        }
        return (candidates, budgets)
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func smallListsAreSolvedExactly(seed: UInt64) {
        var random = TestRandom(seed: seed)
        let (candidates, budgets) = instance(7, &random)
        let plan = TaskPlan.best(candidates, budgets: budgets)
        var chosen: [Int?] = Array(repeating: nil, count: candidates.count)
        for (place, step) in plan.steps.enumerated() {
            #expect(
                candidates[step.candidate].dependsOn.allSatisfy { need in
                    plan.steps[..<place].contains { $0.candidate == need }
                })
            chosen[step.candidate] = step.option
        }
        #expect(isAllowed(chosen, candidates, budgets))
        #expect(plan.isExact && abs(plan.value - bestValue(candidates, budgets)) < 1e-9)
    }

    @Test(arguments: [3, 4, 5] as [UInt64])
    func aThousandTasksComeNearTheBound(seed: UInt64) {
        var random = TestRandom(seed: seed)
        let (candidates, budgets) = instance(1000, &random)
        let plan = TaskPlan.best(candidates, budgets: budgets)
        var chosen: [Int?] = Array(repeating: nil, count: candidates.count)
        for step in plan.steps { chosen[step.candidate] = step.option }
        #expect(isAllowed(chosen, candidates, budgets))
        #expect(plan.value <= plan.upperBound && plan.value >= plan.upperBound * 0.85)
    }

    /// The search that long lists get, on lists short enough to try every set.
    @Test func withoutAllSetsThePlanIsNearTheBestAndTheBoundAboveIt() {
        var least = 1.0
        for seed in 1...80 as ClosedRange<UInt64> {
            var random = TestRandom(seed: seed)
            let (candidates, budgets) = instance(8, &random)
            var search = PlanSearch(candidates, budgets: budgets)
            search.fillGreedily()
            let best = bestValue(candidates, budgets)
            #expect(search.fractionalBound >= best - 1e-9 && search.value <= best + 1e-9)
            if best > 0 { least = min(least, search.value / best) }
        }
        #expect(least >= 0.8, "\(least)")
    }

    @Test func circlesAndMissingNeedsAreLeftOut() {
        let free = [PlanOption(loads: [])]
        let candidates = [
            PlanCandidate(value: 1, rank: 0, options: free, dependsOn: [1]),
            PlanCandidate(value: 1, rank: 0, options: free, dependsOn: [0]),
            PlanCandidate(value: 1, rank: 0, options: free, dependsOn: [9]),
            PlanCandidate(value: 1, rank: 0, options: [], dependsOn: []),
            PlanCandidate(value: 1, rank: 0, options: free, dependsOn: [3]),
            PlanCandidate(value: 1, rank: 0, options: free, dependsOn: []),
        ]
        let plan = TaskPlan.best(candidates, budgets: [])
        #expect(plan.steps.map(\.candidate) == [5] && plan.isExact)
    }

    @Test func thePreferredOptionIsTakenWhereThereIsRoom() {
        func option(_ mean: Double) -> PlanOption {
            PlanOption(loads: [PlanOption.Load(budget: 0, mean: mean, variance: 0)])
        }
        let candidates = (0..<2).map { _ in PlanCandidate(value: 1, rank: 0, options: [option(10), option(2)]) }
        let plan = TaskPlan.best(candidates, budgets: [PlanBudget(room: [13])])
        #expect(plan.steps.map(\.option).sorted() == [0, 1])
    }
}
