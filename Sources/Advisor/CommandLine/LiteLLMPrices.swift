// Reads the price list that LiteLLM publishes (model_prices_and_context_window.json), exactly or not at all.
import Budgeting
import JSONRPC

/// What a price list says that we can use, and why not the rest.
package struct PriceList: Sendable {
    package struct Row: Sendable {
        package var model: String
        package var price: ModelPrice
        /// True: a number had the noise of binary floating point at its end (`9.499999999999999e-07`), which was removed.
        package var isRounded: Bool
    }

    package enum Reason: String, CaseIterable, Sendable {
        case mode = "not a chat, completion or responses model"
        case noPrice = "no price for input and output tokens"
        case zero = "costs 0, which lists also write for unknown: 'prices set MODEL --free' if it is free"
        case tiers = "has several prices by length of input, of which only one can be held"
        case notExact = "a price that is no amount of at least 0 with at most 9 decimals a million"
        case name = "the name is empty or longer than 200 characters"
    }

    package var rows: [Row] = []
    package var skipped: [(model: String, reason: Reason)] = []

    /// The list of a file's text.
    package init(liteLLM text: String) throws(CommandFault) {
        let list: JSON
        do throws(JSONFault) {
            list = try JSON(parsing: text)
        } catch {
            throw CommandFault(message: WireError(error).message)
        }
        guard case .object(let models) = list else {
            throw CommandFault(message: "the file must hold one JSON object with a member for each model")
        }
        for (model, entry) in models where model != "sample_spec" {
            switch PriceList.read(entry, of: model) {
            case .success(let row): rows.append(row)
            case .failure(let refusal): skipped.append((model, refusal.reason))
            }
        }
        if rows.isEmpty {
            throw CommandFault(message: "no model of the file has a price; is it LiteLLM's list of model prices?")
        }
    }

    private struct Refusal: Error { var reason: Reason }

    private static func read(_ entry: JSON, of model: String) -> Result<Row, Refusal> {
        guard (1...200).contains(model.unicodeScalars.count) else { return .failure(Refusal(reason: .name)) }
        guard ["chat", "completion", "responses"].contains(entry["mode"]?.string ?? "") else {
            return .failure(Refusal(reason: .mode))
        }
        do throws(Refusal) {
            var entryReader = EntryReader()
            guard case .object(let members) = entry else { throw Refusal(reason: .noPrice) }
            for (name, value) in members { try entryReader.read(name, value) }
            return .success(Row(model: model, price: try entryReader.price(), isRounded: entryReader.isRounded))
        } catch {
            return .failure(error)
        }
    }

    /// The prices of one model as its members are read.
    private struct EntryReader {
        private var base: [String: Money] = [:]
        private var tier: [String: Money] = [:]
        private var threshold: Int64?
        private var hasMoreTiers = false
        var isRounded = false

        mutating func read(_ name: String, _ value: JSON) throws(Refusal) {
            if name == "tiered_pricing" { hasMoreTiers = true }
            guard let (kind, above) = meaning(of: name), !value.isNull else { return }
            let money = try million(value)
            guard let above else {
                base[kind] = money
                return
            }
            if let threshold, threshold != above { hasMoreTiers = true }
            threshold = above
            tier[kind] = money
        }

        func price() throws(Refusal) -> ModelPrice {
            guard let input = base["input"], let output = base["output"] else { throw Refusal(reason: .noPrice) }
            if hasMoreTiers { throw Refusal(reason: .tiers) }
            if input == .zero, output == .zero { throw Refusal(reason: .zero) }
            var price = ModelPrice(
                input: input, output: output, cacheRead: base["cacheRead"], cacheWrite: base["cacheWrite"],
                cacheWrite1h: base["cacheWrite1h"])
            price.tier = threshold.map { above in
                ModelPrice.LongContextTier(
                    aboveTokens: above, input: tier["input"], output: tier["output"], cacheRead: tier["cacheRead"],
                    cacheWrite: tier["cacheWrite"], cacheWrite1h: tier["cacheWrite1h"])
            }
            return price
        }

        /// Dollars a token, as dollars a million.
        private mutating func million(_ value: JSON) throws(Refusal) -> Money {
            let text: String
            switch value {
            case .int(let number): text = String(number)
            case .number(let number): text = number
            default: throw Refusal(reason: .notExact)
            }
            if let exact = try? Money(decimalText: timesMillion(text)), exact >= .zero { return exact }
            // A double has 15 digits that are true; what stands behind them was not written by a person.
            guard let cut = PriceList.roundedTo15Digits(text), let money = try? Money(decimalText: timesMillion(cut)),
                money >= .zero
            else { throw Refusal(reason: .notExact) }
            isRounded = true
            return money
        }
    }

    /// The kind of token, and above how many tokens of input; nil for what is no such price (batches, priority, …).
    private static func meaning(of name: String) -> (kind: String, above: Int64?)? {
        var kindName = Substring(name)
        var above: Int64?
        if kindName.hasSuffix("k_tokens"), let mark = kindName.lastRange(of: "_above_") {
            guard let thousands = Int64(kindName[mark.upperBound...].dropLast(8)), (1...1_000_000).contains(thousands)
            else { return nil }
            above = thousands * 1000
            kindName = kindName[..<mark.lowerBound]
        }
        let kinds = [
            "input_cost_per_token": "input", "output_cost_per_token": "output",
            "cache_read_input_token_cost": "cacheRead", "cache_creation_input_token_cost": "cacheWrite",
            "cache_creation_input_token_cost_above_1hr": "cacheWrite1h",
        ]
        return kinds[String(kindName)].map { ($0, above) }
    }

    private static func timesMillion(_ text: String) -> String {
        let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        return "\(parts.first ?? "")e\(exponent.addingReportingOverflow(6).partialValue)"
    }

    /// A number with 16 or more digits, rounded half up to 15; nil for a shorter one, which says what it means.
    static func roundedTo15Digits(_ text: String) -> String? {
        let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
        guard let mantissa = parts.first, !mantissa.hasPrefix("-"), let exponent = parts.count > 1 ? Int(parts[1]) : 0
        else { return nil }
        let point = mantissa.firstIndex(of: ".")
        let decimals = point.map { mantissa.distance(from: $0, to: mantissa.endIndex) - 1 } ?? 0
        let digits = mantissa.utf8.filter { $0 != UInt8(ascii: ".") }.drop { $0 == UInt8(ascii: "0") }
        guard (16...30).contains(digits.count), (-400...400).contains(exponent),
            let kept = Int64(String(decoding: digits.prefix(15), as: UTF8.self))
        else { return nil }
        let roundsUp = digits[digits.startIndex + 15] >= UInt8(ascii: "5")
        return "\(kept + (roundsUp ? 1 : 0))e\(exponent - decimals + digits.count - 15)"
    }
}

extension Substring {
    /// Where `text` stands last.
    fileprivate func lastRange(of text: String) -> Range<Index>? {
        var end = endIndex
        while true {
            if self[..<end].hasSuffix(text) { return index(end, offsetBy: -text.count)..<end }
            guard end > startIndex else { return nil }
            end = index(before: end)
        }
    }
}
