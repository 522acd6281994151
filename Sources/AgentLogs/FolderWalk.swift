// Lists the log files below files and folders.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a walk found.
package struct LogListing: Sendable, Hashable {
    /// Sorted by path; each file once, however many ways lead to it.
    package var files: [String] = []
    /// Databases that the ledger is to open.
    package var databases: [String] = []
    package var problems: [LogProblem] = []
    /// Files passed over because of their names.
    package var otherFiles = 0

    package init() {}
}

/// Endings of files that are read when a folder is named.
package let logEndings = [".jsonl", ".json", ".ndjson", ".log", ".txt", ".out", ".sse", ".csv"]

/// The files that `paths` name: a file stands for itself whatever its name, a folder for the logs below it. Links are
/// followed; a folder met again inside itself is reported and not entered.
package func listLogs(paths: [String], endings: [String] = logEndings) -> LogListing {
    var walk = FolderWalk { path in endings.contains { path.hasSuffix($0) } }
    for path in paths { walk.add(path) }
    return walk.finished()
}

/// The files of usual places; a place that does not exist is no problem.
package func listLogs(sources: [LogSource]) -> LogListing {
    var listing = LogListing()
    for source in sources {
        guard (try? FileFacts(path: source.path)) != nil else { continue }
        if source.kind == .database {
            listing.databases.append(source.path)
            continue
        }
        var walk = FolderWalk { source.holds($0) }
        walk.add(source.path)
        let found = walk.finished()
        listing.files += found.files
        listing.problems += found.problems
        listing.otherFiles += found.otherFiles
    }
    listing.files = Array(Set(listing.files)).sorted()
    return listing
}

private struct FolderWalk {
    private struct Identity: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    private let isLog: (String) -> Bool
    private var listing = LogListing()
    private var seen: Set<Identity> = []
    private var open: [Identity] = []
    private static let maximumDepth = 64

    init(isLog: @escaping (String) -> Bool) { self.isLog = isLog }

    mutating func add(_ path: String) {
        let plain = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        visit(plain, isNamed: true)
    }

    func finished() -> LogListing {
        var result = listing
        result.files.sort()
        return result
    }

    private mutating func visit(_ path: String, isNamed: Bool) {
        let facts: FileFacts
        do {
            facts = try FileFacts(path: path)
        } catch {
            listing.problems.append(LogProblem(path: path, what: error.what))
            return
        }
        let identity = Identity(device: facts.device, inode: facts.inode)
        if facts.isFolder {
            if open.contains(identity) || open.count >= FolderWalk.maximumDepth {
                let what = open.contains(identity) ? "folder loop: leads back into itself" : "nested too deeply"
                listing.problems.append(LogProblem(path: path, what: what))
                return
            }
            guard seen.insert(identity).inserted else { return }
            open.append(identity)
            visitEntries(of: path)
            open.removeLast()
            return
        }
        guard isNamed || isLog(path) else {
            listing.otherFiles += 1
            return
        }
        guard facts.isRegular else {
            listing.problems.append(LogProblem(path: path, what: "is no regular file"))
            return
        }
        if seen.insert(identity).inserted { listing.files.append(path) }
    }

    private mutating func visitEntries(of folder: String) {
        guard let stream = opendir(folder) else {
            listing.problems.append(LogProblem(path: folder, what: FileFault("cannot open the folder", errno).what))
            return
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        let prefix = folder == "/" ? "/" : folder + "/"
        for name in names.sorted() { visit(prefix + name, isNamed: false) }
    }
}
