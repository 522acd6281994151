// The rules that say whose the calls in a log are, as a setting writes them.
import AgentLogs

/// Reads `path */runs/w3/* worker=w3; branch release/* task=release`; nil where a rule is wrong.
func logRules(_ text: String) -> [Attribution.Rule]? {
    var rules: [Attribution.Rule] = []
    for part in text.split(separator: ";") {
        let words = part.split(separator: " ")
        if words.isEmpty { continue }
        guard words.count >= 3, let place = Attribution.Rule.Place(rawValue: String(words[0])) else { return nil }
        var rule = Attribution.Rule(place, String(words[1]))
        for word in words[2...] {
            guard let equals = word.firstIndex(of: "=") else { return nil }
            let value = String(word[word.index(after: equals)...])
            if value.isEmpty { return nil }
            switch word[..<equals] {
            case "worker": rule.worker = value
            case "task": rule.task = value
            case "project": rule.project = value
            default: return nil
            }
        }
        rules.append(rule)
    }
    return rules.isEmpty ? nil : rules
}
