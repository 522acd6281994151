// Every setting, declared once: the loader, `.env.template`, `doctor` and the README read this list.
import AgentLogs
import Budgeting

/// One setting: its name, what it is for, what is allowed, and how its text becomes a value.
package struct SettingDeclaration: Sendable {
    /// The name in the environment and in `.env`.
    package var name: String
    /// The flag that overrides it, where there is one.
    package var flag: String?
    package var meaning: String
    package var allowed: String
    /// As one would write it; nil: no default.
    package var defaultText: String?
    /// Shown in `.env.template` where there is no default that could be shown.
    package var example: String
    /// Sets the value from its text; false when the text is not allowed.
    package var set: @Sendable (inout Settings, String) -> Bool
}

extension SettingDeclaration {
    /// The prefix of all names. Any other name with it is a typing error and stops the start.
    package static let prefix = "BUDGET_ADVISOR_"

    package static let all: [SettingDeclaration] = [
        SettingDeclaration(
            name: "BUDGET_ADVISOR_LEDGER", flag: "--ledger",
            meaning: "The file that holds all records; created on first use.",
            allowed: "a path", defaultText: nil, example: "/var/lib/budget-advisor/ledger.db",
            set: { settings, text in
                settings.ledgerPath = text
                return !text.utf8.contains(0)
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_MONTHLY_USD", flag: nil,
            meaning: "Creates or sets the budget `monthly`, in US dollars. At most one of it and the next.",
            allowed: "dollars above 0 with at most 9 decimals, for example 500 or 49.90",
            defaultText: nil, example: "500",
            set: { settings, text in
                settings.monthlyLimit = dollars(text).map { .usd($0) }
                return settings.monthlyLimit != nil
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_MONTHLY_TOKENS", flag: nil,
            meaning: "Creates or sets the budget `monthly`, in tokens (input, output and cache writes).",
            allowed: "a whole number from 1 to 9007199254740991",
            defaultText: nil, example: "200000000",
            set: { settings, text in
                settings.monthlyLimit = whole(text, in: 1...maxExactCount).map { .tokens($0) }
                return settings.monthlyLimit != nil
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_THRESHOLDS", flag: nil,
            meaning: "Percentages of the limit at which the level rises and an alert fires.",
            allowed: "1 to 10 percentages above 0 up to 100, rising, with commas between",
            defaultText: "75,90,95", example: "50,80,95",
            set: { settings, text in
                let parts = text.split(separator: ",", omittingEmptySubsequences: false)
                let values = parts.compactMap { Percent(decimalText: String($0)) }
                settings.thresholds = values
                return values.count == parts.count && values.count <= 10
                    && values.allSatisfy { .zero < $0 && $0 <= .hundred }
                    && zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_RESET_DAY", flag: nil,
            meaning: "The day of the month on which monthly budgets start anew.",
            allowed: "a whole number from 1 to 28", defaultText: "1", example: "15",
            set: { settings, text in
                guard let day = whole(text, in: 1...28) else { return false }
                settings.resetDay = Int(day)
                return true
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_TIME_ZONE", flag: nil,
            meaning: "Whose days and months count; fixed when the ledger is created.",
            allowed: "the IANA name of a time zone that this system knows, for example UTC or Europe/Berlin",
            defaultText: "UTC", example: "Europe/Berlin",
            set: { settings, text in
                settings.timeZone = text
                return (try? TimeZoneRules.system(named: text)) != nil
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_POLICY", flag: nil,
            meaning: "The rule by which tasks are admitted.",
            allowed: words(AdmissionPolicy.self), defaultText: "thresholds", example: "thresholds",
            set: { settings, text in
                guard let policy = AdmissionPolicy(rawValue: text) else { return false }
                settings.policy = policy
                return true
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_UNPRICED", flag: nil,
            meaning: "What approveTask does with a model that has no price: estimate it high, or deny.",
            allowed: words(Settings.Unpriced.self), defaultText: "estimate", example: "deny",
            set: { settings, text in
                guard let unpriced = Settings.Unpriced(rawValue: text) else { return false }
                settings.unpriced = unpriced
                return true
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_APPROVAL_RATE", flag: nil,
            meaning:
                "The most tasks that are approved within ten minutes, all together; beyond them they are deferred.",
            allowed: "a whole number from 1 to 10000", defaultText: nil, example: "100",
            set: { settings, text in
                settings.approvalRate = whole(text, in: 1...10_000).map { Int($0) }
                return settings.approvalRate != nil
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_CLOCK", flag: "--clock",
            meaning: "Where the time comes from. request: the at or timestamp of requests; for tests and replays only.",
            allowed: words(Settings.Clock.self), defaultText: "system", example: "request",
            set: { settings, text in
                guard let clock = Settings.Clock(rawValue: text) else { return false }
                settings.clock = clock
                return true
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_HOOK_FAILURE", flag: nil,
            meaning: "Whether a hook lets a subagent start when the ledger cannot be asked: open lets it.",
            allowed: words(Settings.HookFailure.self), defaultText: "open", example: "closed",
            set: { settings, text in
                guard let failure = Settings.HookFailure(rawValue: text) else { return false }
                settings.hookFailure = failure
                return true
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_HOOK_REFUSAL", flag: nil,
            meaning: "Whether a hook denies a subagent that the budget refuses, or asks the person in Claude Code.",
            allowed: words(Settings.HookRefusal.self), defaultText: "deny", example: "ask",
            set: { settings, text in
                guard let refusal = Settings.HookRefusal(rawValue: text) else { return false }
                settings.hookRefusal = refusal
                return true
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_LOGS", flag: nil,
            meaning: "Files and folders of logs that `ingest` reads, beside the usual places of the agents.",
            allowed: "paths with colons between", defaultText: nil, example: "/srv/agents/logs:/home/ci/runs",
            set: { settings, text in
                settings.logFolders = text.split(separator: ":").map(String.init)
                return !settings.logFolders.isEmpty && !text.utf8.contains(0)
            }),
        SettingDeclaration(
            name: "BUDGET_ADVISOR_LOG_RULES", flag: nil,
            meaning: "Whose the calls in a log are: by the log's path, or the folder, branch or session of the call.",
            allowed:
                "rules with semicolons between, each 'path|folder|branch|session PATTERN worker=… task=… project=…' "
                + "(at least one of the three; * in the pattern stands for anything)",
            defaultText: nil, example: "path */runs/w3/* worker=w3; branch release/* task=release",
            set: { settings, text in
                guard let rules = logRules(text) else { return false }
                settings.logRules = rules
                return true
            }),
    ]
}

/// 2^53−1, the largest count that every JSON reader keeps exact.
package let maxExactCount: Int64 = 9_007_199_254_740_991

private func words<Words: CaseIterable & RawRepresentable>(_: Words.Type) -> String where Words.RawValue == String {
    let words = Words.allCases.map(\.rawValue)
    return words.count == 1 ? "'\(words[0])'" : words.joined(separator: " | ")
}

private func whole(_ text: String, in range: ClosedRange<Int64>) -> Int64? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int64(text), range.contains(value) else {
        return nil
    }
    return value
}

/// Above 0; not in the exponent form, which nobody writes into a settings file on purpose.
private func dollars(_ text: String) -> Money? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }), let money = try? Money(decimalText: text)
    else { return nil }
    return money > .zero ? money : nil
}
