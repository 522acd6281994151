// How we introduce ourselves to an MCP host: initialize and server/discover.
import JSONRPC

/// What a model is told before it sees a tool. Hosts cut it at 2 KB.
let instructions = """
    budget-advisor keeps a team of coding agents inside its budget. It knows what was spent, what running tasks hold, \
    what the month will cost, and who works on what; all hosts on this machine share one ledger.

    Planning: call getBriefing first: budgets, forecast, live and stale claims, new alerts and what is still \
    affordable, in one answer. Choose among candidates with planTasks.
    Before a worker starts: call approveTask with the task's key, the worker and the model. Start it only if approved is \
    true, and on the model that comes back (it may be a cheaper one). If not approved, do what options or \
    retryAfterSeconds say; do not start the task under another name. With onRefusal "ask" a person decides.
    While it runs: recordUsage after each model call, checkIn every few minutes; on wrapUp finish, on stop end.
    At its end: completeTask.

    Example: approveTask {"task":"gh-450","worker":"w-3","model":"claude-sonnet-4-5","onRefusal":"ask"}
    Amounts ending in USD are dollars. Answers are short; responseFormat "detailed" adds all the data to the text.
    """

let serverInfo = JSON.members(
    ("name", "budget-advisor"), ("title", "Budget advisor"), ("version", .string(programVersion)))

extension MCPFront {
    /// The answer to `initialize`. A revision that we do not speak is countered with the newest we do.
    func initialize(_ params: JSON) throws(WireError) -> [(name: String, value: JSON)] {
        guard let wanted = params["protocolVersion"]?.string else {
            throw .invalidParam(
                "/protocolVersion", "is required: a string such as \(HandshakeRevision.newest.rawValue)")
        }
        guard let capabilities = params["capabilities"], capabilities.isObject else {
            throw .invalidParam("/capabilities", "is required: an object, {} for none")
        }
        guard let info = params["clientInfo"], info.isObject else {
            throw .invalidParam("/clientInfo", "is required: an object with name and version")
        }
        let revision = HandshakeRevision(rawValue: wanted) ?? .newest
        handshake = Handshake(
            revision: revision, canElicit: revision.hasElicitation && capabilities.showsForms,
            client: info["name"]?.string)
        return [
            ("protocolVersion", .string(revision.rawValue)),
            ("capabilities", serverCapabilities(hasCompletions: revision.hasCompletions)),
            ("serverInfo", serverInfo), ("instructions", .string(instructions)),
        ]
    }

    /// The answer to `server/discover`.
    var discovery: [(name: String, value: JSON)] {
        [
            ("supportedVersions", .array(supportedRevisions.map { .string($0) })),
            ("capabilities", serverCapabilities(hasCompletions: true)), ("instructions", .string(instructions)),
            ("_meta", .object([(MetaName.serverInfo, serverInfo)])),
        ]
    }

    private func serverCapabilities(hasCompletions: Bool) -> JSON {
        .members(
            ("tools", .object([])), ("resources", .object([("subscribe", true)])), ("prompts", .object([])),
            ("completions", hasCompletions ? .object([]) : nil))
    }
}
