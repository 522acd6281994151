// getVersion: which program answers.

/// The version of the program. Raised with each release; methods and fields are only ever added within a major one.
package let programVersion = "0.1.0"

package enum GetVersion {
    package struct Result: Sendable {
        package var version: String
        package var protocolVersion = "2.0"
    }

    package static let method = Method(
        "getVersion", title: "Get version", summary: "Which program and version answers.", effect: .none,
        isIdempotent: true, isTool: false, params: .nothing,
        result: .object(
            Shape(
                encoding: Result.self,
                [
                    Field("name", .text, "Always budget-advisor.", .required, get: { _ in "budget-advisor" }),
                    Field("version", .text, "The program's version.", .required, get: { $0.version }),
                    Field("jsonrpc", .text, "The protocol's version.", .required, get: { $0.protocolVersion }),
                ])),
        examples: [Example("version", "{}")], handler: { _, _ in Result(version: programVersion) })
}
