// What a text view is drawn on: its width, and whether it may be coloured.
import Budgeting

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where a view goes. Colour never says anything that a word does not say too.
package struct Page: Sendable {
    package var isColoured: Bool
    /// Columns.
    package var width: Int
    /// Rows of the terminal.
    package var height: Int

    package init(isColoured: Bool = false, width: Int = 100, height: Int = 24) {
        self.isColoured = isColoured
        self.width = width
        self.height = height
    }

    /// The process's stdout: coloured on a terminal, unless `NO_COLOR` (https://no-color.org) or `TERM=dumb` is set.
    package static func ofProcess() -> Page {
        guard isatty(1) == 1 else { return Page() }
        var size = winsize()
        let isKnown = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col >= 40
        let term = getenv("TERM").map { String(cString: $0) } ?? "dumb"
        let refusesColour = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        return Page(
            isColoured: !refusesColour && term != "dumb", width: isKnown ? min(Int(size.ws_col), 160) : 80,
            height: size.ws_row >= 2 ? Int(size.ws_row) : 24)
    }
}

extension Page {
    package enum Ink: String {
        case plain
        case green = "32"
        case yellow = "33"
        case orange = "38;5;208"
        case red = "31"
        case bold = "1"
        case faint = "2"
    }

    package func paint(_ text: String, _ ink: Ink) -> String {
        isColoured && ink != .plain ? "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// The ink of a level's word.
    package static func ink(ofLevel level: String) -> Ink {
        switch level {
        case "green": .green
        case "yellow": .yellow
        case "orange": .orange
        case "red": .red
        default: .plain
        }
    }

    /// A bar of `width` columns with its frame: `#` for what is spent, `=` for what is held. Beyond the whole it is
    /// full and ends in `>`.
    package func bar(spent: Percent, committed: Percent, width: Int = 32) -> String {
        let inside = max(width - 2, 1)
        func columns(_ share: Percent) -> Int {
            let held = min(max(share.thousandths, 0), 100_000)
            return Int((held * Int64(inside) + 50_000) / 100_000)
        }
        let first = columns(spent)
        let second = max(columns(committed) - first, 0)
        var line = String(repeating: "#", count: first) + String(repeating: "=", count: second)
        line += String(repeating: ".", count: inside - first - second)
        if committed > .hundred || spent > .hundred { line = line.dropLast() + ">" }
        return "[\(line)]"
    }
}

/// The text over what stood on the terminal, without flicker: each line ends by clearing what is left of the old one.
/// What does not fit into `height` rows is cut, so that the terminal does not scroll.
package func repainted(_ text: String, height: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(max(height - 1, 1))
    return "\u{1B}[H" + lines.joined(separator: "\u{1B}[K\n") + "\u{1B}[J"
}
