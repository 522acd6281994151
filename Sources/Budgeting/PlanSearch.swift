// The search behind a plan: a set of tasks that is kept feasible while tasks come and go.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct PlanSearch {
    private let candidates: [PlanCandidate]
    private let budgets: [PlanBudget]
    private let rankCount: Int
    /// What each candidate depends on, all the way down, itself last; nil where that cannot be run.
    private let closures: [[Int]?]
    private let dependents: [[Int]]
    /// Value for the money of each closure: the order to try them in.
    private let density: [Double]

    /// The option chosen for each candidate; nil: left out.
    private var chosen: [Int?]
    /// For each budget and rank: how many tasks are chosen, and their sums.
    private var loads: [Load]
    private(set) var value = 0.0
    private var stepsLeft = 0

    private struct Load {
        var count = 0
        var mean = 0.0
        var variance = 0.0
    }

    init(_ candidates: [PlanCandidate], budgets: [PlanBudget]) {
        self.candidates = candidates
        self.budgets = budgets
        let ranks = max(1, (candidates.map(\.rank).max() ?? 0) + 1)
        rankCount = ranks
        let closures = PlanSearch.closures(candidates)
        self.closures = closures
        var dependents = Array(repeating: [Int](), count: candidates.count)
        for (index, candidate) in candidates.enumerated() {
            for needed in candidate.dependsOn where candidates.indices.contains(needed) {
                dependents[needed].append(index)
            }
        }
        self.dependents = dependents
        let cost = candidates.map { candidate in
            candidate.options.map { PlanSearch.share($0, of: budgets, rank: candidate.rank) }.min() ?? .infinity
        }
        density = candidates.indices.map { index in
            guard let closure = closures[index] else { return 0 }
            let value = closure.reduce(0) { $0 + candidates[$1].value }
            return value / max(closure.reduce(0) { $0 + cost[$1] }, 1e-12)
        }
        chosen = Array(repeating: nil, count: candidates.count)
        loads = Array(repeating: Load(), count: budgets.count * ranks)
    }

    /// The chosen tasks, dependencies first, then by importance, then by value for the money.
    var orderedSteps: [TaskPlan.Step] {
        let order = candidates.indices.filter { chosen[$0] != nil }
            .sorted { (candidates[$0].rank, -density[$0], $0) < (candidates[$1].rank, -density[$1], $1) }
        var steps: [TaskPlan.Step] = []
        var isPlaced = Array(repeating: false, count: candidates.count)
        for index in order {
            for member in closures[index] ?? [] where !isPlaced[member] {
                isPlaced[member] = true
                if let option = chosen[member] { steps.append(TaskPlan.Step(candidate: member, option: option)) }
            }
        }
        return steps
    }

    /// The least, over the budgets, of what could be had if that budget were the only one and tasks could be cut.
    var fractionalBound: Double {
        let runnable = candidates.indices.filter { closures[$0] != nil }
        let all = runnable.reduce(0) { $0 + candidates[$1].value }
        return budgets.indices.reduce(all) { min($0, fractionalBound(of: $1, runnable)) }
    }

    private func fractionalBound(of budget: Int, _ runnable: [Int]) -> Double {
        // The widest room; the least that any option takes.
        var room = max(0, budgets[budget].room.max() ?? 0)
        var sum = 0.0
        var paid: [(value: Double, mean: Double)] = []
        for index in runnable {
            let means = candidates[index].options.map { option in
                option.loads.first { $0.budget == budget }?.mean ?? 0
            }
            let least = means.min() ?? 0
            if least <= 0 { sum += candidates[index].value } else { paid.append((candidates[index].value, least)) }
        }
        for (value, mean) in paid.sorted(by: { $0.value * $1.mean > $1.value * $0.mean }) {
            let part = min(1, room / mean)
            sum += value * part
            room -= mean * part
            if part < 1 { break }
        }
        return sum
    }
}

// MARK: - Choosing

extension PlanSearch {
    /// Takes tasks with all they depend on, and then exchanges single ones for better ones: once by value for the money,
    /// once by value, once by what lies between, and keeps the best. Value for the money alone fails where a small task
    /// keeps a large one out.
    mutating func fillGreedily() {
        let tried = [0, 0.5, 1].map { weight in
            var search = self
            search.fill(by: { self.density[$0] * pow(max(self.closureCost($0), 1e-12), weight) })
            return search
        }
        if let best = tried.max(by: { $0.value < $1.value }) { self = best }
    }

    /// What a task takes together with all it depends on.
    private func closureCost(_ index: Int) -> Double {
        density[index] > 0 ? closureValue(index) / density[index] : 0
    }

    private func closureValue(_ index: Int) -> Double {
        (closures[index] ?? []).reduce(0) { $0 + candidates[$1].value }
    }

    private mutating func fill(by key: (Int) -> Double) {
        let keys = candidates.indices.map(key)
        let order = candidates.indices.filter { closures[$0] != nil && candidates[$0].value > 0 }
            .sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] > keys[$1] }
        for index in order { _ = addWithNeeds(index) }
        for index in order.filter({ chosen[$0] == nil }).prefix(100) { exchange(for: index) }
        for index in order where chosen[index] == nil { _ = addWithNeeds(index) }
    }

    /// Adds a task and what it needs; all or nothing.
    private mutating func addWithNeeds(_ index: Int) -> Bool {
        var added: [Int] = []
        for member in closures[index] ?? [] where chosen[member] == nil {
            guard let option = cheapestThatFits(member) else {
                for undone in added.reversed() { remove(undone) }
                return false
            }
            add(member, option)
            added.append(member)
        }
        return true
    }

    /// Puts a task in the place of the one of least value that makes room for it, where that is worth less.
    private mutating func exchange(for index: Int) {
        let needs = (closures[index] ?? []).filter { chosen[$0] == nil }
        let gain = needs.reduce(0) { $0 + candidates[$1].value }
        let closure = Set(closures[index] ?? [])
        let victims = candidates.indices.filter { victim in
            chosen[victim] != nil && !closure.contains(victim) && candidates[victim].value < gain
                && !dependents[victim].contains { chosen[$0] != nil }
        }
        for victim in victims.sorted(by: { candidates[$0].value < candidates[$1].value }).prefix(64) {
            guard let option = chosen[victim] else { continue }
            remove(victim)
            if addWithNeeds(index) { return }
            add(victim, option)
        }
    }

    /// Looks at every set that could be better than the one at hand. False where that takes too many steps; the best
    /// found so far is at hand then.
    mutating func searchAll() -> Bool {
        // Dependencies before dependents, then by value for the money: good sets come early and prune the rest.
        var order: [Int] = []
        let byDensity = candidates.indices.sorted { density[$0] == density[$1] ? $0 < $1 : density[$0] > density[$1] }
        for index in byDensity {
            for member in closures[index] ?? [] where !order.contains(member) { order.append(member) }
        }
        var best = (chosen: chosen, value: value)
        var blank = PlanSearch(candidates, budgets: budgets)
        blank.stepsLeft = 40_000
        var rest = Array(repeating: 0.0, count: order.count + 1)
        for place in order.indices.reversed() { rest[place] = rest[place + 1] + candidates[order[place]].value }
        blank.descend(order, 0, rest, &best)
        for index in candidates.indices where chosen[index] != nil { remove(index) }
        for index in order { if let option = best.chosen[index] { add(index, option) } }
        return blank.stepsLeft > 0
    }

    private mutating func descend(
        _ order: [Int], _ place: Int, _ rest: [Double], _ best: inout (chosen: [Int?], value: Double)
    ) {
        stepsLeft -= 1
        if value > best.value + best.value * 1e-12 { best = (chosen, value) }
        guard stepsLeft > 0, place < order.count, value + rest[place] > best.value + best.value * 1e-12 else { return }
        guard value + boundOfRest(order, place) > best.value + best.value * 1e-12 else { return }
        let index = order[place]
        if candidates[index].dependsOn.allSatisfy({ candidates.indices.contains($0) && chosen[$0] != nil }) {
            for option in candidates[index].options.indices where fits(index, option) {
                add(index, option)
                descend(order, place + 1, rest, &best)
                remove(index)
            }
        }
        descend(order, place + 1, rest, &best)
    }

    /// What the tasks that are still to be looked at could add at most.
    private func boundOfRest(_ order: [Int], _ place: Int) -> Double {
        var least = Double.infinity
        for budget in budgets.indices {
            let used = (0..<rankCount).reduce(0) { $0 + loads[budget * rankCount + $1].mean }
            var room = max(0, (budgets[budget].room.max() ?? 0) - used)
            var sum = 0.0
            var paid: [(value: Double, mean: Double)] = []
            for index in order[place...] {
                let mean =
                    candidates[index].options.map { option in
                        option.loads.first { $0.budget == budget }?.mean ?? 0
                    }.min() ?? 0
                if mean <= 0 { sum += candidates[index].value } else { paid.append((candidates[index].value, mean)) }
            }
            paid.sort { $0.value * $1.mean > $1.value * $0.mean }
            for (value, mean) in paid {
                let part = min(1, room / mean)
                sum += value * part
                room -= mean * part
                if part < 1 { break }
            }
            least = min(least, sum)
        }
        return least
    }

    /// Moves each chosen task to the option it prefers most that has room, the most important first.
    mutating func preferBetterOptions() {
        let order = candidates.indices.filter { chosen[$0] != nil }
            .sorted {
                (candidates[$0].rank, -candidates[$0].value, $0) < (candidates[$1].rank, -candidates[$1].value, $1)
            }
        for index in order {
            guard let option = chosen[index], option > 0 else { continue }
            remove(index)
            add(index, (0..<option).first { fits(index, $0) } ?? option)
        }
    }
}

// MARK: - Keeping the sums

extension PlanSearch {
    private func cheapestThatFits(_ index: Int) -> Int? {
        candidates[index].options.indices.filter { fits(index, $0) }.min { left, right in
            let options = candidates[index].options
            return PlanSearch.share(options[left], of: budgets, rank: candidates[index].rank)
                < PlanSearch.share(options[right], of: budgets, rank: candidates[index].rank)
        }
    }

    private func fits(_ index: Int, _ option: Int) -> Bool {
        let rank = candidates[index].rank
        return candidates[index].options[option].loads.allSatisfy { load in
            var mean = load.mean
            var variance = load.variance
            for each in 0..<rankCount {
                let sum = loads[load.budget * rankCount + each]
                mean += sum.mean
                variance += sum.variance
                // Lines of less important ranks bind as soon as such a task is chosen.
                guard each >= rank, each == rank || sum.count > 0 else { continue }
                let rooms = budgets[load.budget].room
                let room = rooms.isEmpty ? 0 : rooms[min(each, rooms.count - 1)]
                if mean + TaskPlan.z90 * variance.squareRoot() > room { return false }
            }
            return true
        }
    }

    private mutating func add(_ index: Int, _ option: Int) { change(index, option, sign: 1) }

    private mutating func remove(_ index: Int) {
        guard let option = chosen[index] else { return }
        change(index, option, sign: -1)
    }

    private mutating func change(_ index: Int, _ option: Int, sign: Double) {
        let candidate = candidates[index]
        for load in candidate.options[option].loads {
            let place = load.budget * rankCount + candidate.rank
            loads[place].count += sign > 0 ? 1 : -1
            // Back to exact zero where nothing is left, so that rounding does not pile up.
            loads[place].mean = loads[place].count == 0 ? 0 : loads[place].mean + sign * load.mean
            loads[place].variance = loads[place].count == 0 ? 0 : max(0, loads[place].variance + sign * load.variance)
        }
        chosen[index] = sign > 0 ? option : nil
        value += sign * candidate.value
    }

    /// What an option takes of what there is: the sum of its shares of the budgets' room.
    private static func share(_ option: PlanOption, of budgets: [PlanBudget], rank: Int) -> Double {
        option.loads.reduce(0) { sum, load in
            let rooms = budgets[load.budget].room
            let room = rooms.isEmpty ? 0 : rooms[min(rank, rooms.count - 1)]
            return sum + load.mean / max(room, 1e-9)
        }
    }

    /// Everything a candidate needs, in an order to run it in; nil where a need cannot be run or goes in a circle.
    private static func closures(_ candidates: [PlanCandidate]) -> [[Int]?] {
        enum Mark { case unseen, open, done }
        var marks = Array(repeating: Mark.unseen, count: candidates.count)
        var found: [[Int]?] = Array(repeating: nil, count: candidates.count)
        func visit(_ index: Int) {
            marks[index] = .open
            var closure: [Int] = []
            var known = Set<Int>()
            var isRunnable = !candidates[index].options.isEmpty
            for needed in candidates[index].dependsOn {
                guard candidates.indices.contains(needed), marks[needed] != .open else {
                    isRunnable = false
                    continue
                }
                if marks[needed] == .unseen { visit(needed) }
                guard let inner = found[needed] else {
                    isRunnable = false
                    continue
                }
                for member in inner where known.insert(member).inserted { closure.append(member) }
            }
            marks[index] = .done
            found[index] = isRunnable ? closure + [index] : nil
        }
        for index in candidates.indices where marks[index] == .unseen { visit(index) }
        return found
    }
}
