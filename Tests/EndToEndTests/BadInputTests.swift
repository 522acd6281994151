// Input at and past every edge: an error each, exact where it is allowed, and a process that lives.
import Foundation
import Testing

@Suite struct BadInputTests {
    let folder: TestFolder
    let advisor: Advisor

    init() throws {
        folder = try TestFolder()
        advisor = try Advisor(in: folder)
    }

    private func record(_ fields: String, id: String = "1") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"recordUsage","params":{"model":"gpt-5","inputTokens":1,"#
            + #""outputTokens":1,\#(fields)}}"#
    }

    private func expectAlive() throws { #expect(try advisor.call("ping").result == .object([:])) }

    @Test(arguments: [
        ("9007199254740991", true), ("9007199254740992", false), ("9223372036854775807", false),
        ("9223372036854775808", false), ("18446744073709551617", false), ("-1", false), ("-9223372036854775808", false),
        ("-0", true), ("1e400", false), ("1e-400", false), ("1.5", false), ("0", true), ("null", true), ("true", false),
        (#""5""#, false), ("[]", false),
    ])
    func numbersAtTheEdgeOfTokens(text: String, isAllowed: Bool) throws {
        let answer = try advisor.answer(to: record(#""cacheReadTokens":\#(text)"#))
        if isAllowed {
            #expect(answer.code == nil, "\(answer.line)")
        } else {
            #expect(answer.code == -32602, "\(answer.line)")
            #expect(answer["error", "data", "errors"][0]["path"].text == "/cacheReadTokens", "\(answer.line)")
        }
        try expectAlive()
    }

    @Test(arguments: [
        // A ledger holds an eighth of 64 bits, so that sums over kinds of tokens fit too.
        ("1152921504.606846975", true), ("1152921504.606846976", false), ("9223372036.854775807", false),
        ("9223372036.854775808", false), ("1e300", false), ("0.000000001", true),
        ("0.0000000001", false), ("-0.5", false), ("1E2", true), ("0.30", true),
    ])
    func numbersAtTheEdgeOfMoney(text: String, isAllowed: Bool) throws {
        let answer = try advisor.answer(to: record(#""costUSD":\#(text)"#))
        #expect(answer.code == (isAllowed ? nil : -32602), "\(answer.line)")
        if isAllowed { #expect(answer.result["costUSD"].number == Decimal(string: text), "\(answer.line)") }
        try expectAlive()
    }

    /// A sum that would pass 64 bits is refused with the record; what is there stays, and goes on.
    @Test func sumsThatWouldOverflow() throws {
        let large = record(#""costUSD":1100000000"#)
        #expect(try advisor.answer(to: large).code == nil)
        #expect(try advisor.answer(to: large).code == -32602)
        // 2^53 − 1 tokens fit 128 times below 2^60.
        try advisor.send(
            String(repeating: record(#""costUSD":0.01,"cacheReadTokens":9007199254740991"#) + "\n", count: 200))
        var refused = 0
        for _ in 0..<200 { if try advisor.answer().code == -32602 { refused += 1 } }
        #expect(refused == 72)
        #expect(try advisor.answer(to: record(#""costUSD":1"#)).result["costUSD"].int == 1)
        #expect(try advisor.call("getStatus").result["costUSD"].number == Decimal(string: "1100000002.28"))
    }

    @Test(arguments: [
        "9007199254740993", "-9223372036854775809", "1.0", "1e2", "123456789012345678901234567890", #""é\u0041""#,
    ])
    func idsComeBackInTheirOwnText(id: String) throws {
        let answer = try advisor.answer(to: #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#)
        #expect(answer.line.contains(#""id":\#(id),"#), "\(answer.line)")
    }

    @Test func linesOfSixteenMebibytesAndMore() throws {
        let limit = 16 << 20
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping""#
        for (size, code) in [(limit, nil), (limit + 1, -32600 as Int64?), (3 * limit, -32600)] {
            try advisor.send(ping + String(repeating: " ", count: size - ping.utf8.count - 1) + "}\n")
            let answer = try advisor.answer()
            #expect(answer.code == code, "\(size): \(answer.line)")
            try expectAlive()
        }
        // A string that long is a param like any other, and refused as too long.
        let text = record(#""worker":"\#(String(repeating: "w", count: limit - 1000))""#)
        #expect(try advisor.answer(to: text).code == -32602)
        try expectAlive()
        // Twice the line and a bit.
        #expect(try peakKibibytes(of: advisor.process.pid) < 80 * 1024)
        #expect(try advisor.finish().ending == .exit(0))
    }

    @Test(arguments: ["[", #"{"a":"#, #"[{"a":"#])
    func nestingOfAHundredThousand(opening: String) throws {
        let deep = String(repeating: opening, count: 100_000)
        #expect(try advisor.answer(to: deep).code == -32700)
        let inside = #"{"jsonrpc":"2.0","id":1,"method":"ping","params":\#(deep)}"#
        #expect(try advisor.answer(to: inside).code == -32700)
        let closed = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(try advisor.answer(to: closed).code == -32700)
        try expectAlive()
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3], [0x80],
            [0xF0, 0x9F, 0x98], [0x00], [0x1F], Array(#"\ud800"#.utf8), Array(#"\udc00\ud800"#.utf8),
            Array(#"\x41"#.utf8),
        ] as [[UInt8]])
    func bytesThatAreNoText(bytes: [UInt8]) throws {
        let line = Array(record(#""worker":"@""#).utf8)
        let at = try #require(line.firstIndex(of: UInt8(ascii: "@")))
        try advisor.process.send(line[..<at] + bytes + line[(at + 1)...] + [0x0A])
        let answer = try advisor.answer()
        #expect(answer.code == -32700 && answer["id"] == .null, "\(answer.line)")
        #expect(answer["error", "data", "offset"].int != nil)
        try expectAlive()
    }

    /// Random damage to good lines: always one answer a line, always the next line as usual.
    @Test(arguments: [1, 2, 3, 4]) func linesDamagedAtRandom(round: Int) throws {
        let load = Load(seed: UInt64(round), keyPrefix: "d")
        for number in 0..<400 {
            var line = Array(load.line(number).utf8.dropLast())
            for _ in 0..<Int.random(in: 1...3) {
                let place = Int.random(in: line.indices)
                switch Int.random(in: 0...2) {
                case 0: line[place] = UInt8.random(in: 0...255)
                case 1: line.remove(at: place)
                default: line.insert(contentsOf: line[place..<min(line.count, place + 9)], at: place)
                }
            }
            for place in line.indices where line[place] == 0x0A { line[place] = 0x20 }
            try advisor.process.send(line + Array("\n".utf8))
            // A damaged "id" makes a notification of it: then only the ping is answered.
            let ping = #"{"jsonrpc":"2.0","id":"ping","method":"ping"}"#
            var answer = try advisor.answer(to: ping)
            if answer["id"].text != "ping" { answer = try advisor.answer() }
            #expect(answer["id"].text == "ping", "\(String(decoding: line, as: UTF8.self)) -> \(answer.line)")
        }
        #expect(try advisor.finish().ending == .exit(0))
        #expect(try query(folder.ledger, "PRAGMA integrity_check") == "ok")
    }
}
