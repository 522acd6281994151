// Charts and frames stay inside their page, whatever they are given.
import Advisor
import Budgeting
import JSONRPC
import Testing

@testable import Dashboard

@Suite struct ChartTests {
    private func dollars(_ amount: Double) -> String { "$\(Int(amount))" }

    @Test func bars() {
        let days = [
            BarDay(day: 1, amount: 0), BarDay(day: 2, amount: 4), BarDay(day: 3, amount: 0.01),
            BarDay(day: 4, amount: -2),
        ]
        let expected = [
            "      $4|    ###         ", "        |    ###         ", "      $2|    ###         ",
            "        |    ### ###     ",
            "        +----------------", "         1   2   3   4   ",
        ]
        #expect(barChart(days, height: 4, on: Page(width: 80), label: dollars) == expected)
    }

    @Test func fan() {
        let days = [
            FanDay(day: 1, spent: 2), FanDay(day: 2, spent: 4, p10: 4, p50: 4, p90: 5),
            FanDay(day: 3, p10: 4, p50: 6, p90: 8),
        ]
        let expected = [
            "      $8|        :   ", "        |        :   ", "      $6|--------o---", "        |    :   :   ",
            "        |    *   :   ",
            "        |            ", "        |*           ", "        |            ", "        |            ",
            "        +------------",
            "         1           ",
        ]
        #expect(fanChart(days, limit: 6, height: 9, on: Page(width: 80), label: dollars) == expected)
    }

    @Test(arguments: [40, 80, 120])
    func chartsStayInTheirWidth(width: Int) {
        let page = Page(width: width)
        let bars = (1...31).map { BarDay(day: $0, amount: $0 == 9 ? 1e12 : 1e-9) }
        let fan = (1...31).map { FanDay(day: $0, spent: nil, p10: 0, p50: 1e14, p90: Double($0) * 1e13) }
        let lines =
            barChart(bars, height: 9, on: page, label: { _ in "$123456789012" })
            + fanChart(fan, limit: 0, height: 9, on: page, label: { _ in "$作作作作作作" })
        for line in lines { #expect(displayWidth(line) <= width) }
    }

    @Test(arguments: [
        ("\u{1B}[31mabcdef\u{1B}[0m", 3, "\u{1B}[31mabc\u{1B}[0m"), ("abc", 3, "abc"), ("作業者", 5, "作業"), ("", 4, ""),
    ])
    func colouredLinesAreCut(line: String, width: Int, expected: String) { #expect(cut(line, to: width) == expected) }

    @Test(arguments: [(80, 24), (30, 6), (200, 60), (10, 3)])
    func aFrameFillsTheScreenAndNoMore(width: Int, height: Int) throws {
        let rows = (1...200).map { JSON.object([("worker", .string("作業者-\($0)")), ("costUSD", .int($0))]) }
        let facts: [DashboardFacts] = [
            .problem("gone"), .days(.null), .tasks(.null), .alerts(alerts: .null, decisions: .null),
            .breakdown(.object([("rows", .array(rows))]), group: "worker", order: "costUSD"),
            .forecast(card: CardFacts(status: .null, now: Instant(seconds: 0)), spentByDay: [], place: ""),
            .budgets(StatusCards(cards: [])),
        ]
        for fact in facts {
            var state = DashboardState()
            state.offset = 1_000_000
            state.filter = "作"
            let frame = Dashboard.frame(fact, &state, on: Page(width: width, height: height))
            let lines = frame.dropFirst(3).split(separator: "\r\n", omittingEmptySubsequences: false)
            #expect(lines.count <= height && state.offset <= 210)
            for line in lines { #expect(displayWidth(withoutEscapes(line)) <= width) }
        }
    }

    private func withoutEscapes(_ line: Substring) -> String {
        var isInside = false
        return line.reduce(into: "") { text, character in
            if character == "\u{1B}" { isInside = true }
            if !isInside { text.append(character) }
            if character.isLetter { isInside = false }
        }
    }
}
