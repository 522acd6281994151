// The spellings under which one model's price may be listed.

/// Turns a model name as some tool wrote it into the names to look up, nearest spelling first.
///
/// Only these changes are made, so that a name never becomes another model's:
/// - ASCII case is ignored;
/// - `[1m]` at the end is dropped (Claude Code's mark for the long context window);
/// - a provider in front is dropped: `anthropic/`, `openrouter/x/`, `bedrock/`, `us.anthropic.`, `vertex_ai/` …;
/// - a release at the end is dropped: `-v1:0` of Bedrock, `@20250929` and `@default` of Vertex, `-20250929`,
///   `-2025-08-07`, `-latest`;
/// - a bare name gets its maker in front: `grok-4.7` is `xai/grok-4.7`.
///
/// The provider stays on as long as possible, because hosts differ in price more than dated releases do.
struct ModelSpelling {
    typealias Name = ArraySlice<UInt8>

    private let heads: [Name]
    /// Bedrock writes `-v1` without `:0` too; elsewhere that may be part of a model's name (`deepseek-v3`).
    private let isBedrockName: Bool

    init(_ model: String) {
        var name = Name(model.utf8.map(asciiLowercased))
        var heads = [name]
        var isBedrockName = false
        if let plain = name.dropping(suffix: "[1m]") {
            name = plain
            heads.append(name)
        }
        while let rest = ModelSpelling.withoutPrefix(name), heads.count < 8 {
            isBedrockName = isBedrockName || rest.isBedrock
            name = rest.name
            heads.append(name)
        }
        self.heads = heads
        self.isBedrockName = isBedrockName
    }

    /// Calls `look` with each spelling, nearest first, until it answers.
    func first<Answer>(_ look: (Name) -> Answer?) -> Answer? {
        for head in heads {
            for name in releases(of: head) {
                if let answer = look(name) { return answer }
            }
        }
        guard let bare = heads.last, !bare.contains(UInt8(ascii: "/")) else { return nil }
        for maker in ModelSpelling.makers {
            for name in releases(of: bare) {
                if let answer = look(Name(Array(maker.utf8) + name)) { return answer }
            }
        }
        return nil
    }

    /// The name without provider and host, in lower case: what a family is told by.
    var bareName: Name {
        var name = heads.last ?? []
        if let slash = name.lastIndex(of: UInt8(ascii: "/")) { name = name[(slash + 1)...] }
        while let rest = ModelSpelling.withoutPrefix(name) { name = rest.name }
        return name
    }

    /// Whose models are listed under the maker's name; a bare name is looked up under each.
    private static let makers = [
        "gemini/", "mistral/", "xai/", "deepseek/", "moonshot/", "zai/", "dashscope/", "minimax/",
    ]

    private static let slashPrefixes = [
        "openrouter/", "litellm_proxy/", "models/", "anthropic/", "openai/", "bedrock/converse/", "bedrock/invoke/",
        "bedrock/", "vertex_ai/", "vertex/", "google/", "gemini/", "azure/global/", "azure/global-standard/", "azure/",
        "azure_ai/", "mistral/", "mistralai/", "xai/", "x-ai/", "deepseek/", "moonshot/", "moonshotai/", "zai/",
        "z-ai/", "dashscope/", "qwen/", "minimax/", "groq/",
    ]

    private static let bedrockRegions = ["us.", "eu.", "apac.", "au.", "jp.", "ca.", "in.", "global.", "us-gov."]

    private static let bedrockMakers = [
        "anthropic.", "openai.", "amazon.", "deepseek.", "google.", "meta.", "minimax.", "mistral.", "moonshot.",
        "moonshotai.", "nvidia.", "qwen.", "writer.", "xai.", "zai.", "ai21.", "cohere.",
    ]

    private static func withoutPrefix(_ name: Name) -> (name: Name, isBedrock: Bool)? {
        for prefix in slashPrefixes {
            if let rest = name.dropping(prefix: prefix), !rest.isEmpty { return (rest, false) }
        }
        for region in bedrockRegions {
            guard let rest = name.dropping(prefix: region) else { continue }
            if bedrockMakers.contains(where: { rest.dropping(prefix: $0) != nil }) { return (rest, true) }
        }
        for maker in bedrockMakers {
            if let rest = name.dropping(prefix: maker), !rest.isEmpty { return (rest, true) }
        }
        return nil
    }

    /// The name itself, then without each mark of a release in turn.
    private func releases(of name: Name) -> [Name] {
        var names = [name]
        var current = name
        func add(_ shorter: Name?) {
            guard let shorter, !shorter.isEmpty else { return }
            current = shorter
            names.append(shorter)
        }
        add(current.withoutBedrockVersion(needsColon: !isBedrockName))
        if let at = current.lastIndex(of: UInt8(ascii: "@")) {
            let release = current[(at + 1)...]
            if release.elementsEqual("default".utf8) || release.elementsEqual("latest".utf8) {
                add(current[..<at])
            } else {
                add(Name(current[..<at] + [UInt8(ascii: "-")] + release))
            }
        }
        add(current.withoutDate ?? current.dropping(suffix: "-latest"))
        return names
    }
}

func asciiLowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

extension ArraySlice<UInt8> {
    fileprivate func dropping(prefix: String) -> ArraySlice? {
        starts(with: prefix.utf8) ? dropFirst(prefix.utf8.count) : nil
    }

    fileprivate func dropping(suffix: String) -> ArraySlice? {
        reversed().starts(with: suffix.utf8.reversed()) ? dropLast(suffix.utf8.count) : nil
    }

    private func isDigits(_ range: Range<Int>) -> Bool {
        !range.isEmpty && self[range].allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }

    /// Without `-v1:0`, and without `-v1` where no colon is needed.
    fileprivate func withoutBedrockVersion(needsColon: Bool) -> ArraySlice? {
        guard let dash = lastIndex(of: UInt8(ascii: "-")), dash + 2 < endIndex, self[dash + 1] == UInt8(ascii: "v")
        else { return nil }
        let colon = self[dash...].firstIndex(of: UInt8(ascii: ":"))
        if colon == nil && needsColon { return nil }
        guard isDigits((dash + 2)..<(colon ?? endIndex)) else { return nil }
        if let colon, !isDigits((colon + 1)..<endIndex) { return nil }
        return self[..<dash]
    }

    /// Without `-20250929` or `-2025-08-07` at the end.
    fileprivate var withoutDate: ArraySlice? {
        if count > 9 {
            let start = endIndex - 9
            if self[start] == UInt8(ascii: "-"), self[start + 1] == UInt8(ascii: "2"), isDigits((start + 1)..<endIndex)
            {
                return self[..<start]
            }
        }
        if count > 11 {
            let start = endIndex - 11
            let dash = UInt8(ascii: "-")
            if self[start] == dash, self[start + 1] == UInt8(ascii: "2"), isDigits((start + 1)..<(start + 5)),
                self[start + 5] == dash, isDigits((start + 6)..<(start + 8)), self[start + 8] == dash,
                isDigits((start + 9)..<endIndex)
            {
                return self[..<start]
            }
        }
        return nil
    }
}
