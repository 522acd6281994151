// What is made from the declarations: schemas, OpenRPC, the table; and that the checked-in files are up to date.
import JSONRPC
import Testing

@testable import Advisor

/// The package's folder.
private let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

@Suite struct DocumentTests {
    @Test func declarationsAreSound() {
        #expect(Set(allMethods.map(\.name)).count == allMethods.count)
        for method in allMethods {
            #expect(method.about.summary.hasSuffix("."), "\(method.name)")
            let names = method.params.fields.map(\.name)
            #expect(Set(names).count == names.count, "\(method.name)")
            #expect(
                (method.params.fields + resultFields(method)).allSatisfy { $0.meaning.hasSuffix(".") }, "\(method.name)"
            )
        }
    }

    @Test(arguments: allMethods.flatMap { method in method.about.examples.map { (method.name, $0.params) } })
    func examplesDecode(name: String, params: String) throws {
        let method = try #require(allMethods.first { $0.name == name })
        let object = try JSON(parsing: params)
        let known = Set(method.params.fields.map(\.name))
        guard case .object(let members) = object else {
            Issue.record("no object: \(params)")
            return
        }
        #expect(members.allSatisfy { known.contains($0.name) })
    }

    @Test func theCheckedInSchemasAreWhatTheProgramWrites() throws {
        for file in schemaFiles(of: allMethods) {
            let found = try? readText("\(root)/schemas/\(file.name)")
            #expect(found == file.text, "schemas/\(file.name) has drifted: run 'budget-advisor schema --out schemas'")
        }
    }

    @Test func theCheckedInEnvTemplateIsWhatTheProgramWrites() throws {
        let found = try? readText("\(root)/.env.template")
        #expect(found == envTemplate(), "run 'budget-advisor schema --out schemas --env-template .env.template'")
    }

    @Test func theTemplateHoldsOnlyAllowedValues() throws {
        let lines = envTemplate().split(separator: "\n").map { $0.hasPrefix("# BUDGET") ? $0.dropFirst(2) : $0 }
        // The two monthly limits exclude each other.
        let text = lines.filter { !$0.hasPrefix("BUDGET_ADVISOR_MONTHLY_TOKENS") }.joined(separator: "\n")
        let settings = try Settings.load(flags: [:], environment: [], envFile: text)
        #expect(settings.origins.filter { $0.source == .standard }.map(\.name) == ["BUDGET_ADVISOR_MONTHLY_TOKENS"])
    }

    @Test func schemasSayWhatTheDecoderChecks() throws {
        let schema = try #require(allMethods.first { $0.name == "recordUsage" }).params.schema()
        let model = try #require(schema["properties"]?["model"])
        #expect(
            model["type"]?.string == "string" && model["minLength"]?.text == "1" && model["maxLength"]?.text == "200")
        let input = try #require(schema["properties"]?["inputTokens"])
        #expect(input["minimum"]?.text == "0" && input["maximum"]?.text == "9007199254740991")
        #expect(schema["additionalProperties"]?.bool == false)
    }

    @Test func aNullableFieldOfAResultAllowsNull() {
        let type = FieldType(name: "limit", meaning: "M.", type: .choice(["a"]), presence: .orNull)
        #expect(
            type.schema().text == #"{"type":["string","null"],"enum":["a",null],"description":"M."}"#)
    }

    @Test func theReadmesBlockIsReplacedBetweenItsMarkers() {
        let text = "a\n<!-- methods: begin (generated) -->\nold\nold\n<!-- methods: end -->\nb\n"
        #expect(
            replacingBlock("methods", in: text, by: "new\n")
                == "a\n<!-- methods: begin (generated) -->\nnew\n<!-- methods: end -->\nb\n")
        #expect(replacingBlock("methods", in: "nothing", by: "new") == nil)
    }

    private func resultFields(_ method: AnyMethod) -> [FieldType] {
        if case .object(let object) = method.result { object.fields } else { [] }
    }
}
