// A hash map for the hot path: entries in one array, found through an index, with the key's own cheap hash.

/// A key that mixes its own bits. The standard dictionary's keyed hash resists attackers who choose the keys; these
/// keys are numbers that we hand out ourselves, and a record needs a dozen look-ups.
protocol FlatKey: Equatable {
    var mixed: UInt64 { get }
}

/// Folds two words into one that depends on all of their bits.
@inline(__always)
func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = (left ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(by: right ^ 0xa076_1d64_78bd_642f)
    return product.high ^ product.low
}

/// Entries are only ever added, or forgotten all at once.
struct FlatMap<Key: FlatKey, Value> {
    private(set) var entries: [(key: Key, value: Value)] = []
    /// Positions in `entries` plus one; 0 where free. Its count is a power of two, at most half in use.
    private var slots: [UInt32] = Array(repeating: 0, count: 64)

    var count: Int { entries.count }

    mutating func removeAll() {
        guard !entries.isEmpty else { return }
        entries.removeAll(keepingCapacity: true)
        for index in slots.indices { slots[index] = 0 }
    }

    /// The position of a key's entry, or nil.
    @inline(__always)
    func position(of key: Key) -> Int? {
        var slot = Int(truncatingIfNeeded: key.mixed) & (slots.count - 1)
        while slots[slot] != 0 {
            let position = Int(slots[slot]) - 1
            if entries[position].key == key { return position }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Adds an entry for a key that has none, and gives its position.
    @inline(__always)
    mutating func append(_ key: Key, _ value: Value) -> Int {
        if entries.count * 2 >= slots.count { grow() }
        entries.append((key, value))
        place(entries.count - 1)
        return entries.count - 1
    }

    @inline(__always)
    mutating func update(_ position: Int, _ change: (inout Value) -> Void) { change(&entries[position].value) }

    private mutating func place(_ position: Int) {
        var slot = Int(truncatingIfNeeded: entries[position].key.mixed) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(truncatingIfNeeded: position + 1)
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for position in entries.indices { place(position) }
    }
}
