// `schema`: writes everything that is made from the declarations, so that CI can see when it has drifted.
import Advisor
import ArgumentParser

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Write the JSON Schemas and the OpenRPC document of all methods.",
        usage: "budget-advisor schema --out schemas")

    @Option(help: ArgumentHelp("The folder to write openrpc.json and METHOD.params.json, METHOD.result.json to."))
    var out: String?

    @Option(help: "Also write this .env.template.")
    var envTemplate: String?

    @Option(help: "Also renew the method table between the markers in this README.")
    var readme: String?

    func run() throws {
        guard let out else { return try output(openRPCText(of: allMethods)) }
        do throws(FileFault) {
            try writeSchemas(of: allMethods, to: out)
            if let envTemplate { try writeText(Advisor.envTemplate(), to: envTemplate) }
            if let readme { try renewMethodTable(in: readme, methods: allMethods) }
        } catch {
            logLine(error.message)
            throw ExitCode(ExitStatus.failed)
        }
    }
}
