// What is written is JSON, in the order of the calls, and reads back as what was meant.
import JSONRPC
import Testing

struct WriterTests {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return writer.string
    }

    @Test("Commas stand between values, and nowhere else")
    func commas() {
        let text = written { writer in
            writer.beginObject()
            writer.writeName("a")
            writer.beginArray()
            writer.endArray()
            writer.writeName("b")
            writer.beginArray()
            writer.write(Int64(1))
            writer.write(",")
            writer.write("[")
            writer.beginObject()
            writer.endObject()
            writer.beginObject()
            writer.writeName("x:" as String)
            writer.writeNull()
            writer.endObject()
            writer.write(true)
            writer.endArray()
            writer.writeName("c")
            writer.write(false)
            writer.endObject()
            writer.writeRaw("\n")
            writer.write(Int64(2))
        }
        #expect(text == #"{"a":[],"b":[1,",","[",{},{"x:":null},true],"c":false}"# + "\n2")
    }

    @Test(
        "Numbers are written plainly",
        arguments: [0, 1, -1, 9, 10, 99, 100, -100, 1 << 53, .max, .min, .min + 1] as [Int64])
    func integers(_ number: Int64) {
        #expect(written { $0.write(number) } == "\(number)")
    }

    @Test("Every number of digits")
    func digits() {
        var number: Int64 = 1
        for _ in 0..<18 {
            number *= 10
            for near in [number - 1, number, number + 1, -number] { #expect(written { $0.write(near) } == "\(near)") }
        }
    }

    @Test(
        "Money without exponent and without zeros at the end",
        arguments: [
            (0, 9, "0"), (1, 9, "0.000000001"), (-1, 9, "-0.000000001"), (1_500_000_000, 9, "1.5"),
            (1_000_000_000, 9, "1"), (-12_340_000_000, 9, "-12.34"), (100, 9, "0.0000001"), (10, 2, "0.1"),
            (105, 2, "1.05"),
            (.max, 9, "9223372036.854775807"), (.min, 9, "-9223372036.854775808"), (.min, 0, "-9223372036854775808"),
            (.max, 0, "9223372036854775807"), (.max, 18, "9.223372036854775807"), (.min, 18, "-9.223372036854775808"),
            (5, 0, "5"), (120, 1, "12"),
        ] as [(Int64, Int, String)])
    func decimals(_ units: Int64, scale: Int, text: String) throws {
        #expect(written { $0.write(decimal: units, scale: scale) } == text)
        #expect(try withValue(of: text) { $0.decimal(scale: scale) } == .exact(units))
    }

    @Test("Any amount reads back as itself")
    func randomDecimals() throws {
        var random = TestRandom(seed: 3)
        for _ in 0..<2000 {
            let units = Int64(truncatingIfNeeded: random.next()) >> Int.random(in: 0..<64, using: &random)
            let scale = Int.random(in: 0...18, using: &random)
            let text = written { $0.write(decimal: units, scale: scale) }
            #expect(!text.contains("e") && !(text.contains(".") && text.hasSuffix("0")))
            #expect(try withValue(of: text) { $0.decimal(scale: scale) } == .exact(units))
        }
    }

    @Test("Binary numbers; what JSON cannot say is null")
    func doubles() throws {
        let table: [(Double, String)] = [
            (0, "0"), (-0.0, "0"), (1, "1"), (12.345, "12.345"), (-0.5, "-0.5"), (1e15, "1000000000000000"),
            (0x1p53, "9007199254740992"), (1e16, "1e+16"),
            (999_999_999_999_999, "999999999999999"),
            (.nan, "null"), (.infinity, "null"), (-.infinity, "null"),
        ]
        for (number, text) in table { #expect(written { $0.write(number) } == text) }
        for number in [1e300, 5e-324, 0.1, 1.0 / 3, -1e-7, .greatestFiniteMagnitude] {
            #expect(try withValue(of: written { $0.write(number) }) { $0.double } == number)
        }
    }

    @Test("Binary numbers rounded to decimals, plainly")
    func roundedDoubles() {
        let table: [(Double, Int, String)] = [
            (0, 3, "0"), (-0.0, 3, "0"), (12.3456, 3, "12.346"), (0.00001, 6, "0.00001"), (0.0000001, 6, "0"),
            (-0.0000001, 6, "0"), (99.9999, 3, "100"), (-2.5, 0, "-3"), (1e9, 6, "1000000000"), (1e20, 3, "1e+20"),
            (.nan, 3, "null"), (-.infinity, 3, "null"), (1.0 / 3, 15, "0.333333333333333"),
        ]
        for (number, decimals, text) in table { #expect(written { $0.write(number, decimals: decimals) } == text) }
    }

    @Test("Only what must be escaped is, at each place of eight")
    func escapes() throws {
        #expect(written { $0.write("a/é日🚀\u{2028}\u{7F}") } == "\"a/é日🚀\u{2028}\u{7F}\"")
        #expect(written { $0.write("\"\\\n\r\t\u{8}\u{C}\0\u{1F}") } == #""\"\\\n\r\t\u0008\u000c\u0000\u001f""#)
        for scalar in (0...0xFF).compactMap(Unicode.Scalar.init) {
            for place in 0..<10 {
                let text = String(repeating: "x", count: place) + String(scalar) + "12345678\u{80}\"9"
                let line = written { $0.write(text) }
                #expect(!line.utf8.contains { $0 < 0x20 })
                #expect(try withValue(of: line) { $0.text.map { Array($0.bytes) } } == Array(text.utf8))
            }
        }
    }

    @Test("A text of the request is written as one of ours")
    func views() throws {
        try withValue(of: #"["a\u0001\"é",""]"#) { array in
            let line = written { writer in
                writer.beginArray()
                for element in array.elements { if let text = element.text { writer.write(text) } }
                writer.endArray()
            }
            #expect(line == #"["a\u0001\"é",""]"#)
        }
    }

    @Test("What was written can be taken back")
    func truncation() {
        let text = written { writer in
            writer.beginArray()
            writer.write(Int64(1))
            let mark = writer.count
            writer.write("an answer that will not be given")
            writer.truncate(to: mark)
            writer.write(Int64(2))
            writer.truncate(to: 1_000_000)
            writer.endArray()
        }
        #expect(text == "[1,2]")
    }

    @Test("It grows as far as it must, and begins anew")
    func growth() {
        var writer = JSONWriter()
        let part = String(repeating: "é\n", count: 1000)
        writer.beginArray()
        for _ in 0..<3000 { writer.write(part) }
        writer.endArray()
        let counts = [writer.count, writer.withUnsafeBytes { $0.count }]
        // é and the escaped line end are two bytes each.
        #expect(counts == Array(repeating: 2 + 3000 * (2 + 4000) + 2999, count: 2))
        writer.removeAll()
        writer.write(true)
        let text = writer.string
        #expect(text == "true")
    }
}
