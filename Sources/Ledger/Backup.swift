// A copy of the ledger, made while others write to it.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Ledger {
    /// Writes a copy of one moment of the ledger to a file of mode 0600 that must not exist yet, and checks it. On an
    /// error nothing is left of it. Others read and write meanwhile; what they add is not in the copy.
    ///
    /// The copy is a ledger: put in the place of one, it goes on from there.
    package func backUp(
        to path: String, progress: (_ remainingPages: Int, _ allPages: Int) -> Void
    ) throws(LedgerError) {
        guard FileIdentity(path: self.path) != nil else {
            throw LedgerError(.gone, "there is no ledger at \(self.path)", hint: "name it with --ledger")
        }
        // A stranger's journal beside the copy would be taken for its own.
        for suffix in ["", "-wal", "-shm", "-journal"] where FileIdentity(path: path + suffix) != nil {
            throw LedgerError(.failed, "\(path + suffix) exists already", hint: "name a file that does not exist")
        }
        // Held to the end: without it the copy begins anew whenever somebody writes, and may never be done.
        try beginReading()
        defer { rollback() }
        let source = try current()
        try makeBackupFile(path)
        do throws(LedgerError) {
            let target = try Connection(path: path, busyTimeoutMs: 5000)
            defer { target.close() }
            try source.connection.backUp(to: target, progress: progress)
            try check(target, against: source)
        } catch {
            for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
            throw error
        }
    }

    private func check(_ copy: Connection, against source: OpenLedger) throws(LedgerError) {
        let verdict = try copy.statement("PRAGMA integrity_check(1)").firstText() ?? "no answer"
        let count = "SELECT count(*) FROM usage"
        let expected = try source.connection.statement(count).firstInt()
        guard verdict == "ok", try copy.statement(count).firstInt() == expected else {
            throw LedgerError(
                .damaged, "the copy is not sound (\(verdict))",
                hint: "run 'budget-advisor doctor': the ledger itself may be damaged")
        }
    }

    private func makeBackupFile(_ path: String) throws(LedgerError) {
        guard makeFile(path) else {
            throw LedgerError(
                .failed, "cannot make \(path): \(String(cString: strerror(errno)))",
                hint: "name a file in a folder that exists and may be written")
        }
    }
}

/// An empty file that only its owner may read; false where there is one already or none can be made.
private func makeFile(_ path: String) -> Bool {
    let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    return descriptor >= 0 && close(descriptor) == 0
}
