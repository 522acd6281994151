// One flat object a call: our own export, the origin's `api-calls-*.jsonl`, LiteLLM's spend and callback logs.
import Budgeting

extension FileReading {
    /// Nil: no counts at its top level.
    func readFlatRecord(_ view: JSONView) -> LineOutcome? {
        let counted = view["usage"].flatMap { $0.isObject ? $0 : nil } ?? view
        let input = counted.first(of: "inputTokens", "input_tokens", "prompt_tokens", "tokens_in", "input")
        let output = counted.first(of: "outputTokens", "output_tokens", "completion_tokens", "tokens_out", "output")
        let total = counted.first(of: "totalTokens", "total_tokens", "tokens")
        guard input?.isNumber == true || output?.isNumber == true || total?.isNumber == true else { return nil }
        guard view.first(of: "model", "model_name", "modelName") != nil || view["timestamp"] != nil else { return nil }
        if view["inputTokens"] != nil { return bookOwn(view) }
        if isLiteLLM(view) { return bookLiteLLM(view) }
        func count(_ value: JSONView?) -> Int64? { value.map { $0.tokens } ?? .some(0) }
        let read = counted.first(
            of: "cache_read_input_tokens", "cache_read_tokens", "cacheReadTokens", "cached_tokens", "cache_read")
        let write = counted.first(
            of: "cache_creation_input_tokens", "cache_creation_tokens", "cache_write_tokens", "cacheWriteTokens",
            "cache_write")
        guard let input = count(input), let output = count(output), let all = count(total), let read = count(read),
            let write = count(write), let hour = count(counted["cache_write_1h_tokens"])
        else { return .malformed("a count is no whole number of at least 0") }
        var tokens = TokenCounts(
            input: input, output: output, cacheRead: read, cacheWrite: write, cacheWrite1h: hour)
        let isUnsplit = tokens.isZero && all > 0
        if isUnsplit { tokens.output = all }
        if tokens.isZero { return .skipped(.zeroTokens) }
        let id = view.first(of: "request_id", "call_id", "id", "uuid", "message_id")?.idText
        var draft = UsageDraft(.originCalls, id: id ?? lineID(view), tokens: tokens)
        draft.isUnsplit = isUnsplit
        draft.model = view.first(of: "model", "model_name", "modelName")?.string
        readNames(of: view, into: &draft)
        return book(draft)
    }

    /// The params of `recordUsage`, one object a line. Its idempotency key stays the event id, so that a call that was
    /// told and exported is the same call.
    private func bookOwn(_ view: JSONView) -> LineOutcome {
        func count(_ value: JSONView?) -> Int64? { value.map { $0.tokens } ?? .some(0) }
        guard let input = count(view["inputTokens"]), let output = count(view["outputTokens"]),
            let read = count(view["cacheReadTokens"]), let write = count(view["cacheWriteTokens"]),
            let hour = count(view["cacheWrite1hTokens"])
        else { return .malformed("a count is no whole number of at least 0") }
        let tokens = TokenCounts(
            input: input, output: output, cacheRead: read, cacheWrite: write, cacheWrite1h: hour)
        var draft = UsageDraft(.ownExport, id: "", tokens: tokens)
        draft.model = view["model"]?.string
        draft.reasoning = view["reasoningTokens"]?.tokens
        readNames(of: view, into: &draft)
        let own = OwnDetail(view)
        draft.own = own
        if tokens.isZero && draft.cost == nil && own.basis == nil { return .skipped(.zeroTokens) }
        if let key = view["idempotencyKey"]?.idText {
            draft.id = key
            draft.isWholeID = true
        } else {
            draft.id = view["id"]?.idText ?? lineID(view)
            // A number of one ledger is another call in another one.
            if let ledger = view["ledger"]?.idText { draft.id = ledger + "/" + draft.id }
        }
        return book(draft)
    }

    /// Counts in OpenAI's terms at the top, with what was spent. Cache details stand in the usage object beside them.
    private func bookLiteLLM(_ view: JSONView) -> LineOutcome {
        let details = view["metadata"]?["usage_object"] ?? view["response"]?["usage"] ?? view
        guard let counts = OpenAICounts(details["prompt_tokens"] == nil ? view : details) else {
            return .malformed("a count is no whole number of at least 0")
        }
        if counts.tokens.isZero { return .skipped(.zeroTokens) }
        let id = view.first(of: "request_id", "litellm_call_id", "id")?.idText ?? lineID(view)
        var draft = UsageDraft(.liteLLM, id: id, tokens: counts.tokens)
        draft.reasoning = counts.reasoning
        draft.isUnsplit = counts.isUnsplit
        draft.model = view["model"]?.string
        readNames(of: view, into: &draft)
        draft.cost = counts.cost ?? draft.cost
        return book(draft)
    }

    /// Names, time, cost and outcome under the words that loggers use for them.
    func readNames(of view: JSONView, into draft: inout UsageDraft) {
        draft.timeMs =
            view.first(
                of: "timestamp", "startTime", "start_time", "time", "ts", "created_at", "created", "datetime", "date")?
            .timeMs
        if let time = draft.timeMs { lastTimeMs = time }
        draft.cost =
            view.first(
                of: "costUSD", "cost_usd", "cost", "response_cost", "spend", "total_cost", "total_cost_usd", "costUsd")?
            .cost
        draft.worker = view.first(of: "worker", "worker_id", "workerId", "worker_name", "agent", "agent_id")?.idText
        draft.task = view.first(of: "task", "task_id", "taskId", "issue", "issue_number", "issue_id")?.idText
        draft.project = view.first(of: "project", "project_id", "repo", "repository")?.idText
        draft.session = view.first(of: "session", "session_id", "sessionId", "sessionID", "trace_id")?.idText
        draft.operation = view.first(of: "operation", "call_type", "operation_type", "endpoint")?.idText
        draft.folder = view.first(of: "cwd", "worktree", "working_directory")?.string
        draft.branch = view.first(of: "gitBranch", "branch")?.string
        draft.durationMs = view.first(of: "durationMs", "duration_ms", "latency_ms", "response_time_ms")?.tokens
        if let success = view["success"] { draft.failed = !success.isTrue }
        let status = view["status"]
        if status?.isString("failure") == true || status?.isString("error") == true { draft.failed = true }
    }
}
