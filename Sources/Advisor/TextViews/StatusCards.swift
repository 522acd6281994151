// What the cards of `status` rest on: the results of the methods that every front calls.
import Budgeting
import JSONRPC

/// One budget: where it stands, where it goes, and what a task would be told now.
package struct CardFacts: Sendable {
    package var status: JSON
    /// Null where there is none to make.
    package var forecast = JSON.null
    /// The answer of a dry run of approveTask; null where none was asked.
    package var decision = JSON.null
    package var now: Instant

    package init(status: JSON, forecast: JSON = .null, decision: JSON = .null, now: Instant) {
        self.status = status
        self.forecast = forecast
        self.decision = decision
        self.now = now
    }

    var unit: String { status["unit"]?.string ?? "usd" }
    var zone: TimeZoneRules? {
        try? TimeZoneRules.system(named: status["period"]?["timeZone"]?.string ?? "UTC")
    }
    /// The ledger's day of now.
    var today: CivilDate? { zone.map { CivilDate(dayNumber: $0.localDay(of: now)) } }
}

/// More budgets than this are rows of a table and not cards.
private let mostCards = 6

/// The cards to show, and the brief rows of the budgets beyond them.
package struct StatusCards: Sendable {
    package var cards: [CardFacts]
    package var others: [JSON] = []

    package init(cards: [CardFacts], others: [JSON] = []) {
        self.cards = cards
        self.others = others
    }

    /// What getStatus answered for the budget that was asked for.
    package var first: JSON { cards.first?.status ?? .null }
}

extension Dispatcher {
    /// - Parameters:
    ///   - params: of getStatus.
    ///   - isBrief: only the first budget, and without the dry run.
    package func statusCards(_ params: JSON, isBrief: Bool = false) throws(WireError) -> StatusCards {
        let first = try call("getStatus", params)
        var found = StatusCards(cards: [try card(of: first, params, isBrief: isBrief)])
        if isBrief || params["budget"] != nil { return found }
        let name = first["budget"]?.string
        let others = (first["budgets"]?.array ?? []).filter { $0["budget"]?.string != name }
        for row in others.prefix(mostCards - 1) {
            let asked = params.with("budget", row["budget"] ?? .null)
            found.cards.append(try card(of: try call("getStatus", asked), asked, isBrief: false))
        }
        found.others = Array(others.dropFirst(mostCards - 1))
        return found
    }

    private func card(of status: JSON, _ asked: JSON, isBrief: Bool) throws(WireError) -> CardFacts {
        var facts = CardFacts(status: status, now: session.now)
        guard status["limit"]?.isNull == false else { return facts }
        facts.forecast = try call("forecast", isBrief ? asked : asked.with("detail", "full"))
        // Of a moment that is past nothing is asked. A ledger that cannot be written still has a status.
        if !isBrief, asked["at"] == nil { facts.decision = (try? call("approveTask", trial(of: status))) ?? .null }
        return facts
    }

    /// A normal task that this budget covers.
    private func trial(of status: JSON) -> JSON {
        var params = JSON.object([("task", "status-trial"), ("dryRun", true)])
        for name in ["worker", "task", "project", "model"] {
            if let value = status["scope"]?[name], !value.isNull { params = params.with(name, value) }
        }
        return params
    }
}

extension JSON {
    /// The object with that member set.
    package func with(_ name: String, _ value: JSON) -> JSON {
        guard case .object(let members) = self else { return .object([(name, value)]) }
        return .object(members.filter { $0.name != name } + [(name, value)])
    }
}
