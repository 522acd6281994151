// The models that a host calls by a word (`sonnet`), and the model that a session runs on.
import Budgeting

package enum HookModels {
    /// Claude Code's words for the newest model of a family, the cheapest first.
    private static let families = ["haiku", "sonnet", "opus"]

    /// The newest listed model of a family; any other name as it is.
    package static func model(for word: String) -> String {
        guard families.contains(word) else { return word }
        let prefix = "claude-\(word)-"
        let releases = Catalogue.all.compactMap { entry -> (name: String, release: [Int])? in
            guard entry.name.hasPrefix(prefix) else { return nil }
            let parts = entry.name.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
            let numbers = parts.compactMap { $0.count <= 2 ? Int($0) : nil }
            return numbers.count == parts.count ? (entry.name, numbers) : nil
        }
        return releases.max { $0.release.lexicographicallyPrecedes($1.release) }?.name ?? word
    }

    /// Models that a subagent may be moved to instead, cheapest output first.
    package static func cheaper(than model: String) -> [String] {
        guard let price = Catalogue.resolve(model)?.price else { return [] }
        return families.map { self.model(for: $0) }.filter { other in
            Catalogue.resolve(other).map { $0.price.output < price.output } ?? false
        }
    }

    /// What the host's tool takes as its model.
    package static func word(for model: String, at host: HookHost) -> String {
        host == .claudeCode ? families.first { model.contains("-\($0)-") } ?? model : model
    }

    /// The model of the last answer in a transcript's end; nil where there is none.
    package static func last(in text: String) -> String? {
        let mark = #""model":""#
        var found: Substring?
        var rest = Substring(text)
        while let range = rest.firstRange(of: mark) {
            rest = rest[range.upperBound...]
            let name = rest.prefix { $0 != "\"" }
            // Claude Code writes "<synthetic>" where no model was asked.
            if !name.isEmpty, name.count <= 100, !name.hasPrefix("<"), rest.count > name.count { found = name }
        }
        return found.map(String.init)
    }
}
