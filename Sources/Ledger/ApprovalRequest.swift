// What an approval is asked with.

import Budgeting

/// A question whether a task may start.
package struct ApprovalRequest: Hashable, Sendable {
    package var task: String
    package var title: String?
    package var worker: String?
    package var project: String?
    package var model: String?
    /// Models the task may be moved to, in the order of preference.
    package var alternatives: [String] = []
    package var priority = Priority.normal
    package var kind = TaskKind.new
    package var labels: [String] = []
    package var estimate: GivenEstimate?
    /// How long the reservation and the claim last without a check-in.
    package var ttlSeconds: Int64 = 3600
    package var requestID: String?
    /// Decides and writes nothing.
    package var isDryRun = false
    /// A refusal becomes a question to a person.
    package var asksPerson = false

    package init(task: String) { self.task = task }

    /// What makes another question under the same `requestID` another question.
    var bodyHash: Int64 {
        var list = FactWriter()
        list.add(taskKey(task))
        for text in [title, worker, project, model, priority.rawValue, kind.rawValue] { list.add(text) }
        list.addAll(alternatives) { $0.add($1) }
        list.addAll(labels) { $0.add($1) }
        list.add(estimate?.cost?.nanoUSD)
        for count in [\TokenCounts.input, \.output, \.cacheRead, \.cacheWrite, \.cacheWrite1h] {
            list.add(estimate?.tokens?[keyPath: count])
        }
        list.add(ttlSeconds)
        list.add(asksPerson)
        return list.hash
    }
}

/// What the asker expects the task to take. At least one of the two.
package struct GivenEstimate: Hashable, Sendable {
    package var tokens: TokenCounts?
    package var cost: Money?

    package init(tokens: TokenCounts?, cost: Money?) {
        self.tokens = tokens
        self.cost = cost
    }
}

/// The rules that hold on a ledger.
package struct ApprovalRules: Sendable {
    /// Of budgets without a policy of their own.
    package var policy = AdmissionPolicy.thresholds
    /// A model without a price is refused instead of estimated high.
    package var refusesUnpriced = false
    /// For the policy `paced`: the forecast's chance that a budget's limit is passed, by the budget's name.
    package var overLimit: [String: Percent] = [:]
    /// More approvals of one task than this within `stormSeconds` are a spawn storm.
    package var stormApprovals = 5
    package var stormSeconds: Int64 = 600
    /// The most approvals of all tasks together within `stormSeconds`; nil: any number.
    package var mostApprovals: Int?

    package init() {}
}

/// The names of a request in the ledger's numbers.
struct ApprovalSubject {
    var task: TaskIdentity
    var worker: Int64
    var model: Int64
    /// All labels together are one name; 0 for none.
    var labels: Int64

    /// What it counts as under a budget's scope, on a model.
    func names(model: Int64) -> Attribution {
        Attribution(
            model: model, worker: worker, task: task.task, project: task.project, session: 0, operation: 0, basis: 0)
    }
}

extension OpenLedger {
    /// The numbers of a request's names. A dry run adds none: a name that the ledger does not have gets a number that
    /// nothing else has.
    func subject(of request: ApprovalRequest) throws(LedgerError) -> ApprovalSubject {
        let labels = Set(request.labels).sorted().joined(separator: "\u{1f}")
        return ApprovalSubject(
            task: TaskIdentity(
                task: try number(request.task, .task, adding: !request.isDryRun),
                project: try number(request.project, .plain, adding: !request.isDryRun)),
            worker: try number(request.worker, .plain, adding: !request.isDryRun),
            model: try number(request.model, .plain, adding: !request.isDryRun),
            labels: labels.isEmpty ? 0 : try number(labels, .plain, adding: !request.isDryRun))
    }

    /// The number of a name; 0 for none, -1 for one that the ledger does not have and that is not to be added.
    func number(_ name: String?, _ kind: NameKind, adding: Bool) throws(LedgerError) -> Int64 {
        guard var name else { return 0 }
        guard adding else { return try NameTable.existing(name, kind: kind, in: connection) ?? -1 }
        let result = name.withUTF8 { bytes in
            Result { () throws(LedgerError) in
                try kind == .task ? tasks.id(of: bytes, in: connection) : names.id(of: bytes, in: connection)
            }
        }
        return try result.get()
    }
}
