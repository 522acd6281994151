// How many columns of a terminal a text takes, and texts made safe to show.

/// Columns of a text on a terminal: wide characters (East Asian, most emoji) take two, marks on others none.
package func displayWidth(_ text: String) -> Int { text.reduce(0) { $0 + displayWidth($1) } }

private func displayWidth(_ character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
        // Asks for the picture of a character that is narrow without it.
        if scalar.value == 0xFE0F { return 2 }
        width = max(width, displayWidth(scalar))
    }
    return width
}

private func displayWidth(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
}

/// The blocks whose characters are wide or full-width (Unicode Standard Annex 11); emoji are known to the library.
private let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x20000...0x3FFFD,
]

/// The text without anything that would move the cursor, change colours or break the line: names and titles come
/// from agents. Each such character becomes `\u{FFFD}`.
package func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var safe = ""
    for scalar in text.unicodeScalars { safe.unicodeScalars.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
    return safe
}

/// Control characters, line separators, and what turns the direction of writing.
private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
}

/// The text cut to at most `width` columns, its end marked by `…`.
package func shortened(_ text: String, to width: Int) -> String {
    guard displayWidth(text) > width else { return text }
    var short = ""
    var used = 0
    for character in text {
        let next = displayWidth(character)
        if used + next > width - 1 { break }
        short.append(character)
        used += next
    }
    return short + "…"
}
