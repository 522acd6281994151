// The name that was probably meant.
import Testing

@testable import Advisor

@Suite struct NearestNameTests {
    private let names = ["recordUsage", "getUsage", "getStatus", "adjustUsage", "ping", "listAlerts"]

    @Test(arguments: [
        ("recordusage", "recordUsage"), ("record_usage", "recordUsage"), ("recordUsge", "recordUsage"),
        ("getStats", "getStatus"), ("pnig", "ping"), ("usage", "getUsage"), ("status", "getStatus"),
        ("alerts", "listAlerts"),
    ])
    func near(name: String, nearest: String) {
        #expect(nearestName(to: name, among: names) == nearest)
    }

    @Test(arguments: ["", "x", "definitelyNotAParameter", "foo", String(repeating: "p", count: 100_000)])
    func far(name: String) {
        #expect(nearestName(to: name, among: names) == nil)
    }
}
