// Starting another program: fed on stdin, or left to itself.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A program that was started.
struct ChildProcess {
    let id: pid_t

    /// Whether it has ended; it is then no zombie any more.
    var hasEnded: Bool {
        var status: Int32 = 0
        return waitpid(id, &status, WNOHANG) != 0
    }

    /// Starts a program in a session of its own, with nothing but its standard descriptors. Nil where that failed.
    /// - Parameter input: becomes its stdin; `/dev/null` when nil.
    static func start(_ program: String, _ arguments: [String], input: Int32? = nil) -> ChildProcess? {
        #if canImport(Glibc)
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #else
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        #if canImport(Glibc)
            let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID
        #else
            let newSession = Int16(POSIX_SPAWN_SETSID | POSIX_SPAWN_CLOEXEC_DEFAULT)
        #endif
        // Ours are closed by themselves; a pipe that the caller left open to us would never end while the child runs.
        for descriptor in 3..<1024 as Range<Int32> { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        // What this process ignores or blocks would be ignored by the other too.
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGCHLD, SIGHUP] { sigaddset(&defaults, number) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, newSession | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var id: pid_t = 0
        return posix_spawnp(&id, program, &actions, &attributes, &words, environ) == 0 ? ChildProcess(id: id) : nil
    }

    /// Waits for its end, at most `seconds`; after that it and what it started are killed. The exit status, nil where
    /// it was killed.
    func finish(within seconds: Int) -> Int32? {
        var status: Int32 = 0
        for _ in 0..<max(seconds, 1) * 20 {
            let ended = waitpid(id, &status, WNOHANG)
            if ended == id { return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil }
            if ended < 0, errno != EINTR { return nil }
            usleep(50_000)
        }
        kill(-id, SIGKILL)
        waitpid(id, &status, 0)
        return nil
    }
}

/// A file without a name that holds `text`, for a child to read; -1 where that failed.
func unnamedFile(holding text: String) -> Int32 {
    var name = Array("/tmp/budget-advisor-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { return -1 }
    unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    let isWritten = Array(text.utf8).withUnsafeBytes { ProtocolStreams(input: 0, output: descriptor).write($0) }
    guard isWritten, lseek(descriptor, 0, SEEK_SET) == 0 else {
        close(descriptor)
        return -1
    }
    return descriptor
}

/// The file of this program.
func ownProgram() -> String {
    #if os(Linux)
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        if length > 0 { return String(decoding: buffer.prefix(Int(length)), as: UTF8.self) }
    #endif
    return CommandLine.arguments.first ?? "budget-advisor"
}
