// Our own stdin and stdout, so that nothing but protocol lines ever reaches the caller.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The file descriptors of the protocol. Taken before anything else may print.
package struct ProtocolStreams: Sendable {
    package let input: Int32
    package let output: Int32

    package init(input: Int32, output: Int32) {
        self.input = input
        self.output = output
    }

    /// Takes stdout for the protocol alone and points descriptor 1 at stderr: some libraries print their logs to
    /// stdout. Asks for 1 MiB pipes (2–3 × the piped throughput); harmless where refused. Nil when there is no stdout.
    package static func takeStandard() -> ProtocolStreams? {
        // A file opened later must not become descriptor 0, 1 or 2 because the parent closed them.
        for descriptor in 0...2 as ClosedRange<Int32> where fcntl(descriptor, F_GETFD) == -1 {
            guard descriptor != 1, open("/dev/null", O_RDWR) == descriptor else { return nil }
        }
        let output = fcntl(1, F_DUPFD_CLOEXEC, 3)
        guard output >= 0, dup2(2, 1) == 1 else { return nil }
        #if os(Linux)
            let setPipeSize: Int32 = 1031  // F_SETPIPE_SZ, which Glibc's module does not show
            _ = fcntl(0, setPipeSize, 1 << 20)
            _ = fcntl(output, setPipeSize, 1 << 20)
        #endif
        signal(SIGPIPE, SIG_IGN)
        return ProtocolStreams(input: 0, output: output)
    }

    /// Writes all of `bytes`; false when the reader is gone or the descriptor fails.
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = writeSome(UnsafeRawBufferPointer(rebasing: rest))
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EAGAIN {
                // The caller gave us a non-blocking pipe: wait until it takes more.
                var descriptor = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
                _ = poll(&descriptor, 1, -1)
            } else if count < 0, errno == EINTR {
                continue
            } else {
                return false
            }
        }
        return true
    }

    private func writeSome(_ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(output, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(output, bytes.baseAddress, bytes.count)
        #endif
    }
}

/// Writes a line to stderr, in one call so that lines of several processes do not mix.
package func logLine(_ text: String) {
    let line = "budget-advisor: " + text + "\n"
    _ = Array(line.utf8).withUnsafeBytes { bytes in
        ProtocolStreams(input: 0, output: 2).write(bytes)
    }
}

/// Writes text for a person, or for a pipe after a command, to stdout; false where that failed.
@discardableResult
package func show(_ text: String) -> Bool {
    Array(text.utf8).withUnsafeBytes { bytes in
        ProtocolStreams(input: 0, output: 1).write(bytes)
    }
}
