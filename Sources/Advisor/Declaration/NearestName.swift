// The known name a mistyped one was probably meant to be.

/// The candidate nearest to `name`, or nil where none is near enough to be helpful.
///
/// Case, `_`, `-` and `.` do not count. Near is: equal then, or within one edit per three letters (insert, delete,
/// replace, swap neighbours), at most three; or one name contains the other.
package func nearestName<Names: Sequence>(to name: String, among candidates: Names) -> String?
where Names.Element == String {
    let wanted = plain(name)
    guard (1...64).contains(wanted.count) else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let known = plain(candidate)
        var distance = editDistance(wanted, known)
        if distance > min(3, max(1, wanted.count / 3)) {
            guard wanted.count >= 4, known.count >= 4, contains(known, wanted) || contains(wanted, known) else {
                continue
            }
            distance = 4 + abs(known.count - wanted.count)
        }
        if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
}

/// Lower-case ASCII without separators; at most 65 bytes, so that a hostile name costs nothing.
private func plain(_ name: String) -> [UInt8] {
    name.utf8.prefix(130).filter { $0 != 0x5F && $0 != 0x2D && $0 != 0x2E }.prefix(65).map {
        (0x41...0x5A).contains($0) ? $0 | 0x20 : $0
    }
}

private func contains(_ whole: [UInt8], _ part: [UInt8]) -> Bool {
    guard part.count <= whole.count else { return false }
    return (0...(whole.count - part.count)).contains { whole[$0...].starts(with: part) }
}

/// Optimal string alignment distance (edits with swaps of neighbours).
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for i in left.indices {
        var row = [i + 1]
        for j in right.indices {
            var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                cost = min(cost, beforeLast[j - 1] + 1)
            }
            row.append(cost)
        }
        (beforeLast, last) = (last, row)
    }
    return last[right.count]
}
