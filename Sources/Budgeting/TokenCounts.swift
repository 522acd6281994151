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

    /// All kinds together.
    package var total: Int64 { input + output + cacheRead + cacheWrite + cacheWrite1h }
}
