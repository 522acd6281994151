// Waiting for the disk on a thread of its own, while the next transaction is being made.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One wait for a file's data to be on the disk.
///
/// A thread for each: twenty microseconds of work before some milliseconds of the disk's, and nothing to lock.
struct DiskSync {
    private let thread: pthread_t

    /// Begins to wait; nil where there is no thread to be had.
    init?(descriptor: Int32) {
        // Signals are the main thread's: its handlers rely on ending the system call that waits there.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var made = pthread_t(bitPattern: 0)
        let code = pthread_create(
            &made, nil,
            { argument in
                #if canImport(Glibc)
                    let descriptor = Int32(Int(bitPattern: argument)) - 1
                #else
                    let descriptor = Int32(Int(bitPattern: Optional(argument))) - 1
                #endif
                return UnsafeMutableRawPointer(bitPattern: Int(DiskSync.wait(for: descriptor)))
            }, UnsafeMutableRawPointer(bitPattern: Int(descriptor) + 1))
        guard code == 0, let thread = Optional(made) else { return nil }
        self.thread = thread
    }

    /// Waits for the end, and gives the error number; 0 when the data is on the disk. To be called once.
    func finish() -> Int32 {
        var result: UnsafeMutableRawPointer?
        guard pthread_join(thread, &result) == 0 else { return EIO }
        return Int32(truncatingIfNeeded: Int(bitPattern: result))
    }

    /// The error number of a wait on this thread.
    static func wait(for descriptor: Int32) -> Int32 {
        while true {
            #if canImport(Glibc)
                if fdatasync(descriptor) == 0 { return 0 }
            #else
                if fsync(descriptor) == 0 { return 0 }
            #endif
            if errno != EINTR { return errno }
        }
    }
}
