// Checks UTF-8 eight bytes at a time, without decoding it.

/// Whether all of `bytes` is well-formed UTF-8 (RFC 3629: no overlong form, no surrogate, nothing past U+10FFFF).
///
/// A byte must be a continuation exactly where one of the three bytes before it asks for one: that is a comparison of
/// the text with itself moved by one to three bytes, eight at once. The few leads whose next byte has narrower bounds,
/// or that are never right, are looked at one by one.
func isValidUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    let count = bytes.count
    // Every comparison looks three bytes back.
    guard count >= 16, var at = scalarBoundary(bytes, after: 3) else { return areValidScalars(bytes, from: 0) }
    let tops: UInt64 = 0x8080_8080_8080_8080
    var faults: UInt64 = 0
    var wasPlain = false
    while at + 8 <= count {
        let word = load(base, at)
        let isPlain = word & tops == 0
        if isPlain && wasPlain {
            at += 8
            continue
        }
        wasPlain = isPlain
        let back1 = load(base, at - 1)
        let back2 = load(base, at - 2)
        let back3 = load(base, at - 3)
        // In the top bit of each byte: lead of two or more, of three or more, of four.
        let isLead = back1 & back1 << 1
        let isLead3 = back2 & back2 << 1 & back2 << 2
        let isLead4 = back3 & back3 << 1 & back3 << 2 & back3 << 3
        let isTail = word & ~(word << 1)
        faults |= ((isLead | isLead3 | isLead4) ^ isTail) & tops
        if isLead & tops != 0 && hasNarrowLead(back1) {
            for index in at - 1..<at + 7 where !isBoundRight(bytes[index], bytes[index + 1]) { return false }
        }
        at += 8
    }
    if faults != 0 { return false }
    // The words knew what stands before `at`, not whether its last scalars get their bytes: from the first start of a
    // scalar among the last three bytes on, one by one.
    let rest = (at - 3..<at).first { bytes[$0] & 0xC0 != 0x80 } ?? at
    return areValidScalars(bytes, from: rest)
}

@inline(__always)
private func load(_ base: UnsafeRawPointer, _ at: Int) -> UInt64 {
    UInt64(littleEndian: (base + at).loadUnaligned(as: UInt64.self))
}

/// Whether a word may hold C0, C1, E0, ED or F0 and above. (E0 and ED: `1110` and then a nibble 0 or D.)
@inline(__always)
private func hasNarrowLead(_ word: UInt64) -> Bool {
    let lead = word & word << 1
    let isFour = lead & word << 2 & word << 3
    let isThree = lead & word << 2 & ~(word << 3)
    let isZero = ~(word << 4) & ~(word << 5) & ~(word << 6) & ~(word << 7)
    let isD = word << 4 & word << 5 & ~(word << 6) & word << 7
    let isC = lead & ~(word << 2) & ~(word << 3) & ~(word << 4) & ~(word << 5) & ~(word << 6)
    return (isFour | isThree & (isZero | isD) | isC) & 0x8080_8080_8080_8080 != 0
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
