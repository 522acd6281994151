// What a line is in terms of JSON-RPC 2.0.
import JSONRPC
import Testing

struct IncomingTests {
    /// `request ID METHOD PARAMS`, `notification METHOD PARAMS`, `response`, or `invalid ID`.
    private func summary(_ text: String) throws -> String {
        try withValue(of: text) { value in
            switch Incoming(value) {
            case .request(let id, let method, let params):
                let call = "\(method.string) \(params.map { JSON($0).text } ?? "-")"
                return id.map { "request \($0.raw.string) \(call)" } ?? "notification \(call)"
            case .response: return "response"
            case .invalid(let id, let problem):
                #expect(!problem.isEmpty)
                return "invalid \(id?.raw.string ?? "-")"
            }
        }
    }

    @Test(
        "Requests: an id of each allowed type, kept as its own text",
        arguments: [
            "7", "0", "-5", "-0", "1.0", "1.5", "1e2", "1e400", "9007199254740993", "123456789012345678901234567890",
            "null",
            #""a b""#, #""""#, #""1""#, #""\u00e9\n\"\\\u0000x""#, #""日本語 🚀 \#u{2028}""#, #""\ud83d\ude80""#,
        ])
    func ids(_ id: String) throws {
        #expect(try summary(#"{"jsonrpc":"2.0","id":\#(id),"method":"m"}"#) == "request \(id) m -")
    }

    @Test("An id of another type is not echoed", arguments: ["true", "false", "{}", "[1]"])
    func wrongIDs(_ id: String) throws {
        #expect(try summary(#"{"jsonrpc":"2.0","id":\#(id),"method":"m"}"#) == "invalid -")
        #expect(try summary(#"{"jsonrpc":"1.0","id":\#(id),"method":"m"}"#) == "invalid -")
    }

    @Test(
        "Shapes",
        arguments: [
            (#"{"method":"m","id":1,"jsonrpc":"2.0"}"#, "request 1 m -"),
            (#"{"\u006asonrpc":"2\u002e0","id":1,"\u006dethod":"\u006d"}"#, "request 1 m -"),
            (#"{"jsonrpc":"2.0","id":1,"method":"m","x-trace":{"method":"n"}}"#, "request 1 m -"),
            (#"{"jsonrpc":"2.0","id":1,"method":""}"#, "request 1  -"),
            (#"{"jsonrpc":"2.0","id":1,"method":"rpc.none"}"#, "request 1 rpc.none -"),
            (#"{"jsonrpc":"2.0","id":1,"method":"m","params":{}}"#, "request 1 m {}"),
            (#"{"jsonrpc":"2.0","id":1,"method":"m","params":[1]}"#, "request 1 m [1]"),
            (#"{"jsonrpc":"2.0","method":"m","params":[]}"#, "notification m []"),
            (#"{"jsonrpc":"2.0","id":1,"method":"m","result":1}"#, "request 1 m -"),
            (#"{"jsonrpc":"2.0","id":1,"method":"m","params":"x"}"#, "invalid 1"),
            (#"{"jsonrpc":"2.0","id":1,"method":"m","params":5}"#, "invalid 1"),
            (#"{"jsonrpc":"2.0","id":1,"method":"m","params":true}"#, "invalid 1"),
            (#"{"jsonrpc":"2.0","id":1,"method":"m","params":null}"#, "invalid 1"),
            (#"{"jsonrpc":"2.0","method":"m","params":"x"}"#, "invalid -"),
            (#"{"id":1,"method":"m"}"#, "invalid 1"), (#"{"jsonrpc":"1.0","id":1,"method":"m"}"#, "invalid 1"),
            (#"{"jsonrpc":2.0,"id":"a","method":"m"}"#, #"invalid "a""#),
            (#"{"jsonrpc":null,"id":1,"method":"m"}"#, "invalid 1"),
            (#"{"jsonrpc":"2.0 ","id":1,"method":"m"}"#, "invalid 1"), (#"{"jsonrpc":"2.0","id":1}"#, "invalid 1"),
            (#"{"jsonrpc":"2.0","id":1,"method":null}"#, "invalid 1"),
            (#"{"jsonrpc":"2.0","id":1,"method":["m"]}"#, "invalid 1"),
            (#"{"JSONRPC":"2.0","id":1,"Method":"m"}"#, "invalid 1"), (#"{"jsonrpc":"2.0","method":42}"#, "invalid -"),
            ("{}", "invalid -"), ("42", "invalid -"), ("null", "invalid -"), ("\"m\"", "invalid -"),
            ("[]", "invalid -"),
            (#"{"jsonrpc":"2.0","id":99,"result":{}}"#, "response"),
            (#"{"jsonrpc":"2.0","id":9,"result":null}"#, "response"),
            (#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}"#, "response"),
            (#"{"id":1,"result":{}}"#, "invalid 1"),
        ])
    func shapes(_ text: String, expected: String) throws {
        #expect(try summary(text) == expected)
    }

    @Test("The id of an invalid request can be echoed as it was written")
    func echo() throws {
        try withValue(of: #"{"jsonrpc":"1.0","id":"\u00e9\n","method":"m"}"#) { value in
            guard case .invalid(let id?, _) = Incoming(value) else {
                Issue.record("not invalid, or without its id")
                return
            }
            var writer = JSONWriter()
            writer.write(raw: id)
            let line = writer.string
            #expect(line == #""\u00e9\n""#)
        }
    }
}
