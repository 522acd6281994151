// Lines in, answers out: the requests of one turn run in one transaction, and their answers are kept until it is on disk.
import Budgeting
import JSONRPC
import Ledger

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
    package private(set) var output = JSONWriter()
    /// Requests answered or run in this turn.
    package private(set) var requestCount = 0

    private let store: any Transactions
    private let clock: () -> Instant
    private let log: (String) -> Void
    private var parser = JSONParser()
    private var transaction = Transaction.none
    private var answers: [Answer] = []
    /// Where the answers of the open transaction begin in `answers`.
    private var firstOpen = 0
    /// What made the store fail in this turn.
    private var failure: LedgerError?
    /// The method of the last request: in a pipe the next one is mostly the same.
    private var lastMethod = 0

    private enum Transaction { case none, reading, writing }

    /// A response object in `output` that depends on the open transaction.
    private struct Answer {
        /// After the id: up to here the answer stays when it has to become an error.
        var head: Int
        /// After the closing brace.
        var end: Int
    }

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
