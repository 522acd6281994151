// An open log file: what it is, and whether a cursor still fits it.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A failed system call, named for people.
struct FileFault: Error {
    let what: String

    init(_ action: String, _ code: Int32) {
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        what = "\(action): \(reason)"
    }
}

/// Size, time and identity of a file.
struct FileFacts: Sendable, Hashable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    var timeNs: Int64
    var isFolder: Bool
    var isRegular: Bool

    init(_ info: stat) {
        device = UInt64(truncatingIfNeeded: info.st_dev)
        inode = UInt64(truncatingIfNeeded: info.st_ino)
        size = Int64(info.st_size)
        #if canImport(Glibc)
            timeNs = Int64(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(info.st_mtim.tv_nsec)
        #else
            timeNs = Int64(info.st_mtimespec.tv_sec) &* 1_000_000_000 &+ Int64(info.st_mtimespec.tv_nsec)
        #endif
        isFolder = info.st_mode & S_IFMT == S_IFDIR
        isRegular = info.st_mode & S_IFMT == S_IFREG
    }

    /// Facts of the path's target; links are followed.
    init(path: String) throws(FileFault) {
        var info = stat()
        guard stat(path, &info) == 0 else { throw FileFault("cannot look at it", errno) }
        self.init(info)
    }
}

extension FileCursor {
    /// Whether the file is as it was when this cursor was made at its end. (A rewriting within the clock's resolution
    /// that keeps the size is not noticed; the next change is.)
    func isUnchanged(_ facts: FileFacts) -> Bool {
        device == facts.device && inode == facts.inode && seenSize == facts.size && seenTimeNs == facts.timeNs
    }
}

/// A file opened for reading; closed with the last reference.
final class LogFile {
    let descriptor: Int32
    let facts: FileFacts

    init(path: String) throws(FileFault) {
        // Without O_NONBLOCK a named pipe would hang the reading.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileFault("cannot open it", errno) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else {
            let code = errno
            close(descriptor)
            throw FileFault("cannot look at it", code)
        }
        facts = FileFacts(info)
    }

    deinit { close(descriptor) }

    /// Facts as they are now; what was opened may have grown or been cut.
    var currentFacts: FileFacts? {
        var info = stat()
        return fstat(descriptor, &info) == 0 ? FileFacts(info) : nil
    }

    /// Hash over the bytes at `offset`, and how many there were.
    func hash(at offset: Int64, count: Int) -> (hash: UInt64, count: Int64) {
        withUnsafeTemporaryAllocation(byteCount: max(count, 1), alignment: 8) { buffer in
            let got = pread(descriptor, buffer.baseAddress, count, off_t(offset))
            guard got > 0 else { return (0, 0) }
            return (byteHash(UnsafeRawBufferPointer(rebasing: buffer[..<got]), seed: 0x6C6F_6773), Int64(got))
        }
    }

    /// Whether `cursor` was made on this file and the bytes before its offset look as they did.
    func fits(_ cursor: FileCursor) -> Bool {
        guard cursor.device == facts.device, cursor.inode == facts.inode, cursor.offset <= facts.size else {
            return false
        }
        let head = hash(at: 0, count: Int(cursor.headBytes))
        let tail = hash(at: cursor.offset - cursor.tailBytes, count: Int(cursor.tailBytes))
        return head == (cursor.headHash, cursor.headBytes) && tail == (cursor.tailHash, cursor.tailBytes)
    }

    /// A cursor at `offset` of this file.
    func cursor(at offset: Int64, state: ResumeState) -> FileCursor {
        var cursor = FileCursor()
        cursor.device = facts.device
        cursor.inode = facts.inode
        cursor.offset = offset
        (cursor.headHash, cursor.headBytes) = hash(at: 0, count: Int(min(offset, 1024)))
        let tail = min(offset, 64)
        (cursor.tailHash, cursor.tailBytes) = hash(at: offset - tail, count: Int(tail))
        cursor.state = state
        return cursor
    }
}
