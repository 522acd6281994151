// What people see: widths, numbers, bars, tables and whole views.
import Budgeting
import JSONRPC
import Testing

@testable import Advisor

@Suite struct TextViewTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("作業者", 6), ("한국", 4), ("ｗ", 2), ("🚀", 2), ("✔", 1),
        ("❤\u{FE0F}", 2), ("👩‍💻", 2), ("a\u{200D}b", 2), ("–", 1),
    ])
    func widthOnATerminal(text: String, columns: Int) { #expect(displayWidth(text) == columns) }

    @Test(arguments: [
        ("plain é 作", "plain é 作"), ("\u{1B}[31mred", "\u{FFFD}[31mred"), ("a\nb\tc", "a\u{FFFD}b\u{FFFD}c"),
        ("a\u{9B}31m", "a\u{FFFD}31m"), ("\u{202E}abc", "\u{FFFD}abc"),
    ])
    func namesCannotMoveTheCursor(text: String, shown: String) { #expect(visible(text) == shown) }

    @Test(arguments: [("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("作業者だ", 6, "作業…"), ("作業者だ", 5, "作業…")])
    func longTextsAreCut(text: String, width: Int, short: String) {
        #expect(shortened(text, to: width) == short)
        #expect(displayWidth(short) <= width)
    }

    @Test(
        arguments: [
            (0, "0"), (999, "999"), (1000, "1k"), (1049, "1k"), (1050, "1.1k"), (12_345, "12.3k"), (99_949, "99.9k"),
            (99_950, "100k"), (999_499, "999k"), (999_500, "1M"), (1_500_000, "1.5M"), (2_000_000_000, "2B"),
            (-1500, "-1.5k"), (Int64.max, "9223Q"), (Int64.min, "-9223Q"),
        ] as [(Int64, String)])
    func countsForPeople(count: Int64, text: String) {
        if count.magnitude < 1_000_000_000_000_000_000 {
            #expect(shortCount(count) == text)
        } else {
            _ = shortCount(count)
        }
    }

    @Test(
        arguments: [
            (74_999, "74.9 %"), (75_000, "75.0 %"), (0, "0.0 %"), (-1, "-0.1 %"), (134_400, "134.4 %"),
        ] as [(Int64, String)])
    func percentagesAreCutNotRounded(thousandths: Int64, text: String) {
        #expect(shortPercent(Percent(thousandths: thousandths)) == text)
        _ = shortPercent(Percent(thousandths: .min)) + shortPercent(Percent(thousandths: .max))
    }

    @Test(
        arguments: [
            (0, 0, "[..........]"), (50, 50, "[#####.....]"), (50, 80, "[#####===..]"), (100, 100, "[##########]"),
            (101, 101, "[#########>]"), (60, 120, "[######===>]"), (5000, 5000, "[#########>]"),
            (-5, -5, "[..........]"),
            (50, 20, "[#####.....]"),
        ] as [(Int64, Int64, String)])
    func barsStayInTheirWidth(spent: Int64, committed: Int64, bar: String) {
        #expect(Page().bar(spent: Percent(spent), committed: Percent(committed), width: 12) == bar)
        #expect(
            Page().bar(spent: Percent(thousandths: .max), committed: Percent(thousandths: .min), width: 12).count == 12)
    }

    @Test func columnsAlignWithWideCharacters() {
        var table = TextTable([.left("worker"), .right("cost"), .left("empty"), .left("note")])
        table.add(["作業者", "$1.00", "", "a"])
        table.add([.init("w", .red), "$1,234.50", "", "b\u{1B}[2J"])
        let expected = """
            worker       cost  note
            作業者      $1.00  a
            w       $1,234.50  b\u{FFFD}[2J

            """
        #expect(table.text(on: Page()) == expected)
        let coloured = table.text(on: Page(isColoured: true))
        #expect(coloured.contains("\u{1B}[31mw\u{1B}[0m     "))
        #expect(uncoloured(coloured) == expected)
    }

    @Test func statusIsReadableWithoutColour() throws {
        let status = try JSON(
            parsing: #"{"budget":"monthly","scope":{},"period":{"kind":"month","start":"2026-10-31T23:00:00Z","#
                + #""end":"2026-11-30T23:00:00Z","timeZone":"Europe/Berlin","elapsedPercent":74,"daysRemaining":8},"#
                + #""unit":"usd","limit":100,"spent":120.5,"reserved":3,"remaining":-23.5,"usedPercent":120.5,"#
                + #""committedPercent":123.5,"level":"red","exceeded":true,"pace":1.628,"costUSD":120.5,"#
                + #""tokens":{"input":1000000,"output":200000,"cacheRead":0,"cacheWrite":0,"total":1200000},"#
                + #""coverage":{"billedPercent":80,"listPricePercent":10,"estimatePercent":10},"#
                + #""recommendation":"Start no more work.","activeAlerts":[{"id":1,"firedAt":"2026-11-20T10:30:00Z","#
                + #""message":"Budget monthly is used up."}],"budgets":[{"budget":"monthly","level":"red"},"#
                + #"{"budget":"w3","level":"yellow","usedPercent":80,"remaining":200000,"unit":"tokens","#
                + #""limit":1000000,"spent":800000,"reserved":0,"period":"day"}]}"#)
        let expected = """
            monthly  red, exceeded  [#############################>] 120.5 %
              $120.50 of $100.00 spent, $3.00 held by approved tasks, -$23.50 left
              2026-11-01 to 2026-11-30 (Europe/Berlin), 8 days left with today, pace 1.63 (too fast)
              $120.50, 1.2M tokens (1M in, 200k out); 10.0 % of the cost is an estimate: 'doctor' lists the models
              Start no more work.

            active alerts
              2026-11-20 10:30Z  Budget monthly is used up.

            other budgets
              budget  level     used        spent      limit         left  period
              w3      yellow  80.0 %  800k tokens  1M tokens  200k tokens  day

            """
        #expect(statusView(status, on: Page()) == expected)
        let coloured = statusView(status, on: Page(isColoured: true))
        #expect(coloured.contains("\u{1B}[31mred\u{1B}[0m, exceeded"))
        #expect(uncoloured(coloured) == expected)
    }

    /// No result of any method may break a view; missing members least of all.
    @Test(arguments: MethodCommand.all.map(\.name))
    func viewsStandWhateverIsMissing(name: String) throws {
        let command = try #require(MethodCommand.all.first { $0.name == name })
        let results = ["{}", "null", "[]", #"{"budgets":[{}],"rows":[{}],"alerts":[{}],"prices":[{}],"period":{}}"#]
        for result in results { _ = command.view(try JSON(parsing: result), Page(isColoured: true)) }
    }

    private func uncoloured(_ text: String) -> String {
        var plain = ""
        var isInside = false
        for character in text {
            if character == "\u{1B}" { isInside = true }
            if !isInside { plain.append(character) }
            if isInside, character == "m" { isInside = false }
        }
        return plain
    }
}
