// Strict JSON: what is taken, what is refused and where.
import Testing

@testable import JSONRPC

/// Parses a copy of the text and hands the value to `body` while its buffer is alive.
func parsing<Value>(_ text: String, _ body: (JSONValue) throws -> Value) throws -> Value {
    try parsing(bytes: Array(text.utf8), body)
}

func parsing<Value>(bytes: [UInt8], _ body: (JSONValue) throws -> Value) throws -> Value {
    var copy = bytes.isEmpty ? [0x20] : bytes
    let parser = JSONParser()
    return try copy.withUnsafeMutableBytes { try body(try parser.parse($0)) }
}

private func fault(_ bytes: [UInt8]) -> JSONFault? {
    do {
        try parsing(bytes: bytes) { _ in }
        return nil
    } catch {
        return error as? JSONFault
    }
}

private func offset(_ text: String) -> Int? {
    if case .syntax(_, let offset) = fault(Array(text.utf8)) { offset } else { nil }
}

@Suite struct ParserTests {
    @Test(arguments: [
        ("", 0), ("{", 1), ("[1,]", 3), ("{\"a\":1,}", 7), ("{\"a\" 1}", 5), ("{a:1}", 1), ("[1 2]", 3), ("01", 1),
        ("+1", 0), ("1.", 2), (".5", 0), ("1e", 2), ("-", 1), ("tru", 0), ("True", 0), ("nul", 0), ("\"a", 2),
        ("\"a\tb\"", 2), ("\"\\x\"", 1), ("\"\\u12g4\"", 1), ("\"\\ud800\"", 7), ("\"\\udc00\"", 1),
        ("\"\\ud800\\u0041\"", 7), ("{} x", 3), ("{}{}", 2), ("'a'", 0), ("NaN", 0), ("[1]]", 3), ("/*c*/1", 0),
    ])
    func syntaxFaultsNameTheirPlace(text: String, at: Int) { #expect(offset(text) == at) }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
        [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0x80, 0x22], [0x22, 0xF0, 0x80, 0x80, 0x80, 0x22],
        [0x22, 0xC3], [0x00], [0xEF, 0xBB, 0xBF, 0x31],
    ])
    func badBytesAreRefused(bytes: [UInt8]) { #expect(fault(bytes) != nil) }

    @Test(arguments: [
        "é", "日本語 🚀", "\u{2028}\u{2029}\u{85}", "\u{10FFFF}\u{7FF}\u{800}\u{FFFF}\u{10000}", "abcdefgh\u{80}",
    ])
    func textOfAnyLengthSurvives(text: String) throws {
        for padding in 0..<18 {
            let whole = String(repeating: "x", count: padding) + text
            let read = try parsing("\"\(whole)\"") { $0.text?.string }
            #expect(read == whole)
        }
    }

    @Test func escapesAreUndoneAndTheRawTextIsKept() throws {
        let written = #""\u00e9\n\"\\\/\b\f\r\t\ud83d\ude80\u0000x""#
        try parsing(written) { value in
            #expect(value.raw.string == written)
            #expect(value.text?.string == "é\n\"\\/\u{8}\u{c}\r\t🚀\u{0}x")
            #expect(value.text?.string == "é\n\"\\/\u{8}\u{c}\r\t🚀\u{0}x", "asking twice changes nothing")
        }
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"x":{"b":1,"c":2,"b":3}}"#, #"[{"":1,"":2}]"#,
    ])
    func aNameTwiceIsAFaultOfItsOwn(text: String) {
        guard case .duplicateName = fault(Array(text.utf8)) else {
            Issue.record("not refused")
            return
        }
    }

    @Test func namesThatDifferInBytesAreTwoNames() throws {
        try parsing("{\"\u{e9}\":1,\"e\u{301}\":2}") { #expect($0.count == 2) }
    }

    @Test func aSyntaxFaultWinsOverADuplicate() { #expect(offset(#"{"a":1,"a":2} x"#) == 14) }

    @Test func manyMembersAreComparedInReasonableTime() throws {
        let members = (0..<100_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        try parsing("{\(members)}") { #expect($0.count == 100_000) }
        #expect(throws: JSONFault.self) { try parsing("{\(members),\"k5\":1}") { _ in } }
    }

    @Test(arguments: ["[", "{\"a\":"]) func depthIsBounded(opening: String) throws {
        let closing = opening == "[" ? "]" : "}"
        func nested(_ depth: Int) -> String {
            String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)
        }
        try parsing(nested(128)) { #expect($0.count == 1) }
        #expect(throws: JSONFault.self) { try parsing(nested(129)) { _ in } }
        #expect(throws: JSONFault.self) { try parsing(String(repeating: opening, count: 100_000)) { _ in } }
    }

    @Test func membersAndElementsComeInOrder() throws {
        try parsing(#" { "b" : [1, {"x":null}, "s"] , "a" : true , "c" : {} } "#) { value in
            #expect(value.members.map { $0.name.string } == ["b", "a", "c"])
            #expect(value["b"]?.elements.map { $0.kind } == [.number, .object, .string])
            #expect(value["a"]?.bool == true && value["c"]?.count == 0 && value["zzz"] == nil)
        }
    }

    @Test func theParserIsReusedFromLineToLine() throws {
        let parser = JSONParser()
        for text in ["[1,2,3]", "{\"a\":\"\\n\"}", "5", "[" + String(repeating: "0,", count: 70_000) + "0]", "{}"] {
            var bytes = Array(text.utf8)
            try bytes.withUnsafeMutableBytes { _ = try parser.parse($0) }
        }
    }
}

@Suite struct NumberTests {
    @Test(arguments: [
        ("0", 0), ("-0", 0), ("5.0", 5), ("1e2", 100), ("1.5e1", 15), ("9007199254740991", 9_007_199_254_740_991),
        ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min), ("1000e-3", 1), ("0e999999999", 0),
        ("0.0000", 0), ("123456789012345678", 123_456_789_012_345_678),
    ])
    func wholeNumbersAreExact(text: String, expected: Int64) throws {
        #expect(try parsing(text) { $0.int64 } == expected)
    }

    @Test(arguments: ["1.5", "9223372036854775808", "-9223372036854775809", "1e400", "1e-1", "true", "\"5\"", "[]"])
    func othersAreNone(text: String) throws { #expect(try parsing(text) { $0.int64 } == nil) }

    @Test(arguments: [
        ("0.1", DecimalReading.exact(100_000_000)), ("1e-9", .exact(1)), ("1e-10", .tooPrecise),
        ("0.1234567891", .tooPrecise), ("0.12345678900", .exact(123_456_789)), ("9223372036.854775807", .exact(.max)),
        ("9223372036.854775808", .outOfRange), ("-9223372036.854775808", .exact(.min)), ("1e10", .outOfRange),
        ("-0.5", .exact(-500_000_000)), ("12e-1", .exact(1_200_000_000)),
    ])
    func decimalsAreExactOrRefused(text: String, expected: DecimalReading) throws {
        #expect(try parsing(text) { $0.decimal(scale: 9) } == expected)
    }

    @Test func aHundredThousandDigitsAreOutOfRange() throws {
        let nines = String(repeating: "9", count: 100_000)
        #expect(try parsing(nines) { $0.decimal(scale: 9) } == .outOfRange)
        #expect(try parsing("0." + nines) { $0.decimal(scale: 9) } == .tooPrecise)
        #expect(try parsing("1" + String(repeating: "0", count: 100_000)) { $0.int64 } == nil)
    }
}
