// OpenCode: stored messages (files, or rows of its database as JSON text) and `opencode run --format json`.
import Budgeting

extension FileReading {
    /// A stored assistant message. It stands for the sum of its steps: steps of the same message beat it.
    func readOpenCode(_ view: JSONView) -> LineOutcome? {
        guard view["role"]?.isString("assistant") == true, let tokens = view["tokens"], tokens.isObject,
            let id = view["id"]?.idText
        else { return readOpenCodePart(view) }
        guard let counts = openCodeCounts(tokens) else { return .malformed("a count is no whole number of at least 0") }
        if counts.tokens.isZero { return .skipped(.zeroTokens) }
        var draft = UsageDraft(.openCode, id: "message/" + id, tokens: counts.tokens)
        draft.group = id
        draft.rank = .copy
        draft.reasoning = counts.reasoning
        draft.timeMs = view["time"]?["created"]?.timeMs
        draft.model = view["modelID"]?.string
        draft.cost = view["cost"]?.cost
        draft.session = view["sessionID"]?.string
        draft.folder = view["path"]?["cwd"]?.string
        if let start = view["time"]?["created"]?.timeMs, let end = view["time"]?["completed"]?.timeMs, end >= start {
            draft.durationMs = end - start
        }
        draft.failed = view["error"]?.isObject ?? false
        return book(draft)
    }

    /// `step_finish` of a run; `step_start` and the others carry no usage.
    func readOpenCodeStep(_ view: JSONView, _ type: JSONView) -> LineOutcome {
        guard type.isString("step_finish"), let part = view["part"], part.isObject else { return .skipped(.otherKind) }
        return bookStep(part, of: view)
    }

    /// A stored part: `{"type":"step-finish",…}`.
    private func readOpenCodePart(_ view: JSONView) -> LineOutcome? {
        guard view["type"]?.isString("step-finish") == true, view["messageID"] != nil else { return nil }
        return bookStep(view, of: view)
    }

    private func bookStep(_ part: JSONView, of view: JSONView) -> LineOutcome {
        guard let tokens = part["tokens"], tokens.isObject else { return .skipped(.noUsage) }
        guard let counts = openCodeCounts(tokens) else { return .malformed("a count is no whole number of at least 0") }
        if counts.tokens.isZero { return .skipped(.zeroTokens) }
        let time = view["timestamp"]?.timeMs ?? part["time"]?["end"]?.timeMs
        let message = part["messageID"]?.idText
        let id =
            part["id"]?.idText ?? "line-" + String(byteHash(UnsafeRawBufferPointer(part.bytes), seed: 1), radix: 16)
        var draft = UsageDraft(.openCode, id: "step/" + id, tokens: counts.tokens)
        draft.group = message
        draft.reasoning = counts.reasoning
        draft.timeMs = time
        draft.model = part.first(of: "modelID", "model")?.string ?? view.first(of: "modelID", "model")?.string
        draft.cost = part["cost"]?.cost
        draft.session = part["sessionID"]?.string ?? view["sessionID"]?.string
        return book(draft)
    }

    /// Input excludes the cache, output excludes reasoning.
    private func openCodeCounts(_ view: JSONView) -> (tokens: TokenCounts, reasoning: Int64?)? {
        func count(_ value: JSONView?) -> Int64? { value.map { $0.tokens } ?? .some(0) }
        let cache = view["cache"]
        guard let input = count(view["input"]), let output = count(view["output"]),
            let reasoning = count(view["reasoning"]), let read = count(cache?["read"]),
            let write = count(cache?["write"])
        else { return nil }
        let tokens = TokenCounts(input: input, output: output + reasoning, cacheRead: read, cacheWrite: write)
        return (tokens, reasoning > 0 ? reasoning : nil)
    }
}
