// The in-place scanner: UTF-8, strings, numbers and nesting, against plain references.
import Foundation
import Testing

@testable import AgentLogs

@Suite struct ScanningTests {
    @Test func utf8AgreesWithTheStandardLibrary() {
        var random = SeededGenerator(seed: 5)
        let pieces: [[UInt8]] = [
            Array("a".utf8), Array("é".utf8), Array("→".utf8), Array("🙂".utf8), Array("\u{800}".utf8),
            Array("\u{D7FF}".utf8), Array("\u{10FFFF}".utf8), Array("plain ascii text, long enough".utf8), [0x80],
            [0xC0, 0x80],
            [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xC3],
            [0xE2, 0x82], [0xF0, 0x9F, 0x99],
        ]
        var wrong = 0
        var firstDifference: [UInt8]?
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...14, using: &random) {
                // Mostly good pieces, so that both answers occur.
                let limit = Int.random(in: 0..<12, using: &random) == 0 ? pieces.count : 8
                bytes += pieces[Int.random(in: 0..<limit, using: &random)]
            }
            let expected = String(validating: bytes, as: UTF8.self) != nil
            if !expected { wrong += 1 }
            let found = bytes.withUnsafeBytes { isValidUTF8($0) }
            if found != expected && firstDifference == nil { firstDifference = bytes }
        }
        #expect(firstDifference == nil)
        #expect(wrong > 1000)
    }

    @Test(arguments: [
        ("{}", true), ("[]", true), (#"{"a":[1,2,{"b":null}],"c":"x\n\u00e9"}"#, true), (" 1 ", true),
        ("-0.5e+7", true),
        ("", false), ("{", false), ("[1,]", false), ("{\"a\":1,}", false), ("{,}", false), ("[,1]", false),
        ("01", false),
        ("1.", false), (".5", false), ("+1", false), ("1e", false), ("nul", false), ("\"\\x\"", false),
        ("\"\\u12\"", false), ("\"\\ud800\"", false), ("\"\\udc00\"", false), ("\"\\ud83d\\ude42\"", true),
        ("\"a\tb\"", false), ("{\"a\" 1}", false), ("{1:2}", false), ("[1 2]", false), ("[1}", false), ("{} {}", false),
        ("true false", false), ("{\"a\":}", false),
    ]) func grammar(_ text: String, _ isValid: Bool) {
        var text = text
        #expect(text.withUTF8 { JSONView(checking: $0) != nil } == isValid)
    }

    @Test func nestingIsBounded() {
        for (depth, isValid) in [(128, true), (129, false), (100_000, false)] {
            var text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(text.withUTF8 { JSONView(checking: $0) != nil } == isValid)
        }
    }

    @Test func membersAreFoundAndDecoded() {
        var text = #" {"skip":{"id":"no"},"id":"a\"\\\u00e9\ud83d\ude42\n","n":1e2,"big":9007199254740992,"x":null} "#
        text.withUTF8 { bytes in
            let view = JSONView(checking: bytes)
            #expect(view?["id"]?.string == "a\"\\é🙂\n")
            #expect(view?["n"]?.tokens == 100)
            #expect(view?["big"]?.tokens == nil && view?["big"]?.int == 9_007_199_254_740_992)
            #expect(view?["x"] == nil && view?["y"] == nil)
        }
    }

    @Test func stringsOfEveryLengthEndWhereTheyEnd() {
        for length in 0..<40 {
            for tail in ["", "\\\"", "\\\\"] {
                let inner = String(repeating: "a", count: length) + tail
                var text = "[\"\(inner)\",1]"
                #expect(text.withUTF8 { JSONView(checking: $0) != nil }, "\(text)")
            }
        }
    }

    @Test(
        arguments: [
            ("1767607200", 1_767_607_200_000), ("1767607200.5", 1_767_607_200_500),
            ("1767607200000", 1_767_607_200_000),
            ("1767607200000000", 1_767_607_200_000), ("\"1767607200000000000\"", 1_767_607_200_000),
            ("\"2026-01-05T10:00:00.123456Z\"", 1_767_607_200_123),
            ("\"2026-01-05T12:00:00+02:00\"", 1_767_607_200_000),
            ("\"yesterday\"", nil), ("-5", nil), ("true", nil), ("1e300", nil),
        ] as [(String, Int64?)]) func times(_ text: String, _ ms: Int64?)
    {
        var text = text
        #expect(text.withUTF8 { JSONView(checking: $0)?.timeMs } == ms)
    }

    @Test func cursorsSurviveAsText() {
        #expect(FileCursor(text: "") == nil && FileCursor(text: "2;0;0;0;0;0;0;0;0;0") == nil)
        #expect(FileCursor(text: "1;0;0;0;0;0;9;5;0;0") == nil)
        var cursor = FileCursor()
        cursor.inode = .max
        cursor.state["a;b=%"] = "x=1;\n%41é"
        #expect(FileCursor(text: cursor.text) == cursor)
        #expect(!cursor.text.contains("\n"))
    }
}
