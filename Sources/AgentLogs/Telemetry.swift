// OpenTelemetry JSON with GenAI attributes: OTLP files, and spans or events one a line.
import Budgeting

/// The attributes of one span or event, whichever way they are written.
private struct Attributes {
    var values: [String: JSONView] = [:]

    /// OTLP's array of `{"key":…,"value":{"intValue":"12"}}`, or a plain object.
    init(_ view: JSONView?) {
        guard let view else { return }
        var found: [String: JSONView] = [:]
        view.forEachMember { name, value in
            found[String(decoding: name, as: UTF8.self)] = value
            return true
        }
        view.forEachElement { pair in
            guard let key = pair["key"]?.string, let value = pair["value"] else { return }
            found[key] = value.isObject ? value.first(of: "stringValue", "intValue", "doubleValue", "boolValue") : value
        }
        values = found
    }

    func first(_ names: String...) -> JSONView? {
        for name in names { if let value = values[name] { return value } }
        return nil
    }

    func text(_ names: String...) -> String? {
        for name in names { if let value = values[name]?.idText { return value } }
        return nil
    }

    /// A count; 0 where it is missing, nil where it is no whole number of at least 0. OTLP writes integers as text.
    func count(_ names: String...) -> Int64? {
        for name in names {
            guard let value = values[name], !value.isNull else { continue }
            if value.isNumber { return value.tokens }
            guard let text = value.string, let number = Int64(text), number >= 0, number < TokenField.limit else {
                return nil
            }
            return number
        }
        return 0
    }
}

extension FileReading {
    /// Nil: no telemetry.
    func readTelemetry(_ view: JSONView) -> LineOutcome? {
        var outcome: LineOutcome?
        func note(_ result: LineOutcome) {
            if case .used? = outcome { return }
            outcome = result
        }
        for (resources, scopes, items) in [
            ("resourceSpans", "scopeSpans", "spans"), ("resourceLogs", "scopeLogs", "logRecords"),
        ] as [(StaticString, StaticString, StaticString)] {
            guard let resources = view[resources] else { continue }
            outcome = outcome ?? .skipped(.noUsage)
            resources.forEachElement { resource in
                let owner = Attributes(resource["resource"]?["attributes"])
                resource[scopes]?.forEachElement { scope in
                    scope[items]?.forEachElement { item in
                        if let result = self.readSpan(item, owner) { note(result) }
                    }
                }
            }
        }
        if let outcome { return outcome }
        if view["resourceMetrics"] != nil { return .skipped(.noTokensLogged) }
        guard let attributes = view["attributes"], attributes.isObject || attributes.isArray else { return nil }
        return readSpan(view, Attributes(view["resource"]?["attributes"]))
    }

    private func readSpan(_ span: JSONView, _ resource: Attributes) -> LineOutcome? {
        let attributes = Attributes(span["attributes"])
        let isClaudeEvent =
            attributes.text("event.name")?.hasSuffix("api_request") == true
            || span["body"]?["stringValue"]?.isString("claude_code.api_request") == true
        let hasCounts = attributes.values.keys.contains { $0.hasPrefix("gen_ai.usage.") }
        guard isClaudeEvent || hasCounts else { return nil }
        guard
            let input = attributes.count("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "input_tokens"),
            let output = attributes.count(
                "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "output_tokens"),
            let read = attributes.count(
                "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
                "gen_ai.usage.input_tokens.cached", "cache_read_tokens"),
            let write = attributes.count(
                "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens",
                "cache_creation_tokens"),
            let reasoning = attributes.count(
                "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.output_tokens.reasoning")
        else { return .malformed("a count is no whole number of at least 0") }
        // The convention says that input includes cached tokens; Claude Code's own events exclude them, and so does
        // an input smaller than its cached part.
        let isInclusive = !isClaudeEvent && input >= read + write
        let tokens = TokenCounts(
            input: isInclusive ? input - read - write : input, output: output, cacheRead: read, cacheWrite: write)
        if tokens.isZero { return .skipped(.zeroTokens) }
        return book(spanDraft(span, attributes, resource, tokens, reasoning: reasoning > 0 ? reasoning : nil))
    }

    private func spanDraft(
        _ span: JSONView, _ attributes: Attributes, _ resource: Attributes, _ tokens: TokenCounts, reasoning: Int64?
    ) -> UsageDraft {
        let context = span["context"]
        let trace = span.first(of: "traceId", "trace_id")?.idText ?? context?["trace_id"]?.idText
        let own = span.first(of: "spanId", "span_id")?.idText ?? context?["span_id"]?.idText
        let response = attributes.text("gen_ai.response.id", "request_id")
        let operation = attributes.text("gen_ai.operation.name")
        var draft = UsageDraft(.openTelemetry, id: "", tokens: tokens)
        // An agent's span repeats the sum of the calls inside: any call of its trace beats it.
        let isAgent = operation == "invoke_agent" || operation == "invoke_workflow"
        draft.id = response ?? [trace, own].compactMap { $0 }.joined(separator: "/")
        if draft.id.isEmpty { draft.id = lineID(span) }
        if let trace, !isAgent || response == nil { draft.group = "trace/" + trace }
        draft.rank = isAgent ? .copy : .whole
        draft.reasoning = reasoning
        draft.model = attributes.text("gen_ai.response.model", "gen_ai.request.model", "model")
        draft.cost = attributes.first("gen_ai.usage.cost", "cost_usd")?.cost
        let start = span.first(of: "startTimeUnixNano", "start_time", "startTime", "timeUnixNano")?.timeMs
        let end = span.first(of: "endTimeUnixNano", "end_time", "endTime")?.timeMs
        draft.timeMs = start ?? attributes.first("event.timestamp")?.timeMs ?? span["timestamp"]?.timeMs
        draft.durationMs = attributes.first("duration_ms").flatMap { $0.string.flatMap { Int64($0) } ?? $0.tokens }
        if draft.durationMs == nil, let start, let end, end >= start { draft.durationMs = end - start }
        draft.session = attributes.text("gen_ai.conversation.id", "session.id")
        draft.worker = attributes.text("gen_ai.agent.name", "worker") ?? resource.text("worker")
        draft.task = attributes.text("task") ?? resource.text("task")
        draft.project = resource.text("project")
        draft.operation = operation
        draft.failed = span["status"]?["code"].map { $0.int == 2 || $0.isString("STATUS_CODE_ERROR") } ?? false
        return draft
    }
}
