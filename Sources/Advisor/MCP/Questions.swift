// Questions to a person through the client, and their answers.
import JSONRPC

extension MCPFront {
    /// An answer to a question that we asked.
    func take(response: JSONValue) {}
}
