// Keys from bytes, and what they do.
import Testing

@testable import Dashboard

@Suite struct KeyTests {
    @Test(
        arguments: [
            ([0x71], [.character("q")]), ([0x03], [.interrupt]), ([0x1B], [.escape]), ([0x1B, 0x5B, 0x41], [.up]),
            ([0x1B, 0x4F, 0x42], [.down]), ([0x1B, 0x5B, 0x35, 0x7E, 0x6A], [.pageUp, .character("j")]),
            ([0xC3, 0xA9, 0x0D], [.character("é"), .enter]), ([0xFF, 0xFE], []), ([0xC3], []), ([0x1B, 0x5B], []),
            ([0x1B, 0x5B, 0x39, 0x39, 0x7E], []), ([0x00, 0x7F], [.backspace]),
            ([0x1B, 0x71], [.escape, .character("q")]),
            ([], []),
        ] as [([UInt8], [Key])])
    func keysOfBytes(bytes: [UInt8], keys: [Key]) { #expect(Key.all(in: bytes) == keys) }

    private func state(after keys: [Key]) -> DashboardState {
        var state = DashboardState()
        for key in keys { state.press(key) }
        return state
    }

    @Test func viewsGoRound() {
        #expect(state(after: [.backTab]).view == .alerts)
        #expect(state(after: [.tab, .tab]).view == .days)
        #expect(state(after: [.character("6"), .right]).view == .budgets)
        #expect(state(after: [.character("7"), .character("0")]).view == .budgets)
    }

    @Test func groupAndOrderShowTheBreakdownFirst() {
        #expect(state(after: [.character("g")]).group == 0)
        let changed = state(after: [.character("g"), .character("g"), .character("s")])
        #expect(changed.view == .breakdown && changed.group == 1 && changed.order == 1)
        #expect(state(after: Array(repeating: .character("g"), count: 5)).group == 0)
    }

    @Test func aFilterTakesKeysUntilEnterOrEscape() {
        let typed: [Key] = [.character("/"), .character("q"), .character("2"), .backspace]
        #expect(state(after: typed).filter == "q" && !state(after: typed).hasEnded)
        #expect(state(after: typed + [.enter, .character("2")]).filter == "q")
        #expect(state(after: typed + [.escape]).filter.isEmpty)
        #expect(state(after: typed + [.enter, .escape]).filter.isEmpty)
        #expect(state(after: [.character("/"), .interrupt]).hasEnded)
    }

    @Test func helpGoesAwayByAnyKey() {
        #expect(state(after: [.character("?")]).showsHelp)
        #expect(!state(after: [.character("?"), .character("3")]).showsHelp)
        #expect(state(after: [.character("?"), .character("3")]).view == .budgets)
        #expect(state(after: [.character("?"), .character("q")]).hasEnded)
    }
}
