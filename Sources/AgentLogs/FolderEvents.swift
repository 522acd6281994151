// Waits for files to change: told by the kernel where it can, else by looking once a second.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Watches folders, and those that are made below them later.
package final class FolderEvents {
    /// Readable when something has changed; -1 where the kernel does not tell.
    package private(set) var descriptor: Int32 = -1
    /// Folders that the kernel could not watch, so that they are looked at once a second.
    package private(set) var isPolling = false
    private var folders: Set<String> = []

    package init() {
        #if os(Linux)
            descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        #endif
        isPolling = descriptor < 0
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Watches `paths`: folders with all below them, the folder of a file, and the nearest folder above what does not
    /// exist yet. What is watched already stays.
    package func watch(_ paths: [String]) {
        for path in paths {
            var path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            guard let facts = try? FileFacts(path: path) else {
                while path != "/" && path != "." && (try? FileFacts(path: path)) == nil { path = parent(of: path) }
                add(path)
                continue
            }
            if facts.isFolder { addTree(path, depth: 0) } else { add(parent(of: path)) }
        }
    }

    /// Waits until something has changed, for at most `timeoutMs` (-1: for ever). True when it has.
    package func wait(timeoutMs: Int32) -> Bool {
        if isPolling {
            let pause = timeoutMs < 0 ? 1000 : min(timeoutMs, 1000)
            if pause > 0 { poll(nil, 0, pause) }
            return true
        }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, timeoutMs) > 0 else { return false }
        drain()
        return true
    }

    /// Takes what the kernel has to tell; what exactly it was does not matter.
    private func drain() {
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) { buffer in
            while read(descriptor, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }

    private func addTree(_ folder: String, depth: Int) {
        guard depth < 64, add(folder), let stream = opendir(folder) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let kind = entry.pointee.d_type
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            let path = folder + "/" + name
            // Links lead elsewhere, perhaps in a circle; their target's folder is named by itself where it is wanted.
            if kind == UInt8(DT_DIR) { addTree(path, depth: depth + 1) }
        }
    }

    /// False where it cannot be watched.
    @discardableResult
    private func add(_ folder: String) -> Bool {
        #if os(Linux)
            let wanted = UInt32(
                IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_ONLYDIR)
            guard descriptor >= 0 else { return true }
            if inotify_add_watch(descriptor, folder, wanted) >= 0 { return true }
            // The limit of watches is reached: look instead.
            if errno == ENOSPC || errno == ENOMEM { isPolling = true }
            return false
        #else
            return true
        #endif
    }

    private func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
