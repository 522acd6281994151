// A small deterministic random source for property tests.

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same run everywhere.
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func int(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }

    /// A number whose size, not value, is evenly spread: small and huge ones are equally likely.
    mutating func magnitude(maxBits: Int) -> Int64 {
        let bits = Int.random(in: 0...maxBits, using: &self)
        return bits == 0 ? 0 : Int64(bitPattern: next() >> UInt64(64 - bits))
    }
}
