// The ledger as a file: is it ours, may we create it, is it still the one we opened?

import CSQLite

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Which file a path names at the moment.
struct FileIdentity: Equatable {
    let device: UInt64
    let inode: UInt64

    /// Nil where nothing is at the path.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}

enum LedgerFile {
    private static let magic = Array("SQLite format 3\0".utf8)

    /// Makes an empty file of mode 0600 where there is none. Only the folder of the default place is created.
    static func createIfMissing(_ path: String, createFolder: Bool) throws(LedgerError) {
        guard FileIdentity(path: path) == nil else { return }
        let folder = folderName(of: path)
        if createFolder { makeFolders(folder) }
        guard FileIdentity(path: folder) != nil else {
            throw LedgerError(
                .gone, "the folder \(folder) of the ledger does not exist",
                hint: "create the folder, or name another file with --ledger")
        }
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            throw systemFault("create", path)
        }
    }

    /// Refuses a file that another program made, before SQLite touches it. Empty files are taken as new.
    static func check(_ path: String) throws(LedgerError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemFault("open", path) }
        defer { close(descriptor) }
        // SQLite would open it for reading alone, and make its log and shared memory as unwritable as the file.
        guard access(path, W_OK) == 0 else { throw systemFault("write", path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw LedgerError(.notALedger, "\(path) is not a file", hint: "name a file with --ledger")
        }
        var header = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &header, 100)
        guard count >= 0 else { throw systemFault("read", path) }
        if count == 0 { return }
        let notALedger = LedgerError(
            .notALedger, "\(path) is not a ledger of budget-advisor",
            hint: "name another file with --ledger; this one was left untouched")
        guard count == 100, Array(header[0..<16]) == magic else { throw notALedger }
        let application = number(header, 68)
        // A start cut short between the file's first page and the tables leaves both marks at 0.
        guard application == Schema.applicationID || (application == 0 && number(header, 60) == 0) else {
            throw notALedger
        }
        try checkSize(Int64(status.st_size), header, path)
    }

    /// SQLite reads what is missing of a last page as zeros.
    private static func checkSize(_ size: Int64, _ header: [UInt8], _ path: String) throws(LedgerError) {
        let pageSize = Int64(header[16]) << 8 | Int64(header[17])
        var log = stat()
        // With a log beside it, the last page may be on its way.
        guard pageSize > 1, size % pageSize != 0, stat(path + "-wal", &log) != 0 || log.st_size == 0 else { return }
        throw LedgerError(
            .damaged, "the ledger \(path) is damaged (its last page is cut off)", hint: "restore a backup")
    }

    static func folderName(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func makeFolders(_ path: String) {
        guard FileIdentity(path: path) == nil, path != "." else { return }
        makeFolders(folderName(of: path))
        mkdir(path, 0o700)
    }

    private static func number(_ header: [UInt8], _ offset: Int) -> Int32 {
        Int32(bitPattern: header[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }

    private static func systemFault(_ verb: String, _ path: String) -> LedgerError {
        let reason = String(cString: strerror(errno))
        switch errno {
        case EACCES, EPERM, EROFS:
            return LedgerError(
                .readOnly, "cannot \(verb) the ledger \(path): \(reason)",
                hint: "give this user the right to the file and its folder, or name another file with --ledger")
        case ENOSPC, EDQUOT:
            return LedgerError(
                .full, "cannot \(verb) the ledger \(path): \(reason)", hint: "free some space, then ask again")
        default:
            return LedgerError(
                .gone, "cannot \(verb) the ledger \(path): \(reason)",
                hint: "check the path, or name another file with --ledger")
        }
    }
}
