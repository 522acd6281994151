// `claude -p`: its result object, and the stream that ends with it.
import Budgeting

/// What is known of the running process, and what its session's processes have told before.
struct ClaudePrintState {
    var session: String?
    var folder: String?
    var model: String?
    /// The first message's id: names the process until its result does.
    var anchor: String?
    /// Greatest usage of each message of the running process, in order of first sight.
    var messages: [(id: String, model: String?, usage: TokenCounts)] = []
    var places: [String: Int] = [:]
    /// The message that a chain of partial-message events is about, by the tool use it runs under.
    var open: [String: Int] = [:]
    /// Running totals of the last result by model: `in,out,read,write,write1h,nanoUSD`.
    var totals: [String: [Int64]] = [:]
    var totalsSession: String?
    /// Stream lines came since the last result. Results with nothing between them are those of separate processes
    /// (`--output-format json`), whose totals start anew.
    var isStreaming = false

    func save(_ state: inout ResumeState) {
        state["print.session"] = session
        state["print.folder"] = folder
        state["print.model"] = model
        state["print.totalsSession"] = totalsSession
        for (model, values) in totals {
            state["print.total." + model] = values.map { String($0) }.joined(separator: ",")
        }
    }

    mutating func restore(_ state: ResumeState) {
        session = state["print.session"]
        folder = state["print.folder"]
        model = state["print.model"]
        totalsSession = state["print.totalsSession"]
        for (name, value) in state.values where name.hasPrefix("print.total.") {
            let values = value.utf8.split(separator: UInt8(ascii: ",")).compactMap { Int64(String($0) ?? "") }
            if values.count == 6 { totals[String(name.dropFirst("print.total.".utf8.count))] = values }
        }
    }

    /// Forgets the running process, not what its session told.
    mutating func endProcess() {
        anchor = nil
        messages = []
        places = [:]
        open = [:]
        isStreaming = false
    }
}

extension FileReading {
    /// `system` lines: the start of a process carries its session, model and folder.
    func readSystem(_ view: JSONView) -> LineOutcome {
        guard view["subtype"]?.isString("init") == true else { return .skipped(.otherKind) }
        claudePrint.isStreaming = true
        claudePrint.session = view["session_id"]?.string ?? claudePrint.session
        claudePrint.model = view["model"]?.string ?? claudePrint.model
        claudePrint.folder = view["cwd"]?.string ?? claudePrint.folder
        return .skipped(.context)
    }

    /// An assistant line of a stream. It is only counted if the process ends without a result.
    func readAssistant(_ view: JSONView) -> LineOutcome {
        guard let message = view["message"], message.isObject else { return .skipped(.noUsage) }
        guard view["isApiErrorMessage"]?.isTrue != true else { return .skipped(.failedMessage) }
        guard let usage = AnthropicUsage(message["usage"]), usage.fields > 0 || usage.hasFault else {
            return .skipped(.noUsage)
        }
        if usage.hasFault { return .malformed("a count is no whole number of at least 0") }
        if message["model"]?.isString("<synthetic>") == true { return .skipped(.synthetic) }
        claudePrint.session = view.first(of: "session_id", "sessionId")?.string ?? claudePrint.session
        noteMessage(id: message["id"]?.idText, model: message["model"]?.string, usage.tokens)
        return .skipped(.inStream)
    }

    /// `--include-partial-messages`: the events of the API's own stream. They know a message's final output before
    /// any assistant line does, which matters when the process is killed.
    func readPartialMessage(_ event: JSONView, of view: JSONView) -> LineOutcome {
        let chain = view["parent_tool_use_id"]?.string ?? ""
        if let message = event["message"], let usage = AnthropicUsage(message["usage"]), !usage.hasFault {
            claudePrint.session = view["session_id"]?.string ?? claudePrint.session
            claudePrint.open[chain] = noteMessage(
                id: message["id"]?.idText, model: message["model"]?.string, usage.tokens)
        } else if let usage = AnthropicUsage(event["usage"]), let place = claudePrint.open[chain] {
            if usage.hasFault { return .malformed("a count is no whole number of at least 0") }
            // Later events repeat some counts and leave others out.
            let known = claudePrint.messages[place].usage
            claudePrint.messages[place].usage = known.raised(to: usage.tokens)
        }
        return .skipped(.inStream)
    }

    @discardableResult
    private func noteMessage(id: String?, model: String?, _ tokens: TokenCounts) -> Int {
        claudePrint.isStreaming = true
        let id = id ?? "message-\(claudePrint.messages.count)"
        if claudePrint.anchor == nil {
            claudePrint.anchor = id
            hold(at: lineOffset)
        }
        if let place = claudePrint.places[id] {
            claudePrint.messages[place].usage = claudePrint.messages[place].usage.raised(to: tokens)
            return place
        }
        let place = claudePrint.messages.count
        claudePrint.places[id] = place
        claudePrint.messages.append((id, model ?? claudePrint.model, tokens))
        return place
    }

    /// The last line of a process, or the only one. Gemini's result line shares the type.
    func readResult(_ view: JSONView) -> LineOutcome {
        if let stats = view["stats"], view["modelUsage"] == nil { return readGeminiResult(view, stats) }
        let session = view["session_id"]?.string ?? claudePrint.session
        defer {
            claudePrint.endProcess()
            release()
        }
        var parts = modelParts(view["modelUsage"])
        if parts.hasFault { return .malformed("a count is no whole number of at least 0") }
        if parts.drafts.isEmpty { parts = wholeParts(view) }
        if parts.hasFault { return .malformed("a count is no whole number of at least 0") }
        let id = view["uuid"]?.idText ?? claudePrint.anchor ?? resultID(view)
        let isRunning = subtractEarlier(&parts.drafts, session: session)
        var outcome = LineOutcome.skipped(isRunning ? .unchangedTotal : .zeroTokens)
        if view["usage"]?["premiumRequests"] != nil {
            outcome = .skipped(.noTokensLogged)
        } else if view["usage"] == nil && view["modelUsage"] == nil {
            outcome = .skipped(.noUsage)
        }
        for var draft in parts.drafts where !(draft.tokens.isZero && draft.cost == nil) {
            let model = draft.model ?? ""
            draft.id = [session ?? "", id, model].joined(separator: "/")
            draft.group = claudePrint.anchor.map { processID(session, $0, model) }
            draft.timeMs = view["timestamp"]?.timeMs
            draft.session = session
            draft.folder = claudePrint.folder
            draft.durationMs = view["duration_ms"]?.tokens
            draft.failed = view["is_error"]?.isTrue ?? false
            draft.coversSession = true
            let booked = book(draft)
            if case .used = outcome { continue }
            outcome = booked
        }
        return outcome
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
    private func wholeParts(_ view: JSONView) -> ResultParts {
        var parts = ResultParts()
        guard let usage = AnthropicUsage(view["usage"]) else { return parts }
        parts.hasFault = usage.hasFault
        var draft = UsageDraft(.claudePrint, id: "", tokens: usage.tokens)
        draft.model = claudePrint.messages.first?.model ?? view["model"]?.string ?? claudePrint.model
        draft.cost = view.first(of: "total_cost_usd", "cost_usd")?.cost
        parts.drafts.append(draft)
        return parts
    }

    /// Names a process's share of one model before its result is there. Messages name the model with its date, results
    /// mostly too, but not always.
    private func processID(_ session: String?, _ anchor: String, _ model: String) -> String {
        var name = Substring(plainModelName(model))
        let suffix = name.utf8.suffix(9)
        if suffix.count == 9, suffix.first == UInt8(ascii: "-"),
            suffix.dropFirst().allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        {
            name = name.dropLast(9)
        }
        return [session ?? "", anchor, String(name)].joined(separator: "/")
    }

    private func resultID(_ view: JSONView) -> String {
        "result-" + String(byteHash(UnsafeRawBufferPointer(view.bytes), seed: 0x7265_7375), radix: 16)
    }

    /// A process that serves several turns repeats its running totals in each result: only the growth is new. Totals
    /// that fell belong to a new process.
    private func subtractEarlier(_ drafts: inout [UsageDraft], session: String?) -> Bool {
        var totals: [String: [Int64]] = [:]
        for draft in drafts {
            let counts = draft.tokens
            let values = [
                counts.input, counts.output, counts.cacheRead, counts.cacheWrite, counts.cacheWrite1h,
                draft.cost?.nanoUSD ?? 0,
            ]
            totals[draft.model ?? ""] = values
        }
        let before = claudePrint.totals
        let isRunning =
            claudePrint.isStreaming && session != nil && session == claudePrint.totalsSession && !before.isEmpty
            && before.allSatisfy { model, old in
                guard let new = totals[model] else { return false }
                return zip(old, new).allSatisfy { $0 <= $1 }
            }
        claudePrint.totals = totals
        claudePrint.totalsSession = session
        guard isRunning else { return false }
        for index in drafts.indices {
            guard let old = before[drafts[index].model ?? ""] else { continue }
            drafts[index].tokens.input -= old[0]
            drafts[index].tokens.output -= old[1]
            drafts[index].tokens.cacheRead -= old[2]
            drafts[index].tokens.cacheWrite -= old[3]
            drafts[index].tokens.cacheWrite1h -= old[4]
            if let cost = drafts[index].cost {
                drafts[index].cost = cost.nanoUSD > old[5] ? Money(nanoUSD: cost.nanoUSD - old[5]) : nil
            }
        }
        return true
    }

    /// At the file's end: a process without a result is booked by its messages, one record a model, as partial.
    func finishPrint() {
        guard let anchor = claudePrint.anchor, options.deliversPartial else { return }
        var models: [String] = []
        var sums: [String: TokenCounts] = [:]
        for message in claudePrint.messages {
            let model = message.model ?? ""
            if sums[model] == nil { models.append(model) }
            sums[model] = (try? (sums[model] ?? .zero) + message.usage) ?? sums[model]
        }
        let session = claudePrint.session
        for model in models {
            guard let tokens = sums[model], !tokens.isZero else { continue }
            var draft = UsageDraft(.claudePrint, id: processID(session, anchor, model), tokens: tokens)
            draft.rank = .partial
            draft.model = model
            draft.session = session
            draft.folder = claudePrint.folder
            draft.coversSession = true
            book(draft)
        }
    }
}

extension TokenCounts {
    /// Each kind the greater of two sightings of one message.
    func raised(to other: TokenCounts) -> TokenCounts {
        TokenCounts(
            input: max(input, other.input), output: max(output, other.output),
            cacheRead: max(cacheRead, other.cacheRead), cacheWrite: max(cacheWrite, other.cacheWrite),
            cacheWrite1h: max(cacheWrite1h, other.cacheWrite1h))
    }
}
