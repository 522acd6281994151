// A method, declared once: dispatch, schemas, OpenRPC, MCP tools, help and the README come from these values.
import JSONRPC
import Ledger

/// What a method does to the ledger: the transaction it runs in.
package enum Effect: Sendable {
    /// Touches no store.
    case none
    case reads
    /// Taken back alone when its handler throws.
    case writes
    /// Writes, and its handler throws only before its first write: no savepoint is needed. For hot methods.
    case writesCheckedFirst
    /// Begins and commits transactions of its own, because one would last too long. What the turn has done before is
    /// committed first; what the method has committed stays when its handler throws.
    case commitsByItself
}

/// A call that is shown in the documents and run by the tests.
package struct Example: Sendable {
    package var name: String
    /// The params object as JSON text.
    package var params: String
    package var note: String

    package init(_ name: String, _ params: String, _ note: String = "") {
        self.name = name
        self.params = params
        self.note = note
    }
}

/// The declaration of one method.
package struct Method<Params: Sendable, Result: Sendable>: Sendable {
    package typealias Handler = @Sendable (Params, Session) throws -> Result

    package var about: About
    package var params: Shape<Params>
    package var result: Codec<Result>
    package var handler: Handler

    /// - Parameters:
    ///   - summary: what it is for, in one line.
    ///   - description: when to call it and what comes back, for a model that has never seen us.
    ///   - handler: throws `AdvisorError` or `LedgerError` (anything else is a bug: −32603). It is inside the
    ///     transaction of `effect`; what it wrote before throwing is taken back (see `Effect`).
    package init(
        _ name: StaticString, title: String, summary: String, description: String = "", effect: Effect,
        isAdministrative: Bool = false, isIdempotent: Bool = false, isDestructive: Bool = false, isTool: Bool = true,
        params: Shape<Params>, result: Codec<Result>,
        examples: [Example] = [], handler: @escaping Handler
    ) {
        about = About(
            wireName: name, title: title, summary: summary, description: description, effect: effect,
            isAdministrative: isAdministrative, isIdempotent: isIdempotent, isDestructive: isDestructive,
            isTool: isTool,
            examples: examples)
        self.params = params
        self.result = result
        self.handler = handler
    }
}

/// All of a method that is not typed by its params and result.
package struct About: Sendable {
    /// As it stands on the wire, where it is compared without making strings.
    package var wireName: StaticString
    package var title: String
    package var summary: String
    package var description: String
    package var effect: Effect
    /// True: budgets, prices, pause, granting overrides; see error 1004.
    package var isAdministrative: Bool
    /// True: calling it twice with the same params changes nothing more.
    package var isIdempotent: Bool
    /// True: it ends or replaces something that was set, rather than adding to it. For MCP's annotations.
    package var isDestructive: Bool
    /// False: it is part of plain JSON-RPC, where MCP has a way of its own.
    package var isTool: Bool
    package var examples: [Example]

    package var name: String { wireName.description }
}

/// A method without its types, as the list of all holds it. A class, so that finding one copies nothing.
package final class AnyMethod: Sendable {
    package let about: About
    package let params: ObjectType
    package let result: WireType
    private let body: @Sendable (JSONValue?, Session, inout JSONWriter, Entrance) throws -> Void

    /// Enters the transaction that the method's effect needs.
    package typealias Entrance = () throws(AdvisorError) -> Void

    package init<Params, Result>(_ method: Method<Params, Result>) {
        let (params, result, handler) = (method.params, method.result, method.handler)
        about = method.about
        self.params = params.type
        self.result = result.type
        body = { value, session, writer, enter in
            var faults = Faults()
            faults.allowsMoment = session.isDriven
            guard let decoded = params.decode(params: value, &faults) else {
                throw AdvisorError.invalidParams(faults.list)
            }
            try enter()
            var value = try handler(decoded, session)
            result.encode(&value, &writer)
        }
    }

    package var name: String { about.name }
    var wireName: StaticString { about.wireName }

    /// Decodes, enters the transaction, runs and encodes. Wrong params are found without touching the store. On an
    /// error nothing has been written to `writer`.
    package func run(
        params: JSONValue?, session: Session, writer: inout JSONWriter, enter: Entrance
    ) throws(AdvisorError) {
        do {
            try body(params, session, &writer, enter)
        } catch let error as AdvisorError {
            throw error
        } catch let error as LedgerError {
            throw .storeUnavailable(error)
        } catch {
            throw .internalError("\(name): \(error)")
        }
    }
}
