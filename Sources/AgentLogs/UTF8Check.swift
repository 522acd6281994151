// Checks UTF-8 in blocks, without decoding it.

/// Whether all of `bytes` is well-formed UTF-8 (RFC 3629: no overlong form, no surrogate, nothing past U+10FFFF).
///
/// Blocks of ASCII are passed 32 bytes at a time; anything else is checked scalar by scalar.
func isValidUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    let highBits: UInt64 = 0x8080_8080_8080_8080
    let count = bytes.count
    var at = 0
    while at < count {
        while at + 32 <= count {
            let first = (base + at).loadUnaligned(as: UInt64.self) | (base + at + 8).loadUnaligned(as: UInt64.self)
            let second =
                (base + at + 16).loadUnaligned(as: UInt64.self) | (base + at + 24).loadUnaligned(as: UInt64.self)
            if (first | second) & highBits != 0 { break }
            at += 32
        }
        if at >= count { return true }
        // Up to the next full block boundary, byte by byte.
        let stop = min(at + 32, count)
        while at < stop {
            let byte = bytes[at]
            if byte < 0x80 {
                at += 1
                continue
            }
            let length = scalarLength(bytes, at, count)
            if length == 0 { return false }
            at += length
        }
    }
    return true
}

/// The length of the multi-byte scalar at `at`, or 0 where it is ill-formed (Unicode 15, table 3-7).
@inline(__always)
private func scalarLength(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ count: Int) -> Int {
    let lead = bytes[at]
    func isTail(_ index: Int) -> Bool { index < count && bytes[index] & 0xC0 == 0x80 }
    switch lead {
    case 0xC2...0xDF: return isTail(at + 1) ? 2 : 0
    case 0xE0...0xEF:
        guard isTail(at + 1), isTail(at + 2) else { return 0 }
        let second = bytes[at + 1]
        if lead == 0xE0 && second < 0xA0 { return 0 }
        if lead == 0xED && second > 0x9F { return 0 }
        return 3
    case 0xF0...0xF4:
        guard isTail(at + 1), isTail(at + 2), isTail(at + 3) else { return 0 }
        let second = bytes[at + 1]
        if lead == 0xF0 && second < 0x90 { return 0 }
        if lead == 0xF4 && second > 0x8F { return 0 }
        return 4
    default: return 0
    }
}
