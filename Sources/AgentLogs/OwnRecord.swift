// What only our own export says of a record, and its form as CSV.
import Budgeting

/// The members of an exported record that no other log has. A class, so that other records carry one pointer.
package final class OwnDetail: Sendable, Hashable {
    /// As the ledger that exported it found it; zero counts here.
    package let cost: Money?
    package let basis: CostBasis?
    package let error: String?
    package let promptFile: String?
    package let timeToFirstTokenMs, promptCharacters, responseCharacters: Int64?

    init(_ view: JSONView) {
        basis = view["costBasis"]?.string.flatMap(CostBasis.init(rawValue:))
        cost = view["costUSD"].flatMap { try? Money(decimalBytes: $0.bytes) }.flatMap { $0 >= .zero ? $0 : nil }
        error = view["error"]?.string
        promptFile = view["promptFile"]?.string
        timeToFirstTokenMs = view["timeToFirstTokenMs"]?.tokens
        promptCharacters = view["promptCharacters"]?.tokens
        responseCharacters = view["responseCharacters"]?.tokens
    }

    private var members: [AnyHashable?] {
        [cost, basis, error, promptFile, timeToFirstTokenMs, promptCharacters, responseCharacters]
    }

    package static func == (left: OwnDetail, right: OwnDetail) -> Bool { left.members == right.members }
    package func hash(into hasher: inout Hasher) { hasher.combine(members) }
}

/// Our export as CSV: lines after its header are records.
struct OwnCSV {
    private(set) var columns: [String] = []

    /// Takes a line that is the header.
    mutating func take(header line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard line.after("ledger,id,timestamp,model,inputTokens,") != nil else { return false }
        columns = line.split(separator: 0x2C).map { String(decoding: Array($0), as: UTF8.self) }
        return true
    }

    /// The record of a line as JSON text; nil where it has not as many fields as the header.
    func json(_ line: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard let fields = OwnCSV.fields(line), fields.count == columns.count else { return nil }
        var text = Array("{".utf8)
        for (name, field) in zip(columns, fields) where !field.isEmpty {
            if text.count > 1 { text.append(0x2C) }
            text += "\"\(name)\":".utf8
            let isBare = field.elementsEqual("true".utf8) || field.elementsEqual("false".utf8)
            let isNumber = name.hasSuffix("Tokens") || name.hasSuffix("Ms") || name.hasSuffix("Characters")
            if name == "costUSD" || isNumber || (name == "success" && isBare) {
                text += field
            } else {
                text.append(0x22)
                for byte in field {
                    if byte == 0x22 || byte == 0x5C { text.append(0x5C) }
                    text.append(byte)
                }
                text.append(0x22)
            }
        }
        return text + Array("}".utf8)
    }

    /// Nil where a quote is not closed.
    private static func fields(_ line: UnsafeBufferPointer<UInt8>) -> [[UInt8]]? {
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var isQuoted = false
        var at = 0
        while at < line.count {
            let byte = line[at]
            if isQuoted, byte == 0x22 {
                if at + 1 < line.count, line[at + 1] == 0x22 {
                    field.append(byte)
                    at += 1
                } else {
                    isQuoted = false
                }
            } else if byte == 0x22, field.isEmpty {
                isQuoted = true
            } else if byte == 0x2C, !isQuoted {
                fields.append(field)
                field = []
            } else {
                field.append(byte)
            }
            at += 1
        }
        return isQuoted ? nil : fields + [field]
    }

    func save(_ state: inout ResumeState) {
        if !columns.isEmpty { state["csv"] = columns.joined(separator: ",") }
    }

    mutating func restore(_ state: ResumeState) {
        columns = state["csv"].map { $0.split(separator: ",").map(String.init) } ?? []
    }
}
