// The columns of FOCUS, the FinOps Open Cost and Usage Specification (https://focus.finops.org, version 1.2).
import Budgeting
import JSONRPC
import Ledger

/// A charge for each day, model, owner and way its cost was found. What FOCUS has no column for stands in `x_` columns,
/// as it asks for.
///
/// `BilledCost`, `EffectiveCost`, `ContractedCost` and `ListCost` are one amount: what the provider billed where that is
/// known, else the list price; `x_CostBasis` says which.
struct FOCUSWriter: ExportWriter {
    let zone: TimeZoneRules
    let ledger: String

    private struct Key: Hashable {
        var model: String
        var worker, task, project: String?
        var basis: CostBasis
    }

    private struct Sum {
        var tokens = TokenCounts()
        var cost = Money.zero
        var records: Int64 = 0
    }

    private var day: Int?
    private var sums: [Key: Sum] = [:]
    /// In the order of their first record.
    private var order: [Key] = []

    init(zone: TimeZoneRules, ledger: String) {
        self.zone = zone
        self.ledger = ledger
    }

    static let columnNames = [
        "BilledCost", "BillingAccountId", "BillingAccountName", "BillingAccountType", "BillingCurrency",
        "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription",
        "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit",
        "ContractedCost", "EffectiveCost", "InvoiceIssuerName", "ListCost", "PricingCategory", "PricingQuantity",
        "PricingUnit", "ProviderName", "PublisherName", "ServiceCategory", "ServiceName", "ServiceSubcategory",
        "SkuId", "SubAccountId", "SubAccountName", "Tags", "x_CostBasis", "x_Calls", "x_InputTokens",
        "x_OutputTokens", "x_CacheReadTokens", "x_CacheWriteTokens", "x_CacheWrite1hTokens",
    ]

    let header = FOCUSWriter.columnNames.joined(separator: ",") + "\n"

    mutating func add(_ record: ExportedUsage) -> String {
        let own = zone.localDay(of: record.at)
        let before = own == day ? "" : finish()
        day = own
        let key = Key(
            model: record.model, worker: record.worker, task: record.task, project: record.project,
            basis: record.basis)
        if sums[key] == nil { order.append(key) }
        // The ledger holds no sums past an eighth of 64 bits.
        sums[key, default: Sum()].tokens = (try? sums[key, default: Sum()].tokens + record.tokens) ?? record.tokens
        sums[key, default: Sum()].cost.nanoUSD &+= record.cost.nanoUSD
        sums[key, default: Sum()].records += 1
        return before
    }

    mutating func finish() -> String {
        guard let day else { return "" }
        let text = order.map { key in row(key, sums[key] ?? Sum(), day) }.joined()
        sums.removeAll(keepingCapacity: true)
        order.removeAll(keepingCapacity: true)
        return text
    }

    private func row(_ key: Key, _ sum: Sum, _ day: Int) -> String {
        let date = CivilDate(dayNumber: day)
        let first = CivilDate(year: date.year, month: date.month, day: 1) ?? date
        let days = CivilDate.daysInMonth(year: date.year, month: date.month)
        let cost = sum.cost.decimalText
        let total = (try? sum.tokens.total) ?? 0
        let provider = providerName(ofModel: key.model)
        let tokens = sum.tokens
        let fields: [String] = [
            cost, ledger, "budget-advisor", "Ledger", "USD", zone.startOfDay(first.dayNumber + days).rfc3339,
            zone.startOfDay(first.dayNumber).rfc3339, "Usage", "", "Tokens of \(key.model)", "Usage-Based",
            zone.startOfDay(day + 1).rfc3339, zone.startOfDay(day).rfc3339, String(total), "Tokens", cost, cost,
            provider, cost, "Standard", String(total), "Tokens", provider, provider, "AI and Machine Learning",
            "Model inference", "Generative AI", key.model, key.project ?? "", key.project ?? "", tags(key),
            key.basis.rawValue, String(sum.records), String(tokens.input), String(tokens.output),
            String(tokens.cacheRead), String(tokens.cacheWrite), String(tokens.cacheWrite1h),
        ]
        return fields.map(csvField).joined(separator: ",") + "\n"
    }

    private func tags(_ key: Key) -> String {
        var members: [(String, JSON)] = []
        for (name, value) in [("worker", key.worker), ("task", key.task), ("project", key.project)] {
            if let value { members.append((name, .string(value))) }
        }
        return JSON.object(members).text
    }
}

/// Who offers a model, by its name as it is recorded.
private func providerName(ofModel model: String) -> String {
    let name = model.lowercased()
    let known = [
        ("claude", "Anthropic"), ("gpt", "OpenAI"), ("chatgpt", "OpenAI"), ("codex", "OpenAI"), ("gemini", "Google"),
        ("mistral", "Mistral AI"), ("codestral", "Mistral AI"), ("grok", "xAI"), ("deepseek", "DeepSeek"),
        ("qwen", "Alibaba Cloud"), ("kimi", "Moonshot AI"), ("glm", "Z.ai"), ("llama", "Meta"),
    ]
    if let found = known.first(where: { name.contains($0.0) }) { return found.1 }
    let isReasoner = name.hasPrefix("o") && name.dropFirst().first?.isNumber == true
    return isReasoner ? "OpenAI" : "Unknown"
}
