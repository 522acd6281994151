// Lines in, answers out: the requests of one turn run in one transaction, and their answers are kept until it is on disk.
import Budgeting
import JSONRPC
import Ledger

/// Most requests in one batch (contract §3).
private let maxBatchCount = 1000

/// Answers requests. A turn is: `answer` for each line that was read together, `settle`, then write `output`.
///
/// What holds for every turn:
/// - The transaction begins with the first method that needs the store. A method that writes while reading ends the
///   read transaction first; one that reads while writing sees what the turn has written.
/// - When the store fails, in a method or in the commit, everything of the transaction is rolled back and every request
///   that ran in it is answered 1003 under its own id; later ones of the turn are answered 1003 without trying again.
///   Answers that owe nothing to the store stay.
/// - A method that fails by itself leaves no effect, and the rest of the turn goes on.
package final class Dispatcher {
    package let session: Session
    /// The answers of this turn. Only to be sent after `settle`.
    package internal(set) var output = JSONWriter()
    /// Requests answered or run in this turn.
    package fileprivate(set) var requestCount = 0

    let store: any Transactions
    fileprivate let clock: () -> Instant
    fileprivate let log: (String) -> Void
    fileprivate let parser = JSONParser()
    /// Speaks MCP; made by the first message of it, so that plain callers pay nothing.
    private(set) var front: MCPFront?
    /// Whether the message at hand stands in a batch.
    private(set) var isInBatch = false
    /// Whether this turn may have changed the ledger.
    private(set) var hasWritten = false
    fileprivate var transaction = Transaction.none
    var answers: [Answer] = []
    /// Where the answers of the open transaction begin in `answers`.
    var firstOpen = 0
    /// The answers of the turn before, while the disk has not got it yet. See `HeldTurn.swift`.
    var held = HeldTurn()
    /// What made the store fail in this turn.
    fileprivate var failure: LedgerError?
    /// The method of the last request: in a pipe the next one is mostly the same.
    fileprivate var lastMethod = 0

    fileprivate enum Transaction { case none, reading, writing }

    /// A response object in `output` that depends on the open transaction.
    struct Answer {
        /// After the id: up to here the answer stays when it has to become an error.
        var head: Int
        /// After the closing brace.
        var end: Int
        /// Writes what takes the place of all from `head` to `end`; nil: an error and the closing brace.
        var replacement: Replacement?
    }

    typealias Replacement = (WireError, inout JSONWriter) -> Void

    /// - Parameters:
    ///   - store: the transactions; the session's ledger unless a test wants them to fail.
    ///   - clock: asked once a turn.
    ///   - log: where details of bugs go: stderr.
    package init(
        session: Session, store: (any Transactions)? = nil, clock: @escaping () -> Instant,
        log: @escaping (String) -> Void
    ) {
        self.session = session
        self.store = store ?? session.ledger
        self.clock = clock
        self.log = log
    }
}

// MARK: - A turn

extension Dispatcher {
    /// Answers one line (without its line end): a request, a notification, or a batch. Its bytes are parsed in place.
    package func answer(line: UnsafeMutableRawBufferPointer) {
        beginTurn()
        do throws(JSONFault) {
            let message = try parser.parse(line)
            if message.kind == .array {
                answer(batch: message)
            } else if answer(message) {
                output.writeRaw("\n")
            }
        } catch {
            refuse(WireError(error))
        }
    }

    /// Answers a line that says nothing we could run.
    package func refuse(_ error: WireError) {
        beginTurn()
        writeError(error, id: nil)
        output.writeRaw("\n")
    }

    /// Commits what the turn has done; from then on `output` may be sent.
    package func settle() {
        commit()
        do throws(LedgerError) { try store.awaitDisk() } catch { fail(error) }
        endTurn()
    }

    func commit() {
        hasWritten = hasWritten || transaction == .writing
        if transaction != .none {
            do throws(LedgerError) { try store.commit() } catch { fail(error) }
        }
        transaction = .none
    }

    func endTurn() {
        answers.removeAll(keepingCapacity: true)
        firstOpen = 0
        failure = nil
    }

    /// Forgets the answers once they are sent; the next line begins a turn.
    package func clear() {
        output.removeAll()
        parser.forgetValues()
        requestCount = 0
        hasWritten = false
    }

    /// Begins a turn in which no request came: time has passed.
    func beginQuietTurn() { session.now = session.drivenNow ?? clock() }

    private func beginTurn() {
        if requestCount == 0 { session.now = session.drivenNow ?? clock() }
        requestCount += 1
    }

    private func answer(batch: JSONValue) {
        let count = batch.count
        guard (1...maxBatchCount).contains(count) else {
            let problem = count == 0 ? "the batch is empty" : "the batch has more than \(maxBatchCount) requests"
            return refuse(.invalidRequest(problem))
        }
        requestCount += count
        isInBatch = true
        defer { isInBatch = false }
        var isOpen = false
        for message in batch.elements {
            // The separator goes first; offsets may not be kept, because a failing store rewrites what stands before.
            output.writeRaw(isOpen ? "," : "[")
            if answer(message) { isOpen = true } else { output.truncate(to: output.count - 1) }
        }
        if isOpen { output.writeRaw("]\n") }
    }
}

// MARK: - A request

extension Dispatcher {
    /// Runs one message and writes its answer; false when there is none.
    private func answer(_ message: JSONValue) -> Bool {
        switch Incoming(message) {
        case .response:
            front?.take(response: message)
            return false
        case .invalid(let id, let problem):
            writeError(.invalidRequest(problem), id: id)
            return true
        case .request(let id, let name, let params):
            if MCPFront.owns(name, params) { return mcp.answer(name, params, id) }
            guard let method = method(name) else {
                if let id { writeError(.methodNotFound(name.string, among: session.methods), id: id) }
                return id != nil
            }
            if session.isDriven { session.followTime(of: params) }
            run(method, params, id)
            return id != nil
        }
    }

    private var mcp: MCPFront {
        if let front { return front }
        let new = MCPFront(self)
        front = new
        return new
    }

    private func method(_ name: JSONText) -> AnyMethod? {
        let methods = session.methods
        if lastMethod < methods.count, name == methods[lastMethod].wireName { return methods[lastMethod] }
        guard let index = methods.firstIndex(where: { name == $0.wireName }) else { return nil }
        lastMethod = index
        return methods[index]
    }

    /// A notification (no id) runs like any request; nothing is written for it, whatever comes out.
    private func run(_ method: AnyMethod, _ params: JSONValue?, _ id: JSONValue?) {
        let start = output.count
        let head = writeHead(id)
        var hasEntered = false
        do throws(AdvisorError) {
            if method.about.isAdministrative, !session.isAdministrator {
                throw .notPermitted("\(method.name) is for administrators; ask a person to run it")
            }
            output.writeRaw(#","result":"#)
            try method.run(params: params, session: session, writer: &output) { () throws(AdvisorError) in
                hasEntered = true
                do throws(LedgerError) {
                    hasEntered = try enter(method.about.effect)
                } catch {
                    throw .storeUnavailable(error)
                }
            }
            try leave(method.about.effect)
            if id == nil { output.truncate(to: start) } else { output.writeRaw("}") }
        } catch {
            output.truncate(to: start)
            recover(from: error, method.about.effect, hasEntered: hasEntered)
            if id != nil { writeError(WireError(error), id: id) }
        }
        if hasEntered, id != nil, transaction != .none { answers.append(Answer(head: head, end: output.count)) }
    }

    /// Runs a method on behalf of another front; true where what it wrote into `result` depends on the open transaction
    /// (see `owe`). On an error nothing was written, and nothing is left of its effect.
    func perform(
        _ method: AnyMethod, _ params: JSONValue?, into result: inout JSONWriter
    ) throws(WireError) -> Bool {
        var hasEntered = false
        do throws(AdvisorError) {
            try method.run(params: params, session: session, writer: &result) { () throws(AdvisorError) in
                hasEntered = true
                do throws(LedgerError) {
                    hasEntered = try enter(method.about.effect)
                } catch {
                    throw .storeUnavailable(error)
                }
            }
            try leave(method.about.effect)
        } catch {
            recover(from: error, method.about.effect, hasEntered: hasEntered)
            throw WireError(error)
        }
        return hasEntered && transaction != .none
    }

    /// Says that `output` from `head` on is an answer which the open transaction may still take back.
    func owe(from head: Int, _ replacement: @escaping Replacement) {
        guard transaction != .none else { return }
        answers.append(Answer(head: head, end: output.count, replacement: replacement))
    }

    /// Brings the transaction into the state that `effect` needs; false when it needs none.
    private func enter(_ effect: Effect) throws(LedgerError) -> Bool {
        if effect == .none { return false }
        if let failure { throw failure }
        if effect == .commitsByItself {
            if transaction != .none { try store.commit() }
            transaction = .none
            firstOpen = answers.count
            return false
        }
        // The first transaction of a process comes after the limit that it was started with.
        if !session.isMonthlyLimitInForce { try session.putMonthlyLimitInForce() }
        if transaction == .none, effect == .reads {
            try store.beginReading()
            transaction = .reading
        } else if transaction != .writing, effect != .reads {
            if transaction == .reading {
                try store.commit()
                transaction = .none
                firstOpen = answers.count
            }
            try store.beginWriting()
            transaction = .writing
        }
        if session.isDriven { try session.meetClock(isWriting: transaction == .writing) }
        if effect == .writes { try store.beginSavepoint() }
        return true
    }

    private func leave(_ effect: Effect) throws(AdvisorError) {
        guard effect == .writes else { return }
        do throws(LedgerError) { try store.releaseSavepoint() } catch { throw .storeUnavailable(error) }
    }

    private func recover(from error: AdvisorError, _ effect: Effect, hasEntered: Bool) {
        switch error {
        case .storeUnavailable(let failure): fail(failure)
        case .internalError(let details): log("bug: \(details)")
        default: break
        }
        guard hasEntered, transaction == .writing, effect == .writes else { return }
        do throws(LedgerError) { try store.rollbackToSavepoint() } catch { fail(error) }
    }

    /// The store has failed: nothing of the transaction is kept, and whoever ran in it is told so.
    func fail(_ error: LedgerError) {
        if transaction != .none { store.rollback() }
        transaction = .none
        failure = error
        Dispatcher.refuse(answers[firstOpen...], in: &output, error)
        firstOpen = answers.count
    }

    /// Writes the response up to its id and gives the offset behind it.
    private func writeHead(_ id: JSONValue?) -> Int {
        output.writeRaw(#"{"jsonrpc":"2.0","id":"#)
        if let id { output.write(raw: id) } else { output.writeNull() }
        return output.count
    }

    private func writeError(_ error: WireError, id: JSONValue?) {
        _ = writeHead(id)
        output.writeRaw(#","error":"#)
        error.write(to: &output)
        output.writeRaw("}")
    }
}
