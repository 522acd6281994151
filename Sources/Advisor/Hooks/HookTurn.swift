// What the budget has to say to an event of a host.
import Budgeting
import JSONRPC

/// Answers events through the same methods that everybody calls. A rule of its own it has none.
package struct HookTurn {
    private let dispatcher: Dispatcher
    private let host: HookHost
    private let settings: Settings

    package init(_ dispatcher: Dispatcher, host: HookHost, settings: Settings) {
        self.dispatcher = dispatcher
        self.host = host
        self.settings = settings
    }

    package func answer(_ event: HookEvent) throws(WireError) -> HookAnswer {
        switch event.kind {
        case .sessionStart: return .context(try state())
        case .beforeTool where event.startsAgent: return try beforeSubagent(event)
        case .afterTool where event.startsAgent:
            try afterSubagent(event)
            return .nothing
        case .subagentStop:
            try record([event.subagentTranscript ?? event.transcript], of: event)
            return .nothing
        case .stop, .sessionEnd:
            try record([event.transcript, event.transcript.flatMap { subagentsFolder(of: $0) }], of: event)
            return .nothing
        case .beforeTool, .afterTool, nil: return .nothing
        }
    }

    /// What to do when the ledger cannot be asked.
    package func answer(to error: WireError, _ event: HookEvent) -> HookAnswer {
        guard settings.hookFailure == .closed, event.kind == .beforeTool, event.startsAgent else { return .nothing }
        return .deny("The budget cannot be checked (\(error.message)), and BUDGET_ADVISOR_HOOK_FAILURE is closed.")
    }

    private func state() throws(WireError) -> String {
        let status = try dispatcher.call("getStatus")
        let advice = status["recommendation"]?.string ?? ""
        guard let level = status["level"]?.string, status["limit"]?.double != nil else { return "Budget: \(advice)" }
        return "Budget \(status["budget"]?.string ?? overallBudget) is \(level). \(advice)"
    }

    private func beforeSubagent(_ event: HookEvent) throws(WireError) -> HookAnswer {
        let model = askedModel(event)
        var answer = try approve(event, model: model, kind: nil)
        // What this very session has put up for review it may go on with.
        if answer["reason"]?["code"]?.string == "duplicateTask",
            answer["claim"]?["worker"]?.string == event.worker(at: host)
        {
            answer = try approve(event, model: model, kind: "rework")
        }
        let reason = answer["reason"]?["message"]?.string ?? ""
        switch answer["decision"]?.string {
        case "approve": return .nothing
        case "downgrade":
            guard let cheaper = answer["model"]?.string, case .object(var members) = event.toolInput ?? .null else {
                return .nothing
            }
            members.removeAll { $0.name == "model" }
            members.append(("model", .string(HookModels.word(for: cheaper, at: host))))
            return .change(.object(members), "\(reason) It runs on \(cheaper).")
        default:
            let advice = "\(reason)\(wayForward(answer)) (budget-advisor)"
            return settings.hookRefusal == .ask && host == .claudeCode ? .ask(advice) : .deny(advice)
        }
    }

    private func approve(_ event: HookEvent, model: String?, kind: String?) throws(WireError) -> JSON {
        var params: [(name: String, value: JSON)] = [
            ("task", .string(event.task)), ("worker", .string(event.worker(at: host))),
        ]
        if let model {
            params.append(("model", .string(model)))
            let others = host == .claudeCode ? HookModels.cheaper(than: model) : []
            if !others.isEmpty { params.append(("alternatives", .array(others.map(JSON.string)))) }
        }
        if let title = event.toolInput?["description"]?.string { params.append(("title", .string(title))) }
        if let kind { params.append(("kind", .string(kind))) }
        return try dispatcher.call("approveTask", .object(params))
    }

    /// The call is over: what is still held for it is free again. A subagent in the background runs on.
    private func afterSubagent(_ event: HookEvent) throws(WireError) {
        guard event.toolInput?["run_in_background"]?.bool != true else { return }
        let outcome = event.isTaskOfItsOwn ? "succeeded" : "inReview"
        do throws(WireError) {
            _ = try dispatcher.call(
                "completeTask",
                .object([
                    ("task", .string(event.task)), ("worker", .string(event.worker(at: host))),
                    ("outcome", .string(outcome)),
                ]))
        } catch  where error.name == "notFound" || error.name == "conflict" {
            // It was let through without asking: the hook was not there yet, or a person said so.
        }
    }

    private func record(_ transcripts: [String?], of event: HookEvent) throws(WireError) {
        let paths = transcripts.compactMap(\.self).filter(isReadable)
        guard !paths.isEmpty else { return }
        var params: [(name: String, value: JSON)] = [("paths", .array(paths.map(JSON.string)))]
        // A subagent's transcript begins with its prompt.
        if let own = event.subagentTranscript, isReadable(own),
            let issue = onlyIssue(in: start(of: own, bytes: 16_384))
        {
            params.append(("task", .string(issue)))
        }
        _ = try dispatcher.call("importLogs", .object(params))
    }

    /// The model the subagent was asked to run on; the session's own where it inherits it.
    private func askedModel(_ event: HookEvent) -> String? {
        if let word = event.toolInput?["model"]?.string, word != "inherit", !word.isEmpty {
            return HookModels.model(for: word)
        }
        return event.model
            ?? event.transcript.flatMap { HookModels.last(in: end(of: $0, bytes: 262_144)) }
    }

    private func wayForward(_ answer: JSON) -> String {
        guard let option = answer["options"]?[0]?["message"]?.string else { return "" }
        return " \(option)"
    }
}
