// Everything that is not JSON, with where it goes wrong, and what only looks as if it were wrong.
import JSONRPC
import Testing

struct ParserFaultTests {
    @Test(
        "Not JSON",
        arguments: [
            ("", 0), ("  ", 0), ("{", 1), ("[", 1), ("]", 0), ("}", 0), ("[}", 1), ("{]", 1), ("[1", 2), ("[1}", 2),
            ("{\"a\":1]", 6), ("[1,]", 3), ("[,1]", 1), ("[1,,2]", 3), ("[1 2]", 3), ("{\"a\":1,}", 7), ("{,}", 1),
            ("{\"a\"}", 4), ("{\"a\" 1}", 5), ("{\"a\"::1}", 5), ("{\"a\":}", 5), ("{\"a\":1 \"b\":2}", 7),
            ("{a:1}", 1), ("{'a':1}", 1), ("{1:1}", 1), ("{null:1}", 1), ("1 2", 2), ("{}{}", 2), ("[] x", 3),
            ("[1]]", 3),
            ("\"a\"b", 3), ("// c\n1", 0), ("[1/*c*/]", 2), ("<", 0), ("\u{FEFF}1", 0), ("\u{A0}1", 0), ("\u{C}1", 0),
            ("True", 0), ("tru", 0), ("nul", 0), ("nulL", 0), ("falsey", 5), ("NaN", 0), ("Infinity", 0),
            ("[-Infinity]", 2),
            ("undefined", 0),
        ])
    func syntax(_ text: String, offset: Int) {
        let fault = fault(in: text)
        #expect(fault?.isSyntax == true)
        #expect(fault?.offset == offset)
    }

    @Test(
        "Not a number",
        arguments: [
            ("-", 1), ("+1", 0), ("01", 1), ("-01", 2), ("00", 1), ("1.", 2), (".5", 0), ("-.5", 1), ("1.e3", 2),
            ("1e", 2), ("1E+", 3), ("1e-", 3), ("1e1.5", 3), ("1.2.3", 3), ("0x10", 1), ("1_000", 1), ("1e+-1", 3),
            ("--1", 1), ("1-", 1), ("٣", 0), ("1a", 1), ("[0", 2),
        ])
    func number(_ text: String, offset: Int) {
        #expect(fault(in: text)?.isSyntax == true)
        #expect(fault(in: text)?.offset == offset)
    }

    @Test(
        "Not a string",
        arguments: [
            (#"""#, 1), (#""abc"#, 4), (#""abc\"#, 4), (#""abc\""#, 6), (#""\x41""#, 1), (#""\'""#, 1), (#""\a""#, 1),
            (#""\U0041""#, 1), (#""\u""#, 1), (#""\u00g0""#, 1), (#""\u00""#, 1), (#""a\u123""#, 2), (#""\u+123""#, 1),
            (#""\ud800""#, 1), (#""\ud800x""#, 1), (#""\ud800\n""#, 1), (#""\ud800\u0041""#, 1),
            (#""\ud800\ud800""#, 1),
            (#""\udc00""#, 1), (#""\uDFFF\uD800""#, 1), (#""\ud83d\u12""#, 7), (#""\ud83d\"#, 1), ("\"a\tb\"", 2),
            ("\"a\nb\"", 2), ("\"\0\"", 1), ("\"12345678\u{1F}\"", 9), ("{\"a\u{1}\":1}", 3), (#"{"\ud800":1}"#, 2),
        ])
    func string(_ text: String, offset: Int) {
        #expect(fault(in: text)?.isSyntax == true)
        #expect(fault(in: text)?.offset == offset)
    }

    /// RFC 3629 §4: every first and last sequence of each row of its table, and their neighbours.
    @Test(
        "Not UTF-8",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2], [0xC2, 0x7F], [0xC2, 0xC0], [0xDF, 0x22],
            [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE0, 0xA0], [0xE1, 0x80], [0xE2, 0x82], [0xE1, 0x80, 0x7F],
            [0xE1, 0xC0, 0x80],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF0, 0x90, 0x80], [0xF1, 0x80, 0x80, 0x20], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF, 0xFE], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
        ] as [[UInt8]])
    func notUTF8(_ bytes: [UInt8]) {
        // At each place within the eight bytes that are looked at together, in a value and in a name, and cut off.
        for plain in 0..<9 {
            let before = Array(repeating: UInt8(ascii: "x"), count: plain)
            let quote = UInt8(ascii: "\"")
            #expect(fault(in: [quote] + before + bytes + [quote])?.offset == 1 + plain)
            #expect(fault(in: Array("{\"".utf8) + before + bytes + Array("\":1}".utf8))?.offset == 2 + plain)
            #expect(fault(in: [quote] + before + bytes)?.isSyntax == true)
        }
    }

    @Test(
        "The first and last scalar of each length",
        arguments: [
            "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFD}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
        ])
    func isUTF8(_ text: String) throws {
        for plain in 0..<18 {
            let text = String(repeating: "x", count: plain) + text
            let read = try withValue(of: "\"\(text)\"") { $0.text?.string }
            #expect(read.map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test("Each byte that a string may not hold as it is, at each place of eight")
    func plainBytes() {
        for byte in UInt8.min...0x7F {
            for place in 0..<10 {
                var bytes = Array("\"0123456789abcdef\"".utf8)
                bytes[1 + place] = byte
                // A quote ends the string early; a backslash makes an escape of what follows.
                let isPlain = byte >= 0x20 && byte != 0x22 && byte != 0x5C
                #expect((fault(in: bytes) == nil) == isPlain)
            }
        }
    }

    @Test("Spaces between tokens are the four of the standard, and no others")
    func space() {
        for byte in UInt8.min...0x20 {
            let isSpace = [0x20, 0x09, 0x0A, 0x0D].contains(byte)
            let text =
                [byte] + Array("{".utf8) + [byte] + Array("\"a\"".utf8) + [byte, 0x3A, byte, 0x31, byte, 0x7D, byte]
            #expect((fault(in: text) == nil) == isSpace)
        }
    }

    @Test("A text cut off anywhere is a fault at or before its end")
    func cutOff() {
        let text = Array(#"{"a":[1,-2.5e+3,true,null,"x\u00e9\ud83d\ude80é"],"b":{"c":false}}"#.utf8)
        for count in 0..<text.count {
            let fault = fault(in: Array(text[..<count]))
            #expect(fault?.isSyntax == true)
            #expect(fault.map { $0.offset <= count } == true)
        }
        #expect(fault(in: text) == nil)
    }

    @Test("Random damage never traps, and what is taken reads back as itself")
    func damage() throws {
        var random = TestRandom(seed: 7)
        let parser = JSONParser()
        for _ in 0..<3000 {
            var bytes = Array(random.tree(depth: 3).text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                if Bool.random(using: &random) {
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                } else {
                    bytes.remove(at: place)
                }
                if bytes.isEmpty { bytes = [0x30] }
            }
            guard fault(in: bytes, by: parser) == nil else { continue }
            let tree = try withValue(of: bytes, by: parser) { JSON($0) }
            #expect(try JSON(parsing: tree.text).isSame(as: tree))
        }
    }
}
