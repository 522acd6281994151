// Depth, size and names: what a hostile line can try.
import JSONRPC
import Testing

struct ParserLimitTests {
    private func nested(_ depth: Int, _ open: String, _ inner: String, _ close: String) -> String {
        String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
    }

    @Test("128 levels are read, 129 are refused where the 129th begins")
    func depth() throws {
        #expect(fault(in: nested(128, "[", "1", "]")) == nil)
        #expect(fault(in: nested(128, "{\"a\":", "1", "}")) == nil)
        #expect(fault(in: nested(64, "[{\"a\":", "{}", "}]"))?.offset == 64 * 6)
        #expect(fault(in: nested(129, "[", "1", "]")) == .syntax("nested deeper than 128", offset: 128))
        #expect(fault(in: nested(129, "{\"a\":", "1", "}")) == .syntax("nested deeper than 128", offset: 128 * 5))
    }

    @Test("Levels that were closed do not count")
    func depthIsNotTotal() throws {
        let deep = nested(127, "[", "", "]")
        #expect(fault(in: "[\(deep),\(deep),\(deep)]") == nil)
    }

    @Test("100,000 levels cost no stack", arguments: ["[", "{\"a\":", "[{\"a\":"])
    func bottomless(_ open: String) {
        let fault = fault(in: String(repeating: open, count: 100_000))
        #expect(fault?.isSyntax == true)
    }

    @Test("100,000 members and elements are read; the last name twice is found")
    func manyMembers() throws {
        let members = (0..<100_000).map { "\"name\($0)\":\($0)" }
        let sum = try withValue(of: "{" + members.joined(separator: ",") + "}") { object in
            object.members.reduce(Int64(0)) { $0 + ($1.value.int64 ?? 0) }
        }
        #expect(sum == 4_999_950_000)
        let elements = String(repeating: "0,", count: 100_000) + "0"
        #expect(try withValue(of: "[\(elements)]") { $0.count } == 100_001)
        let text = "{" + members.joined(separator: ",") + ",\"name77777\":0}"
        #expect(fault(in: text) == .duplicateName("name77777", offset: text.utf8.count - 13))
    }

    @Test("After a huge line the parser reads small ones as before")
    func shrinks() throws {
        let parser = JSONParser()
        let huge = Array(("[" + String(repeating: "[],", count: 200_000) + "1]").utf8)
        for _ in 0..<2 {
            #expect(try withValue(of: huge, by: parser) { $0.count } == 200_001)
            parser.forgetValues()
            #expect(try withValue(of: Array("{\"a\":[1,2]}".utf8), by: parser) { JSON($0).text } == "{\"a\":[1,2]}")
        }
    }

    @Test("A fault leaves nothing behind for the next line")
    func recovers() throws {
        let parser = JSONParser()
        for bad in ["[[[[{\"a\":[", "{\"a\":1,\"a\":2}", "{\"a\":\"\\ud800\"}", String(repeating: "[", count: 500)] {
            #expect(fault(in: Array(bad.utf8), by: parser) != nil)
            #expect(try withValue(of: Array("[{\"a\":1}]".utf8), by: parser) { JSON($0).text } == "[{\"a\":1}]")
        }
    }

    // MARK: Names

    @Test(
        "A name twice in one object",
        arguments: [
            (#"{"a":1,"a":1}"#, "a", 8), (#"{"":1,"":2}"#, "", 7), (#"{"a":1,"b":2,"a":3}"#, "a", 14),
            (#"{"a":1,"\u0061":2}"#, "a", 8), (#"{"\u0061":1,"a":2}"#, "a", 13), (#"{"\n":1,"\u000A":2}"#, "\n", 9),
            (#"{"🚀":1,"\ud83d\ude80":2}"#, "🚀", 11), (#"{"/":1,"\/":2}"#, "/", 8),
            (#"[1,{"x":{"id":1,"id":2}}]"#, "id", 17), (#"{"x":{"a":1},"y":[{"b":1,"c":2,"b":3}]}"#, "b", 32),
            (#"{"outer":1,"in":{"a":1,"a":2},"outer":2}"#, "a", 24), (#"{"\u0000":1,"\u0000":2}"#, "\0", 13),
        ])
    func duplicates(_ text: String, name: String, offset: Int) {
        #expect(fault(in: text) == .duplicateName(name, offset: offset))
    }

    @Test(
        "Names that only look alike",
        arguments: [
            #"{"a":1,"A":2}"#, #"{"a":{"a":{"a":1}}}"#, #"[{"a":1},{"a":1}]"#, #"{"a":1,"aa":2,"aaa":3,"aaaa":4}"#,
            "{\"\u{E9}\":1,\"e\u{301}\":2}", #"{"a":1,"a ":2," a":3}"#, #"{"":1,"\u0000":2,"\u0000\u0000":3}"#,
            #"{"cacheReadTokens":1,"cacheBeadTokens":2}"#, #"{"abcd1efgh":1,"abcd2efgh":2,"abcd3efgh":3}"#,
            #"{"abc":1,"ab":2,"bc":3,"a":4,"b":5,"c":6}"#, #"{"a":"a","b":"a"}"#,
        ])
    func distinct(_ text: String) {
        #expect(fault(in: text) == nil)
    }

    /// Few names are compared by pairs, many by a set: the same result on both sides of the change.
    @Test("Every place of the second name, in small and large objects", arguments: [2, 3, 8, 31, 32, 33, 34, 70])
    func duplicateAnywhere(_ count: Int) {
        let names = (0..<count).map { "member-\($0)-of-an-object" }
        let fine = "{" + names.map { "\"\($0)\":[{}]" }.joined(separator: ",") + "}"
        #expect(fault(in: fine) == nil)
        for (first, second) in [(0, 1), (0, count - 1), (count / 2 - 1, count / 2), (count - 2, count - 1)] {
            var names = names
            names[second] = names[first]
            let text = "{" + names.map { "\"\($0)\":[{}]" }.joined(separator: ",") + "}"
            guard case .duplicateName(let name, _)? = fault(in: text) else {
                Issue.record("not found in \(text)")
                continue
            }
            #expect(name == names[first])
        }
    }

    @Test("Of both faults, that it is no JSON counts")
    func syntaxWins() {
        #expect(fault(in: #"{"a":1,"a":2"#)?.isSyntax == true)
        #expect(fault(in: #"[{"a":1,"a":2},]"#)?.isSyntax == true)
        #expect(fault(in: #"{"a":1,"a":2} x"#)?.isSyntax == true)
    }
}
