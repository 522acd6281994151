// Turns what a format's reader found into a record.
import Budgeting

/// A record before names and times are settled. Ids are without the format's prefix.
struct UsageDraft {
    var format: LogFormat
    /// Names the call.
    var id: String
    /// Names the sightings that may be this call.
    var group: String?
    var rank = UsageRank.whole
    var timeMs: Int64?
    var model: String?
    var tokens: TokenCounts
    var reasoning: Int64?
    var cost: Money?
    var session: String?
    var folder: String?
    var branch: String?
    var worker: String?
    var task: String?
    var project: String?
    var operation: String?
    var serviceTier: String?
    var durationMs: Int64?
    var failed = false
    var isUnsplit = false
    var coversSession = false
    /// `id` is the event id as it stands, without the format's prefix.
    var isWholeID = false
    var own: OwnDetail?

    init(_ format: LogFormat, id: String, tokens: TokenCounts) {
        self.format = format
        self.id = id
        self.tokens = tokens
    }
}

/// Makes the records of one file; remembers whose they are.
struct RecordMaker {
    let path: String
    let options: ReadOptions
    var fileTimeMs: Int64 = 0
    private var folder: String?
    private var session: String?
    /// What folder and path say; made when first asked.
    private var places: CallOwner?
    private var ownerOfBranch: [String: CallOwner] = [:]
    private static let keptOwners = 1024

    init(path: String, options: ReadOptions) {
        self.path = path
        self.options = options
    }

    /// For records of a file in which no line has a time.
    var assumedTimeMs: Int64 { options.assumedTime.map { $0.seconds * 1000 } ?? fileTimeMs }

    func assumedModel(_ format: LogFormat) -> String { options.assumedModel ?? format.assumedModel }

    func keys(_ draft: UsageDraft) -> UsageKeys {
        UsageKeys(event: UsageKey(draft.format, draft.id), group: draft.group.map { UsageKey(draft.format, $0) })
    }

    mutating func record(_ draft: UsageDraft, keys: UsageKeys, lastTimeMs: Int64?) -> LoggedUsage {
        let prefix = draft.isWholeID ? "" : draft.format.rawValue + ":"
        let ms = draft.timeMs ?? lastTimeMs ?? assumedTimeMs
        let owner = owner(folder: draft.folder, branch: draft.branch, session: draft.session)
        let model = draft.model.map(plainModelName) ?? ""
        var record = LoggedUsage(
            format: draft.format, eventID: prefix + draft.id, rank: draft.rank, at: Instant(seconds: floorSeconds(ms)),
            model: model.isEmpty ? assumedModel(draft.format) : model, tokens: draft.tokens,
            keys: keys)
        record.groupID = draft.group.map { prefix + $0 }
        record.isTimeAssumed = draft.timeMs == nil
        record.isModelAssumed = model.isEmpty
        record.serviceTier = draft.serviceTier
        record.reasoningTokens = draft.reasoning
        record.billedCost = draft.cost
        // Names that the log itself gives for the call beat those taken from folders, but not the caller's own.
        record.worker = options.attribution.worker ?? draft.worker ?? owner.worker
        record.task = options.attribution.task ?? draft.task ?? owner.task
        record.project = options.attribution.project ?? draft.project ?? owner.project
        record.session = draft.session
        record.operation = draft.operation
        record.durationMs = draft.durationMs
        record.failed = draft.failed
        record.isUnsplit = draft.isUnsplit
        record.coversSession = draft.coversSession
        record.own = draft.own
        return record
    }

    /// Most lines of a file share folder and session, and many share the branch.
    mutating func owner(folder: String?, branch: String?, session: String?) -> CallOwner {
        if folder != self.folder || session != self.session {
            if folder != self.folder { places = nil }
            (self.folder, self.session) = (folder, session)
            ownerOfBranch.removeAll(keepingCapacity: true)
        }
        let key = branch ?? ""
        if let owner = ownerOfBranch[key] { return owner }
        if ownerOfBranch.count >= RecordMaker.keptOwners { ownerOfBranch.removeAll(keepingCapacity: true) }
        let places = places ?? CallOwner(folder: folder, path: path)
        self.places = places
        let owner = CallOwner(
            options.attribution, path: path, folder: folder, branch: branch, session: session, places: places)
        ownerOfBranch[key] = owner
        return owner
    }
}

/// Whole seconds, rounded down.
func floorSeconds(_ milliseconds: Int64) -> Int64 {
    milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
}

extension LogFormat {
    /// The model of records that name none. Codex's own default is a fair guess; elsewhere there is none, and an
    /// unknown model is priced conservatively.
    var assumedModel: String {
        switch self {
        case .codexRollout, .codexExec: "gpt-5"
        default: "unknown"
        }
    }
}

/// A model's name without what is no part of it: `[1m]` behind (a context setting), `anthropic/` and the like in
/// front (the road it came by).
func plainModelName(_ name: String) -> String {
    let hasRoad = name.utf8.contains(UInt8(ascii: "/"))
    if !hasRoad && name.utf8.last != UInt8(ascii: "]") { return name }
    var text = Substring(name)
    if text.utf8.last == UInt8(ascii: "]"), let bracket = text.utf8.lastIndex(of: UInt8(ascii: "[")) {
        text = text[..<bracket]
    }
    for prefix in ["openrouter/", "models/", "anthropic/", "openai/", "google/", "gemini/", "azure/"]
    where text.hasPrefix(prefix) {
        text = text.dropFirst(prefix.utf8.count)
    }
    return String(text)
}
