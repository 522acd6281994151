// What can go wrong in a method, said without any transport. `WireErrors.swift` puts it into JSON-RPC's terms.
import Ledger

/// The failure of one request. A refusal (`deny`, `defer`) is a result, not an error.
package enum AdvisorError: Error {
    /// The params are wrong: everything that is, at once.
    case invalidParams([Fault])
    /// An id or a name that names nothing. Say which, and how to find the right one.
    case notFound(String)
    /// A key used again with another body, or a state that forbids it. Say what to do instead.
    case conflict(String)
    /// The store failed. Everything of the transaction is rolled back, also the requests before this one.
    case storeUnavailable(LedgerError)
    /// A method for administrators only. Says how to allow it.
    case notPermitted(String)
    /// A bug of ours. The text goes to stderr, never to the caller.
    case internalError(String)

    /// One wrong param, found by a handler: `path` is a JSON Pointer (`/limitUSD`).
    package static func invalid(_ path: String, _ message: String) -> AdvisorError {
        .invalidParams([Fault(path: path, message: message)])
    }
}
