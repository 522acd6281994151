// What the process was started with: its environment and the `.env` file of its working folder.
#if canImport(Glibc)
    @preconcurrency import Glibc
#else
    import Darwin
#endif

extension Settings {
    /// The settings of this process. `flags` as in `load(flags:environment:envFile:)`.
    package static func ofProcess(flags: [String: String]) throws(SettingFault) -> Settings {
        try load(flags: flags, environment: processEnvironment(), envFile: try envFileText())
    }
}

/// All `NAME=value` pairs. Read at the start, before any other thread could change them.
private func processEnvironment() -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    var next = environ
    while let entry = next.pointee {
        let text = String(cString: entry)
        if let equals = text.firstIndex(of: "=") {
            pairs.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
        }
        next += 1
    }
    return pairs
}

/// The text of `.env`; nil where there is none. One that is there but cannot be read stops the start: it may hold a
/// limit.
private func envFileText() throws(SettingFault) -> String? {
    let file = open(".env", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw unreadable()
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = read(file, &buffer, buffer.count)
        if count < 0 { throw unreadable() }
        if count == 0 { return String(decoding: bytes, as: UTF8.self) }
        bytes += buffer[..<count]
        if bytes.count > 1 << 20 {
            throw SettingFault(name: ".env", source: .envFile(line: 1), problem: "is larger than 1 MiB")
        }
    }
}

private func unreadable() -> SettingFault {
    SettingFault(
        name: ".env", source: .envFile(line: 1), problem: "cannot be read: \(String(cString: strerror(errno)))")
}
