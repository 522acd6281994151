// Whether an object has two members of one name. Two readers may choose different ones, so such a line is refused.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Up to this many names are compared by pairs; more go into a hash set.
private let maxPairedNames = 32

extension JSONReader {
    /// The tape position of the first name that repeats an earlier one of the object; 0 for none. Names are compared as
    /// bytes with their escapes undone.
    @inline(never)
    func duplicateName(in container: Int) -> Int {
        let count = Int(tape[container].length)
        return count <= maxPairedNames ? pairedDuplicate(container, count) : hashedDuplicate(container, count)
    }

    /// Signatures first: nearly always they differ, and comparing them all is a few dozen instructions.
    private func pairedDuplicate(_ container: Int, _ count: Int) -> Int {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: maxPairedNames) { signatures in
            guard let signatures = signatures.baseAddress else { return 0 }
            var position = container + 1
            for index in 0..<count {
                let signature = signature(of: tape[position])
                var isKnown = false
                for earlier in 0..<index where signatures[earlier] == signature { isKnown = true }
                if isKnown, isAmong(index, container, position) { return position }
                signatures[index] = signature
                position += 1 + Int(tape[position + 1].span)
            }
            return 0
        }
    }

    /// Equal for equal names: the length with the first and last four bytes.
    @inline(__always)
    private func signature(of name: JSONNode) -> UInt64 {
        let start = UnsafeRawPointer(base + Int(name.start))
        let length = Int(name.length)
        guard length >= 4 else {
            var bytes = UInt64(length)
            for index in 0..<length { bytes = bytes << 8 | UInt64(base[Int(name.start) + index]) }
            return bytes
        }
        let first = UInt64(start.loadUnaligned(as: UInt32.self))
        let last = UInt64((start + (length - 4)).loadUnaligned(as: UInt32.self))
        return (first | last << 32) ^ (UInt64(name.length) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// Whether the name at `position` is one of the first `count` of the object.
    private func isAmong(_ count: Int, _ container: Int, _ position: Int) -> Bool {
        var known = container + 1
        for _ in 0..<count {
            if text(known) == text(position) { return true }
            known += 1 + Int(tape[known + 1].span)
        }
        return false
    }

    private func hashedDuplicate(_ container: Int, _ count: Int) -> Int {
        // Swift's own hashing is seeded per process: nobody can send names that collide.
        var names = Set<JSONText>(minimumCapacity: count)
        var position = container + 1
        for _ in 0..<count {
            if !names.insert(text(position)).inserted { return position }
            position += 1 + Int(tape[position + 1].span)
        }
        return 0
    }

    private func text(_ position: Int) -> JSONText {
        JSONText(start: base + Int(tape[position].start), byteCount: Int(tape[position].length))
    }
}
