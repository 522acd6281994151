// subscribe, unsubscribe: a plain caller hears of alerts and of changed levels without asking.
import Budgeting
import JSONRPC
import Ledger

/// What can be subscribed to: the names of the notifications.
package enum BudgetEvent: String, CaseIterable, Sendable { case budgetAlert, levelChanged }

package enum Subscribe {
    package struct Params: Sendable {
        var events: [BudgetEvent]?
    }

    package struct Result: Sendable {
        var events: Set<BudgetEvent>
        var news: News?
    }

    package static let method = Method(
        "subscribe", title: "Subscribe",
        summary: "Be told on this connection when an alert fires or a budget's level changes.",
        description:
            "Notifications budgetAlert (params as listAlerts answers an alert) and levelChanged (budget, from, to, "
            + "usedPercent, remaining) then come between the answers, also for what other processes recorded. It holds "
            + "until unsubscribe or the end of the connection.",
        effect: .reads, isIdempotent: true, isTool: false,
        params: Shape<Params>(
            Params(),
            [
                Field("events", .list(of: .choice(BudgetEvent.self), 1...2), "Which; both when left out.") {
                    $0.events = $1
                }
            ]),
        result: .object(result),
        examples: [Example("all", "{}"), Example("alerts only", #"{"events":["budgetAlert"]}"#)],
        handler: { params, session in
            let news = try News(after: nil, session)
            session.subscription = Set(params.events ?? BudgetEvent.allCases)
            session.outlook = Outlook(news)
            return Result(events: session.subscription, news: news)
        })

    package static let end = Method(
        "unsubscribe", title: "Unsubscribe", summary: "End the notifications of subscribe.", effect: .none,
        isIdempotent: true, isTool: false, params: .nothing, result: .object(result),
        examples: [Example("no more", "{}")],
        handler: { _, session in
            session.subscription = []
            return Result(events: [])
        })

    private static let result = Shape(
        encoding: Result.self,
        [
            Field(
                "events", .list(of: .choice(BudgetEvent.self)), "What will be told from now on.", .required,
                get: { result in BudgetEvent.allCases.filter { result.events.contains($0) } }),
            Field(
                "budgets", .list(of: .object(BudgetRow.briefShape)), "The budgets as they stand.",
                get: { $0.news?.budgets }),
            Field("cursor", .count, "The newest alert: earlier ones are not told.", get: { $0.news?.cursor }),
        ])
}

/// What happened since a moment.
package struct News: Sendable {
    var cursor: Int64
    var alerts: [AlertRow] = []
    var budgets: [BudgetRow]

    /// - Parameter cursor: the newest alert that is known; nil: all are.
    init(after cursor: Int64?, _ session: Session) throws {
        let ledger = try session.ledger.current()
        var filter = AlertFilter()
        (filter.limit, filter.afterID) = (cursor == nil ? 1 : 100, cursor)
        let alerts = try ledger.listAlerts(filter)
        self.cursor = max(alerts.first?.id ?? 0, cursor ?? 0)
        if cursor != nil { self.alerts = alerts.reversed().map(AlertRow.init) }
        budgets = BudgetRow.rows(try ledger.snapshots(at: session.now, now: session.now))
    }
}

/// What a connection was last told: the newest alert, and the level of each budget.
package struct Outlook: Sendable {
    var cursor: Int64
    var levels: [String: Level]

    init(_ news: News) {
        cursor = news.cursor
        levels = Dictionary(
            news.budgets.map { ($0.standing.budget.name, $0.standing.level) }, uniquingKeysWith: { $1 })
    }
}
