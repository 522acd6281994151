// The `usage` object of the Anthropic API, wherever it is logged.
import Budgeting

/// Bounds of a token count in a log.
enum TokenField {
    /// Counts are below 2^53, as on the wire.
    static let limit: Int64 = 1 << 53
}

/// What a `usage` object says, in its own terms: input excludes cached tokens, output includes reasoning.
struct AnthropicUsage {
    var input: Int64 = 0
    var output: Int64 = 0
    var cacheRead: Int64 = 0
    /// Nil where the flat total of cache writes is missing.
    var cacheWriteTotal: Int64?
    /// Nil where the split by life is missing.
    var cacheWrite5m: Int64?
    var cacheWrite1h: Int64?
    var reasoning: Int64?
    /// Counts seen at all: an empty object is no usage.
    var fields = 0
    var serviceTier: Range<Int>?
    var isFast = false
    /// A count that is no whole number from 0 to 2^53 - 1, or one given twice: not to be booked.
    var hasFault = false
    private var seen: UInt16 = 0

    init() {}

    /// From a checked value; nil where it is no object.
    init?(_ view: JSONView?) {
        guard let view, view.isObject else { return nil }
        var scanner = JSONScanner(base: view.base, at: view.start, end: view.end)
        guard read(&scanner) else { return nil }
    }

    /// The disjoint kinds. Where the split of cache writes and their flat total disagree, no written token is lost:
    /// what the split does not name counts as a 5-minute write, and a split above the total is believed. The cost
    /// can so be over-estimated, never under.
    var tokens: TokenCounts {
        let hour = cacheWrite1h ?? 0
        let short = max(cacheWrite5m ?? 0, (cacheWriteTotal ?? 0) - hour)
        return TokenCounts(input: input, output: output, cacheRead: cacheRead, cacheWrite: short, cacheWrite1h: hour)
    }

    /// Reads the object at the scanner. False where the text is no JSON.
    mutating func read(_ scanner: inout JSONScanner) -> Bool {
        scanner.at += 1
        var isFirst = true
        var isBroken = false
        while let name = scanner.nextName(isFirst: &isFirst, isBroken: &isBroken) {
            let text = UnsafeBufferPointer(start: scanner.base + name.lowerBound, count: name.count)
            guard readMember(&scanner, text) else { return false }
        }
        return !isBroken
    }

    @inline(__always)
    private mutating func readMember(_ scanner: inout JSONScanner, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        switch name.count {
        case 12 where equals(name, "input_tokens"):
            guard let value = count(&scanner, 0) else { return false }
            if value >= 0 { input = value }
        case 13 where equals(name, "output_tokens"):
            guard let value = count(&scanner, 1) else { return false }
            if value >= 0 { output = value }
        case 23 where equals(name, "cache_read_input_tokens"):
            guard let value = count(&scanner, 2) else { return false }
            if value >= 0 { cacheRead = value }
        case 27 where equals(name, "cache_creation_input_tokens"):
            guard let value = count(&scanner, 3) else { return false }
            if value >= 0 { cacheWriteTotal = value }
        case 14 where equals(name, "cache_creation"): return readSplit(&scanner)
        case 12 where equals(name, "service_tier") && scanner.byte == 0x22:
            serviceTier = scanner.string()
            return serviceTier != nil
        case 5 where equals(name, "speed"):
            let start = scanner.at
            guard scanner.passValue() else { return false }
            isFast = equals(UnsafeBufferPointer(start: scanner.base + start, count: scanner.at - start), "\"fast\"")
        default: return scanner.passValue()
        }
        return true
    }

    private mutating func readSplit(_ scanner: inout JSONScanner) -> Bool {
        guard scanner.byte == 0x7B else {
            if scanner.byte != 0x6E { hasFault = true }
            return scanner.passValue()
        }
        scanner.at += 1
        var isFirst = true
        var isBroken = false
        while let name = scanner.nextName(isFirst: &isFirst, isBroken: &isBroken) {
            let text = UnsafeBufferPointer(start: scanner.base + name.lowerBound, count: name.count)
            if equals(text, "ephemeral_5m_input_tokens") {
                guard let value = count(&scanner, 4) else { return false }
                if value >= 0 { cacheWrite5m = value }
            } else if equals(text, "ephemeral_1h_input_tokens") {
                guard let value = count(&scanner, 5) else { return false }
                if value >= 0 { cacheWrite1h = value }
            } else if !scanner.passValue() {
                return false
            }
        }
        return !isBroken
    }

    /// A token count; -1 where it is null or a fault, nil where the text is no JSON.
    @inline(__always)
    private mutating func count(_ scanner: inout JSONScanner, _ field: UInt16) -> Int64? {
        if seen & 1 << field != 0 { hasFault = true }
        seen |= 1 << field
        let start = scanner.at
        // The usual case: a few digits, then a comma or a brace.
        var value: Int64 = 0
        while scanner.at - start < 15, scanner.byte >= 0x30, scanner.byte <= 0x39 {
            value = value &* 10 &+ Int64(scanner.byte &- 0x30)
            scanner.at += 1
        }
        if scanner.at > start, scanner.byte == 0x2C || scanner.byte == 0x7D,
            scanner.at == start + 1 || scanner.base[start] != 0x30
        {
            fields += 1
            return value
        }
        scanner.at = start
        guard scanner.passValue() else { return nil }
        let text = UnsafeBufferPointer(start: scanner.base + start, count: scanner.at - start)
        if text.first == 0x6E { return -1 }
        guard let slow = tokenCount(text) else {
            hasFault = true
            return -1
        }
        fields += 1
        return slow
    }
}

/// The value of a JSON number's text that is a whole number from 0 to 2^53 - 1.
func tokenCount(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard let first = text.first, first >= 0x30, first <= 0x39, let value = wholeNumber(text), value >= 0,
        value < TokenField.limit
    else { return nil }
    return value
}
