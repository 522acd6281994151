// Reads the usage that another program keeps in an SQLite database, without touching its file.

import CSQLite

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A copy of somebody else's database. Opening the file itself would take its locks and write its shared memory.
package final class ForeignDatabase {
    /// What a table holds, and the statement that gives its rows as one JSON object each.
    package struct Source: Sendable {
        package var table: String
        fileprivate var query: String
    }

    private let connection: Connection
    private let folder: String

    /// Copies the file at `path`, with its write-ahead log, and opens the copy.
    package init(copyOf path: String) throws(LedgerError) {
        folder = try ForeignDatabase.makeFolder()
        do throws(LedgerError) {
            try ForeignDatabase.copy(path, to: folder + "/copy.db")
            connection = try Connection(path: folder + "/copy.db", busyTimeoutMs: 1000)
        } catch {
            ForeignDatabase.remove(folder)
            throw error
        }
    }

    deinit {
        connection.close()
        ForeignDatabase.remove(folder)
    }

    /// The tables with usage: OpenCode's steps and messages, or any with a model and token counts.
    package func sources() throws(LedgerError) -> [Source] {
        let tables = try names("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        var found: [Source] = []
        for table in tables {
            let columns = try names("SELECT name FROM pragma_table_info(\(text(table)))")
            let lower = Set(columns.map { $0.lowercased() })
            if table == "message" || table == "part", lower.contains("data") {
                // Steps first: a message stands for the sum of its steps.
                let source = openCode(table, lower, hasMessages: tables.contains("message"))
                if table == "part" { found.insert(source, at: 0) } else { found.append(source) }
                continue
            }
            let counts = ["input_tokens", "inputtokens", "tokens_in", "prompt_tokens", "total_tokens", "tokens"]
            guard counts.contains(where: lower.contains), lower.contains("model") || lower.contains("model_name")
            else { continue }
            found.append(try calls(table, columns))
        }
        return found
    }

    /// Hands out every row as JSON text.
    package func forEachRow(of source: Source, _ body: (String) throws -> Void) throws {
        let rows = try connection.prepare(source.query)
        while try rows.step() { try body(rows.text(0)) }
    }

    // MARK: Queries

    /// The row's own ids go in front; what `data` says itself holds.
    private func openCode(_ table: String, _ columns: Set<String>, hasMessages: Bool) -> Source {
        var members: [String] = []
        for (column, member) in [("id", "id"), ("session_id", "sessionID"), ("message_id", "messageID")]
        where columns.contains(column) {
            members.append("'\(member)', t.\(column)")
        }
        var join = ""
        var filter = "json_extract(t.data, '$.role') = 'assistant'"
        if table == "part" {
            filter = "json_extract(t.data, '$.type') = 'step-finish'"
            if hasMessages, columns.contains("message_id") {
                join = " LEFT JOIN message m ON m.id = t.message_id AND json_valid(m.data)"
                members.append("'modelID', json_extract(m.data, '$.modelID')")
                members.append("'timestamp', json_extract(m.data, '$.time.created')")
            }
        }
        return Source(
            table: table,
            query: "SELECT json_patch(json_object(\(members.joined(separator: ", "))), t.data) FROM \(table) t\(join) "
                + "WHERE json_valid(t.data) AND \(filter) ORDER BY t.rowid")
    }

    private func calls(_ table: String, _ columns: [String]) throws(LedgerError) -> Source {
        let numbered =
            try connection.prepare(
                "SELECT 1 FROM pragma_table_info(\(text(table))) WHERE lower(name) = 'id' AND upper(type) LIKE '%INT%'"
            ).firstInt() != nil
        let members = columns.map { column in
            let quoted = "t." + identifier(column)
            // A number of the table's own names nothing outside of it: such a row is known by all that it says.
            let name = column.lowercased() == "id" && numbered ? "rowID" : column
            return "\(text(name)), CASE typeof(\(quoted)) WHEN 'blob' THEN NULL ELSE \(quoted) END"
        }
        return Source(
            table: table,
            query: "SELECT json_object(\(members.joined(separator: ", "))) FROM \(identifier(table)) t")
    }

    private func names(_ query: String) throws(LedgerError) -> [String] {
        var found: [String] = []
        let rows = try connection.prepare(query)
        while try rows.step() { found.append(rows.text(0)) }
        return found
    }

    private func text(_ value: String) -> String { quoted(value, "'") }
    private func identifier(_ name: String) -> String { quoted(name, "\"") }

    private func quoted(_ text: String, _ mark: Character) -> String {
        String(mark) + text.flatMap { $0 == mark ? [mark, mark] : [$0] } + String(mark)
    }

    // MARK: The copy

    private static func makeFolder() throws(LedgerError) -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((base + "/budget-advisor-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw fault("make a folder in", base) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func remove(_ folder: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(folder + "/copy.db" + suffix) }
        rmdir(folder)
    }

    /// A copy that nobody wrote to meanwhile: tried again a few times while size or time of the files change.
    private static func copy(_ path: String, to target: String) throws(LedgerError) {
        for _ in 0..<5 {
            let before = [path, path + "-wal"].map(version)
            unlink(target + "-wal")
            try copyFile(path, target)
            if before[1] != nil { try copyFile(path + "-wal", target + "-wal") }
            if before == [path, path + "-wal"].map(version) { return }
            usleep(50_000)
        }
        throw LedgerError(
            .busy, "\(path) was written to all the time", hint: "read it once its program is at rest")
    }

    private static func version(_ path: String) -> [Int64]? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        #if canImport(Glibc)
            let time = [Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec)]
        #else
            let time = [Int64(status.st_mtimespec.tv_sec), Int64(status.st_mtimespec.tv_nsec)]
        #endif
        return [Int64(status.st_size)] + time
    }

    private static func copyFile(_ path: String, _ target: String) throws(LedgerError) {
        let from = open(path, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw fault("open", path) }
        defer { close(from) }
        let to = open(target, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
        guard to >= 0 else { throw fault("write", target) }
        defer { close(to) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(from, &buffer, buffer.count)
            if count == 0 { return }
            guard count > 0 else { throw fault("read", path) }
            guard write(to, buffer, count) == count else { throw fault("write", target) }
        }
    }

    private static func fault(_ verb: String, _ path: String) -> LedgerError {
        LedgerError(
            .gone, "cannot \(verb) \(path): \(String(cString: strerror(errno)))",
            hint: "check the path and the rights of this user")
    }
}
