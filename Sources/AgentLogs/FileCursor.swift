// Where a file's reading stopped, and what it needs to go on.

/// Commit it together with the records delivered with it; then nothing is lost or counted twice by a crash.
package struct FileCursor: Sendable, Hashable {
    package var device: UInt64 = 0
    package var inode: UInt64 = 0
    /// Hash over the file's first `headBytes` bytes, to notice a file rewritten in place.
    var headHash: UInt64 = 0
    var headBytes: Int64 = 0
    /// Hash over the `tailBytes` bytes in front of `offset`.
    var tailHash: UInt64 = 0
    var tailBytes: Int64 = 0
    /// Everything before it is read; always just after a full line.
    package var offset: Int64 = 0
    /// Size and modification time (ns since 1970) when it was last read to its end; equal ones: nothing is new.
    package var seenSize: Int64 = -1
    package var seenTimeNs: Int64 = 0
    /// What cumulative formats carry from line to line.
    var state = ResumeState()

    package init() {}
}

/// Small named values that a format's reader carries over a pause.
struct ResumeState: Sendable, Hashable {
    var values: [String: String] = [:]

    subscript(_ name: String) -> String? {
        get { values[name] }
        set { values[name] = newValue }
    }

    subscript(number name: String) -> Int64? {
        get { values[name].flatMap { Int64($0) } }
        set { values[name] = newValue.map { String($0) } }
    }
}

extension FileCursor {
    /// One line of text for the ledger to keep: `1;device;inode;…;name=value;…`, with `%`, `;`, `=` and line ends
    /// escaped in names and values.
    package var text: String {
        var parts = ["1"]
        for number in [Int64(bitPattern: device), Int64(bitPattern: inode), Int64(bitPattern: headHash), headBytes] {
            parts.append(String(number))
        }
        for number in [Int64(bitPattern: tailHash), tailBytes, offset, seenSize, seenTimeNs] {
            parts.append(String(number))
        }
        for (name, value) in state.values.sorted(by: { $0.key < $1.key }) {
            parts.append(escaped(name) + "=" + escaped(value))
        }
        return parts.joined(separator: ";")
    }

    /// Nil for text that ``text`` did not write; the file is then read from its start, which changes nothing booked.
    package init?(text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
            String(decoding: Array($0), as: UTF8.self)
        }
        guard parts.count >= 10, parts[0] == "1" else { return nil }
        var numbers: [Int64] = []
        for part in parts[1..<10] {
            guard let number = Int64(part) else { return nil }
            numbers.append(number)
        }
        device = UInt64(bitPattern: numbers[0])
        inode = UInt64(bitPattern: numbers[1])
        headHash = UInt64(bitPattern: numbers[2])
        headBytes = numbers[3]
        tailHash = UInt64(bitPattern: numbers[4])
        tailBytes = numbers[5]
        offset = numbers[6]
        seenSize = numbers[7]
        seenTimeNs = numbers[8]
        guard offset >= 0, headBytes >= 0, headBytes <= 4096, tailBytes >= 0, tailBytes <= 4096, tailBytes <= offset
        else { return nil }
        for part in parts[10...] {
            guard let equals = part.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            state[unescaped(part[..<equals])] = unescaped(part[part.index(after: equals)...])
        }
    }
}

private func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "%"), UInt8(ascii: ";"), UInt8(ascii: "="), 0x00..<0x20:
            bytes.append(UInt8(ascii: "%"))
            let digits = Array("0123456789ABCDEF".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        default: bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

private func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var pending: [UInt8]?
    for byte in text.utf8 {
        if var digits = pending {
            digits.append(byte)
            pending = digits
            if digits.count == 2 {
                bytes.append(UInt8(String(decoding: digits, as: UTF8.self), radix: 16) ?? UInt8(ascii: "?"))
                pending = nil
            }
        } else if byte == UInt8(ascii: "%") {
            pending = []
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
