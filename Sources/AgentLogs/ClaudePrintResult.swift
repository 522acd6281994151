// The result of `claude -p`: the one object of `json`, the last line of `stream-json`.
import Budgeting

extension FileReading {
    /// Gemini's result line shares the type.
    func readResult(_ view: JSONView) -> LineOutcome {
        if let stats = view["stats"], view["modelUsage"] == nil { return readGeminiResult(view, stats) }
        let session = view["session_id"]?.string ?? claudePrint.session
        let process = claudePrint.process(of: session)
        var parts = modelParts(view["modelUsage"])
        if parts.drafts.isEmpty { parts = wholeParts(view, process) }
        // The process stays open after a broken result: its messages are then what is known of it.
        if parts.hasFault { return .malformed("a count is no whole number of at least 0") }
        if parts.drafts.allSatisfy({ $0.tokens.isZero && $0.cost == nil }) {
            if let process { bookPartial(process) }
            endProcess(of: session)
            return .skipped(emptyReason(view))
        }
        let id = view["uuid"]?.idText ?? process?.anchor ?? resultID(view)
        let isRunning = subtractEarlier(&parts.drafts, session: session, isStreaming: process != nil)
        endProcess(of: session)
        var outcome = LineOutcome.skipped(isRunning ? .unchangedTotal : .zeroTokens)
        for var draft in parts.drafts where !(draft.tokens.isZero && draft.cost == nil) {
            let model = draft.model ?? ""
            draft.id = [session ?? "", id, model].joined(separator: "/")
            draft.group = process?.anchor.map { PrintProcess.shareID(session, $0, model) }
            draft.timeMs = view["timestamp"]?.timeMs
            draft.session = session
            draft.folder = process?.folder ?? claudePrint.folder
            draft.durationMs = view["duration_ms"]?.tokens
            draft.failed = view["is_error"]?.isTrue ?? false
            draft.coversSession = true
            let booked = book(draft)
            if case .used = outcome { continue }
            outcome = booked
        }
        return outcome
    }

    private func emptyReason(_ view: JSONView) -> SkipReason {
        if view["usage"]?["premiumRequests"] != nil { return .noTokensLogged }
        return view["usage"] == nil && view["modelUsage"] == nil ? .noUsage : .zeroTokens
    }

    private struct ResultParts {
        var drafts: [UsageDraft] = []
        var hasFault = false
    }

    /// One draft for each model: `usage` alone leaves helper models out.
    private func modelParts(_ models: JSONView?) -> ResultParts {
        var parts = ResultParts()
        models?.forEachMember { name, value in
            var tokens = TokenCounts()
            for (member, path) in [
                ("inputTokens", \TokenCounts.input), ("outputTokens", \.output), ("cacheReadInputTokens", \.cacheRead),
                ("cacheCreationInputTokens", \.cacheWrite),
            ] as [(StaticString, WritableKeyPath<TokenCounts, Int64>)] {
                guard let count = value[member] else { continue }
                guard let number = count.tokens else {
                    parts.hasFault = true
                    continue
                }
                tokens[keyPath: path] = number
            }
            var draft = UsageDraft(.claudePrint, id: "", tokens: tokens)
            draft.model = String(decoding: name, as: UTF8.self)
            draft.cost = value["costUSD"]?.cost
            parts.drafts.append(draft)
            return true
        }
        return parts
    }

    /// Without `modelUsage`: the main model's usage, and the whole cost (`cost_usd` in old versions).
    private func wholeParts(_ view: JSONView, _ process: PrintProcess?) -> ResultParts {
        var parts = ResultParts()
        guard let usage = AnthropicUsage(view["usage"]) else { return parts }
        parts.hasFault = usage.hasFault
        var draft = UsageDraft(.claudePrint, id: "", tokens: usage.tokens)
        draft.model = process?.messages.first?.model ?? view["model"]?.string ?? process?.model ?? claudePrint.model
        draft.cost = view.first(of: "total_cost_usd", "cost_usd")?.cost
        parts.drafts.append(draft)
        return parts
    }

    private func resultID(_ view: JSONView) -> String {
        "result-" + String(byteHash(UnsafeRawBufferPointer(view.bytes), seed: 0x7265_7375), radix: 16)
    }

    /// A process that serves several turns repeats its running totals in each result: only the growth is new. Totals
    /// that fell belong to a new process, and so do those of results with no stream line between them
    /// (`--output-format json`).
    private func subtractEarlier(_ drafts: inout [UsageDraft], session: String?, isStreaming: Bool) -> Bool {
        var totals: [String: PrintTotal] = [:]
        for draft in drafts {
            totals[draft.model ?? ""] = PrintTotal(tokens: draft.tokens, nanoUSD: draft.cost?.nanoUSD ?? 0)
        }
        let before = claudePrint.replaceTotals(of: session ?? "", by: totals)
        guard isStreaming, session != nil, !before.isEmpty,
            before.allSatisfy({ model, old in totals[model].map { $0.isAtLeast(old) } ?? false })
        else { return false }
        for index in drafts.indices {
            guard let old = before[drafts[index].model ?? ""] else { continue }
            // Cannot fail: each count is at least the old one.
            drafts[index].tokens = (try? drafts[index].tokens - old.tokens) ?? drafts[index].tokens
            if let cost = drafts[index].cost {
                drafts[index].cost = cost.nanoUSD > old.nanoUSD ? Money(nanoUSD: cost.nanoUSD - old.nanoUSD) : nil
            }
        }
        return true
    }
}
