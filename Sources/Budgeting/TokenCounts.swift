// The tokens of one model call, or a sum of them, by kind.

/// Token counts in disjoint kinds: no token is in two of them.
package struct TokenCounts: Hashable, Sendable {
    /// Uncached input.
    package var input: Int64 = 0
    /// Output, reasoning included.
    package var output: Int64 = 0
    package var cacheRead: Int64 = 0
    /// Cache writes of five minutes' or unstated life.
    package var cacheWrite: Int64 = 0
    /// Cache writes of one hour's life.
    package var cacheWrite1h: Int64 = 0

    package init(
        input: Int64 = 0, output: Int64 = 0, cacheRead: Int64 = 0, cacheWrite: Int64 = 0, cacheWrite1h: Int64 = 0
    ) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.cacheWrite1h = cacheWrite1h
    }

    package static let zero = TokenCounts()

    /// All kinds together.
    package var total: Int64 {
        get throws(ArithmeticOverflow) { try billable(countCacheReads: true) }
    }

    /// What a model reads for one request: uncached input, cache reads and cache writes. A long-context tier is
    /// decided on this.
    package var allInput: Int64 {
        get throws(ArithmeticOverflow) {
            try input.checkedAdding(cacheRead).checkedAdding(cacheWrite).checkedAdding(cacheWrite1h)
        }
    }

    /// What a token budget counts: input + output + both kinds of cache write, and cache reads only if asked.
    package func billable(countCacheReads: Bool) throws(ArithmeticOverflow) -> Int64 {
        let sum = try input.checkedAdding(output).checkedAdding(cacheWrite).checkedAdding(cacheWrite1h)
        return countCacheReads ? try sum.checkedAdding(cacheRead) : sum
    }

    /// True where every kind is zero.
    package var isZero: Bool { self == .zero }

    package static func + (left: TokenCounts, right: TokenCounts) throws(ArithmeticOverflow) -> TokenCounts {
        TokenCounts(
            input: try left.input.checkedAdding(right.input),
            output: try left.output.checkedAdding(right.output),
            cacheRead: try left.cacheRead.checkedAdding(right.cacheRead),
            cacheWrite: try left.cacheWrite.checkedAdding(right.cacheWrite),
            cacheWrite1h: try left.cacheWrite1h.checkedAdding(right.cacheWrite1h))
    }

    package static func - (left: TokenCounts, right: TokenCounts) throws(ArithmeticOverflow) -> TokenCounts {
        TokenCounts(
            input: try left.input.checkedSubtracting(right.input),
            output: try left.output.checkedSubtracting(right.output),
            cacheRead: try left.cacheRead.checkedSubtracting(right.cacheRead),
            cacheWrite: try left.cacheWrite.checkedSubtracting(right.cacheWrite),
            cacheWrite1h: try left.cacheWrite1h.checkedSubtracting(right.cacheWrite1h))
    }

    package static func += (left: inout TokenCounts, right: TokenCounts) throws(ArithmeticOverflow) {
        left = try left + right
    }
}
