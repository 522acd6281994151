// Decisions in sentences: what was decided, by which numbers, and what to do instead.
import Budgeting
import Ledger

extension Decision {
    /// Why, in one or two sentences with the numbers.
    var sentence: String {
        switch reason.code {
        case .withinBudget where reason.detail == "held":
            return "You hold this task already; its reservation still stands."
        case .withinBudget:
            guard let numbers = reason.numbers else { return "No budget covers this task, so nothing is in its way." }
            return "It fits: \(numbers.sum), up to \(numbers.ceiling) (\(numbers.line)) of budget \(numbers.budget)."
        case .cheaperModelFits:
            let place = reason.numbers.map { " \($0.sum), up to \($0.ceiling) of budget \($0.budget)." } ?? ""
            return "\(askedModel ?? "The model that was asked for") does not fit, \(model ?? "another") does.\(place)"
        case .duplicateTask: return duplicateSentence
        case .unpricedModel:
            return "The model \(reason.detail ?? "") has no price, and this ledger refuses such models; set one with "
                + "setPrice."
        case .spawnStorm where reason.detail?.hasPrefix(DecisionReason.overall) ?? false:
            let count = reason.detail?.dropFirst(DecisionReason.overall.count) ?? ""
            return "\(count) tasks were approved within ten minutes, the most that this ledger is set to."
        case .spawnStorm:
            return "This task was approved \(reason.detail ?? "too many") times in a short while, which looks like a "
                + "loop; find out why it ends so soon."
        case .paused: return "Approvals are paused\(reason.detail.map { ": \($0)" } ?? "")."
        case .granted where reason.isOverLimit:
            let by = reason.detail?.dropFirst(DecisionReason.overLimit.count) ?? "a person"
            let place = reason.numbers.map { " of budget \($0.budget): \($0.sum), limit \($0.limit)" } ?? ""
            return "It was let through by \(by), past the limit\(place)."
        case .granted:
            let place = reason.numbers.map { ": \($0.sum), within the \($0.limit) of budget \($0.budget)" } ?? ""
            return "It was let through by \(reason.detail ?? "a person")\(place)."
        case .priorityLine, .exceedsBudget, .budgetExhausted, .paced: return refusalSentence
        }
    }

    private var duplicateSentence: String {
        guard let claim else { return "Somebody holds this task." }
        let who = claim.worker ?? "somebody"
        let cost = "it has cost \(Money(nanoUSD: claim.spent.cost).sentenceText) so far"
        switch claim.state {
        case .claimed:
            let until = claim.leaseUntil.map { ", until \($0.rfc3339) unless it checks in" } ?? ""
            return "\(who) has been working on this task since \(claim.since.rfc3339)\(until); \(cost)."
        case .inReview:
            let place = claim.pullRequest.map { " as \($0)" } ?? ""
            return "\(who) handed this task in for review\(place) at \(claim.since.rfc3339); \(cost). Ask with kind "
                + "rework to work on it again."
        default:
            return "\(who) finished this task at \(claim.since.rfc3339); \(cost). Ask with kind rework to work on it "
                + "again."
        }
    }

    private var refusalSentence: String {
        guard let numbers = reason.numbers else { return "It does not fit." }
        switch reason.code {
        case .budgetExhausted:
            return "Budget \(numbers.budget) is used up: \(numbers.committed) of \(numbers.limit)."
        case .exceedsBudget:
            return "It would pass the limit of budget \(numbers.budget): \(numbers.sum), more than \(numbers.limit)."
        case .paced:
            return "Budget \(numbers.budget) is spread over its period: \(numbers.sum), and so far \(numbers.ceiling) "
                + "(\(numbers.line)) is open to \(priority.rawValue) work."
        default:
            return "\(priority.rawValue) work may go up to \(numbers.ceiling) (\(numbers.line)) of budget "
                + "\(numbers.budget): \(numbers.sum)."
        }
    }
}

/// The numbers of a reason as texts.
private struct ReasonNumbers {
    var budget: String
    var sum: String
    var committed: String
    var ceiling: String
    var line: String
    var limit: String
}

extension DecisionReason {
    fileprivate var numbers: ReasonNumbers? {
        guard let budget, let unit, let limit, let spent, let reserved, let demand, let ceiling, let line else {
            return nil
        }
        func text(_ amount: Int64) -> String { unit.sentenceText(amount) }
        return ReasonNumbers(
            budget: budget,
            sum: "\(text(spent)) spent + \(text(reserved)) held + \(text(demand)) for this task (p90)",
            committed: "\(text(spent)) spent + \(text(reserved)) held", ceiling: text(ceiling),
            line: "\(line.decimalText) %", limit: text(limit))
    }
}

extension LimitUnit {
    func sentenceText(_ amount: Int64) -> String {
        switch self {
        case .usd: BudgetLimit.usd(.zero).sentenceText(amount)
        case .tokens: BudgetLimit.tokens(0).sentenceText(amount)
        }
    }
}

extension CounterOffer {
    var sentence: String {
        switch self {
        case .useModel(let model, let p90, let saving):
            "Ask again with \(model): about \(p90.sentenceText) at most, \(saving.sentenceText) less."
        case .wait(let until): "Ask again at \(until.rfc3339)."
        case .cap(let tokens): "Make it smaller: up to \(LimitUnit.tokens.sentenceText(tokens)) fit now."
        case .raiseLimit(let budget, let unit, let amount):
            "Have the limit of budget \(budget) raised by \(unit.sentenceText(amount))."
        }
    }
}

extension CheckInAnswer {
    var sentence: String {
        let spent = Money(nanoUSD: used.cost).sentenceText
        let held = reservation.map { Money(nanoUSD: $0.amount.cost).sentenceText } ?? "nothing"
        let name = budget?.budget ?? "the budget"
        switch code {
        case .withinReservation: return "Go on: \(spent) of \(held) is used."
        case .reservationNearlyUsed: return "Finish what is open and hand in: \(spent) of \(held) is used."
        case .reservationUsed:
            return "Finish what is open and hand in: \(spent) is used, \(held) was reserved. If much is left, say so "
                + "with remaining."
        case .runaway: return "Stop: \(spent) is used, twice what was reserved (\(held)) or more."
        case .budgetNearLimit: return "Finish what is open and hand in: budget \(name) is nearly used up."
        case .budgetExhausted: return "Stop: budget \(name) is used up."
        case .exceedsBudget:
            return
                "Stop: what is held for this task (\(held)) does not fit into budget \(name); leave it to another worker."
        case .leaseLost: return "Stop: the lease ran out, and what is left to do no longer fits. Ask approveTask."
        case .heldByOther: return "Stop: \(claim.worker ?? "another worker") holds this task now."
        case .ended: return "Stop: this task is \(claim.state.rawValue)."
        }
    }
}
