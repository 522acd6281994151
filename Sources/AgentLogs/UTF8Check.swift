// Checks UTF-8 sixteen bytes at a time, without decoding it.

/// Whether all of `bytes` is well-formed UTF-8 (RFC 3629: no overlong form, no surrogate, nothing past U+10FFFF).
///
/// A byte must be a continuation exactly where one of the three bytes before it asks for one: that is a comparison of
/// the text with itself moved by one to three bytes. All of it is done with bit operations whose answers stand in the
/// top bit of each byte, so that sixteen bytes are checked at once; shifts bring the bit in question to the top.
func isValidUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    let count = bytes.count
    // Every comparison looks three bytes back.
    guard count >= 24, var at = scalarBoundary(bytes, after: 3) else { return areValidScalars(bytes, from: 0) }
    var faults = Block.zero
    var wasPlain = false
    while at + 16 <= count {
        let block = load(base, at)
        let isPlain = (block[0] | block[1]) & tops == 0
        if !(isPlain && wasPlain) {
            faults |= faultBits(
                block, load(base, at - 1), load(base, at - 2), load(base, at - 3))
        }
        wasPlain = isPlain
        at += 16
    }
    if (faults[0] | faults[1]) & tops != 0 { return false }
    // The blocks knew what stands before `at`, not whether its last scalars get their bytes: from the first start of a
    // scalar among the last three bytes on, one by one.
    let rest = (at - 3..<at).first { bytes[$0] & 0xC0 != 0x80 } ?? at
    return areValidScalars(bytes, from: rest)
}

private typealias Block = SIMD2<UInt64>
private let tops: UInt64 = 0x8080_8080_8080_8080

@inline(__always)
private func load(_ base: UnsafeRawPointer, _ at: Int) -> Block { (base + at).loadUnaligned(as: Block.self) }

/// The top bit of each byte of the result is set where `block` is wrong, given the same text moved by 1, 2, 3 bytes.
@inline(__always)
private func faultBits(_ block: Block, _ back1: Block, _ back2: Block, _ back3: Block) -> Block {
    // Bit n of a byte, brought to the top: `word &<< (7 - n)`.
    let b6 = back1 &<< 1
    let b5 = back1 &<< 2
    let b4 = back1 &<< 3
    let b3 = back1 &<< 4
    let b2 = back1 &<< 5
    let b1 = back1 &<< 6
    let b0 = back1 &<< 7
    let lead = back1 & b6
    let asks2 = back2 & (back2 &<< 1) & (back2 &<< 2)
    let asks3 = back3 & (back3 &<< 1) & (back3 &<< 2) & (back3 &<< 3)
    let isTail = block & ~(block &<< 1)
    let next5 = block &<< 2
    let next4 = block &<< 3
    let three = lead & b5 & ~b4
    let four = lead & b5 & b4
    let low = b3 | b2 | b1 | b0
    // C0 and C1; E0 and ED with a next byte out of bounds; F0 and F4 likewise; F5 and above.
    var fault = (lead | asks2 | asks3) ^ isTail
    fault |= lead & ~(b5 | b4 | b3 | b2 | b1)
    fault |= three & ~low & ~next5
    fault |= three & b3 & b2 & ~b1 & b0 & next5
    fault |= four & ~low & ~(next5 | next4)
    fault |= four & ~b3 & b2 & ~(b1 | b0) & (next5 | next4)
    fault |= four & (b3 | b2 & (b1 | b0))
    return fault
}

/// Whether `lead` may be followed by `next` (Unicode 15, table 3-7), given that a continuation follows.
private func isBoundRight(_ lead: UInt8, _ next: UInt8) -> Bool {
    switch lead {
    case 0xC0, 0xC1, 0xF5...0xFF: false
    case 0xE0: next >= 0xA0
    case 0xED: next < 0xA0
    case 0xF0: next >= 0x90
    case 0xF4: next < 0x90
    default: true
    }
}

/// The first scalar boundary at or after `stop`, checking everything before it.
private func scalarBoundary(_ bytes: UnsafeRawBufferPointer, after stop: Int) -> Int? {
    var at = 0
    while at < stop {
        let length = scalarLength(bytes, at)
        if length == 0 { return nil }
        at += length
    }
    return at
}

private func areValidScalars(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
    var at = start
    while at < bytes.count {
        let length = scalarLength(bytes, at)
        if length == 0 { return false }
        at += length
    }
    return true
}

/// The length of the scalar at `at`, or 0 where it is ill-formed.
private func scalarLength(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int {
    let lead = bytes[at]
    if lead < 0x80 { return 1 }
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard lead >= 0xC2, at + length <= bytes.count, isBoundRight(lead, bytes[at + 1]) else { return 0 }
    for index in at + 1..<at + length where bytes[index] & 0xC0 != 0x80 { return 0 }
    return length
}
