// ping: whether anyone is there.

package enum Ping {
    package static let method = Method(
        "ping", title: "Ping", summary: "Answer an empty object: the advisor is there.", effect: .none,
        isIdempotent: true, isTool: false, params: .nothing, result: .object(.nothing),
        examples: [Example("ping", "{}")], handler: { _, _ in Nothing() })
}
