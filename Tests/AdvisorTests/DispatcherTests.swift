// Turns: one transaction, answers in order, and what stays of them when the store fails.
import JSONRPC
import Testing

@testable import Advisor

@Suite struct DispatcherTests {
    @Test func oneTurnIsOneTransaction() {
        let server = TestServer()
        let answers = server.turn(
            request(1, "add", #"{"number":5}"#), request(2, "sum"), request(3, "addFast", "[7]"),
            request(4, "ping", "{}"))
        #expect(answers == [sum(1, 5), sum(2, 5), sum(3, 12), #"{"jsonrpc":"2.0","id":4,"result":{}}"#])
        #expect(server.store.log == ["write", "savepoint", "add", "release", "add", "commit"])
        #expect(server.store.kept == [5, 7])
        #expect(server.session.now.seconds == 7)
    }

    @Test func methodsWithoutStoreBeginNoTransaction() {
        let server = TestServer()
        _ = server.turn(request(1, "ping", "{}"), request(2, "nope"), "{", request(3, "add", "{}"))
        #expect(server.store.log.isEmpty)
    }

    @Test func writingAfterReadingEndsTheReading() {
        let server = TestServer()
        let answers = server.turn(request(1, "sum"), request(2, "addFast"), request(3, "sum"))
        #expect(answers == [sum(1, 0), sum(2, 1), sum(3, 1)])
        #expect(server.store.log == ["read", "commit", "write", "add", "commit"])
    }

    @Test func aMethodThatFailsLeavesNoEffectAndTheRestGoesOn() {
        let server = TestServer()
        let answers = server.turn(
            request(1, "add"), request(2, "add", #"{"number":13}"#), request(3, "addFast", #"{"number":13}"#),
            request(4, "add", #"{"number":2}"#))
        #expect(outcomes(answers) == ["1:ok", "2:1002", "3:1002", "4:ok"])
        #expect(server.store.kept == [1, 2])
    }

    @Test func aFailedCommitTakesEverythingBackAndSaysSo() {
        let server = TestServer()
        server.store.failing = ["commit"]
        let lines = [
            request(1, "ping", "{}"), request(2, "addFast"), "{", request(3, "nope"),
            #"[\#(request(4, "addFast")),\#(request(5, "ping", "{}")),\#(request(6, "add", #"{"number":13}"#))]"#,
            request(7, "addFast", "{}"), request(8, "sum"),
        ]
        for line in lines { server.feed(line) }
        let answers = server.turn()
        #expect(
            outcomes(answers) == [
                "1:ok", "2:1003", "null:-32700", "3:-32601", "[4:1003 5:ok 6:1003]", "7:-32602", "8:1003",
            ])
        #expect(answers[1].contains(#""data":{"code":"storeUnavailable","retryable":true,"reason":"full"}"#))
        #expect(server.store.kept.isEmpty)
        #expect(server.store.log.last == "rollback")
        server.store.failing = []
        #expect(server.turn(request(9, "addFast")) == [sum(9, 1)])
    }

    @Test func aStoreThatFailsInTheMiddleIsNotAskedAgainInTheTurn() {
        let server = TestServer()
        server.store.failing = ["release"]
        let answers = server.turn(
            request(1, "addFast"),
            #"[\#(request(2, "addFast")),{"jsonrpc":"2.0","method":"add","params":[1]},\#(request(3, "ping", "{}"))]"#,
            request(4, "addFast"))
        #expect(outcomes(answers) == ["1:1003", "[2:1003 3:ok]", "4:1003"])
        #expect(server.store.kept.isEmpty && server.store.staged.isEmpty)
        #expect(server.store.log == ["write", "add", "add", "savepoint", "add", "release", "rollback"])
    }

    @Test func answersOfAnEndedReadingStayWhenTheWritingFails() {
        let server = TestServer()
        server.store.failing = ["write"]
        #expect(
            outcomes(server.turn(request(1, "sum"), request(2, "add"), request(3, "sum"))) == [
                "1:ok", "2:1003", "3:1003",
            ])
    }

    @Test func notificationsRunInSilence() {
        let server = TestServer()
        let answers = server.turn(
            #"{"jsonrpc":"2.0","method":"add","params":[3]}"#, #"{"jsonrpc":"2.0","method":"add","params":[13]}"#,
            #"{"jsonrpc":"2.0","method":"nope"}"#, #"[{"jsonrpc":"2.0","method":"add","params":[4]}]"#,
            request(1, "sum"))
        #expect(answers == [sum(1, 7)])
    }

    @Test func aBatchIsOneArray() {
        let server = TestServer()
        let batch =
            #"[{"jsonrpc":"2.0","method":"ping"},1,\#(request(1, "add")),{"jsonrpc":"2.0","method":"add","params":[1]}]"#
        #expect(outcomes(server.turn(batch)) == ["[null:-32600 1:ok]"])
        #expect(outcomes(server.turn("[]")) == ["null:-32600"])
        let most = "[" + Array(repeating: request(1, "ping", "{}"), count: 1001).joined(separator: ",") + "]"
        #expect(outcomes(server.turn(most)) == ["null:-32600"])
    }

    @Test func administratorsMethodsAreRefusedToOthers() {
        #expect(outcomes(TestServer().turn(request(1, "govern"))) == ["1:ok"])
        #expect(outcomes(TestServer(isAdministrator: false).turn(request(1, "govern"))) == ["1:1004"])
    }

    @Test func aBugIsLoggedAndNotToldToTheCaller() {
        let server = TestServer()
        let answers = server.turn(request(1, "broken"))
        #expect(outcomes(answers) == ["1:-32603"])
        #expect(!answers[0].contains("Cancellation"))
        #expect(server.log.count == 1 && server.log[0].contains("Cancellation"))
    }

    @Test func unknownMethodsNameTheNearest() {
        let answers = TestServer().turn(request(1, "add_fast"))
        #expect(answers[0].contains(#""closest":"addFast""#))
        #expect(answers[0].contains("did you mean addFast?"))
    }

    @Test func callingInProcess() throws {
        let server = TestServer()
        #expect(try server.dispatcher.call("add", JSON.object([("number", .int(4))]))["sum"]?.text == "4")
        let error = #expect(throws: WireError.self) { try server.dispatcher.call("add") }
        #expect(error?.code == -32602)
        #expect(server.store.kept == [4])
    }
}
