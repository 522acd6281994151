// Installing: which files change, how, and writing them so that none is ever half written.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What installing or removing does to one file.
package struct FileChange: Sendable {
    package var path: String
    package var before: String?
    /// Nil: the file goes.
    package var after: String?

    package var isChange: Bool { before != after }

    /// Lines that go (`-`) and come (`+`), each with two lines of what stands around them.
    package var difference: String {
        let old = lines(before)
        let new = lines(after)
        var (removed, inserted) = (Set<Int>(), Set<Int>())
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var rows: [(mark: Character, text: Substring)] = []
        var (oldAt, newAt) = (0, 0)
        while oldAt < old.count || newAt < new.count {
            if oldAt < old.count, removed.contains(oldAt) {
                rows.append(("-", old[oldAt]))
                oldAt += 1
            } else if newAt < new.count, inserted.contains(newAt) {
                rows.append(("+", new[newAt]))
                newAt += 1
            } else {
                rows.append((" ", oldAt < old.count ? old[oldAt] : ""))
                oldAt += 1
                newAt += 1
            }
        }
        let shown = rows.indices.filter { row in
            rows[max(0, row - 2)...min(rows.count - 1, row + 2)].contains { $0.mark != " " }
        }
        var text = ""
        var last = -1
        for row in shown {
            if last >= 0, row > last + 1 { text += "  …\n" }
            text += "\(rows[row].mark) \(rows[row].text)\n"
            last = row
        }
        return text
    }

    private func lines(_ text: String?) -> [Substring] {
        var lines = (text ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Writes a new file beside the old one and puts it in its place, with the old one's mode; behind a link, in the
    /// place of what the link points to.
    package func write() throws(HostFileFault) {
        var target = path
        if let real = realpath(path, nil) {
            target = String(cString: real)
            free(real)
        }
        guard let after else {
            guard unlink(target) == 0 else { throw fault("cannot remove", target) }
            return
        }
        try makeFolders(of: target)
        var facts = stat()
        let mode = stat(target, &facts) == 0 ? facts.st_mode & 0o777 : 0o644
        let draft = "\(target).budget-advisor-\(getpid())"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw fault("cannot write", draft) }
        var text = after
        let isWritten = text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let start = rest.baseAddress, !rest.isEmpty {
                let count = systemWrite(file, start, rest.count)
                guard count > 0 else { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return fchmod(file, mode) == 0 && fsync(file) == 0
        }
        guard close(file) == 0, isWritten, rename(draft, target) == 0 else {
            let problem = fault("cannot write", target)
            unlink(draft)
            throw problem
        }
    }

    private func makeFolders(of path: String) throws(HostFileFault) {
        var folder = ""
        for part in path.split(separator: "/").dropLast() {
            folder += "/\(part)"
            if mkdir(folder, 0o755) != 0, errno != EEXIST { throw fault("cannot make the folder", folder) }
        }
    }

    private func fault(_ action: String, _ path: String) -> HostFileFault {
        HostFileFault(message: "\(action) \(path): \(String(cString: strerror(errno)))")
    }
}

/// The system call: inside of `FileChange`, `write` is its own method.
private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int { write(file, bytes, count) }

/// The changes that (un)install the program at a host. All are worked out before any is written.
package func installation(
    at host: Host, project: String?, home: String, program: Registration, undo: Bool
) throws(HostFileFault) -> [FileChange] {
    var changes: [FileChange] = []
    for edit in host.edits(project: project, home: home, program: program) {
        var text: String?
        if access(edit.path, F_OK) == 0 {
            do throws(FileFault) {
                text = try readText(edit.path)
            } catch {
                throw HostFileFault(message: error.message)
            }
        }
        let after: String?
        if undo {
            after = try text.flatMap { (text) throws(HostFileFault) in try edit.removed(from: text) }
        } else {
            after = try edit.installed(in: text)
        }
        changes.append(FileChange(path: edit.path, before: text, after: after))
    }
    return changes
}

/// This program's own file.
package func programPath() -> String? {
    #if os(Linux)
        let named = "/proc/self/exe"
    #else
        let named = CommandLine.arguments.first ?? ""
    #endif
    guard let real = realpath(named, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
}
