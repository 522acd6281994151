// What is wrong with a budget: everything at once.

/// One fault of a value, where it is (a JSON Pointer into `setBudget`'s params) and what is allowed.
package struct BudgetFault: Error, Hashable, Sendable {
    package let path: String
    package let message: String
}

extension Budget {
    /// Token limits are whole numbers that JSON carries exactly.
    package static let largestTokenLimit: Int64 = 9_007_199_254_740_991
    package static let longestNameBytes = 200
    package static let mostThresholds = 10

    /// All faults, in the order of the params; empty for a sound budget.
    package var faults: [BudgetFault] {
        nameFaults + limitFaults + periodFaults + scopeFaults + thresholdFaults
    }

    private var nameFaults: [BudgetFault] { Budget.textFaults(name, "/budget") }

    private var limitFaults: [BudgetFault] {
        switch limit {
        case .usd(let money) where money <= .zero:
            [BudgetFault(path: "/limitUSD", message: "must be above 0, got \(money.decimalText)")]
        case .tokens(let count) where count <= 0 || count > Budget.largestTokenLimit:
            [BudgetFault(path: "/limitTokens", message: "must be 1 to \(Budget.largestTokenLimit), got \(count)")]
        default:
            []
        }
    }

    private var periodFaults: [BudgetFault] {
        if !(1...28).contains(resetDay) {
            return [BudgetFault(path: "/resetDay", message: "must be 1 to 28, got \(resetDay)")]
        }
        if resetDay != 1 && period != .month {
            return [BudgetFault(path: "/resetDay", message: "applies only to the period month, not \(period.rawValue)")]
        }
        return []
    }

    private var scopeFaults: [BudgetFault] {
        [
            ("worker", scope.worker), ("task", scope.task), ("project", scope.project), ("model", scope.model),
            ("operation", scope.operation),
        ]
        .flatMap { key, value in value.map { Budget.textFaults($0, "/scope/\(key)") } ?? [] }
    }

    private var thresholdFaults: [BudgetFault] {
        if thresholds.isEmpty || thresholds.count > Budget.mostThresholds {
            let message = "must have 1 to \(Budget.mostThresholds) items, got \(thresholds.count)"
            return [BudgetFault(path: "/thresholds", message: message)]
        }
        return thresholds.indices.compactMap { index in
            let threshold = thresholds[index]
            let path = "/thresholds/\(index)"
            if threshold <= .zero || threshold > .hundred {
                return BudgetFault(path: path, message: "must be above 0 and up to 100, got \(threshold.decimalText)")
            }
            if index > 0 && threshold <= thresholds[index - 1] {
                let before = thresholds[index - 1].decimalText
                return BudgetFault(
                    path: path, message: "must be above the one before (\(before)), got \(threshold.decimalText)")
            }
            return nil
        }
    }

    private static func textFaults(_ text: String, _ path: String) -> [BudgetFault] {
        if text.isEmpty { return [BudgetFault(path: path, message: "must not be empty")] }
        if text.utf8.count > longestNameBytes {
            return [BudgetFault(path: path, message: "must have at most \(longestNameBytes) bytes of UTF-8")]
        }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return [BudgetFault(path: path, message: "must not contain control characters")]
        }
        return []
    }
}
