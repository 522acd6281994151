// tools/call: a method run for a model.
import JSONRPC

/// The arguments of a tool's call, with what is not the method's taken out.
struct ToolCall {
    var method: AnyMethod
    /// The method's params.
    var params: JSON
    var format = ResponseFormat.concise
}

/// What a tool answered.
enum ToolOutcome {
    /// The method's result as JSON text, and the same as a value.
    case result(text: String, JSON)
    case fault(WireError)
}

extension MCPFront {
    /// Runs a tool. False when the answer has to wait (see `Questions.swift`).
    func callTool(_ params: JSON, _ exchange: Exchange) throws(WireError) -> Bool {
        guard let name = params["name"]?.string else {
            throw .invalidParam("/name", "is required: the name of a tool")
        }
        let method = try tools.method(name)
        let arguments = params["arguments"] ?? .object([])
        let head = dispatcher.output.count
        var call = ToolCall(method: method, params: arguments)
        let outcome: ToolOutcome
        do throws(WireError) {
            call = try read(arguments, for: method)
        } catch {
            dispatcher.output.writeRaw(toolAnswer(.fault(error), nil, exchange))
            return true
        }
        if method.name == approveTaskName, exchange.canElicit {
            return try approve(call, exchange, state: params["requestState"], responses: params["inputResponses"])
        }
        outcome = run(call)
        dispatcher.output.writeRaw(toolAnswer(outcome, call, exchange))
        owe(from: head, exchange)
        return true
    }

    /// Where the store fails before the end of the turn, the tool says so in the place of what it had answered.
    func owe(from head: Int, _ exchange: Exchange) {
        dispatcher.owe(from: head) { [unowned self] error, writer in
            writer.writeRaw(toolAnswer(.fault(error), nil, exchange))
        }
    }

    private func read(_ arguments: JSON, for method: AnyMethod) throws(WireError) -> ToolCall {
        var call = ToolCall(method: method, params: arguments)
        guard case .object(let members) = arguments else {
            if case .null = arguments { return ToolCall(method: method, params: .object([])) }
            throw .invalidParam("/arguments", "must be an object")
        }
        guard let asked = members.first(where: { $0.name == responseFormatName })?.value else { return call }
        call.params = .object(members.filter { $0.name != responseFormatName })
        if case .null = asked { return call }
        guard let format = asked.string.flatMap(ResponseFormat.init) else {
            throw .invalidParam("/\(responseFormatName)", "must be concise or detailed, got \(asked.text.prefix(80))")
        }
        call.format = format
        return call
    }

    /// Runs the method of a call within the turn's transaction.
    func run(_ call: ToolCall) -> ToolOutcome {
        var request = JSONWriter()
        request.write(call.params)
        var result = JSONWriter()
        do {
            let method = call.method
            try request.withUnsafeMutableBytes { bytes in
                _ = try dispatcher.perform(method, try parser.parse(bytes), into: &result)
            }
            let text = result.string
            return .result(text: text, try JSON(parsing: text))
        } catch let error as WireError {
            return .fault(error)
        } catch let error as JSONFault {
            return .fault(WireError(error))
        } catch {
            return .fault(WireError(.internalError("\(error)")))
        }
    }
}

// MARK: - Answers

extension MCPFront {
    /// The whole response of a tool's call.
    ///
    /// - Parameter lead: a sentence that goes before all others.
    func toolAnswer(
        _ outcome: ToolOutcome, _ call: ToolCall?, _ exchange: Exchange, lead: String = ""
    ) -> String {
        var writer = JSONWriter()
        writer.writeRaw(#"{"jsonrpc":"2.0","id":"#)
        writer.writeRaw(exchange.id)
        writer.writeRaw(#","result":{"#)
        if exchange.isStateless { writer.writeRaw(#""resultType":"complete","#) }
        writer.writeRaw(#""content":[{"type":"text","text":"#)
        switch outcome {
        case .result(let text, let result):
            var words = lead + essence(of: result, method: call?.method.name ?? "")
            if call?.format == .detailed { words += "\n" + text }
            writer.writeRaw(JSON.string(words).text)
            writer.writeRaw(#"}],"structuredContent":"#)
            writer.writeRaw(text)
            writer.writeRaw(#","isError":false}}"#)
        case .fault(let error):
            writer.writeRaw(JSON.string(faultText(error)).text)
            writer.writeRaw(#"}],"isError":true,"_meta":{"budget-advisor/error":"#)
            error.write(to: &writer)
            writer.writeRaw("}}}")
        }
        return writer.string
    }

    /// What went wrong and what to change, all of it: a model can then mend its call in one go.
    private func faultText(_ error: WireError) -> String {
        guard let rows = error.details.first(where: { $0.name == "errors" })?.value.array, rows.count > 1 else {
            return error.message + (error.isRetryable ? "; the same call may work in a moment" : "")
        }
        let lines = rows.prefix(10).map { row in
            "- \(row["path"]?.string ?? "") \(row["message"]?.string ?? "")"
        }
        return "Invalid params; change these and call again:\n" + lines.joined(separator: "\n")
    }
}
