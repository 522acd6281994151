// Prompts: two ways of working with the budgets that a person can start from the host's menu.
import JSONRPC

/// A prompt: its arguments and what it asks of the model. The briefing goes with it.
struct Prompt: Sendable {
    var name, title, description: String
    var arguments: [Argument]
    var text: @Sendable ([String: String]) -> String

    struct Argument: Sendable {
        var name, meaning: String
        var isRequired = false
    }

    static let all = [
        Prompt(
            name: "budget-review", title: "Review the budget",
            description: "Where the money went, where it is going, and what to change.",
            arguments: [Argument(name: "budget", meaning: "The budget's name; the overall one when left out.")],
            text: { arguments in
                let name = arguments["budget"].map { "budget \($0)" } ?? "our overall budget"
                return """
                    Review \(name) with the tools of budget-advisor. The briefing below is from now.
                    1. Say in one sentence whether it will hold until the period's end (forecast).
                    2. Find what costs most: getUsage grouped by task, by model and by worker.
                    3. Name tasks that hold money without progress: stale claims, failed and abandoned runs (listTasks).
                    4. Propose at most five changes, each with the dollars it saves, the largest first.
                    Change nothing yourself: budgets, prices and pauses are for people.
                    """
            }),
        Prompt(
            name: "plan-within-budget", title: "Plan within the budget",
            description: "Turn a goal into tasks that fit what is left, and ask for each before it starts.",
            arguments: [
                Argument(name: "goal", meaning: "What is to be reached.", isRequired: true),
                Argument(name: "model", meaning: "The model that the work should run on."),
            ],
            text: { arguments in
                let model = arguments["model"].map { " Prefer the model \($0)." } ?? ""
                return """
                    Plan this goal within the budget: \(arguments["goal"] ?? "")
                    The briefing below is from now.\(model)
                    1. Split the goal into tasks with a key, a priority and, where you can, an estimate each.
                    2. Call planTasks with all of them; it chooses what fits what is left, and on which model.
                    3. Before a worker starts on a task call approveTask with its key, worker and model, and keep to the \
                    answer. Where it is refused, follow options; with onRefusal "ask" a person decides.
                    4. Tell the workers to recordUsage, checkIn and completeTask.
                    5. Say what was left out and what it would take to include it.
                    """
            }),
    ]

    static let list = all.map { prompt in
        JSON.members(
            ("name", .string(prompt.name)), ("title", .string(prompt.title)),
            ("description", .string(prompt.description)),
            (
                "arguments",
                .array(
                    prompt.arguments.map { argument in
                        .members(
                            ("name", .string(argument.name)), ("description", .string(argument.meaning)),
                            ("required", .bool(argument.isRequired)))
                    })
            ))
    }
}

extension MCPFront {
    func getPrompt(_ params: JSON, _ exchange: Exchange) throws(WireError) {
        let prompt = try prompt(named: params["name"]?.string)
        var arguments: [String: String] = [:]
        for (name, value) in params["arguments"]?.members ?? [] {
            guard prompt.arguments.contains(where: { $0.name == name }), let text = value.string else {
                let known = prompt.arguments.map(\.name).joined(separator: ", ")
                throw .invalidParam("/arguments/\(name.prefix(80))", "must be text, and one of: \(known)")
            }
            if !text.isEmpty { arguments[name] = text }
        }
        for argument in prompt.arguments where argument.isRequired && arguments[argument.name] == nil {
            throw .invalidParam("/arguments/\(argument.name)", "is required: \(argument.meaning)")
        }
        let head = dispatcher.output.count
        let wanted = ["budget", "model"].compactMap { name in arguments[name].map { (name, JSON.string($0)) } }
        // A prompt is of use without the briefing too, which a misspelt name would cost.
        let briefing = try? result(of: "getBriefing", .object(wanted.map { (name: $0.0, value: $0.1) }))
        var text = prompt.text(arguments)
        if let briefing { text += "\n\nBriefing: " + briefing.text }
        let message = JSON.members(
            ("role", "user"), ("content", .members(("type", "text"), ("text", .string(text)))))
        reply(exchange, [("description", .string(prompt.description)), ("messages", .array([message]))])
        dispatcher.owe(from: head) { error, writer in
            writer.writeRaw(MCPFront.text(of: error, id: exchange.id))
        }
    }

    private func prompt(named name: String?) throws(WireError) -> Prompt {
        guard let name else { throw .invalidParam("/name", "is required: the name of a prompt") }
        guard let prompt = Prompt.all.first(where: { $0.name == name }) else {
            let known = Prompt.all.map(\.name).joined(separator: ", ")
            throw .invalidParam("/name", "names no prompt: '\(name.prefix(80))'; there are \(known)")
        }
        return prompt
    }

    /// Suggests values: tasks for the template, budgets and models for prompts.
    func complete(_ params: JSON, _ exchange: Exchange) throws(WireError) {
        let reference = params["ref"] ?? .null
        guard let name = params["argument"]?["name"]?.string, let typed = params["argument"]?["value"]?.string else {
            throw .invalidParam("/argument", "is required: an object with name and value")
        }
        let values: [String]
        switch reference["type"]?.string {
        case "ref/prompt":
            _ = try prompt(named: reference["name"]?.string)
            values = try suggestions(name)
        case "ref/resource":
            guard reference["uri"]?.string == Resource.taskPrefix + "{task}" else {
                throw .invalidParam("/ref/uri", "names no template; there is \(Resource.taskPrefix){task}")
            }
            values = try name == "task" ? suggestions("task") : []
        default: throw .invalidParam("/ref/type", "must be ref/prompt or ref/resource")
        }
        let fitting = values.filter { $0.lowercased().hasPrefix(typed.lowercased()) }
        let shown = fitting.prefix(100).map { JSON.string($0) }
        reply(
            exchange,
            [
                (
                    "completion",
                    .object([
                        ("values", .array(shown)), ("total", .int(fitting.count)),
                        ("hasMore", .bool(fitting.count > shown.count)),
                    ])
                )
            ])
    }

    private func suggestions(_ argument: String) throws(WireError) -> [String] {
        func names(_ rows: [JSON], _ member: String) -> [String] {
            var names: [String] = []
            for name in rows.compactMap({ $0[member]?.string }) where !names.contains(name) { names.append(name) }
            return names
        }
        switch argument {
        case "task": return names(try tasks(where: [("limit", 100)]), "task")
        case "budget": return names(try result(of: "listBudgets")["budgets"]?.array ?? [], "budget")
        case "model": return names(try result(of: "listPrices")["prices"]?.array ?? [], "model").sorted()
        default: return []
        }
    }
}
