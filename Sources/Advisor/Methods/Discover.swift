// rpc.discover: the OpenRPC document of all methods.
import JSONRPC

package enum Discover {
    package static let method = Method(
        "rpc.discover", title: "Discover", summary: "The OpenRPC document that describes all methods.", effect: .none,
        isIdempotent: true, isTool: false, params: .nothing, result: .any,
        handler: { _, session in openRPCDocument(of: session.methods) })
}
