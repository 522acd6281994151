// A store in memory whose transactions can be made to fail, and methods on it.
import Budgeting
import JSONRPC
import Ledger

@testable import Advisor

/// Numbers that are kept only when their transaction commits. Logs what was asked of it.
final class TestStore: Transactions {
    private(set) var kept: [Int64] = []
    private(set) var staged: [Int64] = []
    private var mark = 0
    private(set) var log: [String] = []
    /// The calls (by their place in `log`) that fail.
    var failing: Set<String> = []

    func add(_ number: Int64) throws(LedgerError) {
        try note("add")
        staged.append(number)
    }

    var sum: Int64 { (kept + staged).reduce(0, +) }

    func beginReading() throws(LedgerError) { try note("read") }
    func beginWriting() throws(LedgerError) { try note("write") }
    func commit() throws(LedgerError) {
        try note("commit")
        kept += staged
        staged = []
        isAwaitingDisk = commitsAhead
    }
    func rollback() {
        log.append("rollback")
        staged = []
    }
    func beginSavepoint() throws(LedgerError) {
        try note("savepoint")
        mark = staged.count
    }
    func releaseSavepoint() throws(LedgerError) { try note("release") }
    func rollbackToSavepoint() throws(LedgerError) {
        try note("back")
        staged.removeLast(staged.count - mark)
    }

    var commitsAhead = false
    private(set) var isAwaitingDisk = false
    func awaitDisk() throws(LedgerError) {
        guard isAwaitingDisk else { return }
        isAwaitingDisk = false
        try note("disk")
    }

    private func note(_ call: String) throws(LedgerError) {
        log.append(call)
        if failing.contains(call) { throw LedgerError(.full, "the disk is full", hint: "free some space") }
    }
}

struct NumberParams: Sendable {
    var number: Int64 = 0
    var note = "none"
}

struct NumberResult: Sendable {
    var sum: Int64
}

/// Methods `add` (writes; throws after writing for 13), `addFast` (checks first), `sum` (reads), `broken`, `govern`.
func testMethods(_ store: TestStore) -> [AnyMethod] {
    nonisolated(unsafe) let store = store
    let params = Shape<NumberParams>(
        NumberParams(),
        [
            Field("number", .whole(-5...100), "A number.", .required) { $0.number = $1 },
            Field("note", .text(max: 5), "A note.", default: "none") { $0.note = $1 },
        ])
    let result = Codec.object(
        Shape(encoding: NumberResult.self, [Field("sum", .whole(-100...1000), "The sum.", .required, get: { $0.sum })]))
    func method(
        _ name: StaticString, _ effect: Effect, isAdministrative: Bool = false,
        _ body: @escaping @Sendable (Int64) throws -> Void
    ) -> AnyMethod {
        AnyMethod(
            Method(
                name, title: "\(name)", summary: "For tests.", effect: effect, isAdministrative: isAdministrative,
                params: params, result: result,
                handler: { params, _ in
                    try body(params.number)
                    return NumberResult(sum: store.sum)
                }))
    }
    return [
        method("add", .writes) { number in
            try store.add(number)
            if number == 13 { throw AdvisorError.conflict("13 brings bad luck") }
        },
        method("addFast", .writesCheckedFirst) { number in
            if number == 13 { throw AdvisorError.conflict("13 brings bad luck") }
            try store.add(number)
        },
        method("sum", .reads) { _ in },
        method("broken", .none) { _ in throw CancellationError() },
        method("govern", .writes, isAdministrative: true) { _ in },
        AnyMethod(Ping.method),
    ]
}

/// One turn: the lines are answered and settled together.
final class TestServer {
    let store = TestStore()
    let session: Session
    let dispatcher: Dispatcher
    private(set) var log: [String] = []

    init(isAdministrator: Bool = true) {
        session = Session(
            ledger: Ledger(LedgerConfiguration(path: "/nowhere/at/all.db")), settings: Settings(),
            methods: testMethods(store), now: Instant(seconds: 0), isAdministrator: isAdministrator)
        var record: (String) -> Void = { _ in }
        dispatcher = Dispatcher(
            session: session, store: store, clock: { Instant(seconds: 7) }, log: { record($0) })
        record = { [unowned self] in log.append($0) }
    }

    func turn(_ lines: String...) -> [String] {
        for line in lines { feed(line) }
        dispatcher.settle()
        defer { dispatcher.clear() }
        return dispatcher.output.string.split(separator: "\n").map(String.init)
    }

    func feed(_ line: String) {
        var bytes = Array(line.utf8)
        bytes.withUnsafeMutableBytes { dispatcher.answer(line: $0) }
    }
}

func request(_ id: Int, _ method: String, _ params: String = #"{"number":1}"#) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#
}

func sum(_ id: Int, _ sum: Int) -> String { #"{"jsonrpc":"2.0","id":\#(id),"result":{"sum":\#(sum)}}"# }

/// `id:code` of each answer, or `id:ok`; a batch in brackets.
func outcomes(_ lines: [String]) -> [String] {
    lines.map { line in
        guard let json = try? JSON(parsing: line) else { return "not JSON: \(line)" }
        if case .array(let answers) = json { return "[" + answers.map(outcome).joined(separator: " ") + "]" }
        return outcome(json)
    }
}

private func outcome(_ answer: JSON) -> String {
    let id = answer["id"]?.text ?? "?"
    return id + ":" + (answer["error"]?["code"]?.text ?? "ok")
}
