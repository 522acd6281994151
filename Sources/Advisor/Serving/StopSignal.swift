// SIGTERM and SIGINT end the input: what was read is finished and flushed, then the process exits 0.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Makes SIGTERM and SIGINT look like the end of input.
///
/// The handler puts `/dev/null` in the place of the input's descriptor. A read that waits is restarted by the kernel
/// (SA_RESTART) and then finds the end; so does every later one. No read has to be preceded by a poll, no signal can
/// fall between a check and a read, and no other system call is ever cut short by EINTR.
package enum StopSignal {
    /// True once a signal has come. A half line that was read until then is not a message.
    package static var hasCome: Bool { stopRequested != 0 }

    /// Installs the handlers for the process's input `descriptor`.
    package static func install(for descriptor: Int32) {
        nullDescriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
        inputDescriptor = descriptor
        var action = sigaction()
        sigemptyset(&action.sa_mask)
        action.sa_flags = SA_RESTART
        #if canImport(Glibc)
            action.__sigaction_handler.sa_handler = endInput
        #else
            action.__sigaction_u.__sa_handler = endInput
        #endif
        sigaction(SIGTERM, &action, nil)
        sigaction(SIGINT, &action, nil)
        // A parent that spawns from a thread pool hands its blocked signals down.
        var stopSignals = sigset_t()
        sigemptyset(&stopSignals)
        sigaddset(&stopSignals, SIGTERM)
        sigaddset(&stopSignals, SIGINT)
        sigprocmask(SIG_UNBLOCK, &stopSignals, nil)
    }
}

// Written by the handler, which must not take locks or allocate: plain words, set up before it is installed.
nonisolated(unsafe) private var stopRequested: sig_atomic_t = 0
nonisolated(unsafe) private var nullDescriptor: Int32 = -1
nonisolated(unsafe) private var inputDescriptor: Int32 = -1

private func endInput(_: Int32) {
    stopRequested = 1
    dup2(nullDescriptor, inputDescriptor)
}
