// The loop of a connection: read what is there, answer it in one transaction, commit, write once.
import Budgeting
import JSONRPC

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Most requests in one transaction: a cap on how long the others wait for the ledger and for their answers.
private let maxTurnRequests = 4096
/// A turn ends early once its answers are this long: a cap on memory.
private let maxTurnOutput = 4 << 20
/// From so much input at once a turn is worth a thread that waits for the disk.
private let bulkBytes = 32 << 10

/// How often news is looked for, while somebody is subscribed or a question is open.
private let tickMs: Int32 = 250

/// Serves until the input ends (see `StopSignal` for signals), and gives the exit status (`ExitStatus`).
///
/// One thread does it all: order by construction. What one read brought is one turn, so a line alone is not delayed and
/// a thousand that wait share one commit. While more input waits behind a large turn, the next one is run during the
/// disk's work for the last, whose answers are sent after that.
package func serve(_ session: Session, on streams: ProtocolStreams) -> Int32 {
    var reader = LineReader(descriptor: streams.input)
    let dispatcher = Dispatcher(ofProcess: session)
    while true {
        while dispatcher.needsTicks, !hasInput(streams.input, within: tickMs) {
            guard dispatcher.tick(to: streams) else { return ExitStatus.streamLost }
        }
        guard reader.fill() else {
            // A pipe may come to us as non-blocking.
            guard errno == EAGAIN, waitForInput(streams.input) else { return ExitStatus.streamLost }
            continue
        }
        dispatcher.store.commitsAhead = reader.unreadCount >= bulkBytes
        while let line = reader.next() {
            // Cut off by a signal, not by its end: no message.
            if reader.isAtEnd, !line.isTerminated, StopSignal.hasCome { break }
            if line.isTooLong {
                dispatcher.refuse(.invalidRequest("the line is longer than 16 MiB; send less at once"))
            } else {
                dispatcher.answer(line: line.bytes)
            }
            if dispatcher.requestCount >= maxTurnRequests || dispatcher.output.count >= maxTurnOutput {
                guard dispatcher.send(to: streams, ahead: true) else { return ExitStatus.streamLost }
            }
        }
        if reader.isAtEnd { dispatcher.sayFarewell() }
        let isMoreWaiting = !reader.isAtEnd && hasInput(streams.input, within: 0)
        guard dispatcher.send(to: streams, ahead: isMoreWaiting) else { return ExitStatus.streamLost }
        if reader.isAtEnd { return ExitStatus.done }
    }
}

private func waitForInput(_ descriptor: Int32) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, -1) >= 0 || errno == EINTR
}

/// Whether a read would not wait, or need not wait longer than that.
private func hasInput(_ descriptor: Int32, within timeoutMs: Int32) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, timeoutMs) > 0
}

extension Dispatcher {
    /// Ends the turn: commits, then writes its answers in one call. With `ahead` another turn follows at once, and the
    /// answers may be kept until its end. False when the reader of stdout is gone.
    fileprivate func send(to streams: ProtocolStreams, ahead: Bool) -> Bool {
        if isHolding {
            awaitHeld()
            defer { held.output.removeAll() }
            guard held.output.withUnsafeBytes({ streams.write($0) }) else { return false }
        }
        // News follows the answers that made it.
        if ahead, !needsTicks { settleAhead() } else { settle() }
        defer {
            clear()
            session.carryAlerts()
        }
        if needsTicks { look(hasWritten: hasWritten) }
        return output.count == 0 || output.withUnsafeBytes { streams.write($0) }
    }

    /// A turn in which no request came: says what is new, and ends what was waited for too long.
    fileprivate func tick(to streams: ProtocolStreams) -> Bool {
        beginQuietTurn()
        front?.endOldQuestions()
        return send(to: streams, ahead: false)
    }

    /// The input has ended: what is still open is answered.
    fileprivate func sayFarewell() { front?.endAll() }

    /// A dispatcher with the process's clock and stderr.
    package convenience init(ofProcess session: Session) {
        self.init(session: session, clock: systemClock, log: logLine)
    }

    /// Calls a method in this process as a request of its own, through the same path as a line.
    package func call(_ method: String, _ params: JSON = .object([])) throws(WireError) -> JSON {
        var request = JSONWriter()
        request.write(
            JSON.object([("jsonrpc", "2.0"), ("id", .int(1)), ("method", .string(method)), ("params", params)]))
        request.withUnsafeMutableBytes { answer(line: $0) }
        settle()
        defer {
            clear()
            session.carryAlerts()
        }
        let response = try? JSON(parsing: output.string)
        if let result = response?["result"] { return result }
        throw WireError(parsed: response?["error"] ?? .null)
    }
}

/// The moment, in whole seconds UTC.
package func systemClock() -> Instant {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Instant(seconds: Int64(now.tv_sec))
}
