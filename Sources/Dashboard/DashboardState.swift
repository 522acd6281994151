// What the dashboard shows and how keys change it. Values only: tested without a terminal.

struct DashboardState: Equatable {
    enum View: Int, CaseIterable {
        case budgets, forecast, days, breakdown, tasks, alerts

        var title: String {
            switch self {
            case .budgets: "Budgets"
            case .forecast: "Forecast"
            case .days: "30 days"
            case .breakdown: "Breakdown"
            case .tasks: "Tasks"
            case .alerts: "Alerts"
            }
        }
    }

    static let groups = ["worker", "model", "task", "project"]
    /// Values of getUsage's orderBy.
    static let orders = ["costUSD", "totalTokens", "records", "key"]

    var view = View.budgets
    var group = 0
    var order = 0
    /// Which of the budgets the forecast is about; counted round.
    var budget = 0
    /// Only rows that contain it are shown.
    var filter = ""
    /// Lines that are scrolled past.
    var offset = 0
    var isFiltering = false
    var showsHelp = false
    var hasEnded = false

    mutating func press(_ key: Key) {
        if key == .interrupt {
            hasEnded = true
        } else if isFiltering {
            edit(key)
        } else if showsHelp {
            // Any key goes back, and q still quits.
            showsHelp = false
            hasEnded = key == .character("q")
        } else {
            command(key)
        }
    }

    private mutating func edit(_ key: Key) {
        switch key {
        case .character(let character) where filter.count < 60: filter.append(character)
        case .backspace: filter = String(filter.dropLast())
        case .enter: isFiltering = false
        case .escape:
            isFiltering = false
            filter = ""
        default: break
        }
        offset = 0
    }

    private mutating func command(_ key: Key) {
        switch key {
        case .character("q"): hasEnded = true
        case .character("?"), .character("h"): showsHelp = true
        case .character("/"): isFiltering = true
        case .escape: filter = ""
        case .tab, .right: show(view.rawValue + 1)
        case .backTab, .left: show(view.rawValue - 1)
        case .character("g"): next(\.group, of: Self.groups.count, showing: .breakdown)
        case .character("s"): next(\.order, of: Self.orders.count, showing: .breakdown)
        case .character("b"): next(\.budget, of: 1000, showing: .forecast)
        case .up, .character("k"): offset = max(offset - 1, 0)
        case .down, .character("j"): offset += 1
        case .pageUp: offset = max(offset - 10, 0)
        case .pageDown: offset += 10
        case .home: offset = 0
        case .character(let character):
            if let number = character.wholeNumberValue, (1...View.allCases.count).contains(number) { show(number - 1) }
        default: break
        }
    }

    private mutating func show(_ index: Int) {
        let count = View.allCases.count
        view = View(rawValue: (index + count) % count) ?? .budgets
        offset = 0
    }

    /// The first press shows the view, the next ones change it.
    private mutating func next(_ value: WritableKeyPath<Self, Int>, of count: Int, showing wanted: View) {
        if view == wanted { self[keyPath: value] = (self[keyPath: value] + 1) % count } else { view = wanted }
        offset = 0
    }
}
