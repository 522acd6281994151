// Who and what a record belongs to, as one number.

/// The names of one record (numbers of `name`, 0 for none) and how its cost was found.
struct Attribution: Hashable {
    var model: Int64
    var worker: Int64
    var task: Int64
    var project: Int64
    var session: Int64
    var operation: Int64
    var basis: Int64
}

/// A cache in front of the table `attribution`.
///
/// A busy ledger has tens of thousands of combinations and each record asks for one, so what counts is how much memory
/// a look-up touches: one slot, which holds everything in half a cache line.
struct AttributionTable: ~Copyable {
    /// Everything but the number of the attribution, packed.
    private struct Key: Equatable {
        var modelAndWorker: UInt64
        var taskAndProject: UInt64
        var sessionAndOperation: UInt64
        var basis: UInt32

        /// Nil where a number is beyond 32 bits: not in practice, and then it is not remembered.
        init?(_ names: Attribution) {
            let all = names.model | names.worker | names.task | names.project | names.session | names.operation
            guard UInt32(exactly: all | names.basis) != nil else { return nil }
            func pair(_ high: Int64, _ low: Int64) -> UInt64 { UInt64(bitPattern: high << 32 | low) }
            modelAndWorker = pair(names.model, names.worker)
            taskAndProject = pair(names.task, names.project)
            sessionAndOperation = pair(names.session, names.operation)
            basis = UInt32(truncatingIfNeeded: names.basis)
        }

        var mixed: UInt64 {
            mix(mix(modelAndWorker, taskAndProject), sessionAndOperation ^ UInt64(basis) << 62)
        }
    }

    private struct Slot {
        var key: Key
        /// 0 where free.
        var id: UInt32
    }

    private static let mostEntries = 131_072
    private static let fewestSlots = 1024

    private var count = 0
    /// A power of two; at most three quarters in use.
    private var slotCount = fewestSlots
    private var slots = AttributionTable.freeSlots(fewestSlots)

    deinit { slots.deallocate() }

    mutating func forget() {
        guard count > 0 else { return }
        slots.deallocate()
        slotCount = AttributionTable.fewestSlots
        slots = AttributionTable.freeSlots(slotCount)
        count = 0
    }

    mutating func id(of attribution: Attribution, in connection: Connection) throws(LedgerError) -> Int64 {
        guard let key = Key(attribution) else { return try stored(attribution, in: connection) }
        let place = place(of: key)
        if slots[place].id != 0 { return Int64(slots[place].id) }
        let id = try stored(attribution, in: connection)
        if let id = UInt32(exactly: id) { add(Slot(key: key, id: id)) }
        return id
    }

    /// Where a key is, or where it belongs.
    @inline(__always)
    private func place(of key: Key) -> Int {
        var place = Int(truncatingIfNeeded: key.mixed) & (slotCount - 1)
        while slots[place].id != 0, slots[place].key != key { place = (place + 1) & (slotCount - 1) }
        return place
    }

    private mutating func add(_ slot: Slot) {
        if count >= AttributionTable.mostEntries { forget() }
        if count >= slotCount / 4 * 3 { grow() }
        slots[place(of: slot.key)] = slot
        count += 1
    }

    private mutating func grow() {
        let (old, oldCount) = (slots, slotCount)
        slotCount *= 2
        slots = AttributionTable.freeSlots(slotCount)
        for index in 0..<oldCount where old[index].id != 0 { slots[place(of: old[index].key)] = old[index] }
        old.deallocate()
    }

    /// Memory of zeros is one of free slots.
    private static func freeSlots(_ count: Int) -> UnsafeMutablePointer<Slot> {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Slot>.stride, alignment: 64)
        bytes.initializeMemory(as: UInt8.self, repeating: 0, count: count * MemoryLayout<Slot>.stride)
        return bytes.bindMemory(to: Slot.self, capacity: count)
    }

    static func load(_ id: Int64, in connection: Connection) throws(LedgerError) -> Attribution? {
        let statement = try connection.statement(
            "SELECT model, worker, task, project, session, operation, basis FROM attribution WHERE id = ?")
        guard try statement.bind(1, id).step() else { return nil }
        defer { statement.reset() }
        return Attribution(
            model: statement.int(0), worker: statement.int(1), task: statement.int(2), project: statement.int(3),
            session: statement.int(4), operation: statement.int(5), basis: statement.int(6))
    }

    private func stored(_ attribution: Attribution, in connection: Connection) throws(LedgerError) -> Int64 {
        // Most that are not remembered are new: asking first would look for them twice.
        let added = try connection.statement(
            """
            INSERT INTO attribution(model, worker, task, project, session, operation, basis)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """)
        try bound(added, attribution).run()
        if connection.changedRows > 0 { return connection.lastInsertedRow }
        let known = try connection.statement(
            """
            SELECT id FROM attribution WHERE model = ? AND worker = ? AND task = ? AND project = ? AND session = ?
            AND operation = ? AND basis = ?
            """)
        guard let id = try bound(known, attribution).firstInt() else {
            throw LedgerError(.damaged, "an attribution cannot be found", hint: "run 'budget-advisor doctor'")
        }
        return id
    }

    private func bound(_ statement: Statement, _ attribution: Attribution) -> Statement {
        statement.bind(1, attribution.model).bind(2, attribution.worker).bind(3, attribution.task)
            .bind(4, attribution.project).bind(5, attribution.session).bind(6, attribution.operation)
            .bind(7, attribution.basis)
    }
}
