// Writes the records of a ledger for other programs: as JSON lines, as CSV, or in the columns of FinOps FOCUS.
import Budgeting
import JSONRPC
import Ledger

package enum ExportFormat: String, CaseIterable, Sendable {
    case jsonl, csv, focus
}

/// A writer of one format: records in, text out.
protocol ExportWriter {
    /// The file's first line, where it has one.
    var header: String { get }
    /// The text of a record; empty where it waits for others.
    mutating func add(_ record: ExportedUsage) -> String
    /// What still waits.
    mutating func finish() -> String
}

package struct UsageExport {
    package var format: ExportFormat
    package var from: Instant
    package var to: Instant

    package init(format: ExportFormat, from: Instant, to: Instant) {
        self.format = format
        self.from = from
        self.to = to
    }

    /// Hands out the text in blocks. Gives the number of records.
    package func write(_ session: Session, to output: (String) throws -> Void) throws -> Int {
        var count = 0
        try reading(session) { open in
            var writer = try writer(open)
            var block = writer.header
            try open.forEachRecord(from: from, to: to) { record in
                block += writer.add(record)
                count += 1
                if block.utf8.count > 1 << 16 {
                    try output(block)
                    block = ""
                }
            }
            try output(block + writer.finish())
        }
        return count
    }

    /// The same as one text for each day of the ledger's zone, oldest first: `text` is whole when `day` is handed out.
    package func writeDaily(
        _ session: Session, to output: (_ day: CivilDate, _ text: String) throws -> Void
    ) throws -> Int {
        var count = 0
        try reading(session) { open in
            var writer = try writer(open)
            var day: Int?
            var text = ""
            try open.forEachRecord(from: from, to: to) { record in
                let own = open.zone.localDay(of: record.at)
                if let before = day, before != own {
                    try output(CivilDate(dayNumber: before), text + writer.finish())
                    writer = try self.writer(open)
                    text = writer.header
                } else if day == nil {
                    text = writer.header
                }
                day = own
                text += writer.add(record)
                count += 1
            }
            if let day { try output(CivilDate(dayNumber: day), text + writer.finish()) }
        }
        return count
    }

    /// One moment of the ledger for the whole export.
    private func reading(_ session: Session, _ body: (OpenLedger) throws -> Void) throws {
        try session.ledger.beginReading()
        defer { session.ledger.rollback() }
        try body(try session.ledger.current())
    }

    private func writer(_ open: OpenLedger) throws -> any ExportWriter {
        switch format {
        case .jsonl: LineWriter(ledger: try open.ledgerID())
        case .csv: CSVWriter(ledger: try open.ledgerID())
        case .focus: FOCUSWriter(zone: open.zone, ledger: try open.ledgerID())
        }
    }
}

/// A JSON object a line, in the names of `recordUsage`; with the ledger and the record's number, and how its cost was
/// found.
struct LineWriter: ExportWriter {
    let ledger: String
    let header = ""

    func add(_ record: ExportedUsage) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in record.columns(ledger: ledger) {
            switch value {
            case .none: continue
            case .text(let text):
                writer.writeName(name)
                writer.write(text)
            case .count(let number):
                writer.writeName(name)
                writer.write(number)
            case .money(let money):
                writer.writeName(name)
                writer.write(decimal: money.nanoUSD, scale: 9)
            case .flag(let flag):
                writer.writeName(name)
                writer.write(flag)
            }
        }
        writer.endObject()
        return writer.string + "\n"
    }

    func finish() -> String { "" }
}

/// The same members as columns.
struct CSVWriter: ExportWriter {
    let ledger: String
    let header = ExportedUsage.columnNames.joined(separator: ",") + "\n"

    func add(_ record: ExportedUsage) -> String {
        record.columns(ledger: ledger).map { _, value in
            switch value {
            case .none: ""
            case .text(let text): csvField(text)
            case .count(let number): String(number)
            case .money(let money): money.decimalText
            case .flag(let flag): flag ? "true" : "false"
            }
        }.joined(separator: ",") + "\n"
    }

    func finish() -> String { "" }
}

/// Quoted where it must be. Line ends become spaces: a line is a record.
func csvField(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 < 0x20 || $0 == 0x20 }) else { return text }
    var field = "\""
    for scalar in text.unicodeScalars {
        if scalar == "\"" { field += "\"\"" } else { field.unicodeScalars.append(scalar.value < 0x20 ? " " : scalar) }
    }
    return field + "\""
}

enum ExportValue {
    case none
    case text(String)
    case count(Int64)
    case money(Money)
    case flag(Bool)
}

extension ExportedUsage {
    static let columnNames = [
        "ledger", "id", "timestamp", "model", "inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens",
        "cacheWrite1hTokens", "reasoningTokens", "costUSD", "costBasis", "worker", "task", "project", "session",
        "operation", "durationMs", "success", "error", "timeToFirstTokenMs", "promptFile", "promptCharacters",
        "responseCharacters",
    ]

    /// In the order of `columnNames`.
    func columns(ledger: String) -> [(String, ExportValue)] {
        func text(_ value: String?) -> ExportValue { value.map { .text($0) } ?? .none }
        func count(_ value: Int64?) -> ExportValue { value.map { .count($0) } ?? .none }
        let values: [ExportValue] = [
            .text(ledger), .count(id), .text(at.rfc3339), .text(model), .count(tokens.input), .count(tokens.output),
            .count(tokens.cacheRead), .count(tokens.cacheWrite), .count(tokens.cacheWrite1h),
            count(detail.reasoningTokens), .money(cost), .text(basis.rawValue), text(worker), text(task),
            text(project), text(session), text(operation), count(durationMs), .flag(!failed), text(detail.error),
            count(detail.timeToFirstTokenMs), text(detail.promptFile), count(detail.promptCharacters),
            count(detail.responseCharacters),
        ]
        return Array(zip(ExportedUsage.columnNames, values))
    }
}
