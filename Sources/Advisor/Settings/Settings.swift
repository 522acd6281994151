// The settings of one run and where each came from.
//
// Order: flag > environment > `.env` in the working folder > what the ledger holds > default. Nothing is guessed: an
// unknown `BUDGET_ADVISOR_` name or a value that is not allowed stops the start, so that no budget is ever watched
// with a limit nobody asked for.
import AgentLogs
import Budgeting

/// The value of every setting.
package struct Settings: Sendable {
    package enum MonthlyLimit: Equatable, Sendable {
        case usd(Money)
        /// Above 0.
        case tokens(Int64)
    }

    /// What happens to a task whose model has no price.
    package enum Unpriced: String, CaseIterable, Sendable { case estimate, deny }

    /// Whether a hook lets a subagent start when the ledger cannot be asked.
    package enum HookFailure: String, CaseIterable, Sendable { case open, closed }

    /// Whether a hook refuses a subagent itself or lets the person in front of the host decide.
    package enum HookRefusal: String, CaseIterable, Sendable { case deny, ask }

    package var ledgerPath = ""
    package var monthlyLimit: MonthlyLimit?
    /// Rising.
    package var thresholds = [Percent(75), Percent(90), Percent(95)]
    /// 1–28.
    package var resetDay = 1
    package var timeZone = "UTC"
    package var policy = AdmissionPolicy.thresholds
    package var unpriced = Unpriced.estimate
    /// The most approvals of all tasks together within ten minutes; nil: any number.
    package var approvalRate: Int?
    package var clock = Clock.system
    package var hookFailure = HookFailure.open
    package var hookRefusal = HookRefusal.deny
    /// Files and folders that `ingest` reads beside the usual places of the agents.
    package var logFolders: [String] = []
    /// Whose the calls in a log are, by where it lies or where they were made.
    package var logRules: [Attribution.Rule] = []
    /// The process's environment: where agents were told to keep their logs.
    package private(set) var environment: [String: String] = [:]
    /// Every setting in declaration order with its text (nil: not set) and origin, for `doctor`.
    package private(set) var origins: [Origin] = []

    package struct Origin: Equatable, Sendable {
        package var name: String
        package var text: String?
        package var source: SettingSource
    }

    package init() {}

    package func origin(of name: String) -> Origin? { origins.first { $0.name == name } }
}

/// Where a value came from.
package enum SettingSource: Equatable, Sendable {
    case flag(String)
    case environment
    case envFile(line: Int)
    case ledger
    case standard

    package var label: String {
        switch self {
        case .flag(let flag): flag
        case .environment: "environment"
        case .envFile(let line): ".env line \(line)"
        case .ledger: "ledger"
        case .standard: "default"
        }
    }
}

/// A setting that stops the start. Exit status 64.
package struct SettingFault: Error, Equatable, Sendable {
    package var name: String
    package var source: SettingSource
    package var problem: String

    package var message: String { "\(name) (\(source.label)) \(problem)" }
}

extension Settings {
    /// The settings from what the start was given.
    ///
    /// - Parameters:
    ///   - flags: values of the flags that were typed, by flag (`--ledger`).
    ///   - environment: all `NAME=value` pairs of the process.
    ///   - envFile: the text of `.env`, nil when there is none.
    package static func load(
        flags: [String: String], environment: [(name: String, value: String)], envFile: String?
    ) throws(SettingFault) -> Settings {
        var given: [String: (text: String, source: SettingSource)] = [:]
        for entry in try envEntries(in: envFile ?? "", prefix: SettingDeclaration.prefix) {
            given[entry.name] = (entry.value, .envFile(line: entry.line))
        }
        for (name, value) in environment where name.hasPrefix(SettingDeclaration.prefix) {
            given[name] = (value, .environment)
        }
        try refuseUnknown(given)
        for declared in SettingDeclaration.all {
            guard let flag = declared.flag, let text = flags[flag] else { continue }
            given[declared.name] = (text, .flag(flag))
        }
        return try resolved(given, environment: environment)
    }

    private static func resolved(
        _ given: [String: (text: String, source: SettingSource)], environment: [(name: String, value: String)]
    ) throws(SettingFault) -> Settings {
        var settings = Settings()
        settings.environment = Dictionary(
            environment.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        for declared in SettingDeclaration.all {
            guard let (text, source) = given[declared.name] else {
                settings.origins.append(Origin(name: declared.name, text: declared.defaultText, source: .standard))
                continue
            }
            guard !text.isEmpty, declared.set(&settings, text) else {
                let shown =
                    text.isEmpty ? "is empty; remove it or give" : "has the value '\(text.prefix(200))'; allowed is"
                throw SettingFault(name: declared.name, source: source, problem: "\(shown) \(declared.allowed)")
            }
            settings.origins.append(Origin(name: declared.name, text: text, source: source))
        }
        let tokens = "BUDGET_ADVISOR_MONTHLY_TOKENS"
        if let (_, source) = given[tokens], given["BUDGET_ADVISOR_MONTHLY_USD"] != nil {
            throw SettingFault(
                name: tokens, source: source, problem: "cannot stand beside BUDGET_ADVISOR_MONTHLY_USD; remove one")
        }
        if given["BUDGET_ADVISOR_LEDGER"] == nil {
            settings.ledgerPath = try standardLedgerPath(environment)
            settings.origins[0].text = settings.ledgerPath
        }
        return settings
    }

    /// Takes a value that the ledger holds for every setting that nobody has set.
    ///
    /// The hook for settings stored in the ledger: call it once the ledger is open.
    package mutating func adopt(stored: [String: String]) throws(SettingFault) {
        for (index, declared) in SettingDeclaration.all.enumerated() where origins[index].source == .standard {
            guard let text = stored[declared.name] else { continue }
            guard declared.set(&self, text) else {
                throw SettingFault(
                    name: declared.name, source: .ledger,
                    problem: "has the value '\(text)'; allowed is \(declared.allowed)")
            }
            origins[index] = Origin(name: declared.name, text: text, source: .ledger)
        }
    }

    private static func refuseUnknown(
        _ given: [String: (text: String, source: SettingSource)]
    ) throws(SettingFault) {
        let known = SettingDeclaration.all.map(\.name)
        for name in given.keys.sorted() where !known.contains(name) {
            let prefix = SettingDeclaration.prefix
            let endings = known.map { String($0.dropFirst(prefix.count)) }
            let near = nearestName(to: String(name.dropFirst(prefix.count)), among: endings).map {
                "did you mean \(prefix)\($0)?"
            }
            throw SettingFault(
                name: name, source: given[name]?.source ?? .environment,
                problem: "is no setting of budget-advisor; " + (near ?? "known are \(known.joined(separator: ", "))"))
        }
    }
}
