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
            (-1500, "-1.5k"), (Int64.max, "9223372036854775807"), (Int64.min, "-9223372036854775808"),
        ] as [(Int64, String)])
    func countsForPeople(count: Int64, text: String) {
        #expect(shortCount(count) == text)
    }

    @Test(
        arguments: [
            (0, "0 seconds"), (1, "1 second"), (89, "89 seconds"), (90, "2 minutes"), (5399, "90 minutes"),
            (5400, "2 hours"), (129_599, "36 hours"), (129_600, "2 days"), (667_096, "8 days"), (-60, "60 seconds"),
            (.max, "106751991167301 days"), (.min, "106751991167301 days"),
        ] as [(Int64, String)])
    func durationsInOneUnit(seconds: Int64, text: String) { #expect(durationText(seconds) == text) }

    @Test(arguments: [
        (0, "today"), (1, "tomorrow"), (-1, "yesterday"), (3, "in 3 days"), (-2, "2 days ago"),
    ])
    func daysFromToday(days: Int, text: String) {
        #expect(dayText(CivilDate(dayNumber: 20_000 + days), from: CivilDate(dayNumber: 20_000)) == text)
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

    /// No result of any method may break a view; missing members least of all.
    @Test(arguments: MethodCommand.all.map(\.name))
    func viewsStandWhateverIsMissing(name: String) throws {
        let command = try #require(MethodCommand.all.first { $0.name == name })
        let results = ["{}", "null", "[]", #"{"budgets":[{}],"rows":[{}],"alerts":[{}],"prices":[{}],"period":{}}"#]
        for result in results { _ = command.view(try JSON(parsing: result), Page(isColoured: true)) }
    }
}

/// The text as a terminal without colours shows it.
func uncoloured(_ text: String) -> String {
    var plain = ""
    var isInside = false
    for character in text {
        if character == "\u{1B}" { isInside = true }
        if !isInside { plain.append(character) }
        if isInside, character == "m" { isInside = false }
    }
    return plain
}
