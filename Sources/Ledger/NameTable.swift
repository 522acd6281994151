// Names to numbers: each model, worker, task, project, session and operation stands once in the ledger.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The bytes of a name, valid during the call they are passed to.
package typealias NameBytes = UnsafeBufferPointer<UInt8>

/// How names of one sort are matched.
enum NameKind: Int64 {
    /// By their bytes.
    case plain = 0
    /// As task keys: `gh-450`, `#450`, ` 450 ` are one task; the first spelling is the one shown.
    case task = 1
}

/// A cache of one sort of names in front of the table `name`. It is emptied when it has grown too large and whenever a
/// transaction is rolled back, since that takes its new names with it.
struct NameTable {
    private struct Slot {
        var hash: UInt64
        var id: Int64
        var start: Int
        var count: Int
    }

    private static let mostNames = 32_768

    private let kind: NameKind
    private var slots: [Slot]
    private var bytes: [UInt8] = []
    private var used = 0

    init(kind: NameKind) {
        self.kind = kind
        slots = NameTable.empty(1024)
    }

    mutating func forget() {
        guard used > 0 else { return }
        slots = NameTable.empty(1024)
        bytes.removeAll(keepingCapacity: true)
        used = 0
    }

    /// The number of a name, which is added where the ledger does not have it.
    mutating func id(of name: NameBytes, in connection: Connection) throws(LedgerError) -> Int64 {
        let hash = stableHash(name)
        if let id = known(name, hash) { return id }
        let id = try stored(name, addedIn: connection)
        add(name, hash: hash, id: id)
        return id
    }

    /// The number of a name, or nil where no record has used it.
    static func existing(_ name: String, kind: NameKind, in connection: Connection) throws(LedgerError) -> Int64? {
        try connection.statement("SELECT id FROM name WHERE kind = ? AND matched = ?")
            .bind(1, kind.rawValue).bind(2, kind == .task ? taskKey(name) : name).firstInt()
    }

    /// Through buffers: a record asks for several names, and the arrays' own checks would take longer than the look-up.
    private func known(_ name: NameBytes, _ hash: UInt64) -> Int64? {
        slots.withUnsafeBufferPointer { slots in
            bytes.withUnsafeBufferPointer { bytes in
                var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
                while slots[index].id >= 0 {
                    let slot = slots[index]
                    if slot.hash == hash, slot.count == name.count, isSame(bytes, slot.start, name) { return slot.id }
                    index = (index + 1) & (slots.count - 1)
                }
                return nil
            }
        }
    }

    @inline(__always)
    private func isSame(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ name: NameBytes) -> Bool {
        guard let known = bytes.baseAddress, let other = name.baseAddress else { return name.isEmpty }
        return memcmp(known + start, other, name.count) == 0
    }

    private func stored(_ name: NameBytes, addedIn connection: Connection) throws(LedgerError) -> Int64 {
        let text = String(decoding: name, as: UTF8.self)
        let matched = kind == .task ? taskKey(text) : text
        if let id = try NameTable.existing(text, kind: kind, in: connection) { return id }
        try connection.statement("INSERT INTO name(kind, matched, text) VALUES (?, ?, ?)")
            .bind(1, kind.rawValue).bind(2, matched).bind(3, kind == .task ? trimmed(text) : text).run()
        return connection.lastInsertedRow
    }

    private mutating func add(_ name: NameBytes, hash: UInt64, id: Int64) {
        if used >= NameTable.mostNames { forget() }
        if used * 2 >= slots.count { grow() }
        place(Slot(hash: hash, id: id, start: bytes.count, count: name.count))
        bytes.append(contentsOf: name)
        used += 1
    }

    private mutating func place(_ slot: Slot) {
        var index = Int(truncatingIfNeeded: slot.hash) & (slots.count - 1)
        while slots[index].id >= 0 { index = (index + 1) & (slots.count - 1) }
        slots[index] = slot
    }

    private mutating func grow() {
        let old = slots
        slots = NameTable.empty(old.count * 2)
        for slot in old where slot.id >= 0 { place(slot) }
    }

    private static func empty(_ count: Int) -> [Slot] {
        Array(repeating: Slot(hash: 0, id: -1, start: 0, count: 0), count: count)
    }
}

extension OpenLedger {
    /// The number of a name that is not on the hot path; it is added where the ledger does not have it.
    func id(ofName name: String, kind: NameKind) throws(LedgerError) -> Int64 {
        if let id = try NameTable.existing(name, kind: kind, in: connection) { return id }
        try connection.statement("INSERT INTO name(kind, matched, text) VALUES (?, ?, ?)")
            .bind(1, kind.rawValue).bind(2, kind == .task ? taskKey(name) : name).bind(3, name).run()
        return connection.lastInsertedRow
    }
}

/// What task keys are matched by: trimmed, without case, and a number alone for `gh-450` and `#450`.
package func taskKey(_ task: String) -> String {
    let folded = trimmed(task).lowercased()
    for prefix in ["gh-", "#"] where folded.hasPrefix(prefix) {
        let rest = folded.dropFirst(prefix.count)
        if !rest.isEmpty, rest.utf8.allSatisfy({ (48...57).contains($0) }) { return String(rest) }
    }
    return folded
}

private func trimmed(_ text: String) -> String {
    var rest = Substring(text)
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
}
