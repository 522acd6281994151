// The stream of `claude -p`: what its processes have told so far, and what is booked if one ends without a result.
import Budgeting

/// A process that has not told its result yet.
struct PrintProcess {
    var session: String?
    var folder: String?
    var model: String?
    /// The first message's id: names the process until its result does.
    var anchor: String?
    /// Greatest usage of each message, in order of first sight.
    var messages: [(id: String, model: String?, usage: TokenCounts)] = []
    var places: [String: Int] = [:]
    /// The message that a chain of partial-message events is about, by the tool use it runs under.
    var open: [String: Int] = [:]

    /// Takes a sighting of a message; answers its place.
    mutating func note(id: String?, model: String?, _ tokens: TokenCounts) -> Int {
        let id = id ?? "message-\(messages.count)"
        anchor = anchor ?? id
        if let place = places[id] {
            messages[place].usage = messages[place].usage.raised(to: tokens)
            return place
        }
        places[id] = messages.count
        messages.append((id, model ?? self.model, tokens))
        return messages.count - 1
    }

    /// Names a process's share of one model before its result is there. Messages name the model with its date, results
    /// mostly too, but not always.
    static func shareID(_ session: String?, _ anchor: String, _ model: String) -> String {
        var name = Substring(plainModelName(model))
        let suffix = name.utf8.suffix(9)
        if suffix.count == 9, suffix.first == 0x2D, suffix.dropFirst().allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            name = name.dropLast(9)
        }
        return [session ?? "", anchor, String(name)].joined(separator: "/")
    }
}

/// What a session's last result told of one model.
struct PrintTotal: Hashable {
    var tokens: TokenCounts
    var nanoUSD: Int64

    func isAtLeast(_ other: PrintTotal) -> Bool {
        tokens.raised(to: other.tokens) == tokens && nanoUSD >= other.nanoUSD
    }
}

/// The open processes by session, and the running totals of sessions that told a result.
struct ClaudePrintState {
    /// Of the last line that named them.
    var session: String?
    var folder: String?
    var model: String?
    private var processes: [String: PrintProcess] = [:]
    private var totals: [(session: String, models: [String: PrintTotal])] = []
    private static let keptSessions = 16

    /// The open process of a session; one whose lines name no session is anybody's.
    func process(of session: String?) -> PrintProcess? { processes[session ?? ""] ?? processes[""] }

    var isAnyOpen: Bool { processes.values.contains { $0.anchor != nil } }
    var openProcesses: [PrintProcess] { processes.sorted { $0.key < $1.key }.map(\.value) }

    /// The process that a stream's line belongs to, opened if need be.
    mutating func withProcess<Result>(of session: String?, _ body: (inout PrintProcess) -> Result) -> Result {
        let session = session ?? self.session
        self.session = session
        let fresh = PrintProcess(session: session, folder: folder, model: model)
        return body(&processes[session ?? "", default: fresh])
    }

    mutating func remove(_ session: String?) {
        if processes.removeValue(forKey: session ?? "") == nil { processes[""] = nil }
    }

    /// Keeps a session's totals and answers those it had.
    mutating func replaceTotals(of session: String, by new: [String: PrintTotal]) -> [String: PrintTotal] {
        let place = totals.firstIndex { $0.session == session }
        let before = place.map { totals.remove(at: $0).models } ?? [:]
        totals.append((session, new))
        if totals.count > ClaudePrintState.keptSessions { totals.removeFirst() }
        return before
    }

    func save(_ state: inout ResumeState) {
        state["print.session"] = session
        state["print.folder"] = folder
        state["print.model"] = model
        for (index, entry) in totals.enumerated() {
            for (model, total) in entry.models {
                let counts = total.tokens
                let values = [
                    Int64(index), counts.input, counts.output, counts.cacheRead, counts.cacheWrite, counts.cacheWrite1h,
                    total.nanoUSD,
                ]
                state["print.total." + entry.session + "\u{1F}" + model] =
                    values.map { String($0) }.joined(separator: ",")
            }
        }
    }

    mutating func restore(_ state: ResumeState) {
        session = state["print.session"]
        folder = state["print.folder"]
        model = state["print.model"]
        var found: [(place: Int64, session: String, models: [String: PrintTotal])] = []
        for (name, value) in state.values where name.hasPrefix("print.total.") {
            let names = name.dropFirst("print.total.".utf8.count).split(
                separator: "\u{1F}", maxSplits: 1, omittingEmptySubsequences: false)
            let values = value.utf8.split(separator: UInt8(ascii: ",")).compactMap { Int64(String($0) ?? "") }
            guard names.count == 2, values.count == 7 else { continue }
            let tokens = TokenCounts(
                input: values[1], output: values[2], cacheRead: values[3], cacheWrite: values[4],
                cacheWrite1h: values[5])
            let total = PrintTotal(tokens: tokens, nanoUSD: values[6])
            if let place = found.firstIndex(where: { $0.session == names[0] }) {
                found[place].models[String(names[1])] = total
            } else {
                found.append((values[0], String(names[0]), [String(names[1]): total]))
            }
        }
        totals = found.sorted { $0.place < $1.place }.map { ($0.session, $0.models) }
    }
}

extension FileReading {
    /// `system` lines: the start of a process carries its session, model and folder. Messages that wait in its session
    /// then are those of a process that was killed.
    func readSystem(_ view: JSONView) -> LineOutcome {
        guard view["subtype"]?.isString("init") == true else { return .skipped(.otherKind) }
        let session = view["session_id"]?.string
        if let killed = claudePrint.process(of: session), killed.anchor != nil {
            bookPartial(killed)
            endProcess(of: session)
        }
        claudePrint.session = session
        claudePrint.folder = view["cwd"]?.string
        claudePrint.model = view["model"]?.string
        claudePrint.withProcess(of: session) {
            $0.model = view["model"]?.string
            $0.folder = view["cwd"]?.string
        }
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
        holdForStream()
        claudePrint.withProcess(of: view.first(of: "session_id", "sessionId")?.string) {
            _ = $0.note(id: message["id"]?.idText, model: message["model"]?.string, usage.tokens)
        }
        return .skipped(.inStream)
    }

    /// `--include-partial-messages`: the events of the API's own stream. They know a message's final output before
    /// any assistant line does, which matters when the process is killed.
    func readPartialMessage(_ event: JSONView, of view: JSONView) -> LineOutcome {
        let chain = view["parent_tool_use_id"]?.string ?? ""
        let message = event["message"]
        guard let usage = AnthropicUsage(message?["usage"] ?? event["usage"]) else { return .skipped(.inStream) }
        if usage.hasFault { return .malformed("a count is no whole number of at least 0") }
        holdForStream()
        claudePrint.withProcess(of: view["session_id"]?.string) { process in
            if let message {
                process.open[chain] = process.note(
                    id: message["id"]?.idText, model: message["model"]?.string, usage.tokens)
            } else if let place = process.open[chain] {
                // Later events repeat some counts and leave others out.
                process.messages[place].usage = process.messages[place].usage.raised(to: usage.tokens)
            }
        }
        return .skipped(.inStream)
    }

    /// The cursor stays in front of the first message of an open process: its result, when it comes, is read together
    /// with what it covers.
    private func holdForStream() { if !claudePrint.isAnyOpen { hold(at: lineOffset) } }

    func endProcess(of session: String?) {
        claudePrint.remove(session)
        if !claudePrint.isAnyOpen { release() }
    }

    /// At the file's end: what the open processes have told so far.
    func finishPrint() { for process in claudePrint.openProcesses { bookPartial(process) } }

    /// A process without a result is booked by its messages, one record a model, as partial.
    func bookPartial(_ process: PrintProcess) {
        guard let anchor = process.anchor, options.deliversPartial else { return }
        var models: [String] = []
        var sums: [String: TokenCounts] = [:]
        for message in process.messages {
            let model = message.model ?? ""
            if sums[model] == nil { models.append(model) }
            sums[model] = (try? (sums[model] ?? .zero) + message.usage) ?? sums[model]
        }
        for model in models {
            guard let tokens = sums[model], !tokens.isZero else { continue }
            var draft = UsageDraft(
                .claudePrint, id: PrintProcess.shareID(process.session, anchor, model), tokens: tokens)
            draft.rank = .partial
            draft.model = model
            draft.session = process.session
            draft.folder = process.folder
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
