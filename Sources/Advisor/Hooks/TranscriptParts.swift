// Beginning and end of a transcript, without reading the rest.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

/// The first bytes of a file as text; empty where it cannot be read.
func start(of path: String, bytes: Int) -> String { part(of: path, from: 0, bytes: bytes) }

/// The last bytes of a file as text; empty where it cannot be read.
func end(of path: String, bytes: Int) -> String {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return "" }
    return part(of: path, from: max(0, Int(facts.st_size) - bytes), bytes: bytes)
}

/// Where Claude Code keeps the transcripts of a session's subagents; nil where there is no such folder.
func subagentsFolder(of transcript: String) -> String? {
    guard transcript.hasSuffix(".jsonl") else { return nil }
    let folder = transcript.dropLast(".jsonl".count) + "/subagents"
    return isReadable(String(folder)) ? String(folder) : nil
}

private func part(of path: String, from offset: Int, bytes: Int) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: bytes)
    let count = pread(file, &buffer, bytes, off_t(offset))
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : ""
}
