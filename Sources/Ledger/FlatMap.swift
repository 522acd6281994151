// A hash map for the hot path: entries in one block of memory, found through an index, with the key's own cheap hash.

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

/// Entries are only ever added, or forgotten all at once. Values are reached by positions, which are those that
/// `position(of:)` and `append` gave: memory of its own, because an array's checks of bounds and owners cost as much as
/// the look-up itself.
struct FlatMap<Key: FlatKey, Value>: ~Copyable {
    /// Where an entry is, and some bits of its key's hash: a slot of another key is passed by without looking further.
    private struct Slot {
        var tag: UInt32 = 0
        /// The position plus one; 0 where free.
        var place: UInt32 = 0
    }

    private(set) var count = 0
    /// A power of two, at most half in use.
    private var slotCount = 64
    private var slots: UnsafeMutablePointer<Slot>
    private(set) var keys: UnsafeMutablePointer<Key>
    private(set) var values: UnsafeMutablePointer<Value>

    init() {
        slots = .allocate(capacity: slotCount)
        slots.initialize(repeating: Slot(), count: slotCount)
        keys = .allocate(capacity: slotCount / 2)
        values = .allocate(capacity: slotCount / 2)
    }

    deinit {
        keys.deinitialize(count: count)
        values.deinitialize(count: count)
        keys.deallocate()
        values.deallocate()
        slots.deallocate()
    }

    mutating func removeAll() {
        guard count > 0 else { return }
        keys.deinitialize(count: count)
        values.deinitialize(count: count)
        slots.update(repeating: Slot(), count: slotCount)
        count = 0
    }

    /// The position of a key's entry, or nil.
    @inline(__always)
    func position(of key: Key) -> Int? {
        let hash = key.mixed
        let tag = FlatMap.tag(hash)
        var slot = Int(truncatingIfNeeded: hash) & (slotCount - 1)
        while slots[slot].place != 0 {
            let position = Int(slots[slot].place) - 1
            if slots[slot].tag == tag, keys[position] == key { return position }
            slot = (slot + 1) & (slotCount - 1)
        }
        return nil
    }

    /// Adds an entry for a key that has none, and gives its position.
    @inline(__always)
    mutating func append(_ key: Key, _ value: Value) -> Int {
        if count * 2 >= slotCount { grow() }
        (keys + count).initialize(to: key)
        (values + count).initialize(to: value)
        place(count)
        count += 1
        return count - 1
    }

    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }

    private func place(_ position: Int) {
        let hash = keys[position].mixed
        var slot = Int(truncatingIfNeeded: hash) & (slotCount - 1)
        while slots[slot].place != 0 { slot = (slot + 1) & (slotCount - 1) }
        slots[slot] = Slot(tag: FlatMap.tag(hash), place: UInt32(truncatingIfNeeded: position + 1))
    }

    private mutating func grow() {
        slots.deallocate()
        slotCount *= 2
        slots = .allocate(capacity: slotCount)
        slots.initialize(repeating: Slot(), count: slotCount)
        keys = FlatMap.moved(keys, count, capacity: slotCount / 2)
        values = FlatMap.moved(values, count, capacity: slotCount / 2)
        for position in 0..<count { place(position) }
    }

    private static func moved<Element>(
        _ old: UnsafeMutablePointer<Element>, _ count: Int, capacity: Int
    ) -> UnsafeMutablePointer<Element> {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
        larger.moveInitialize(from: old, count: count)
        old.deallocate()
        return larger
    }
}
