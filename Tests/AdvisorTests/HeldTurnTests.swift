// Turns whose answers wait for the disk while the next one runs.
import Testing

@testable import Advisor

@Suite struct HeldTurnTests {
    private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    /// Runs a turn that is committed and held.
    private func hold(_ server: TestServer, _ lines: String...) {
        server.store.commitsAhead = true
        for line in lines { server.feed(line) }
        server.dispatcher.settleAhead()
    }

    @Test func answersWaitForTheDiskAndTheNextTurnRuns() {
        let server = TestServer()
        hold(server, request(1, "add"), request(2, "ping", "{}"))
        #expect(server.dispatcher.isHolding)
        #expect(server.dispatcher.output.count == 0)
        server.dispatcher.clear()
        server.feed(request(3, "add"))
        #expect(!server.store.log.contains("disk"))
        server.dispatcher.awaitHeld()
        #expect(outcomes(lines(server.dispatcher.held.output.string)) == ["1:ok", "2:ok"])
        server.dispatcher.held.output.removeAll()
        server.dispatcher.settle()
        #expect(lines(server.dispatcher.output.string) == [sum(3, 2)])
        #expect(server.store.log.filter { $0 == "disk" }.count == 2)
    }

    @Test func whatNeedsNoDiskIsNotHeld() {
        let server = TestServer()
        hold(server, request(1, "ping", "{}"))
        #expect(!server.dispatcher.isHolding)
        #expect(outcomes(lines(server.dispatcher.output.string)) == ["1:ok"])
    }

    @Test func aDiskThatFailsTakesTheHeldTurnAndTheRunningOne() {
        let server = TestServer()
        server.store.failing = ["disk"]
        hold(server, request(1, "ping", "{}"), request(2, "add"), request(3, "addFast", #"{"number":13}"#))
        server.dispatcher.clear()
        for line in [request(4, "add"), request(5, "ping", "{}")] { server.feed(line) }
        server.dispatcher.awaitHeld()
        // Whatever ran in a lost transaction says so: also that 13 was refused was decided in it.
        #expect(outcomes(lines(server.dispatcher.held.output.string)) == ["1:ok", "2:1003", "3:1003"])
        server.dispatcher.held.output.removeAll()
        server.feed(request(6, "add"))
        server.dispatcher.settle()
        #expect(outcomes(lines(server.dispatcher.output.string)) == ["4:1003", "5:ok", "6:1003"])
        #expect(server.store.staged.isEmpty)
        server.dispatcher.clear()
        // The next turn tries again.
        server.store.failing = []
        #expect(outcomes(server.turn(request(7, "add"))) == ["7:ok"])
    }

    @Test func aDiskThatFailsAtOnceIsAnsweredAtOnce() {
        let server = TestServer()
        server.store.failing = ["disk"]
        server.store.commitsAhead = true
        #expect(outcomes(server.turn(request(1, "add"), request(2, "ping", "{}"))) == ["1:1003", "2:ok"])
    }
}
