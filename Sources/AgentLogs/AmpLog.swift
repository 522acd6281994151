// Amp threads: ~/.local/share/amp/threads/T-*.json.
import Budgeting

extension FileReading {
    /// One document a thread. Its ledger has times and ids, its messages the cache counts. Nil: no thread.
    func readAmp(_ view: JSONView) -> LineOutcome? {
        let messages = view["messages"]
        let events = view["usageLedger"]?["events"]
        let thread = view["id"]?.string
        let isThread = events?.isArray == true || (thread?.hasPrefix("T-") == true && messages?.isArray == true)
        guard isThread else { return nil }
        var eventOfMessage: [String: JSONView] = [:]
        var extra: [JSONView] = []
        events?.forEachElement { event in
            guard let message = event["toMessageId"]?.idText, eventOfMessage[message] == nil else {
                extra.append(event)
                return
            }
            eventOfMessage[message] = event
        }
        var result = AmpResult()
        messages?.forEachElement { message in
            guard let usage = message["usage"], usage.isObject, let id = message["messageId"]?.idText else { return }
            let event = eventOfMessage.removeValue(forKey: id)
            note(bookAmp(thread: thread, id: "message-" + id, usage: usage, event: event), &result)
        }
        // Events whose message tells nothing, in the ledger's order.
        events?.forEachElement { event in
            guard let message = event["toMessageId"]?.idText, eventOfMessage[message]?.start == event.start else {
                return
            }
            note(bookAmp(thread: thread, id: "message-" + message, usage: nil, event: event), &result)
        }
        for event in extra {
            let id = event["id"]?.idText ?? "event-\(event.start)"
            note(bookAmp(thread: thread, id: "event-" + id, usage: nil, event: event), &result)
        }
        return result.outcome
    }

    private struct AmpResult { var outcome = LineOutcome.skipped(.noUsage) }

    private func note(_ outcome: LineOutcome, _ result: inout AmpResult) {
        if case .used = result.outcome { return }
        result.outcome = outcome
    }

    /// Credits are no dollars: they are not taken as a cost.
    private func bookAmp(thread: String?, id: String, usage: JSONView?, event: JSONView?) -> LineOutcome {
        var tokens = TokenCounts()
        func read(_ view: JSONView?, _ name: StaticString) -> Int64? {
            view.map { $0[name].map { $0.tokens } ?? .some(0) } ?? .some(0)
        }
        let eventTokens = event?["tokens"]
        guard let input = read(usage, "inputTokens"), let output = read(usage, "outputTokens"),
            let written = read(usage, "cacheCreationInputTokens"), let cached = read(usage, "cacheReadInputTokens"),
            let eventInput = read(eventTokens, "input"), let eventOutput = read(eventTokens, "output")
        else { return .malformed("a count is no whole number of at least 0") }
        tokens.input = max(input, usage == nil ? eventInput : 0)
        tokens.output = max(output, eventOutput)
        (tokens.cacheRead, tokens.cacheWrite) = (cached, written)
        if tokens.isZero { return .skipped(.zeroTokens) }
        let thread = thread ?? fileName
        var draft = UsageDraft(.amp, id: thread + "/" + id, tokens: tokens)
        draft.timeMs = event?["timestamp"]?.timeMs ?? usage?["timestamp"]?.timeMs
        draft.model = usage?["model"]?.string ?? event?["model"]?.string
        draft.session = thread
        draft.operation = event?["operationType"]?.string
        return book(draft)
    }
}
