// Which files an import reads.
import AgentLogs
import Ledger

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The files behind the paths that were named, or behind the usual places.
package struct LogPlaces {
    package private(set) var files: [String] = []
    /// SQLite databases that hold usage.
    package private(set) var databases: [String] = []
    package private(set) var problems: [LogProblem] = []
    /// The usual places that were looked at and exist, for a person.
    package private(set) var found: [String] = []

    package init(_ paths: [String], settings: Settings) {
        if paths.isEmpty {
            let sources = discoverLogs(home: settings.environment["HOME"] ?? "/", environment: settings.environment)
            add(listLogs(sources: sources))
            found = sources.filter { listLogs(sources: [$0]) != LogListing() }.map { "\($0.agent): \($0.path)" }
            if !settings.logFolders.isEmpty {
                add(listLogs(paths: settings.logFolders, endings: logEndings + [".db", ".sqlite", ".sqlite3"]))
                found += settings.logFolders
            }
        } else {
            add(listLogs(paths: paths, endings: logEndings + [".db", ".sqlite", ".sqlite3"]))
        }
    }

    /// What has to be watched to see new files too.
    static func watched(_ paths: [String], settings: Settings) -> [String] {
        if !paths.isEmpty { return paths }
        let sources = discoverLogs(home: settings.environment["HOME"] ?? "/", environment: settings.environment)
        return sources.map(\.path) + settings.logFolders
    }

    private mutating func add(_ listing: LogListing) {
        let known = Set(files)
        for file in listing.files where !known.contains(file) {
            if isDatabase(file) { databases.append(file) } else { files.append(file) }
        }
        databases += listing.databases
        problems += listing.problems
    }
}

/// Whether a file is an SQLite database: by its first bytes where its name is one of a database, or has no ending that
/// logs have.
private func isDatabase(_ path: String) -> Bool {
    if logEndings.contains(where: path.hasSuffix) { return false }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var head = [UInt8](repeating: 0, count: 16)
    return read(descriptor, &head, 16) == 16 && head == Array("SQLite format 3\0".utf8)
}

/// Changes whenever the database's file or its write-ahead log is written.
func databaseVersion(_ path: String) -> String {
    [path, path + "-wal"].map { file in
        var status = stat()
        guard stat(file, &status) == 0 else { return "-" }
        #if canImport(Glibc)
            let time = status.st_mtim
        #else
            let time = status.st_mtimespec
        #endif
        return "\(status.st_ino),\(status.st_size),\(time.tv_sec),\(time.tv_nsec)"
    }.joined(separator: ";")
}
