// What was typed, as keys.

/// A key that the dashboard knows.
enum Key: Equatable {
    case character(Character)
    case enter, escape, backspace, tab, backTab
    case up, down, left, right, pageUp, pageDown, home, end
    /// Ctrl-C: in raw mode it is a byte and not a signal.
    case interrupt
}

extension Key {
    /// The keys of what one read brought. An escape sequence comes in one piece; what is not known is dropped.
    static func all(in bytes: [UInt8]) -> [Key] {
        var keys: [Key] = []
        var rest = bytes[...]
        while let first = rest.first {
            if first == 0x1B {
                let (key, length) = escaped(rest)
                if let key { keys.append(key) }
                rest = rest.dropFirst(length)
                continue
            }
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            if let key = single(first) ?? character(rest.prefix(length)) { keys.append(key) }
            rest = rest.dropFirst(length)
        }
        return keys
    }

    private static func single(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x03: .interrupt
        case 0x09: .tab
        case 0x0A, 0x0D: .enter
        case 0x08, 0x7F: .backspace
        default: nil
        }
    }

    private static func character(_ bytes: ArraySlice<UInt8>) -> Key? {
        guard let text = String(validating: bytes, as: UTF8.self), let character = text.first, text.count == 1,
            bytes.first.map({ $0 >= 0x20 }) ?? false
        else { return nil }
        return .character(character)
    }

    /// `ESC [ A` and `ESC O A` are arrows; an escape alone is the key.
    private static func escaped(_ bytes: ArraySlice<UInt8>) -> (Key?, length: Int) {
        let sequence = Array(bytes.dropFirst())
        guard let kind = sequence.first, kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else {
            return (.escape, 1)
        }
        guard let end = sequence.dropFirst().firstIndex(where: { (0x40...0x7E).contains($0) }) else {
            return (nil, bytes.count)
        }
        let text = String(decoding: sequence[1...end], as: UTF8.self)
        let known: [String: Key] = [
            "A": .up, "B": .down, "C": .right, "D": .left, "H": .home, "F": .end, "Z": .backTab, "5~": .pageUp,
            "6~": .pageDown, "1~": .home, "4~": .end,
        ]
        return (known[text], end + 2)
    }
}
