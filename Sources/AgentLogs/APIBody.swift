// Saved answers of the Anthropic and OpenAI APIs, and of what speaks like them (OpenRouter, LiteLLM).
import Budgeting

/// Counts of the OpenAI APIs, Chat and Responses: cached input is part of input, reasoning part of output.
struct OpenAICounts {
    var tokens: TokenCounts
    var reasoning: Int64?
    var cost: Money?
    var isUnsplit = false

    /// Nil where a count is no whole number of at least 0.
    init?(_ usage: JSONView) {
        func count(_ value: JSONView?) -> Int64? { value.map { $0.tokens } ?? .some(0) }
        let inputDetails = usage.first(of: "prompt_tokens_details", "input_tokens_details")
        let outputDetails = usage.first(of: "completion_tokens_details", "output_tokens_details")
        let read =
            inputDetails?["cached_tokens"] ?? usage.first(of: "prompt_cache_hit_tokens", "cache_read_input_tokens")
        let write =
            inputDetails?.first(of: "cache_write_tokens", "cache_creation_tokens")
            ?? usage["cache_creation_input_tokens"]
        guard let input = count(usage.first(of: "prompt_tokens", "input_tokens")),
            let output = count(usage.first(of: "completion_tokens", "output_tokens")), let cached = count(read),
            let written = count(write), let thought = count(outputDetails?["reasoning_tokens"]),
            let total = count(usage["total_tokens"])
        else { return nil }
        // A total beyond input and output: some providers keep reasoning out of the output.
        let hidden = max(0, total - input - output)
        isUnsplit = hidden == total && total > 0
        tokens = TokenCounts(
            input: max(0, input - cached - written), output: output + hidden, cacheRead: cached, cacheWrite: written)
        reasoning = thought > 0 ? thought : nil
        cost = usage["cost"]?.cost
    }
}

extension FileReading {
    /// A body, alone or wrapped with what a logger knew of the call. Nil: no body.
    func readBody(_ view: JSONView) -> LineOutcome? {
        if view["type"]?.isString("error") == true { return .skipped(.failedMessage) }
        if let usage = view["usage"] {
            return usage.isObject ? bookBody(view, usage, envelope: view) : .malformed("usage is no object")
        }
        for name: StaticString in ["response", "body", "data", "result", "message", "output"] {
            guard let inner = view[name], inner.isObject else { continue }
            if let usage = inner["usage"], usage.isObject { return bookBody(inner, usage, envelope: view) }
            if inner["usageMetadata"] != nil { return readGemini(inner) }
        }
        let isChunk = view["object"]?.hasPrefix("chat.completion") == true || view["choices"]?.isArray == true
        if isChunk || view["candidates"]?.isArray == true { return .skipped(stream.isOpen ? .inStream : .noUsage) }
        return nil
    }

    private func bookBody(_ body: JSONView, _ usage: JSONView, envelope: JSONView) -> LineOutcome? {
        let isChat = usage["prompt_tokens"] != nil || usage["completion_tokens"] != nil
        let isAnthropic =
            !isChat
            && (body["type"]?.isString("message") == true || body["id"]?.hasPrefix("msg_") == true
                || usage["cache_read_input_tokens"] != nil || usage["cache_creation_input_tokens"] != nil)
        if isAnthropic { return bookAnthropicBody(body, usage, envelope: envelope) }
        guard isChat || usage["input_tokens"] != nil || usage["total_tokens"] != nil else {
            // Counts in our own words inside `usage`: a flat record's.
            return usage.first(of: "inputTokens", "outputTokens") == nil ? .skipped(.noUsage) : nil
        }
        guard let counts = OpenAICounts(usage) else { return .malformed("a count is no whole number of at least 0") }
        if counts.tokens.isZero { return .skipped(.zeroTokens) }
        var draft = UsageDraft(isLiteLLM(envelope) ? .liteLLM : .openAIAPI, id: bodyID(body), tokens: counts.tokens)
        draft.reasoning = counts.reasoning
        draft.isUnsplit = counts.isUnsplit
        complete(&draft, body: body, envelope: envelope)
        draft.cost = counts.cost ?? draft.cost
        return book(draft)
    }

    private func bookAnthropicBody(_ body: JSONView, _ usage: JSONView, envelope: JSONView) -> LineOutcome {
        guard let counts = AnthropicUsage(usage), !counts.hasFault else {
            return .malformed("a count is no whole number of at least 0")
        }
        if counts.tokens.isZero { return .skipped(counts.fields == 0 ? .noUsage : .zeroTokens) }
        var draft = UsageDraft(.anthropicAPI, id: bodyID(body), tokens: counts.tokens)
        draft.serviceTier = counts.rateTier(in: UnsafeBufferPointer(start: usage.base, count: usage.end))
        complete(&draft, body: body, envelope: envelope)
        return book(draft)
    }

    /// What body and envelope tell beside the counts.
    private func complete(_ draft: inout UsageDraft, body: JSONView, envelope: JSONView) {
        draft.model = body["model"]?.string ?? envelope["model"]?.string
        readNames(of: envelope, into: &draft)
        draft.timeMs = draft.timeMs ?? body.first(of: "created", "created_at", "timestamp")?.timeMs
        if draft.serviceTier == nil, let tier = body["service_tier"]?.string, tier != "default", tier != "auto" {
            draft.serviceTier = tier == "standard" ? nil : tier
        }
        draft.failed = draft.failed || body["status"]?.isString("failed") == true
    }

    private func bodyID(_ body: JSONView) -> String {
        body["id"]?.idText ?? lineID(body)
    }

    func isLiteLLM(_ view: JSONView) -> Bool {
        view.first(of: "litellm_call_id", "litellm_params", "call_type", "response_cost", "spend") != nil
    }

    /// A name for something without an id: what it says, and the how-manieth of that in this reading.
    func lineID(_ view: JSONView) -> String {
        let hash = byteHash(UnsafeRawBufferPointer(view.bytes), seed: 0x6C69_6E65)
        let count = stream.lines.count(hash)
        let name = "line-" + String(hash, radix: 16)
        return count == 0 ? name : name + "-\(count + 1)"
    }
}
