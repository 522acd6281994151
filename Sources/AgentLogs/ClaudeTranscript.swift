// Claude Code transcripts: ~/.claude/projects/**/*.jsonl.
import Budgeting

extension FileReading {
    /// An assistant line. A message stands on one to several lines with growing output: the greatest counts.
    func readTranscriptLine(_ line: ClaudeLine, _ bytes: UnsafeBufferPointer<UInt8>) -> LineOutcome {
        guard let usage = line.usage, usage.fields > 0 || line.hasFault else {
            return .skipped(line.isFailure ? .failedMessage : .noUsage)
        }
        if line.hasFault { return .malformed("a count or name is given twice or is no whole number of at least 0") }
        if line.isFailure { return .skipped(.failedMessage) }
        func text(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[range]) }
        if let model = line.model, equals(text(model), "<synthetic>") { return .skipped(.synthetic) }
        let tokens = usage.tokens
        if tokens.isZero { return .skipped(.zeroTokens) }
        guard isValidUTF8(UnsafeRawBufferPointer(bytes)) else { return .malformed("is no UTF-8") }

        let keys: UsageKeys
        if let message = line.messageID {
            let id = UnsafeRawBufferPointer(text(message))
            let alone = UsageKey(.claudeTranscript, id)
            if let request = line.requestID {
                keys = UsageKeys(
                    event: UsageKey(.claudeTranscript, id, UnsafeRawBufferPointer(text(request))), group: alone)
            } else {
                keys = UsageKeys(event: alone, group: nil)
            }
        } else {
            keys = UsageKeys(event: UsageKey(.claudeTranscript, namelessID(line, bytes)), group: nil)
        }
        let rank: UsageRank = line.isSidechain ? .copy : .whole
        return book(keys, rank: rank, tokens: tokens) {
            maker.record(draft(line, usage, bytes), keys: keys, lastTimeMs: lastTimeMs)
        }
    }

    private func draft(
        _ line: ClaudeLine, _ usage: AnthropicUsage, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> UsageDraft {
        func string(_ range: Range<Int>?) -> String? {
            guard let range, let base = bytes.baseAddress else { return nil }
            return decodedString(base: base, range: range)
        }
        var draft = UsageDraft(.claudeTranscript, id: "", tokens: usage.tokens)
        if let message = string(line.messageID) {
            draft.id = message
            if let request = string(line.requestID) {
                draft.id = message + ":" + request
                draft.group = message
            }
        } else {
            draft.id = namelessID(line, bytes)
        }
        draft.rank = line.isSidechain ? .copy : .whole
        draft.timeMs = line.timestamp.flatMap { timeMs(UnsafeBufferPointer(rebasing: bytes[$0])) }
        if let time = draft.timeMs { lastTimeMs = time }
        draft.model = string(line.model)
        draft.cost = line.cost.flatMap { loggedCost(UnsafeBufferPointer(rebasing: bytes[$0])) }
        draft.session = string(line.sessionID)
        draft.folder = string(line.folder)
        draft.branch = string(line.branch)
        draft.operation = line.isSidechain ? "subagent" : nil
        draft.serviceTier = usage.rateTier(in: bytes)
        return draft
    }

    /// A line without message id cannot be recognised again but by what it says.
    private func namelessID(_ line: ClaudeLine, _ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let hash = byteHash(UnsafeRawBufferPointer(bytes), seed: 0x6C69_6E65)
        return "line-" + String(hash, radix: 16)
    }
}

extension AnthropicUsage {
    /// The tier where it has a rate of its own; nil for the standard one.
    func rateTier(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        if isFast { return "fast" }
        guard let serviceTier else { return nil }
        let text = String(decoding: bytes[serviceTier], as: UTF8.self)
        return text == "standard" || text.isEmpty ? nil : text
    }
}
