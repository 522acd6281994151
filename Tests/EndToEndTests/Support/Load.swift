// Records for load tests, and what they must add up to.
import Foundation

/// A numbered stream of records: record `n` is the same in every run.
struct Load: Sendable {
    let seed: UInt64
    /// Begins every idempotency key.
    var keyPrefix = "k"

    struct Sums: Equatable {
        var records = 0
        var input: Int64 = 0
        var output: Int64 = 0
        var nanoUSD: Int64 = 0
    }

    /// Tokens and the bill of a record.
    private func numbers(_ n: Int) -> (input: Int64, output: Int64, nanoUSD: Int64) {
        var mixed = (UInt64(n) &+ seed) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 29
        mixed = mixed &* 0xBF58_476D_1CE4_E5B9
        mixed ^= mixed >> 32
        return (Int64(mixed & 0xFFFF), Int64(mixed >> 16 & 0xFFF) + 1, Int64(mixed >> 28 & 0xFFFF_FFFF) + 1)
    }

    /// The request line of a record; its id is its number.
    func line(_ n: Int) -> String {
        let (input, output, nanoUSD) = numbers(n)
        let digits = String(nanoUSD)
        let fraction = String(repeating: "0", count: max(0, 9 - digits.count)) + digits.suffix(9)
        let dollars = "\(digits.dropLast(9).isEmpty ? "0" : String(digits.dropLast(9))).\(fraction)"
        // Three days, so that several day sums are touched.
        let stamp = "2026-03-0\(1 + n % 3)T12:\(10 + n % 50):\(10 + n / 50 % 50)Z"
        return Advisor.line(
            n, "recordUsage",
            #"{"model":"gpt-5","inputTokens":\#(input),"outputTokens":\#(output),"costUSD":\#(dollars),"#
                + #""worker":"w\#(n % 7)","task":"t\#(n % 31)","timestamp":"\#(stamp)","idempotencyKey":"\#(keyPrefix)\#(n)"}"#
        )
    }

    func lines(_ range: Range<Int>) -> String { range.map(line).joined() }

    func sums(_ range: Range<Int>) -> Sums {
        range.reduce(into: Sums()) { sums, n in
            let (input, output, nanoUSD) = numbers(n)
            sums.records += 1
            sums.input += input
            sums.output += output
            sums.nanoUSD += nanoUSD
        }
    }

    /// What the row of a record must look like in `rows(of:)`.
    func row(_ n: Int) -> String {
        let (input, output, nanoUSD) = numbers(n)
        return "\(input)|\(output)|\(nanoUSD)"
    }
}

/// The raw rows of a ledger by their ids.
func rows(of ledger: String) throws -> [Int64: String] {
    var found: [Int64: String] = [:]
    for line in try query(ledger, "SELECT id, input, output, cost FROM usage").split(separator: "\n") {
        let parts = line.split(separator: "|", maxSplits: 1)
        if let id = Int64(parts[0]) { found[id] = String(parts[1]) }
    }
    return found
}

/// The sums of the raw rows; throws when the day sums, the keys or the file disagree with them.
func checkedSums(of ledger: String) throws -> Load.Sums {
    guard try query(ledger, "PRAGMA integrity_check") == "ok" else { throw Failure("the file is damaged") }
    let columns = "coalesce(sum(records), 0), coalesce(sum(input), 0), coalesce(sum(output), 0), coalesce(sum(cost), 0)"
    let raw = try query(ledger, "SELECT \(columns) FROM usage")
    for kind in 0...6 {
        let rolled = try query(ledger, "SELECT \(columns) FROM rollup WHERE kind = \(kind) AND day > -100000")
        guard rolled == raw else { throw Failure("sums of kind \(kind) are \(rolled), the rows \(raw)") }
    }
    let whole = try query(ledger, "SELECT \(columns) FROM rollup WHERE kind = 0 AND day = -100000")
    guard whole == raw else { throw Failure("the sum of all days is \(whole), the rows \(raw)") }
    let strays = try query(
        ledger,
        "SELECT (SELECT count(*) FROM usageKey) - (SELECT count(*) FROM usage), (SELECT count(*) FROM usageKey"
            + " WHERE usage NOT IN (SELECT id FROM usage))")
    guard strays == "0|0" else { throw Failure("keys and rows do not match: \(strays)") }
    let numbers = raw.split(separator: "|").compactMap { Int64($0) }
    return Load.Sums(records: Int(numbers[0]), input: numbers[1], output: numbers[2], nanoUSD: numbers[3])
}
