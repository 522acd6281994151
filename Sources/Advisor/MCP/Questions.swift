// A refused task as a question to a person, put through the client. Only a clear yes lets the task through.
import Budgeting
import JSONRPC

let approveTaskName = "approveTask"
/// How long a client may take to answer. The pending approval of the command line lasts longer.
private let answerSeconds: Int64 = 600
/// The name of the one question within an answer of the stateless era.
private let questionName = "approval"

/// A question of the handshake era that waits for its answer; the call that it came from waits with it.
struct Question {
    /// The id of our request.
    var id: String
    var exchange: Exchange
    var call: ToolCall
    /// The question in the ledger.
    var ask: Int
    var refusal: JSON
    var expiresAt: Int64
}

private enum PersonAnswer { case yes, no, none }

extension MCPFront {
    var hasQuestions: Bool { !questions.isEmpty }

    /// Runs approveTask for a client that can ask a person. False when the answer has to wait for one.
    func approve(
        _ call: ToolCall, _ exchange: Exchange, state: JSON?, responses: JSON?
    ) throws(WireError) -> Bool {
        let head = dispatcher.output.count
        if exchange.isStateless, let state {
            try resume(call, exchange, state: state, responses: responses ?? .null)
            owe(from: head, exchange)
            return true
        }
        let outcome = run(call)
        guard case .result(_, let refusal) = outcome, let ask = openQuestion(in: refusal) else {
            dispatcher.output.writeRaw(toolAnswer(outcome, call, exchange))
            owe(from: head, exchange)
            return true
        }
        let expiresAt = session.now.seconds + answerSeconds
        if exchange.isStateless {
            let state = seal.state(
                ask: ask, decision: refusal["decisionId"]?.int ?? 0, arguments: call.params, expiresAt: expiresAt)
            reply(exchange, question(refusal, call, seal.sealed(state)))
            owe(from: head, exchange)
            return true
        }
        questionCount += 1
        let id = "budget-advisor-question-\(questionCount)"
        questions.append(
            Question(id: id, exchange: exchange, call: call, ask: ask, refusal: refusal, expiresAt: expiresAt))
        dispatcher.output.writeRaw(
            #"{"jsonrpc":"2.0","id":"\#(id)","method":"elicitation/create","params":"#
                + form(refusal, call, exchange).text + "}\n")
        dispatcher.owe(from: head) { [unowned self] error, writer in
            questions.removeAll { $0.id == id }
            writer.writeRaw(toolAnswer(.fault(error), nil, exchange) + "\n")
        }
        return false
    }

    /// The question that a refusal became, while nobody has answered it.
    private func openQuestion(in refusal: JSON) -> Int? {
        guard let ask = refusal["pendingApproval"]?["id"]?.int, pendingRow(ask) != nil else { return nil }
        return ask
    }

    private func pendingRow(_ ask: Int) -> JSON? {
        let rows = try? result(of: "listApprovals", .object([("limit", 1000)]))
        return rows?["approvals"]?.array?.first { $0["id"]?.int == ask }
    }
}

// MARK: - Asking

extension MCPFront {
    private func form(_ refusal: JSON, _ call: ToolCall, _ exchange: Exchange) -> JSON {
        let task = call.params["title"]?.string ?? call.params["task"]?.string ?? "a task"
        let worker = call.params["worker"]?.string.map { " by \($0)" } ?? ""
        let expected = refusal["estimate"]?["p90USD"]?.dollars ?? "-"
        let message = """
            Let the task "\(task)"\(worker) start although the budget says no? It is expected to take up to \
            \(expected). \(refusal["reason"]?["message"]?.string ?? "")
            """
        return .members(
            ("mode", exchange.era == .handshake(.june2025) ? nil : "form"), ("message", .string(message)),
            (
                "requestedSchema",
                .members(
                    ("type", "object"),
                    (
                        "properties",
                        .members(
                            (
                                "approve",
                                .members(
                                    ("type", "boolean"), ("title", "Let it start"),
                                    (
                                        "description",
                                        "Yes lets this one task start, once, whatever the budgets say."
                                    ), ("default", false))
                            ))
                    ), ("required", .array(["approve"])))
            ))
    }

    /// The result that asks the client of the stateless era to ask.
    private func question(_ refusal: JSON, _ call: ToolCall, _ state: String) -> [(name: String, value: JSON)] {
        let stateless = Exchange(era: .stateless, id: "")
        let request = JSON.members(("method", "elicitation/create"), ("params", form(refusal, call, stateless)))
        return [
            ("resultType", "input_required"), ("inputRequests", .object([(questionName, request)])),
            ("requestState", .string(state)),
        ]
    }
}

// MARK: - Answers

extension MCPFront {
    /// An answer to a question of the handshake era. Answers to nothing are ignored.
    func take(response: JSONValue) {
        let response = JSON(response)
        guard let id = response["id"]?.string, let index = questions.firstIndex(where: { $0.id == id }) else { return }
        let question = questions.remove(at: index)
        finish(question, personAnswer(response["result"] ?? .null))
    }

    /// A cancelled call is not answered. Its question stays open for the command line.
    func cancelQuestion(of key: String) {
        for question in questions where question.exchange.key == key { withdraw(question) }
        questions.removeAll { $0.exchange.key == key }
    }

    /// Silence means no, and so does an answer given elsewhere that was no.
    func endOldQuestions() {
        let now = session.now.seconds
        if questions.isEmpty { return }
        let version = session.ledger.dataVersion
        let isNews = version != questionsDataVersion
        questionsDataVersion = version
        endQuestions { [self] question in
            question.expiresAt <= now || (isNews && pendingRow(question.ask) == nil)
        }
    }

    func endQuestions(where isOver: (Question) -> Bool) {
        let over = questions.filter(isOver)
        for question in over {
            questions.removeAll { $0.id == question.id }
            withdraw(question)
            finish(question, .none)
        }
    }

    /// Tells the client that its answer is no longer waited for.
    private func withdraw(_ question: Question) {
        dispatcher.output.writeRaw(
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"\#(question.id)"}}"# + "\n")
    }

    private func finish(_ question: Question, _ answer: PersonAnswer) {
        let head = dispatcher.output.count
        let exchange = question.exchange
        let (outcome, lead) = settle(answer, question.ask, question.call, question.refusal, exchange.client)
        dispatcher.output.writeRaw(toolAnswer(outcome, question.call, exchange, lead: lead) + "\n")
        dispatcher.owe(from: head) { [unowned self] error, writer in
            writer.writeRaw(toolAnswer(.fault(error), nil, exchange) + "\n")
        }
    }

    /// The second call of the stateless era, which brings the answer.
    private func resume(
        _ call: ToolCall, _ exchange: Exchange, state: JSON, responses: JSON
    ) throws(WireError) {
        guard let text = state.string, let opened = seal.open(text) else {
            throw .invalidParam("/requestState", "is not one of ours, or was changed; call again without it")
        }
        guard opened.argumentsHash == QuestionSeal.hash(call.params) else {
            throw .invalidParam("/requestState", "belongs to other arguments; call again without it")
        }
        guard opened.expiresAt > session.now.seconds else {
            let fault = WireError(.conflict("the question has expired unanswered; call approveTask again"))
            return dispatcher.output.writeRaw(toolAnswer(.fault(fault), nil, exchange))
        }
        let refusal = try refusedAgain(call, opened)
        guard let response = responses[questionName] else {
            return reply(exchange, question(refusal, call, text))
        }
        guard seal.use(opened, now: session.now) else {
            throw .invalidParam("/requestState", "was used already; call again without it")
        }
        let (outcome, lead) = settle(personAnswer(response), opened.ask, call, refusal, exchange.client)
        dispatcher.output.writeRaw(toolAnswer(outcome, call, exchange, lead: lead))
    }

    /// The refusal as it would be now, without asking anybody.
    private func refusedAgain(_ call: ToolCall, _ state: QuestionState) throws(WireError) -> JSON {
        let changed = ["dryRun", "onRefusal", "requestId"]
        let params = call.params.members.filter { !changed.contains($0.name) } + [("dryRun", true)]
        let pending = pendingRow(state.ask)
        var members = try result(of: approveTaskName, .object(params)).members.map { member in
            member.name == "decisionId" ? (name: member.name, value: JSON.int(state.decision)) : member
        }
        if let pending, let expiresAt = pending["expiresAt"] {
            members.append(("pendingApproval", .object([("id", .int(state.ask)), ("expiresAt", expiresAt)])))
        }
        return .object(members)
    }

    /// Only a form that was sent off with a yes is a yes.
    private func personAnswer(_ response: JSON) -> PersonAnswer {
        switch response["action"]?.string {
        case "accept": response["content"]?["approve"]?.bool == true ? .yes : .no
        case "decline": .no
        default: .none
        }
    }

    /// Writes the answer down and gives what the tool says: after a yes the decision anew.
    private func settle(
        _ answer: PersonAnswer, _ ask: Int, _ call: ToolCall, _ refusal: JSON, _ client: String?
    ) -> (ToolOutcome, lead: String) {
        let refused = JSON.object(refusal.members.filter { $0.name != "pendingApproval" })
        let isOpen = pendingRow(ask) != nil
        do throws(WireError) {
            if answer != .none, isOpen {
                let by = "a person at " + (client.map { String($0.prefix(100)) } ?? "an MCP client")
                _ = try result(
                    of: answer == .yes ? "grantApproval" : "declineApproval",
                    .object([("id", .int(ask)), ("by", .string(by)), ("note", "asked through MCP")]))
            }
        } catch {
            return (.fault(error), "")
        }
        if answer == .no { return (.result(text: refused.text, refused), "A person said no. ") }
        if answer == .none, isOpen { return (.result(text: refusal.text, refusal), "Nobody has said yes. ") }
        // Granted now, or answered on the command line meanwhile. The request's id stands for the refusal.
        var again = call
        again.params = .object(call.params.members.filter { $0.name != "requestId" && $0.name != "onRefusal" })
        return (run(again), answer == .yes ? "A person said yes. " : "")
    }
}
