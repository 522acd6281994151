// SHA-256 and HMAC (FIPS 180-4, RFC 2104): so that a state we gave to a client comes back unchanged or not at all.

/// The hash of some bytes: 32 of them.
func sha256(_ message: [UInt8]) -> [UInt8] {
    var padded = message + [0x80]
    padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
    let bitCount = UInt64(message.count) &* 8
    padded += (0..<8).map { UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - 8 * $0)) }
    var state = initialState
    for start in stride(from: 0, to: padded.count, by: 64) { compress(padded[start..<start + 64], into: &state) }
    return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
}

/// The HMAC-SHA-256 of some bytes under a key of at most 64.
func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    let block = key + [UInt8](repeating: 0, count: max(0, 64 - key.count))
    return sha256(block.map { $0 ^ 0x5c } + sha256(block.map { $0 ^ 0x36 } + message))
}

func hexadecimalText(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

private func compress(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
    var words = [UInt32](repeating: 0, count: 64)
    for (index, byte) in block.enumerated() { words[index / 4] = words[index / 4] << 8 | UInt32(byte) }
    for index in 16..<64 {
        let (early, late) = (words[index - 15], words[index - 2])
        let small = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
        let large = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
        words[index] = words[index - 16] &+ small &+ words[index - 7] &+ large
    }
    var work = state
    for index in 0..<64 {
        let (a, e) = (work[0], work[4])
        let choice = e & work[5] ^ ~e & work[6]
        let majority = a & work[1] ^ a & work[2] ^ work[1] & work[2]
        let first =
            work[7] &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ roundConstants[index]
            &+ words[index]
        let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
        work = [first &+ second, a, work[1], work[2], work[3] &+ first, e, work[5], work[6]]
    }
    for index in 0..<8 { state[index] = state[index] &+ work[index] }
}

private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

/// The first 32 bits of the fractions of the square roots of the first 8 primes.
private let initialState: [UInt32] = firstPrimes(8).map { fraction(of: $0, isCube: false) }

/// The first 32 bits of the fractions of the cube roots of the first 64 primes.
private let roundConstants: [UInt32] = firstPrimes(64).map { fraction(of: $0, isCube: true) }

private func firstPrimes(_ count: Int) -> [UInt64] {
    var primes: [UInt64] = []
    var candidate: UInt64 = 2
    while primes.count < count {
        if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
        candidate += 1
    }
    return primes
}

/// floor(root × 2^32) modulo 2^32, by bisection in whole numbers: exact.
private func fraction(of number: UInt64, isCube: Bool) -> UInt32 {
    var (low, high): (UInt64, UInt64) = (0, 1 << 37)
    while high - low > 1 {
        let middle = (low + high) / 2
        // middle² ≤ number × 2^64, or middle³ ≤ number × 2^96, in 128 bits: the root is below 2^37.
        let square = UInt128(middle) * UInt128(middle)
        let fits =
            isCube
            ? square * UInt128(middle) <= UInt128(number) << 96
            : square <= UInt128(number) << 64
        if fits { low = middle } else { high = middle }
    }
    return UInt32(truncatingIfNeeded: low)
}
