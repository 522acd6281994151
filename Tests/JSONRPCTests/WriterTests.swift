// Written text reads back as what was written.
import Testing

@testable import JSONRPC

private struct Dice {
    var state: UInt64
    mutating func roll(_ sides: UInt64) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % sides
    }

    mutating func tree(_ depth: Int) -> JSON {
        switch roll(depth > 0 ? 7 : 5) {
        case 0: .null
        case 1: .bool(roll(2) == 0)
        case 2: .int(Int(bitPattern: UInt(roll(1 << 31) &* roll(1 << 31))))
        case 3: .number(["1.5", "-2e-7", "0.000000001", "1e300"][Int(roll(4))])
        case 4: .string(text())
        case 5: .array((0..<roll(5)).map { _ in tree(depth - 1) })
        default: .object((0..<roll(5)).map { ("\($0)" + text(), tree(depth - 1)) })
        }
    }

    private mutating func text() -> String {
        let pieces = ["a", "é", "\"", "\\", "\n", "\u{0}", "\u{1f}", "🚀", "\u{2028}", "/", "plain text ", "\u{7f}"]
        return (0..<roll(6)).map { _ in pieces[Int(roll(UInt64(pieces.count)))] }.joined()
    }
}

@Suite struct WriterTests {
    @Test(arguments: 0..<300) func anyTreeSurvivesWritingAndReading(seed: UInt64) throws {
        var dice = Dice(state: seed)
        let tree = dice.tree(5)
        #expect(try JSON(parsing: tree.text).text == tree.text)
        #expect(try JSON(parsing: tree.indented).text == tree.text)
    }

    @Test(arguments: [
        (0, 9, "0"), (1, 9, "0.000000001"), (1_500_000_000, 9, "1.5"), (-500_000_000, 9, "-0.5"), (100, 0, "100"),
        (Int64.max, 9, "9223372036.854775807"), (Int64.min, 9, "-9223372036.854775808"), (10_000_000_000, 9, "10"),
    ])
    func decimalsArePlainAndShort(units: Int64, scale: Int, expected: String) {
        var writer = JSONWriter()
        writer.write(decimal: units, scale: scale)
        #expect(writer.string == expected)
    }

    @Test(arguments: [Int64.max, Int64.min, 0, 7, -10, 999_999_999_999_999_999, 1_000_000_000_000_000_000])
    func integersKeepEveryDigit(number: Int64) {
        var writer = JSONWriter()
        writer.write(number)
        #expect(writer.string == "\(number)")
    }

    @Test func numbersThatJSONCannotSayAreNull() {
        var writer = JSONWriter()
        writer.beginArray()
        for number in [Double.nan, .infinity, 0.25, 3, 1e300, -0.1] { writer.write(number) }
        writer.endArray()
        #expect(writer.string == "[null,null,0.25,3,1e+300,-0.1]")
    }

    @Test func anAnswerCanBeTakenBack() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.writeName("a")
        let mark = writer.count
        writer.write("gone")
        writer.truncate(to: mark)
        writer.write(Int64(1))
        writer.writeName("b")
        writer.beginArray()
        writer.endArray()
        writer.endObject()
        #expect(writer.string == #"{"a":1,"b":[]}"#)
    }
}
