// Commits that do not wait for the disk themselves: the next transaction is made while it writes.

import CSQLite

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Ledger {
    /// Whether a commit has happened that the disk may not have yet.
    package var isAwaitingDisk: Bool { open?.diskSync != nil || unheardFault != nil }

    /// Waits until the disk has everything that was committed. An error means that it may be lost: the open transaction,
    /// which has seen it, is rolled back.
    package func awaitDisk() throws(LedgerError) {
        if unheardFault == nil, let open, let fault = open.endDiskSync() {
            unheardFault = fault
            rollback()
            close()
        }
        guard let fault = unheardFault else { return }
        unheardFault = nil
        throw fault
    }
}

extension OpenLedger {
    /// Chooses, between transactions, how the next one is committed.
    ///
    /// SQLite's `NORMAL` is `FULL` without the wait at the end of a commit; checkpoints wait as they did.
    func prepareCommit(ahead: Bool) throws(LedgerError) {
        let isAhead = ahead && openLog()
        guard isAhead != commitsAhead else { return }
        try connection.execute(isAhead ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL")
        commitsAhead = isAhead
    }

    /// Begins the wait that the commit has left out.
    func beginDiskSync() throws(LedgerError) {
        diskSync = DiskSync(descriptor: logDescriptor)
        guard diskSync == nil else { return }
        let code = DiskSync.wait(for: logDescriptor)
        guard code == 0 else { throw syncFault(code) }
    }

    /// Waits for the disk, where that has begun; nil when all is well.
    func endDiskSync() -> LedgerError? {
        guard let sync = diskSync else { return nil }
        diskSync = nil
        let code = sync.finish()
        return code == 0 ? nil : syncFault(code)
    }

    func closeLog() {
        if logDescriptor >= 0 { _ = posixClose(logDescriptor) }
        logDescriptor = -1
    }

    /// A descriptor of our own on the write-ahead log, which stays the same file as long as the connection is open.
    private func openLog() -> Bool {
        if logDescriptor >= 0 { return true }
        guard let path = connection.logPath else { return false }
        logDescriptor = posixOpen(path, O_RDONLY | O_CLOEXEC)
        guard logDescriptor >= 0 else { return false }
        // A log that was made just now must also be found again: SQLite would see to that in its first wait.
        let folder = posixOpen(LedgerFile.folderName(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0, fsync(folder) == 0, posixClose(folder) == 0 { return true }
        closeLog()
        return false
    }

    private func syncFault(_ code: Int32) -> LedgerError {
        LedgerError.sqlite(
            SQLITE_IOERR | 4 << 8, system: code, detail: String(cString: strerror(code)), path: connection.path)
    }
}

private func posixClose(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func posixOpen(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }
