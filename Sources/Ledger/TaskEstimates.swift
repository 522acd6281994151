// What a task will take: as the asker says, corrected by how that turned out before, or as tasks like it took.

import Budgeting

extension OpenLedger {
    /// The price of a model of a request; that of a model the ledger has never seen, too.
    func price(of model: Int64, named name: String?, at now: Instant) throws(LedgerError) -> ResolvedPrice {
        guard model > 0 else { return try priceBook().resolveOrEstimate(name ?? "", at: now) }
        return try priceCache().price(of: model, at: now) { () throws(LedgerError) in
            if let name { return name }
            return try text(ofName: model)
        }.resolved
    }

    /// The estimate for a request on a model; nil where it cannot be held exactly.
    func estimate(
        _ request: ApprovalRequest, _ subject: ApprovalSubject, model: Int64, named name: String?, now: Instant
    ) throws(LedgerError) -> TaskEstimate? {
        let price = try price(of: model, named: name, at: now).price
        if let given = try givenEstimate(request, subject, model: model, price: price, now: now) {
            let turnouts = try turnoutsOfGivenEstimates()
            return try exact { () throws(ArithmeticOverflow) in
                try TaskEstimate.given(
                    given.expectedTokens(at: price), cost: given.cost, price: price, turnouts: turnouts)
            }
        }
        // Tasks without runs of their own have the estimate of their sort.
        var hasRuns = false
        if subject.task.task > 0 { hasRuns = try !runGroup(ownRuns(of: subject.task)).runs.isEmpty }
        let question = LearnedCache.Question(
            model: model, labels: subject.labels, project: subject.task.project,
            task: hasRuns ? subject.task.task : 0)
        if model > 0, let known = learned.estimates[question] { return known }
        let groups = try groups(subject, model: model, price: price, now: now)
        let estimate = try exact { () throws(ArithmeticOverflow) in
            try TaskEstimate.learned(from: groups, price: price)
        }
        if model > 0, let estimate { learned.remember(estimate, question) }
        return estimate
    }

    /// The asker's estimate for a model: as given for the one that was asked for, at the prices of any other.
    func givenEstimate(
        _ request: ApprovalRequest, _ subject: ApprovalSubject, model: Int64, price: ModelPrice, now: Instant
    ) throws(LedgerError) -> GivenEstimate? {
        guard var given = request.estimate, let cost = given.cost, model != subject.model, request.model != nil else {
            return request.estimate
        }
        let old = try self.price(of: subject.model, named: request.model, at: now).price
        let moved = try exact { () throws(ArithmeticOverflow) in
            try FinishedTask(cost: cost, tokens: try given.expectedTokens(at: old)).converted(from: old, to: price)
        }
        given.cost = moved?.cost ?? cost
        given.tokens = moved?.tokens ?? given.tokens
        return given
    }

    private func ownRuns(of task: TaskIdentity) -> RunGroupKey {
        RunGroupKey(project: task.project, task: task.task)
    }

    /// The sorts of task that a run belongs to.
    func runGroups(of task: TaskIdentity, model: Int64, labels: Int64) -> Set<RunGroupKey> {
        [
            ownRuns(of: task),
            RunGroupKey(model: model, labels: labels, project: task.project),
            RunGroupKey(model: model, labels: labels), RunGroupKey(model: model), RunGroupKey(labels: labels),
            RunGroupKey(),
        ]
    }

    /// The finished tasks to learn from, the narrowest first. Runs on other models count as what they would have
    /// taken on this one; those of other tasks only where there are too few on this model itself.
    private func groups(
        _ subject: ApprovalSubject, model: Int64, price: ModelPrice, now: Instant
    ) throws(LedgerError) -> [(basis: EstimateBasis, tasks: [FinishedTask])] {
        let task = subject.task
        var groups: [(basis: EstimateBasis, tasks: [FinishedTask])] = []
        func add(_ basis: EstimateBasis, _ key: RunGroupKey) throws(LedgerError) {
            var tasks: [FinishedTask] = []
            for run in try runGroup(key).runs {
                let task = try converted(run, to: model, price: price, labels: subject.labels, now: now)
                if let task { tasks.append(task) }
            }
            groups.append((basis, tasks))
        }
        if task.task > 0 { try add(.ownRuns, ownRuns(of: task)) }
        if model > 0 {
            try add(.projectLabelsModel, RunGroupKey(model: model, labels: subject.labels, project: task.project))
            try add(.labelsModel, RunGroupKey(model: model, labels: subject.labels))
            try add(.model, RunGroupKey(model: model))
        }
        guard !groups.contains(where: { !$0.tasks.isEmpty && $0.tasks.count >= $0.basis.minimumSamples }) else {
            return groups
        }
        if model > 0 { groups.removeLast() }
        if subject.labels > 0, try runGroup(RunGroupKey(labels: subject.labels)).runs.count >= 5 {
            try add(.model, RunGroupKey(labels: subject.labels))
        } else {
            try add(.model, RunGroupKey())
        }
        return groups
    }

    private func converted(
        _ run: FinishedRun, to model: Int64, price: ModelPrice, labels: Int64, now: Instant
    ) throws(LedgerError) -> FinishedTask? {
        if model == 0 || run.model == model || run.model == 0 { return run.task }
        let old = try self.price(of: run.model, named: nil, at: now).price
        let ratio = try tokenRatio(from: run.model, to: model, labels: labels)
        return try exact { () throws(ArithmeticOverflow) in
            try run.task.converted(from: old, to: price, tokenRatio: ratio)
        }
    }

    /// Measured tokens of one model ÷ those of another, on the same labels; 1 until both have finished five runs.
    private func tokenRatio(from old: Int64, to new: Int64, labels: Int64) throws(LedgerError) -> Ratio {
        func median(_ model: Int64) throws(LedgerError) -> Int64? {
            let runs = try runGroup(RunGroupKey(model: model, labels: labels)).runs
            guard runs.count >= 5 else { return nil }
            return RobustQuantiles(of: runs.compactMap { try? $0.tokens.total })?.p50
        }
        guard let before = try median(old), let after = try median(new), before > 0, after > 0 else {
            return Ratio(thousandths: 1000)
        }
        let ratio = Int128(after) * 1000 / Int128(before)
        return Ratio(thousandths: Int64(clamping: min(max(ratio, 100), 10_000)))
    }

    /// Actual ÷ given of the newest finished runs whose cost had been estimated by the asker.
    private func turnoutsOfGivenEstimates() throws(LedgerError) -> [Ratio] {
        try runGroup(RunGroupKey()).runs.compactMap { run in
            guard let given = run.givenCost, given > .zero else { return nil }
            return Ratio(thousandths: Int64(clamping: Int128(run.cost.nanoUSD) * 1000 / Int128(given.nanoUSD)))
        }
    }

    /// The value, or nil where it does not fit into 64 bits.
    func exact<Value>(_ body: () throws(ArithmeticOverflow) -> Value) throws(LedgerError) -> Value? {
        do throws(ArithmeticOverflow) { return try body() } catch { return nil }
    }
}

extension GivenEstimate {
    /// The tokens as given; for a cost alone, those of a typical task of that cost.
    func expectedTokens(at price: ModelPrice) throws(ArithmeticOverflow) -> TokenCounts {
        if let tokens { return tokens }
        let typical = TaskEstimate.typicalTokens
        let base = try price.baseCost(ofSum: typical)
        guard let cost, base > .zero else { return typical }
        func scaled(_ count: Int64) throws(ArithmeticOverflow) -> Int64 {
            guard let result = Int64(exactly: Int128(count) * Int128(cost.nanoUSD) / Int128(base.nanoUSD)) else {
                throw ArithmeticOverflow()
            }
            return result
        }
        return TokenCounts(
            input: try scaled(typical.input), output: try scaled(typical.output),
            cacheRead: try scaled(typical.cacheRead), cacheWrite: try scaled(typical.cacheWrite))
    }

    /// What the asker expects it to cost.
    func baseCost(at price: ModelPrice) throws(ArithmeticOverflow) -> Money {
        if let cost { return cost }
        return try price.baseCost(ofSum: tokens ?? .zero)
    }
}
