// Lists of facts in one text column: written once, read back exactly, never searched by the database.

/// Writes values one after another: `12,` an integer, `5:hello,` a text of five bytes, `-,` none.
struct FactWriter {
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(512) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// For telling one list from another.
    var hash: Int64 { bytes.withUnsafeBufferPointer { Int64(bitPattern: stableHash($0)) } }

    mutating func add(_ value: Int64) {
        if value < 0 { bytes.append(FactList.dash) }
        addDigits(value.magnitude)
        bytes.append(FactList.comma)
    }

    private mutating func addDigits(_ number: UInt64) {
        if number >= 10 { addDigits(number / 10) }
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    mutating func add(_ value: Int) { add(Int64(value)) }

    mutating func add(_ value: Bool) { add(value ? 1 : 0 as Int64) }

    mutating func add(_ value: Int64?) {
        if let value { add(value) } else { addNone() }
    }

    mutating func add(_ value: String?) {
        guard let value else { return addNone() }
        addDigits(UInt64(value.utf8.count))
        bytes.append(FactList.colon)
        bytes.append(contentsOf: value.utf8)
        bytes.append(FactList.comma)
    }

    mutating func addNone() {
        bytes.append(FactList.dash)
        bytes.append(FactList.comma)
    }

    mutating func addAll<Item>(_ items: [Item], _ add: (inout FactWriter, Item) -> Void) {
        self.add(items.count)
        for item in items { add(&self, item) }
    }
}

/// Reads what `FactWriter` wrote, in the same order. Anything else is a damaged row.
struct FactReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { place == bytes.count }

    mutating func int() throws(LedgerError) -> Int64 {
        guard let value = try optionalInt() else { throw FactList.damaged }
        return value
    }

    mutating func bool() throws(LedgerError) -> Bool { try int() != 0 }

    mutating func optionalInt() throws(LedgerError) -> Int64? {
        if try skipNone() { return nil }
        return try number(endingWith: FactList.comma)
    }

    mutating func text() throws(LedgerError) -> String {
        guard let value = try optionalText() else { throw FactList.damaged }
        return value
    }

    mutating func optionalText() throws(LedgerError) -> String? {
        if try skipNone() { return nil }
        let count = Int(try number(endingWith: FactList.colon))
        guard count >= 0, count < bytes.count - place, bytes[place + count] == FactList.comma else {
            throw FactList.damaged
        }
        defer { place += count + 1 }
        return String(decoding: bytes[place..<place + count], as: UTF8.self)
    }

    mutating func all<Item>(_ read: (inout FactReader) throws(LedgerError) -> Item) throws(LedgerError) -> [Item] {
        let count = try int()
        guard count >= 0, count <= bytes.count - place else { throw FactList.damaged }
        var items: [Item] = []
        items.reserveCapacity(Int(count))
        for _ in 0..<count { items.append(try read(&self)) }
        return items
    }

    /// A word of an enumeration.
    mutating func word<Word: RawRepresentable>(_: Word.Type) throws(LedgerError) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try text()) else { throw FactList.damaged }
        return word
    }

    private mutating func skipNone() throws(LedgerError) -> Bool {
        guard place + 1 < bytes.count else { throw FactList.damaged }
        guard bytes[place] == FactList.dash, bytes[place + 1] == FactList.comma else { return false }
        place += 2
        return true
    }

    private mutating func number(endingWith end: UInt8) throws(LedgerError) -> Int64 {
        guard let length = bytes[place...].firstIndex(of: end),
            let value = Int64(String(decoding: bytes[place..<length], as: UTF8.self))
        else { throw FactList.damaged }
        place = length + 1
        return value
    }
}

enum FactList {
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")
    static let dash = UInt8(ascii: "-")

    static let damaged = LedgerError(
        .damaged, "a list of facts in the ledger is damaged", hint: "run 'budget-advisor doctor', then restore a backup"
    )
}
