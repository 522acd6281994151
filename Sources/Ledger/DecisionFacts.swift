// A decision as a list of facts, and back: what is read is what was given, to the last digit.

import Budgeting

extension Decision {
    /// Everything that is not a column of its own.
    var facts: String {
        var list = FactWriter()
        for text in [task, project, worker, title, kind.rawValue, priority.rawValue, askedModel, model] {
            list.add(text)
        }
        list.addAll(labels) { $0.add($1) }
        list.add(policy.rawValue)
        list.add(isRetryable)
        list.add(retryAt?.seconds)
        reason.write(to: &list)
        add(estimate, to: &list) { $1.write(to: &$0) }
        add(reservation, to: &list) { $1.write(to: &$0) }
        add(claim, to: &list) { $1.write(to: &$0) }
        list.addAll(options) { $1.write(to: &$0) }
        list.addAll(budgets) { $1.write(to: &$0) }
        list.add(ask?.id)
        list.add(ask?.expiresAt.seconds)
        return list.text
    }

    private func add<Part>(_ part: Part?, to list: inout FactWriter, _ write: (inout FactWriter, Part) -> Void) {
        list.add(part != nil)
        if let part { write(&list, part) }
    }

    init(id: Int64, at: Instant, outcome: Outcome, facts: String) throws(LedgerError) {
        var list = FactReader(facts)
        self.id = id
        self.at = at
        self.outcome = outcome
        task = try list.text()
        project = try list.optionalText()
        worker = try list.optionalText()
        title = try list.optionalText()
        kind = try list.word(TaskKind.self)
        priority = try list.word(Priority.self)
        askedModel = try list.optionalText()
        model = try list.optionalText()
        labels = try list.all { (list: inout FactReader) throws(LedgerError) in try list.text() }
        policy = try list.word(AdmissionPolicy.self)
        isRetryable = try list.bool()
        retryAt = try list.optionalInt().map(Instant.init(seconds:))
        reason = try DecisionReason(from: &list)
        estimate = try list.bool() ? TaskEstimate(from: &list) : nil
        reservation = try list.bool() ? Reservation(from: &list) : nil
        claim = try list.bool() ? Claim(from: &list) : nil
        options = try list.all { (list: inout FactReader) throws(LedgerError) in try CounterOffer(from: &list) }
        budgets = try list.all { (list: inout FactReader) throws(LedgerError) in try BudgetBrief(from: &list) }
        if let askID = try list.optionalInt(), let until = try list.optionalInt() {
            ask = PendingAsk(id: askID, expiresAt: Instant(seconds: until))
        }
    }
}

extension DecisionReason {
    fileprivate func write(to list: inout FactWriter) {
        list.add(code.rawValue)
        list.add(budget)
        list.add(unit?.rawValue)
        for amount in [limit, spent, reserved, demand, line?.thousandths, ceiling] { list.add(amount) }
        list.add(detail)
    }

    fileprivate init(from list: inout FactReader) throws(LedgerError) {
        code = try list.word(Code.self)
        budget = try list.optionalText()
        unit = try list.optionalText().flatMap(LimitUnit.init(rawValue:))
        limit = try list.optionalInt()
        spent = try list.optionalInt()
        reserved = try list.optionalInt()
        demand = try list.optionalInt()
        line = try list.optionalInt().map(Percent.init(thousandths:))
        ceiling = try list.optionalInt()
        detail = try list.optionalText()
    }
}

extension TaskEstimate {
    fileprivate func write(to list: inout FactWriter) {
        for amount in [p50, p90] {
            list.add(amount.cost.nanoUSD)
            list.add(amount.tokens.withoutCacheReads)
            list.add(amount.tokens.withCacheReads)
        }
        list.add(basis.rawValue)
        list.add(samples)
    }

    fileprivate init(from list: inout FactReader) throws(LedgerError) {
        func amount(_ list: inout FactReader) throws(LedgerError) -> WorkAmount {
            WorkAmount(
                cost: Money(nanoUSD: try list.int()),
                tokens: TokenAmount(withoutCacheReads: try list.int(), withCacheReads: try list.int()))
        }
        self.init(
            p50: try amount(&list), p90: try amount(&list), basis: try list.word(EstimateBasis.self),
            samples: Int(try list.int()))
    }
}

extension Reservation {
    fileprivate func write(to list: inout FactWriter) {
        for amount in [id, amount.cost, amount.tokens, amount.cacheReads] { list.add(amount) }
        list.add(unit.rawValue)
        list.add(expiresAt.seconds)
    }

    fileprivate init(from list: inout FactReader) throws(LedgerError) {
        id = try list.int()
        amount = HoldAmount(cost: try list.int(), tokens: try list.int(), cacheReads: try list.int())
        unit = try list.word(LimitUnit.self)
        expiresAt = Instant(seconds: try list.int())
    }
}

extension Claim {
    fileprivate func write(to list: inout FactWriter) {
        for text in [task, project, worker, title, pullRequest, state.rawValue] { list.add(text) }
        for number in [since.seconds, leaseUntil?.seconds, spent.cost, spent.tokens, spent.cacheReads, runs] {
            list.add(number)
        }
    }

    fileprivate init(from list: inout FactReader) throws(LedgerError) {
        task = try list.text()
        project = try list.optionalText()
        worker = try list.optionalText()
        title = try list.optionalText()
        pullRequest = try list.optionalText()
        state = try list.word(TaskState.self)
        since = Instant(seconds: try list.int())
        leaseUntil = try list.optionalInt().map(Instant.init(seconds:))
        spent = HoldAmount(cost: try list.int(), tokens: try list.int(), cacheReads: try list.int())
        runs = try list.int()
    }
}

extension CounterOffer {
    fileprivate func write(to list: inout FactWriter) {
        switch self {
        case .useModel(let model, let p90, let saving):
            list.add("useModel")
            list.add(model)
            list.add(p90.nanoUSD)
            list.add(saving.nanoUSD)
        case .wait(let until):
            list.add("wait")
            list.add(until.seconds)
        case .cap(let tokens):
            list.add("cap")
            list.add(tokens)
        case .raiseLimit(let budget, let unit, let amount):
            list.add("raiseLimit")
            list.add(budget)
            list.add(unit.rawValue)
            list.add(amount)
        }
    }

    fileprivate init(from list: inout FactReader) throws(LedgerError) {
        switch try list.text() {
        case "useModel":
            self = .useModel(
                try list.text(), p90: Money(nanoUSD: try list.int()), saving: Money(nanoUSD: try list.int()))
        case "wait": self = .wait(until: Instant(seconds: try list.int()))
        case "cap": self = .cap(tokens: try list.int())
        case "raiseLimit":
            self = .raiseLimit(budget: try list.text(), unit: try list.word(LimitUnit.self), by: try list.int())
        default: throw FactList.damaged
        }
    }
}

extension BudgetBrief {
    fileprivate func write(to list: inout FactWriter) {
        list.add(budget)
        list.add(unit.rawValue)
        for amount in [limit, spent, reserved] { list.add(amount) }
        list.add(level.rawValue)
        for amount in [periodEnd?.seconds, demand, line?.thousandths, ceiling] { list.add(amount) }
        list.add(isSoft)
    }

    fileprivate init(from list: inout FactReader) throws(LedgerError) {
        budget = try list.text()
        unit = try list.word(LimitUnit.self)
        limit = try list.int()
        spent = try list.int()
        reserved = try list.int()
        level = try list.word(Level.self)
        periodEnd = try list.optionalInt().map(Instant.init(seconds:))
        demand = try list.optionalInt()
        line = try list.optionalInt().map(Percent.init(thousandths:))
        ceiling = try list.optionalInt()
        isSoft = try list.bool()
    }
}
