// The state of a question that the client carries in the stateless era: sealed, for one use, with an end.
import Budgeting
import JSONRPC

/// What a client brings back with the answer of a person.
struct QuestionState: Equatable {
    /// The question in the ledger, and the refusal it came from.
    var ask: Int
    var decision: Int
    var expiresAt: Int64
    /// Of the arguments that were refused: an answer holds for them alone.
    var argumentsHash: String
    var nonce: String
}

/// Seals states with a key that no other process knows, and knows which were used.
struct QuestionSeal {
    private let key: [UInt8]
    /// The nonces that were used, with the end of their states.
    private var used: [String: Int64] = [:]

    init() {
        var random = SystemRandomNumberGenerator()
        key = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    func state(ask: Int, decision: Int, arguments: JSON, expiresAt: Int64) -> QuestionState {
        var random = SystemRandomNumberGenerator()
        let nonce = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
        return QuestionState(
            ask: ask, decision: decision, expiresAt: expiresAt, argumentsHash: QuestionSeal.hash(arguments),
            nonce: hexadecimalText(nonce))
    }

    func sealed(_ state: QuestionState) -> String {
        let text = "1.\(state.ask).\(state.decision).\(state.expiresAt).\(state.argumentsHash).\(state.nonce)"
        return text + "." + mark(text)
    }

    /// The state of a text that was sealed here; nil for any other.
    func open(_ text: String) -> QuestionState? {
        guard let dot = text.lastIndex(of: "."), text.utf8.count < 400 else { return nil }
        let expected = Array(mark(String(text[..<dot])).utf8)
        let given = Array(text[text.index(after: dot)...].utf8)
        // All of it is compared, so that the time says nothing.
        guard given.count == expected.count, zip(given, expected).reduce(0, { $0 | ($1.0 ^ $1.1) }) == 0 else {
            return nil
        }
        let parts = text.split(separator: ".")
        guard parts.count == 7, parts[0] == "1", let ask = Int(parts[1]), let decision = Int(parts[2]),
            let expiresAt = Int64(parts[3])
        else { return nil }
        return QuestionState(
            ask: ask, decision: decision, expiresAt: expiresAt, argumentsHash: String(parts[4]), nonce: String(parts[5])
        )
    }

    /// False when the state was used before.
    mutating func use(_ state: QuestionState, now: Instant) -> Bool {
        used = used.filter { $0.value > now.seconds }
        return used.updateValue(state.expiresAt, forKey: state.nonce) == nil
    }

    /// The same for the same members in another order.
    static func hash(_ arguments: JSON) -> String { hexadecimalText(sha256(Array(sorted(arguments).text.utf8))) }

    private func mark(_ text: String) -> String { hexadecimalText(hmacSHA256(Array(text.utf8), key: key)) }
}

private func sorted(_ value: JSON) -> JSON {
    switch value {
    case .object(let members):
        .object(members.map { ($0.name, sorted($0.value)) }.sorted { $0.0 < $1.0 })
    case .array(let elements): .array(elements.map(sorted))
    default: value
    }
}
