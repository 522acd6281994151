// A 64-bit hash of bytes that is the same in every process, because the ledger stores it.

/// Folded 128-bit multiplication over 8-byte words (the construction of wyhash and of many hash tables since). Not for
/// secrets. Stored in ledgers: it must never change.
func stableHash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(bytes)
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(raw.count)
    var offset = 0
    while offset + 8 <= raw.count {
        let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        state = fold(state ^ word, 0xa076_1d64_78bd_642f)
        offset += 8
    }
    var rest: UInt64 = 0
    while offset < raw.count {
        rest = rest << 8 | UInt64(raw[offset])
        offset += 1
    }
    return fold(state ^ rest, 0xe703_7ed1_a0b4_28db)
}

private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}
