// A call's name as 128 bits, made from the bytes of its ids without building text.

/// Two independent 64-bit hashes of a format's name and up to two ids.
struct UsageKey: Hashable, Sendable {
    var high: UInt64
    var low: UInt64
}

/// The keys of one record: its event, and the group of sightings it may belong to.
struct UsageKeys: Hashable, Sendable {
    var event: UsageKey
    var group: UsageKey?
}

extension UsageKey {
    /// The key of one id; with `part` of the two together.
    init(_ format: LogFormat, _ id: UnsafeRawBufferPointer, _ part: UnsafeRawBufferPointer? = nil) {
        let seed = UInt64(format.keySeed) &* 0x9E37_79B9_7F4A_7C15
        high = byteHash(id, seed: seed)
        low = byteHash(id, seed: ~seed)
        guard let part else { return }
        high = byteHash(part, seed: high)
        low = byteHash(part, seed: low)
    }

    init(_ format: LogFormat, _ id: String) {
        var id = id
        self = id.withUTF8 { UsageKey(format, UnsafeRawBufferPointer($0)) }
    }
}

extension LogFormat {
    /// Keeps the ids of one format apart from those of another.
    var keySeed: UInt8 {
        switch self {
        case .claudeTranscript: 1
        case .claudePrint: 2
        case .codexRollout: 3
        case .codexExec: 4
        case .geminiCLI: 5
        case .openCode: 6
        case .amp: 7
        case .anthropicAPI: 8
        case .openAIAPI: 9
        case .geminiAPI: 10
        case .liteLLM: 11
        case .openTelemetry: 12
        case .originCalls: 13
        case .ownExport: 14
        }
    }
}

/// A 64-bit hash, eight bytes a step, each folded by a 64 × 64 → 128-bit product.
func byteHash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    var state = seed ^ (UInt64(truncatingIfNeeded: bytes.count) &* 0xD6E8_FEB8_6659_FD93)
    var at = 0
    while at + 8 <= bytes.count {
        state = fold(state ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        at += 8
    }
    var tail: UInt64 = 0
    while at < bytes.count {
        tail = tail << 8 | UInt64(bytes[at])
        at += 1
    }
    return fold(fold(state ^ tail))
}

private func fold(_ value: UInt64) -> UInt64 {
    let product = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
}

/// From keys to slots, by open addressing: the keys are hashes already, and a dictionary would hash them again.
struct KeyTable: Sendable {
    private var keys: [UsageKey] = []
    /// -1 where there is no key.
    private var values: [Int32] = []
    private var count = 0

    mutating func removeAll() {
        count = 0
        for index in values.indices { values[index] = -1 }
    }

    /// Where `key` is, or the free place for it.
    @inline(__always)
    private func place(of key: UsageKey) -> Int {
        let mask = keys.count - 1
        var index = Int(truncatingIfNeeded: key.low) & mask
        while values[index] >= 0 && keys[index] != key { index = (index + 1) & mask }
        return index
    }

    subscript(key: UsageKey) -> Int32? {
        get {
            if keys.isEmpty { return nil }
            let value = values[place(of: key)]
            return value < 0 ? nil : value
        }
        set {
            guard let newValue else { return }
            // At most half full, so that a free place is always near.
            if (count + 1) * 2 > keys.count { grow() }
            let index = place(of: key)
            if values[index] < 0 { count += 1 }
            keys[index] = key
            values[index] = newValue
        }
    }

    private mutating func grow() {
        let old = zip(keys, values)
        let size = max(256, keys.count * 2)
        keys = Array(repeating: UsageKey(high: 0, low: 0), count: size)
        values = Array(repeating: -1, count: size)
        for (key, value) in old where value >= 0 {
            let index = place(of: key)
            keys[index] = key
            values[index] = value
        }
    }
}
