// News for those who subscribed: looked for after each turn that wrote, and when another process has written.
import Budgeting
import JSONRPC
import Ledger

/// How often a period's end is looked for, where nobody writes.
private let quietSeconds: Int64 = 30

/// What changed for a subscriber.
struct Changes {
    var alerts: [AlertRow] = []
    var levels: [LevelChange] = []
    /// Budgets came or went.
    var isOtherSet = false

    var isEmpty: Bool { alerts.isEmpty && levels.isEmpty && !isOtherSet }
}

struct LevelChange: Sendable {
    var row: BudgetRow
    var from: Level

    static let shape = Shape(
        encoding: LevelChange.self,
        [
            Field("budget", .text, "The budget's name.", .required, get: { $0.row.standing.budget.name }),
            Field("from", .choice(Level.self), "Its level before.", .required, get: { $0.from }),
            Field("to", .choice(Level.self), "Its level now.", .required, get: { $0.row.standing.level }),
            Field(
                "usedPercent", .percent(allowNegative: true), "Spent, in percent of the limit.", .required,
                get: { $0.row.standing.usedPercent }),
            Field("remaining", .amount, "Limit − spent − reserved.", .required, get: { $0.row.remaining }),
        ])
}

/// Not in the list of methods: what the watch reads, in a transaction like that of a method.
private let lookAround = AnyMethod(
    Method(
        "lookAround", title: "", summary: "", effect: .reads, isTool: false, params: .nothing,
        result: .object(.nothing),
        handler: { _, session in
            session.news = try News(after: session.outlook?.cursor, session)
            return Nothing()
        }))

extension Dispatcher {
    /// Whether somebody wants to be told of what happens while no request comes.
    package var needsTicks: Bool { isWatching || front?.hasQuestions == true }

    private var isWatching: Bool { !session.subscription.isEmpty || front?.hasListeners == true }

    /// Remembers how things stand now, so that what comes after it is news.
    func beginWatching() {
        if !isWatching || session.outlook == nil, let news = news() { session.outlook = Outlook(news) }
    }

    /// Writes notifications about what changed since the last look. To be called between turns.
    func look(hasWritten: Bool) {
        guard isWatching else { return }
        let version = session.ledger.dataVersion
        let isQuiet = !hasWritten && version == session.seenDataVersion
        guard !isQuiet || session.now.seconds >= session.lookedAt.seconds + quietSeconds else { return }
        // What changes between the two is seen twice, not missed.
        session.seenDataVersion = version
        session.lookedAt = session.now
        let before = session.outlook
        let found = news()
        settle()
        guard let news = found else { return }
        session.outlook = Outlook(news)
        let changes = Changes(from: before ?? Outlook(news), to: news)
        tell(changes)
        front?.tell(changes)
    }

    private func news() -> News? {
        var nothing = JSONWriter()
        _ = try? perform(lookAround, nil, into: &nothing)
        defer { session.news = nil }
        return session.news
    }

    private func tell(_ changes: Changes) {
        if session.subscription.contains(.budgetAlert) {
            for var alert in changes.alerts {
                output.writeRaw(#"{"jsonrpc":"2.0","method":"budgetAlert","params":"#)
                AlertRow.shape.encode(&alert, &output)
                output.writeRaw("}\n")
            }
        }
        if session.subscription.contains(.levelChanged) {
            for var change in changes.levels {
                output.writeRaw(#"{"jsonrpc":"2.0","method":"levelChanged","params":"#)
                LevelChange.shape.encode(&change, &output)
                output.writeRaw("}\n")
            }
        }
    }
}

extension Changes {
    init(from before: Outlook, to news: News) {
        alerts = news.alerts
        levels = news.budgets.compactMap { row in
            guard let from = before.levels[row.standing.budget.name], from != row.standing.level else { return nil }
            return LevelChange(row: row, from: from)
        }
        isOtherSet = Set(before.levels.keys) != Set(news.budgets.map(\.standing.budget.name))
    }
}
