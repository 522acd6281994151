// Saved event streams of the APIs: `data: {…}` lines, or the events alone one a line.
import Budgeting

struct EventStreamState {
    var id: String?
    var model: String?
    var usage = TokenCounts()
    var isOpen = false
    var lines = NamelessLines()
}

/// Names lines that carry no id: equal lines are told apart by counting them.
struct NamelessLines {
    private var counts: [UInt64: Int] = [:]
    /// The last few, which a cursor carries on: equal calls stand near each other.
    private var recent: [UInt64] = []
    private static let keptCounts = 200_000
    private static let keptRecent = 16

    /// How often a line with this hash was there before.
    mutating func count(_ hash: UInt64) -> Int {
        if counts.count >= NamelessLines.keptCounts { counts.removeAll(keepingCapacity: true) }
        let before = counts[hash, default: 0]
        counts[hash] = before + 1
        recent.removeAll { $0 == hash }
        recent.append(hash)
        if recent.count > NamelessLines.keptRecent { recent.removeFirst() }
        return before
    }

    func save(_ state: inout ResumeState) {
        if recent.isEmpty { return }
        state["lines"] = recent.map { "\(String($0, radix: 16)):\(counts[$0] ?? 1)" }.joined(separator: ",")
    }

    mutating func restore(_ state: ResumeState) {
        for part in (state["lines"] ?? "").utf8.split(separator: UInt8(ascii: ",")) {
            let pair = part.split(separator: UInt8(ascii: ":")).compactMap { String($0) }
            guard pair.count == 2, let hash = UInt64(pair[0], radix: 16), let count = Int(pair[1]) else { continue }
            counts[hash] = count
            recent.append(hash)
        }
    }
}

extension FileReading {
    /// `message_start` has the input's counts, the last `message_delta` the output's; both may repeat the other's.
    func readAnthropicEvent(_ view: JSONView, _ type: JSONView) -> LineOutcome {
        if type.isString("message_start") {
            if stream.isOpen { _ = finishEventStream(isWhole: false) }
            guard let message = view["message"], let usage = AnthropicUsage(message["usage"]) else {
                return .skipped(.noUsage)
            }
            if usage.hasFault { return .malformed("a count is no whole number of at least 0") }
            hold(at: lineOffset)
            stream.isOpen = true
            stream.id = message["id"]?.idText ?? lineID(message)
            stream.model = message["model"]?.string
            stream.usage = usage.tokens
            return .skipped(.inStream)
        }
        if type.isString("message_delta"), let counts = AnthropicUsage(view["usage"]) {
            if counts.hasFault { return .malformed("a count is no whole number of at least 0") }
            // A delta without its start (the log was cut at the front) still has the output.
            stream.isOpen = true
            stream.usage = stream.usage.raised(to: counts.tokens)
            return .skipped(.inStream)
        }
        if type.isString("message_stop"), stream.isOpen { return finishEventStream(isWhole: true) }
        return .skipped(.inStream)
    }

    /// Events of the OpenAI Responses API; the last one repeats the whole response.
    func readResponsesEvent(_ view: JSONView, _ type: JSONView) -> LineOutcome {
        guard let response = view["response"], response["usage"]?.isObject == true else { return .skipped(.inStream) }
        return readBody(view) ?? .skipped(.noUsage)
    }

    /// Books the open Anthropic stream.
    func finishEventStream(isWhole: Bool) -> LineOutcome {
        guard stream.isOpen else { return .skipped(.inStream) }
        let usage = stream.usage
        let isPartial = !isWhole || stream.id == nil
        var draft = UsageDraft(.anthropicAPI, id: stream.id ?? "stream-\(lineOffset)", tokens: usage)
        draft.model = stream.model
        draft.rank = isPartial ? .partial : .whole
        stream.isOpen = false
        (stream.id, stream.model, stream.usage) = (nil, nil, .zero)
        // An unfinished stream at the file's end may go on: the cursor stays in front of it.
        if isWhole { release() }
        if usage.isZero { return .skipped(.zeroTokens) }
        if isPartial && !options.deliversPartial { return .skipped(.inStream) }
        return book(draft)
    }
}
