// The terminal as one full screen: raw input, the alternate screen, and everything put back however the process ends.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Read by the signal handlers, which must not take locks or allocate: plain words, set before they are installed.
nonisolated(unsafe) private var savedModes = termios()
nonisolated(unsafe) private var isTaken: sig_atomic_t = 0
nonisolated(unsafe) private var sizeHasChanged: sig_atomic_t = 0
/// Colours off, cursor shown, the main screen.
nonisolated(unsafe) private let farewell = strdup("\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l")

private func putBack() {
    guard isTaken != 0 else { return }
    isTaken = 0
    if let farewell { _ = write(1, farewell, strlen(farewell)) }
    tcsetattr(0, TCSANOW, &savedModes)
}

/// A signal that ends the process: the terminal first, then what the signal does by itself.
private func endBySignal(_ number: Int32) {
    putBack()
    signal(number, SIG_DFL)
    raise(number)
}

struct Terminal {
    /// Columns and rows; 80 × 24 where the terminal does not say.
    static var size: (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Takes the terminal; false where stdin or stdout is none.
    static func take() -> Bool {
        guard isatty(0) == 1, isatty(1) == 1, tcgetattr(0, &savedModes) == 0 else { return false }
        installHandlers()
        var modes = savedModes
        cfmakeraw(&modes)
        guard tcsetattr(0, TCSANOW, &modes) == 0 else { return false }
        isTaken = 1
        put("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J")
        return true
    }

    static func release() { putBack() }

    /// Writes all of it; false when the terminal is gone.
    @discardableResult
    static func put(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = write(1, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
                if count < 0, errno != EINTR, errno != EAGAIN { return false }
                if count > 0 { sent += count }
            }
            return true
        }
    }

    /// What was typed within `milliseconds`: empty when nothing was, or when the size has changed; nil at the end.
    static func read(within milliseconds: Int32) -> [UInt8]? {
        var waiting = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        let ready = poll(&waiting, 1, milliseconds)
        if ready < 0 { return errno == EINTR ? [] : nil }
        if ready == 0 { return [] }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = readBytes(0, &buffer, buffer.count)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    /// Whether the size has changed since this was last asked.
    static func takeSizeChange() -> Bool {
        defer { sizeHasChanged = 0 }
        return sizeHasChanged != 0
    }

    private static func installHandlers() {
        func install(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
            var action = sigaction()
            sigemptyset(&action.sa_mask)
            #if canImport(Glibc)
                action.__sigaction_handler.sa_handler = handler
            #else
                action.__sigaction_u.__sa_handler = handler
            #endif
            sigaction(number, &action, nil)
        }
        let ends = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP]
        for number in ends { install(number, endBySignal) }
        install(SIGWINCH) { _ in sizeHasChanged = 1 }
        signal(SIGPIPE, SIG_IGN)
    }
}

/// `read(2)`; inside `Terminal` the name is taken.
private func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
