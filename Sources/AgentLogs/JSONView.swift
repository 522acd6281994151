// A checked JSON value in place: look-ups by name, without a tree.

/// A value inside bytes that stay alive as long as the view is used. Made only from text that was checked whole, so
/// walking it cannot fail. Trivially copyable. Looking a member up walks the members before it.
struct JSONView {
    let base: UnsafePointer<UInt8>
    let start: Int
    let end: Int

    /// The whole of `bytes` as one value with space around it; nil where that is no JSON or no UTF-8.
    init?(checking bytes: UnsafeBufferPointer<UInt8>) {
        var scanner = JSONScanner(bytes)
        scanner.skipSpace()
        let start = scanner.at
        guard scanner.passValue() else { return nil }
        let end = scanner.at
        scanner.skipSpace()
        guard scanner.at == bytes.count, isValidUTF8(UnsafeRawBufferPointer(bytes)) else { return nil }
        self.init(base: scanner.base, start: start, end: end)
    }

    private init(base: UnsafePointer<UInt8>, start: Int, end: Int) {
        self.base = base
        self.start = start
        self.end = end
    }

    /// The value's own text.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base + start, count: end - start) }

    var isObject: Bool { base[start] == 0x7B }
    var isArray: Bool { base[start] == 0x5B }
    var isString: Bool { base[start] == 0x22 }
    var isNull: Bool { base[start] == 0x6E }
    var isTrue: Bool { base[start] == 0x74 }
    var isNumber: Bool { base[start] == 0x2D || (base[start] >= 0x30 && base[start] <= 0x39) }

    /// Calls `body` for each member of an object in order, until it answers false. Names are compared as they stand:
    /// one written with escapes is no name of ours.
    @inline(__always)
    func forEachMember(_ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: JSONView) -> Bool) {
        guard isObject else { return }
        var scanner = JSONScanner(base: base, at: start + 1, end: end)
        var isFirst = true
        var isBroken = false
        while let name = scanner.nextName(isFirst: &isFirst, isBroken: &isBroken) {
            let valueStart = scanner.at
            guard scanner.passValue() else { return }
            let text = UnsafeBufferPointer(start: base + name.lowerBound, count: name.count)
            if !body(text, JSONView(base: base, start: valueStart, end: scanner.at)) { return }
        }
    }

    /// Calls `body` for each element of an array.
    func forEachElement(_ body: (JSONView) -> Void) {
        guard isArray else { return }
        var scanner = JSONScanner(base: base, at: start + 1, end: end)
        scanner.skipSpace()
        while scanner.byte != 0x5D {
            scanner.skipSpace()
            let valueStart = scanner.at
            guard scanner.passValue() else { return }
            body(JSONView(base: base, start: valueStart, end: scanner.at))
            scanner.skipSpace()
            if scanner.byte == 0x2C { scanner.at += 1 }
            scanner.skipSpace()
        }
    }

    /// The member called `name`, if this is an object that has one. A null counts as missing.
    subscript(_ name: StaticString) -> JSONView? {
        var found: JSONView?
        forEachMember { text, value in
            guard equals(text, name) else { return true }
            found = value
            return false
        }
        guard let found, !found.isNull else { return nil }
        return found
    }

    /// The first of `names` that is there.
    func first(of names: StaticString...) -> JSONView? {
        for name in names { if let value = self[name] { return value } }
        return nil
    }

    var string: String? { isString ? decodedString(base: base, range: start + 1..<end - 1) : nil }

    /// The text of a string, or of a number (some logs write ids as numbers).
    var idText: String? {
        if isString { return string.flatMap { $0.isEmpty ? nil : $0 } }
        return isNumber ? String(decoding: bytes, as: UTF8.self) : nil
    }

    /// A whole number that fits Int64; `1.0` and `1e2` count.
    var int: Int64? { isNumber ? wholeNumber(bytes) : nil }

    func isString(_ text: StaticString) -> Bool {
        isString && equals(UnsafeBufferPointer(start: base + start + 1, count: end - start - 2), text)
    }

    func hasPrefix(_ text: StaticString) -> Bool {
        isString && end - start - 2 >= text.utf8CodeUnitCount
            && equals(UnsafeBufferPointer(start: base + start + 1, count: text.utf8CodeUnitCount), text)
    }
}

/// Whether bytes are exactly `text`. Eight bytes a step.
@inline(__always)
func equals(_ bytes: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count == count, let base = bytes.baseAddress else { return bytes.count == count }
    return isSame(UnsafeRawPointer(base), UnsafeRawPointer(text.utf8Start), count)
}

/// Whether `count` bytes are the same at both places.
@inline(__always)
func isSame(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int) -> Bool {
    var at = 0
    while at + 8 <= count {
        if left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            != right.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        {
            return false
        }
        at += 8
    }
    while at < count {
        if left.load(fromByteOffset: at, as: UInt8.self) != right.load(fromByteOffset: at, as: UInt8.self) {
            return false
        }
        at += 1
    }
    return true
}

/// The text of a string's bytes between its quotes, escapes resolved. The bytes were checked before.
func decodedString(base: UnsafePointer<UInt8>, range: Range<Int>) -> String {
    let raw = UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    guard raw.contains(0x5C) else { return String(decoding: raw, as: UTF8.self) }
    let scanner = JSONScanner(base: base, at: range.lowerBound, end: range.upperBound)
    var units: [UInt8] = []
    units.reserveCapacity(range.count)
    var at = range.lowerBound
    while at < range.upperBound {
        let byte = base[at]
        guard byte == 0x5C, at + 1 < range.upperBound else {
            units.append(byte)
            at += 1
            continue
        }
        if base[at + 1] == 0x75, let unit = scanner.hexUnit(at) {
            var scalar = UInt32(unit)
            at += 6
            if unit >= 0xD800, unit <= 0xDBFF, let low = scanner.hexUnit(at) {
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (UInt32(low) - 0xDC00)
                at += 6
            }
            units.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
            continue
        }
        switch base[at + 1] {
        case 0x62: units.append(0x08)
        case 0x66: units.append(0x0C)
        case 0x6E: units.append(0x0A)
        case 0x72: units.append(0x0D)
        case 0x74: units.append(0x09)
        default: units.append(base[at + 1])
        }
        at += 2
    }
    return String(decoding: units, as: UTF8.self)
}

/// The value of a JSON number's text where it is whole and fits Int64.
@inline(__always)
func wholeNumber(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    var value: Int64 = 0
    guard text.count > 0, text.count <= 18 else { return wholeNumberSlowly(text) }
    for byte in text {
        guard byte >= 0x30 && byte <= 0x39 else { return wholeNumberSlowly(text) }
        value = value &* 10 &+ Int64(byte &- 0x30)
    }
    return value
}

/// Signs, fractions of zeros and exponents.
private func wholeNumberSlowly(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    let string = String(decoding: text, as: UTF8.self)
    if let value = Int64(string) { return value }
    guard let value = Double(string), let whole = Int64(exactly: value), abs(value) <= 9_007_199_254_740_992 else {
        return nil
    }
    return whole
}
