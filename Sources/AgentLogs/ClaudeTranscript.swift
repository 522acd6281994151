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
        return book(keys, rank: rank, tokens: tokens) { record(line, usage, tokens, keys, rank, bytes) }
    }

    /// Made once a message. Ids are new each time; the other names are mostly known.
    private func record(
        _ line: ClaudeLine, _ usage: AnthropicUsage, _ tokens: TokenCounts, _ keys: UsageKeys, _ rank: UsageRank,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) -> LoggedUsage {
        func part(_ range: Range<Int>?) -> UnsafeBufferPointer<UInt8> {
            UnsafeBufferPointer(rebasing: bytes[range ?? 0..<0])
        }
        let (eventID, groupID) = names(line, bytes)
        let time = line.timestamp.flatMap { timeMs(part($0)) }
        if let time { lastTimeMs = time }
        let place = place(folder: part(line.folder), branch: part(line.branch), session: part(line.sessionID))
        let ms = time ?? lastTimeMs ?? maker.assumedTimeMs
        let model = line.model.map { known.model(part($0)) } ?? ""
        var record = LoggedUsage(
            format: .claudeTranscript, eventID: eventID, groupID: groupID, rank: rank,
            at: Instant(seconds: floorSeconds(ms)),
            model: model.isEmpty ? maker.assumedModel(.claudeTranscript) : model,
            tokens: tokens, keys: keys)
        record.isTimeAssumed = time == nil
        record.isModelAssumed = model.isEmpty
        record.serviceTier = usage.rateTier(in: bytes)
        record.billedCost = line.cost.flatMap { loggedCost(part($0)) }
        record.worker = place.owner.worker
        record.task = place.owner.task
        record.project = place.owner.project
        record.session = place.session
        record.operation = line.isSidechain ? "subagent" : nil
        return record
    }

    /// The event's id, and the group's where a request id tells calls of one message apart.
    private func names(_ line: ClaudeLine, _ bytes: UnsafeBufferPointer<UInt8>) -> (String, String?) {
        let prefix: StaticString = "claude:"
        guard let message = line.messageID else { return ("claude:" + namelessID(line, bytes), nil) }
        let id = UnsafeBufferPointer(rebasing: bytes[message])
        guard let request = line.requestID else { return ("claude:" + plainText(id), nil) }
        let part = UnsafeBufferPointer(rebasing: bytes[request])
        if id.contains(0x5C) || part.contains(0x5C) {
            let group = "claude:" + plainText(id)
            return (group + ":" + plainText(part), group)
        }
        // Written in one piece: this is done for each message of each transcript.
        let groupCount = prefix.utf8CodeUnitCount + id.count
        let event = String(unsafeUninitializedCapacity: groupCount + 1 + part.count) { target in
            var end = target.update(fromContentsOf: UnsafeBufferPointer(start: prefix.utf8Start, count: 7))
            end = target[end...].update(fromContentsOf: id)
            target[end] = 0x3A
            return target[(end + 1)...].update(fromContentsOf: part)
        }
        return (event, String(event.utf8.prefix(groupCount)))
    }

    private func place(
        folder: UnsafeBufferPointer<UInt8>, branch: UnsafeBufferPointer<UInt8>, session: UnsafeBufferPointer<UInt8>
    ) -> KnownPlaces.Place {
        known.place(folder, branch, session) {
            func name(_ bytes: UnsafeBufferPointer<UInt8>) -> String? { bytes.isEmpty ? nil : plainText(bytes) }
            let owner = maker.owner(folder: name(folder), branch: name(branch), session: name(session))
            return KnownPlaces.Place(
                folder: name(folder), branch: name(branch), session: name(session), owner: owner)
        }
    }

    /// A line without message id cannot be recognised again but by what it says.
    private func namelessID(_ line: ClaudeLine, _ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let hash = byteHash(UnsafeRawBufferPointer(bytes), seed: 0x6C69_6E65)
        return "line-" + String(hash, radix: 16)
    }
}

/// A string's bytes between its quotes as text, escapes resolved.
private func plainText(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    bytes.baseAddress.map { decodedString(base: $0, range: 0..<bytes.count) } ?? ""
}

extension AnthropicUsage {
    /// The tier where it has a rate of its own; nil for the standard one.
    func rateTier(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        if isFast { return "fast" }
        guard let serviceTier, !equals(UnsafeBufferPointer(rebasing: bytes[serviceTier]), "standard") else {
            return nil
        }
        let text = String(decoding: bytes[serviceTier], as: UTF8.self)
        return text.isEmpty ? nil : text
    }
}
