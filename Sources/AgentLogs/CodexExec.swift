// `codex exec --json`: running totals by thread, no model, no times.

struct CodexExecState {
    var thread: String?
    var totals: CodexTotals?

    func save(_ state: inout ResumeState) {
        state["exec.thread"] = thread
        state["exec.totals"] = totals?.text
    }

    mutating func restore(_ state: ResumeState) {
        thread = state["exec.thread"]
        totals = state["exec.totals"].flatMap { CodexTotals(text: $0) }
    }
}

extension FileReading {
    func readCodexExec(_ view: JSONView, _ type: JSONView) -> LineOutcome {
        if type.isString("thread.started") {
            let thread = view["thread_id"]?.string
            if thread != codexExec.thread { codexExec.totals = nil }
            codexExec.thread = thread
            return .skipped(.context)
        }
        guard type.isString("turn.completed") else { return .skipped(.otherKind) }
        guard let usage = view["usage"] else { return .skipped(.noUsage) }
        guard usage.isObject, let counts = CodexTotals(usage) else {
            return .malformed("a count is no whole number of at least 0")
        }
        if counts == codexExec.totals { return .skipped(.unchangedTotal) }
        let used = codexExec.totals.map { counts.growth(since: $0) ?? counts } ?? counts
        codexExec.totals = counts
        if used.tokens.isZero { return .skipped(.zeroTokens) }
        let thread = codexExec.thread ?? fileName
        var draft = UsageDraft(.codexExec, id: thread + "/" + counts.text, tokens: used.tokens)
        draft.timeMs = view["timestamp"]?.timeMs
        draft.model = view["model"]?.string
        draft.reasoning = used.reasoning
        draft.session = thread
        draft.coversSession = true
        return book(draft)
    }
}
