// The dashboard: paints the view that the state asks for, whenever the ledger, the terminal or the state has changed.
import Advisor
import JSONRPC

package enum Dashboard {
    /// How often the ledger is looked at.
    private static let tickMs: Int32 = 400
    /// Time alone changes things too: leases end, days begin.
    private static let longestTicks = 12

    /// Runs until q, Ctrl-C, the end of the input or a signal; false where there is no terminal to take.
    package static func run(_ session: Session) -> Bool {
        let dispatcher = Dispatcher(ofProcess: session)
        let isColoured = Page.ofProcess().isColoured
        // The first picture is made before the screen is taken, so that it is there at once.
        var state = DashboardState()
        var facts = dispatcher.facts(for: state)
        guard Terminal.take() else { return false }
        defer { Terminal.release() }
        var mark = session.ledger.changeMark()
        var painted = ""
        var ticks = 0
        while !state.hasEnded {
            let size = Terminal.size
            let page = Page(isColoured: isColoured, width: size.width, height: size.height)
            let picture = frame(facts, &state, on: page)
            if picture != painted, !Terminal.put(picture) { return true }
            painted = picture
            guard let typed = Terminal.read(within: tickMs) else { return true }
            let before = state
            for key in Key.all(in: typed) where !state.hasEnded { state.press(key) }
            if Terminal.takeSizeChange() { painted = "" }
            ticks += 1
            let newMark = session.ledger.changeMark()
            if state.asks(otherThan: before) || newMark != mark || ticks >= longestTicks {
                facts = dispatcher.facts(for: state)
                mark = newMark
                ticks = 0
            }
        }
        return true
    }

    /// The whole screen. The offset is kept inside what there is to scroll.
    static func frame(_ facts: DashboardFacts, _ state: inout DashboardState, on page: Page) -> String {
        let body = max(page.height - 3, 1)
        let all = state.showsHelp ? helpLines : lines(of: facts, state, on: page)
        state.offset = min(state.offset, max(all.count - body, 0))
        guard page.width >= 30, page.height >= 6 else {
            return "\u{1B}[H\u{1B}[2J" + cut("too small: 80 x 24 is meant", to: page.width)
        }
        var shown = [tabs(state, page), ""] + all.dropFirst(state.offset).prefix(body)
        while shown.count < page.height - 1 { shown.append("") }
        shown.append(footer(state, hidden: all.count - state.offset - body, page))
        return "\u{1B}[H" + shown.map { cut($0, to: page.width) + "\u{1B}[K" }.joined(separator: "\r\n")
    }

    /// The view that is shown stands in brackets, for terminals without colours.
    private static func tabs(_ state: DashboardState, _ page: Page) -> String {
        DashboardState.View.allCases.map { view in
            let name = "\(view.rawValue + 1) \(view.title)"
            return view == state.view ? page.paint("[\(name)]", .bold) : page.paint(" \(name) ", .faint)
        }.joined(separator: " ")
    }

    private static func footer(_ state: DashboardState, hidden: Int, _ page: Page) -> String {
        if state.isFiltering { return "only rows with: \(visible(state.filter))_   (Enter keeps, Esc drops)" }
        var parts = ["? help", "q quit"]
        if !state.filter.isEmpty { parts.append("filter '\(visible(state.filter))'") }
        if hidden > 0 { parts.append("\(hidden) more lines below") }
        return page.paint(parts.joined(separator: "   "), .faint)
    }
}

extension DashboardState {
    /// Whether other results are needed than for `before`; scrolling and filtering need none.
    fileprivate func asks(otherThan before: DashboardState) -> Bool {
        (view, group, order, budget) != (before.view, before.group, before.order, before.budget)
    }
}
