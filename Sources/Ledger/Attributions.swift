// Who and what a record belongs to, as one number.

/// The names of one record (numbers of `name`, 0 for none) and how its cost was found.
struct Attribution: Hashable, FlatKey {
    var model: Int64
    var worker: Int64
    var task: Int64
    var project: Int64
    var session: Int64
    var operation: Int64
    var basis: Int64

    var mixed: UInt64 {
        let first = mix(UInt64(bitPattern: model), UInt64(bitPattern: worker << 4 | basis))
        let second = mix(UInt64(bitPattern: task), UInt64(bitPattern: project))
        let third = mix(UInt64(bitPattern: session), UInt64(bitPattern: operation))
        return mix(first, mix(second, third))
    }
}

/// A cache in front of the table `attribution`.
struct AttributionTable {
    private static let mostEntries = 131_072
    private var ids = FlatMap<Attribution, Int64>()

    mutating func forget() { ids = FlatMap() }

    mutating func id(of attribution: Attribution, in connection: Connection) throws(LedgerError) -> Int64 {
        if let position = ids.position(of: attribution) { return ids.entries[position].value }
        if ids.count >= AttributionTable.mostEntries { forget() }
        let id = try stored(attribution, in: connection)
        _ = ids.append(attribution, id)
        return id
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
        let known = try connection.statement(
            """
            SELECT id FROM attribution WHERE model = ? AND worker = ? AND task = ? AND project = ? AND session = ?
            AND operation = ? AND basis = ?
            """)
        if let id = try bound(known, attribution).firstInt() { return id }
        let added = try connection.statement(
            """
            INSERT INTO attribution(model, worker, task, project, session, operation, basis)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        try bound(added, attribution).run()
        return connection.lastInsertedRow
    }

    private func bound(_ statement: Statement, _ attribution: Attribution) -> Statement {
        statement.bind(1, attribution.model).bind(2, attribution.worker).bind(3, attribution.task)
            .bind(4, attribution.project).bind(5, attribution.session).bind(6, attribution.operation)
            .bind(7, attribution.basis)
    }
}
