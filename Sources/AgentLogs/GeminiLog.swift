// Gemini CLI: chat files, the result of `-o json` and of `-o stream-json`, and bodies of the Gemini API.
import Budgeting

struct GeminiState {
    var session: String?
    var model: String?

    func save(_ state: inout ResumeState) {
        state["gemini.session"] = session
        state["gemini.model"] = model
    }

    mutating func restore(_ state: ResumeState) {
        session = state["gemini.session"]
        model = state["gemini.model"]
    }
}

/// Gemini's counts: the prompt includes what came from the cache, and thoughts are outside the output.
private struct GeminiCounts {
    var prompt: Int64 = 0
    var output: Int64 = 0
    var cached: Int64 = 0
    var thoughts: Int64 = 0
    var tool: Int64 = 0
    var total: Int64 = 0

    /// Each array holds the names that a count may have. Nil where one is no whole number of at least 0.
    init?(
        _ view: JSONView, prompt: [StaticString], output: [StaticString], cached: StaticString,
        thoughts: StaticString, tool: StaticString, total: StaticString
    ) {
        func count(_ names: [StaticString]) -> Int64? {
            for name in names { if let value = view[name] { return value.tokens } }
            return .some(0)
        }
        guard let prompt = count(prompt), let output = count(output), let cached = count([cached]),
            let thoughts = count([thoughts]), let tool = count([tool]), let total = count([total])
        else { return nil }
        (self.prompt, self.output, self.cached) = (prompt, output, cached)
        (self.thoughts, self.tool, self.total) = (thoughts, tool, total)
    }

    /// Thoughts are billed as output, tool-use prompts as input. What the total has beyond all parts is hidden
    /// output (the result of stream-json does not name thoughts).
    var tokens: TokenCounts {
        let hidden = max(0, total - prompt - output - thoughts - tool)
        return TokenCounts(
            input: max(0, prompt - cached) + tool, output: output + thoughts + hidden, cacheRead: min(cached, prompt))
    }

    var reasoning: Int64? { thoughts > 0 ? thoughts : nil }
    var isUnsplit: Bool { total > 0 && prompt == 0 && output == 0 && thoughts == 0 }
}

extension FileReading {
    /// Chat files (one document, or a line a message), `-o json` results, API bodies. Nil: none of Gemini's shapes.
    func readGemini(_ view: JSONView) -> LineOutcome? {
        if let messages = view["messages"], messages.isArray, view["usageLedger"] == nil {
            var tokensSeen = false
            messages.forEachElement { if $0["tokens"]?.isObject == true { tokensSeen = true } }
            if tokensSeen { return readGeminiChat(view, messages) }
        }
        if view["type"]?.isString("gemini") == true { return readGeminiMessage(view, session: gemini.session) }
        if let models = view["stats"]?["models"], models.isObject { return readGeminiModels(view, models) }
        if let usage = view["usageMetadata"] { return readGeminiBody(view, usage) }
        // A chat file by lines starts with its session.
        if let session = view["sessionId"]?.string, view["projectHash"] != nil, view["usage"] == nil {
            gemini.session = session
            return .skipped(.context)
        }
        return nil
    }

    func readGeminiStart(_ view: JSONView) -> LineOutcome {
        gemini.session = view["session_id"]?.string ?? gemini.session
        gemini.model = view["model"]?.string ?? gemini.model
        return .skipped(.context)
    }

    private func readGeminiChat(_ view: JSONView, _ messages: JSONView) -> LineOutcome {
        let session = view.first(of: "sessionId", "session_id", "id")?.string ?? fileName
        var outcome = LineOutcome.skipped(.noUsage)
        messages.forEachElement { message in
            guard message["tokens"]?.isObject == true else { return }
            let result = readGeminiMessage(message, session: session)
            if case .used = outcome { return }
            outcome = result
        }
        return outcome
    }

    private func readGeminiMessage(_ view: JSONView, session: String?) -> LineOutcome {
        guard let tokens = view["tokens"], tokens.isObject else { return .skipped(.noUsage) }
        guard
            let counts = GeminiCounts(
                tokens, prompt: ["input"], output: ["output"], cached: "cached", thoughts: "thoughts", tool: "tool",
                total: "total")
        else { return .malformed("a count is no whole number of at least 0") }
        let session = session ?? fileName
        let time = view["timestamp"]?.timeMs
        if let time { lastTimeMs = time }
        let id = view["id"]?.idText ?? "at-\(time ?? 0)"
        return bookGemini(.geminiCLI, id: session + "/" + id, counts) { draft in
            draft.timeMs = time
            draft.model = view["model"]?.string ?? gemini.model
            draft.session = session
        }
    }

    private func bookGemini(
        _ format: LogFormat, id: String, _ counts: GeminiCounts, _ complete: (inout UsageDraft) -> Void
    ) -> LineOutcome {
        if counts.tokens.isZero { return .skipped(.zeroTokens) }
        var draft = UsageDraft(format, id: id, tokens: counts.tokens)
        draft.reasoning = counts.reasoning
        draft.isUnsplit = counts.isUnsplit
        complete(&draft)
        return book(draft)
    }

    /// `gemini -o json`: totals of the process by model.
    private func readGeminiModels(_ view: JSONView, _ models: JSONView) -> LineOutcome {
        let session = view["session_id"]?.string ?? gemini.session ?? fileName
        var outcome = LineOutcome.skipped(.noUsage)
        models.forEachMember { name, model in
            guard let tokens = model["tokens"], tokens.isObject else { return true }
            guard
                let counts = GeminiCounts(
                    tokens, prompt: ["prompt"], output: ["candidates"], cached: "cached", thoughts: "thoughts",
                    tool: "tool", total: "total")
            else {
                outcome = .malformed("a count is no whole number of at least 0")
                return false
            }
            let model = String(decoding: name, as: UTF8.self)
            let stamp = resultStamp(view)
            let result = bookGemini(.geminiCLI, id: "\(session)/result-\(stamp)/\(model)", counts) { draft in
                draft.timeMs = view["timestamp"]?.timeMs
                draft.model = model
                draft.session = session
                draft.coversSession = true
            }
            if case .used = outcome { return true }
            outcome = result
            return true
        }
        return outcome
    }

    /// The last line of `gemini -o stream-json`.
    func readGeminiResult(_ view: JSONView, _ stats: JSONView) -> LineOutcome {
        if let models = stats["models"], models.isObject { return readGeminiModels(view, models) }
        guard stats["total_tokens"] != nil || stats["input_tokens"] != nil else {
            return .skipped(stats["premiumRequests"] == nil ? .noUsage : .noTokensLogged)
        }
        guard
            let counts = GeminiCounts(
                stats, prompt: ["input_tokens"], output: ["output_tokens"], cached: "cached", thoughts: "thoughts",
                tool: "tool", total: "total_tokens")
        else { return .malformed("a count is no whole number of at least 0") }
        let session = view["session_id"]?.string ?? gemini.session ?? fileName
        return bookGemini(.geminiCLI, id: "\(session)/result-\(resultStamp(view))", counts) { draft in
            draft.timeMs = view["timestamp"]?.timeMs
            draft.model = view["model"]?.string ?? gemini.model
            draft.session = session
            draft.durationMs = stats["duration_ms"]?.tokens
            draft.failed = view["status"].map { !$0.isString("success") } ?? false
            draft.coversSession = true
        }
    }

    /// Tells two processes of one session apart; the same line read again has the same.
    private func resultStamp(_ view: JSONView) -> String {
        String(byteHash(UnsafeRawBufferPointer(view.bytes), seed: 0x6765_6D69), radix: 16)
    }

    /// A body, or one chunk of a stream, of the Gemini API. Chunks of one answer repeat growing counts.
    private func readGeminiBody(_ view: JSONView, _ usage: JSONView) -> LineOutcome {
        guard usage.isObject else { return .skipped(.noUsage) }
        guard
            let counts = GeminiCounts(
                usage, prompt: ["promptTokenCount"], output: ["candidatesTokenCount", "responseTokenCount"],
                cached: "cachedContentTokenCount", thoughts: "thoughtsTokenCount", tool: "toolUsePromptTokenCount",
                total: "totalTokenCount")
        else { return .malformed("a count is no whole number of at least 0") }
        let id = view["responseId"]?.idText ?? "line-" + resultStamp(view)
        return bookGemini(.geminiAPI, id: id, counts) { draft in
            draft.timeMs = view.first(of: "createTime", "timestamp")?.timeMs
            draft.model = view.first(of: "modelVersion", "model")?.string
        }
    }
}
