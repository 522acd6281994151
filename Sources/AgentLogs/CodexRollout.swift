// Codex rollouts: ~/.codex/sessions/YYYY/MM/DD/rollout-*.jsonl, running totals by session.
import Budgeting

/// Codex's counts in its own terms: cached input is part of input, reasoning part of output.
struct CodexTotals: Hashable {
    var input: Int64 = 0
    var cached: Int64 = 0
    var cacheWrite: Int64 = 0
    var output: Int64 = 0
    var reasoning: Int64 = 0
    var total: Int64 = 0

    /// Nil where the view is no object or holds a count that is no whole number of at least 0.
    init?(_ view: JSONView?) {
        guard let view, view.isObject else { return nil }
        func count(_ value: JSONView?) -> Int64? { value.map { $0.tokens } ?? .some(0) }
        guard let input = count(view["input_tokens"]),
            let cached = count(view.first(of: "cached_input_tokens", "cache_read_input_tokens")),
            let written = count(view.first(of: "cache_write_input_tokens", "cache_creation_input_tokens")),
            let output = count(view["output_tokens"]), let reasoning = count(view["reasoning_output_tokens"]),
            let total = count(view["total_tokens"])
        else { return nil }
        (self.input, self.cached, cacheWrite, self.output) = (input, cached, written, output)
        (self.reasoning, self.total) = (reasoning, total)
    }

    init?(text: String) {
        let values = text.utf8.split(separator: UInt8(ascii: ",")).compactMap { Int64(String($0) ?? "") }
        guard values.count == 6, values.allSatisfy({ $0 >= 0 }) else { return nil }
        (input, cached, cacheWrite, output, reasoning, total) =
            (values[0], values[1], values[2], values[3], values[4], values[5])
    }

    var text: String {
        [input, cached, cacheWrite, output, reasoning, total].map { String($0) }.joined(separator: ",")
    }

    /// The growth since `earlier`; nil where a count fell (a resumed session counts anew).
    func growth(since earlier: CodexTotals) -> CodexTotals? {
        var growth = self
        growth.input -= earlier.input
        growth.cached -= earlier.cached
        growth.cacheWrite -= earlier.cacheWrite
        growth.output -= earlier.output
        growth.reasoning -= earlier.reasoning
        growth.total -= earlier.total
        let least = min(growth.input, growth.cached, growth.cacheWrite, growth.output, growth.reasoning)
        return least < 0 ? nil : growth
    }

    /// Disjoint kinds. Cached and written tokens are parts of input; where a log says otherwise, input is not
    /// taken below zero.
    var tokens: TokenCounts {
        let uncached = max(0, input - cached - cacheWrite)
        return TokenCounts(input: uncached, output: output, cacheRead: cached, cacheWrite: cacheWrite)
    }

    /// Only a total: it is booked as output, which over-estimates the cost.
    var isUnsplit: Bool { total > 0 && input == 0 && output == 0 }
}

/// A rollout's place between two lines.
struct CodexState {
    var session: String?
    var model: String?
    var folder: String?
    var branch: String?
    var totals: CodexTotals?
    /// The session whose history this one starts with.
    var parent: String?
    /// Still passing the parent's history.
    var isReplaying = false
    /// Time of the line before, for telling the copied burst from the first own turn.
    var lineTimeMs: Int64?
    /// A second or more passed between two lines: the copied burst is over.
    var hadPause = false
    /// How many running totals were seen; a replay is compared with the parent's at the same place.
    var totalsSeen: Int64 = 0

    func save(_ state: inout ResumeState) {
        state["codex.session"] = session
        state["codex.model"] = model
        state["codex.folder"] = folder
        state["codex.branch"] = branch
        state["codex.totals"] = totals?.text
        state["codex.parent"] = parent
        state["codex.replaying"] = isReplaying ? "1" : nil
        state["codex.paused"] = hadPause ? "1" : nil
        state[number: "codex.lineTime"] = lineTimeMs
        state[number: "codex.seen"] = totalsSeen == 0 ? nil : totalsSeen
    }

    mutating func restore(_ state: ResumeState) {
        session = state["codex.session"]
        model = state["codex.model"]
        folder = state["codex.folder"]
        branch = state["codex.branch"]
        totals = state["codex.totals"].flatMap { CodexTotals(text: $0) }
        parent = state["codex.parent"]
        isReplaying = state["codex.replaying"] != nil
        hadPause = state["codex.paused"] != nil
        lineTimeMs = state[number: "codex.lineTime"]
        totalsSeen = state[number: "codex.seen"] ?? 0
    }
}

extension FileReading {
    func readCodex(_ view: JSONView, _ type: JSONView) -> LineOutcome {
        let payload = view["payload"]
        let time = view["timestamp"]?.timeMs
        if let time { lastTimeMs = time }
        if let time, let before = codex.lineTimeMs, time - before >= 1000 { codex.hadPause = true }
        codex.lineTimeMs = time ?? codex.lineTimeMs
        if type.isString("session_meta") { return readCodexMeta(payload) }
        if type.isString("turn_context") {
            codex.model = payload?["model"]?.string ?? codex.model
            codex.folder = payload?["cwd"]?.string ?? codex.folder
            return .skipped(.context)
        }
        guard payload?["type"]?.isString("token_count") == true else { return .skipped(.otherKind) }
        guard let info = payload?["info"], let usage = info["total_token_usage"] ?? info["last_token_usage"] else {
            return .skipped(.noUsage)
        }
        codex.model = info["model"]?.string ?? codex.model
        guard usage.isObject, let counts = CodexTotals(usage) else {
            return .malformed("a count is no whole number of at least 0")
        }
        if info["total_token_usage"] == nil { return bookCodex(counts, last: counts, isTotal: false, time) }
        return bookCodex(counts, last: CodexTotals(info["last_token_usage"]), isTotal: true, time)
    }

    /// The first one names this session; later ones are copies of ancestors' and only mark a replay.
    private func readCodexMeta(_ payload: JSONView?) -> LineOutcome {
        guard codex.session == nil else {
            if payload?["id"]?.string != codex.session, codex.totalsSeen == 0 {
                codex.parent = codex.parent ?? payload?["id"]?.string
                codex.isReplaying = codex.parent != nil
            }
            return .skipped(.context)
        }
        codex.session = payload?.first(of: "id", "session_id")?.string
        codex.folder = payload?["cwd"]?.string
        codex.branch = payload?["git"]?["branch"]?.string
        codex.model = payload?["model"]?.string ?? codex.model
        let spawn = payload?["source"]?["subagent"]?["thread_spawn"]?["parent_thread_id"]
        codex.parent = payload?["forked_from_id"]?.string ?? payload?["parent_thread_id"]?.string ?? spawn?.string
        codex.isReplaying = codex.parent != nil
        return .skipped(.context)
    }

    private func bookCodex(_ counts: CodexTotals, last: CodexTotals?, isTotal: Bool, _ time: Int64?) -> LineOutcome {
        if codex.isReplaying && isTotal {
            codex.isReplaying = isReplay(counts)
            if codex.isReplaying {
                codex.totals = counts
                codex.totalsSeen += 1
                return .skipped(.replayed)
            }
        }
        codex.totalsSeen += 1
        var used = counts
        if isTotal, let before = codex.totals {
            if counts == before { return .skipped(.unchangedTotal) }
            used = counts.growth(since: before) ?? last ?? counts
        }
        if isTotal { codex.totals = counts }
        var tokens = used.tokens
        let isUnsplit = used.isUnsplit
        if isUnsplit { tokens.output = used.total }
        if tokens.isZero { return .skipped(.zeroTokens) }
        let session = codex.session ?? fileName
        let place = isTotal ? counts.text : "\(time ?? 0)," + counts.text
        var draft = UsageDraft(.codexRollout, id: session + "/" + place, tokens: tokens)
        draft.timeMs = time
        draft.model = codex.model
        draft.reasoning = used.reasoning
        draft.session = session
        draft.folder = codex.folder
        draft.branch = codex.branch
        draft.operation = codex.parent == nil ? nil : "subagent"
        draft.isUnsplit = isUnsplit
        return book(draft)
    }

    /// Whether a fork's running total is still its parent's history.
    ///
    /// Where the parent's rollout is known, exactly: the copy is a start of the parent's totals. Else by time: the
    /// copy is written in one burst, restamped; an own answer takes at least a second.
    private func isReplay(_ counts: CodexTotals) -> Bool {
        if let parent = codex.parent, let history = lineages?.history(of: parent) {
            let place = Int(codex.totalsSeen)
            return place < history.count && history[place] == lineageHash(counts)
        }
        return !codex.hadPause
    }

    /// The file's name without folders and extension.
    var fileName: String {
        let name = path.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? path
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }
}

/// One running total of a session's history, as a hash.
func lineageHash(_ counts: CodexTotals) -> UInt64 {
    var values = (counts.input, counts.cached, counts.cacheWrite, counts.output, counts.reasoning)
    return withUnsafeBytes(of: &values) { byteHash($0, seed: 0x636F_6465) }
}
