// Reads one line of a Claude Code transcript, or of `claude -p` stream-json, in one pass.

/// The parts of a line that a record needs, as ranges of its bytes; found in one pass that checks the whole line.
struct ClaudeLine {
    enum Verdict {
        /// An assistant message; look at `usage`.
        case message
        /// A line of a kind that never has usage, left at once.
        case otherKind
        /// Checked JSON of another kind: for the general reader.
        case other
        case malformed
    }

    var requestID: Range<Int>?
    var timestamp: Range<Int>?
    var sessionID: Range<Int>?
    /// `session_id`, the name in `claude -p` streams.
    var streamSessionID: Range<Int>?
    var folder: Range<Int>?
    var branch: Range<Int>?
    var messageID: Range<Int>?
    var model: Range<Int>?
    var cost: Range<Int>?
    var isSidechain = false
    var isFailure = false
    var isAssistant = false
    var hasMessage = false
    /// Nil: missing or null.
    var usage: AnthropicUsage?
    /// A needed member of the wrong kind, or given twice: the line must not be booked.
    var hasFault = false
    private var seen: UInt32 = 0

    private enum Member: UInt32 {
        case type, message, request, time, session, streamSession, folder, branch, sidechain, failure, cost
        case messageID, model, usage
    }

    /// Notes a member; a second one of the same name makes the line ambiguous.
    @inline(__always) private mutating func note(_ member: Member) {
        let bit: UInt32 = 1 << member.rawValue
        if seen & bit != 0 { hasFault = true }
        seen |= bit
    }

    /// Reads the line at the scanner to its end, unless its kind shows early that it has no usage.
    mutating func read(_ scanner: inout JSONScanner) -> Verdict {
        scanner.skipSpace()
        guard scanner.byte == 0x7B else { return .other }
        scanner.at += 1
        var isFirst = true
        var isBroken = false
        while let name = scanner.nextName(isFirst: &isFirst, isBroken: &isBroken) {
            let verdict = readMember(&scanner, name)
            if verdict != .message { return verdict }
        }
        if isBroken { return .malformed }
        scanner.skipSpace()
        guard scanner.at == scanner.end else { return .malformed }
        return isAssistant && hasMessage ? .message : .other
    }

    @inline(__always)
    private mutating func readMember(_ scanner: inout JSONScanner, _ name: Range<Int>) -> Verdict {
        let text = UnsafeBufferPointer(start: scanner.base + name.lowerBound, count: name.count)
        var isRead: Bool
        switch name.count {
        case 3 where equals(text, "cwd"):
            note(.folder)
            isRead = readText(&scanner, &folder)
        case 4 where equals(text, "type"):
            note(.type)
            guard let value = scanner.string() else { return scanner.passValue() ? .message : .malformed }
            let kind = UnsafeBufferPointer(start: scanner.base + value.lowerBound, count: value.count)
            if equals(kind, "assistant") { isAssistant = true } else if neverHasUsage(kind) { return .otherKind }
            isRead = true
        case 7 where equals(text, "message"):
            note(.message)
            isRead = scanner.byte == 0x7B ? readMessage(&scanner) : scanner.passValue()
        case 7 where equals(text, "costUSD"):
            note(.cost)
            let start = scanner.at
            isRead = scanner.passValue()
            cost = start..<scanner.at
        case 9 where equals(text, "requestId"):
            note(.request)
            isRead = readText(&scanner, &requestID)
        case 9 where equals(text, "timestamp"):
            note(.time)
            isRead = readText(&scanner, &timestamp)
        case 9 where equals(text, "sessionId"):
            note(.session)
            isRead = readText(&scanner, &sessionID)
        case 9 where equals(text, "gitBranch"):
            note(.branch)
            isRead = readText(&scanner, &branch)
        case 10 where equals(text, "session_id"):
            note(.streamSession)
            isRead = readText(&scanner, &streamSessionID)
        case 11 where equals(text, "isSidechain"):
            note(.sidechain)
            isSidechain = scanner.byte == 0x74
            isRead = scanner.passValue()
        case 17 where equals(text, "isApiErrorMessage"):
            note(.failure)
            isFailure = scanner.byte == 0x74
            isRead = scanner.passValue()
        default: isRead = scanner.passValue()
        }
        return isRead ? .message : .malformed
    }

    private mutating func readMessage(_ scanner: inout JSONScanner) -> Bool {
        hasMessage = true
        scanner.at += 1
        var isFirst = true
        var isBroken = false
        while let name = scanner.nextName(isFirst: &isFirst, isBroken: &isBroken) {
            let text = UnsafeBufferPointer(start: scanner.base + name.lowerBound, count: name.count)
            var isRead: Bool
            switch name.count {
            case 2 where equals(text, "id"):
                note(.messageID)
                isRead = readText(&scanner, &messageID)
            case 5 where equals(text, "model"):
                note(.model)
                isRead = readText(&scanner, &model)
            case 5 where equals(text, "usage"):
                note(.usage)
                if scanner.byte == 0x7B {
                    var counts = AnthropicUsage()
                    isRead = counts.read(&scanner)
                    if counts.hasFault { hasFault = true }
                    usage = counts
                } else {
                    if scanner.byte != 0x6E { hasFault = true }
                    isRead = scanner.passValue()
                }
            default: isRead = scanner.passValue()
            }
            if !isRead { return false }
        }
        return !isBroken
    }
}

/// A string member; null, other kinds and the empty string count as missing. False where the text is no JSON.
@inline(__always)
private func readText(_ scanner: inout JSONScanner, _ value: inout Range<Int>?) -> Bool {
    guard scanner.byte == 0x22 else { return scanner.passValue() }
    guard let found = scanner.string() else { return false }
    value = found.isEmpty ? nil : found
    return true
}

/// Kinds of line in transcripts and rollouts that never carry usage of their own. A `user` line may hold a finished
/// subtask's `usage`; that task's own messages are logged elsewhere.
@inline(__always)
private func neverHasUsage(_ kind: UnsafeBufferPointer<UInt8>) -> Bool {
    switch kind.count {
    case 4: equals(kind, "user") || equals(kind, "mode")
    case 7: equals(kind, "summary")
    case 8: equals(kind, "progress")
    case 9: equals(kind, "compacted")
    case 10: equals(kind, "attachment")
    case 13: equals(kind, "response_item")
    case 15: equals(kind, "queue-operation")
    case 21: equals(kind, "file-history-snapshot")
    default: false
    }
}
