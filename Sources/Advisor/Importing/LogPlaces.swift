// Which files an import reads.
import AgentLogs
import Ledger

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
                add(listLogs(paths: settings.logFolders))
                found += settings.logFolders
            }
        } else {
            add(listLogs(paths: paths))
        }
    }

    private mutating func add(_ listing: LogListing) {
        let known = Set(files)
        files += listing.files.filter { !known.contains($0) }
        databases += listing.databases
        problems += listing.problems
    }
}
