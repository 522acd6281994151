// Reads the corpus: folders of made-up logs with `expected.json` beside them.
import AgentLogs
import Budgeting
import Foundation

enum Corpus {
    static let root = (#filePath as NSString).deletingLastPathComponent + "/Corpus"

    static let cases: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.filter { FileManager.default.fileExists(atPath: "\(root)/\($0)/expected.json") }.sorted()
    }()

    struct Expectation {
        /// By event id: what ``LoggedUsage/description`` must say.
        var records: [String: String] = [:]
        var counts: [String: Int] = [:]
        var skipped: [String: Int]?
    }

    static func expectation(of name: String) throws -> Expectation {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(name)/expected.json"))
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        var expected = Expectation()
        for record in object["records"] as? [[String: Any]] ?? [] {
            let id = record["id"] as? String ?? "?"
            expected.records[id] = record.filter { $0.key != "id" }.map { key, value in
                let isFlag = isBool(value)
                return key + "=" + (isFlag ? "true" : "\(value)")
            }.filter { !$0.hasSuffix("=0") }.sorted().joined(separator: " ")
        }
        expected.skipped = object["skipped"] as? [String: Int]
        for (key, value) in object where key != "records" && key != "skipped" { expected.counts[key] = value as? Int }
        return expected
    }

    private static func isBool(_ value: Any) -> Bool {
        guard let number = value as? NSNumber else { return false }
        return String(cString: number.objCType) == "c" || String(cString: number.objCType) == "B"
    }

    /// An event id without the hash that names a line or result by its content.
    private static func plainID(_ id: String) -> String {
        id.replacing(/(line|result)-[0-9a-f]{6,}/) { String($0.output.1) }
    }

    static func files(of name: String) throws -> [String] {
        listLogs(paths: ["\(root)/\(name)"]).files.filter { !$0.hasSuffix("/expected.json") }
    }

    /// All files of a case in the order of their names, merged as a ledger would.
    static func read(_ name: String) throws -> (records: [String: LoggedUsage], summary: LogSummary) {
        var merger = UsageMerger()
        var kept: [LoggedUsage] = []
        var summary = LogSummary()
        let files = try files(of: name)
        for file in files {
            summary += readLog(path: file, siblings: files) { batch in
                for record in batch.records {
                    switch merger.take(record, place: kept.count) {
                    case .new: kept.append(record)
                    case .duplicate: break
                    case .replaces(let place, _): kept[place] = record
                    }
                }
            }
        }
        return (Dictionary(kept.map { (plainID($0.eventID), $0) }, uniquingKeysWith: { first, _ in first }), summary)
    }
}

extension LoggedUsage: CustomStringConvertible {
    /// Every member that is not at its usual value, in the words of `expected.json`, sorted.
    public var description: String {
        var parts: [String] = []
        func add(_ name: String, _ value: Any?) { if let value { parts.append("\(name)=\(value)") } }
        add("at", isTimeAssumed ? "assumed" : at.rfc3339)
        add("model", model)
        for (name, count) in [
            ("input", tokens.input), ("output", tokens.output), ("cacheRead", tokens.cacheRead),
            ("cacheWrite", tokens.cacheWrite), ("cacheWrite1h", tokens.cacheWrite1h),
            ("reasoning", reasoningTokens ?? 0),
        ] where count != 0 { add(name, count) }
        add("costNanoUSD", billedCost?.nanoUSD)
        add("tier", serviceTier)
        add("worker", worker)
        add("task", task)
        add("project", project)
        add("session", session)
        add("operation", operation)
        add("durationMs", durationMs)
        for (name, isSet) in [
            ("failed", failed), ("partial", isPartial), ("unsplit", isUnsplit), ("modelAssumed", isModelAssumed),
            ("coversSession", coversSession),
        ] where isSet { add(name, true) }
        return parts.sorted().joined(separator: " ")
    }
}

extension LogSummary {
    func count(_ name: String) -> Int {
        switch name {
        case "lines": Int(lines)
        case "used": Int(used)
        case "delivered": Int(records)
        case "duplicates": Int(duplicates)
        case "malformed": Int(malformed)
        case "tooLong": Int(tooLong)
        case "cutOff": Int(cutOff)
        case "partial": Int(partial)
        case "unsplit": Int(unsplit)
        case "modelAssumed": Int(modelAssumed)
        case "timeAssumed": Int(timeAssumed)
        default: -1
        }
    }
}
