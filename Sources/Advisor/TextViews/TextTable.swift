// Rows of text in aligned columns.

/// A table for a terminal. Numbers stand at the right of their column, all else at the left.
package struct TextTable {
    package struct Column {
        var title: String
        var isRight = false
        /// Longer cells are cut.
        var widest = 48

        package static func left(_ title: String, widest: Int = 48) -> Column { Column(title: title, widest: widest) }
        package static func right(_ title: String) -> Column { Column(title: title, isRight: true) }
    }

    package struct Cell: ExpressibleByStringLiteral {
        var text: String
        var ink: Page.Ink

        package init(_ text: String, _ ink: Page.Ink = .plain) {
            self.text = visible(text)
            self.ink = ink
        }

        package init(stringLiteral text: String) { self.init(text) }
    }

    private let columns: [Column]
    private var rows: [[Cell]] = []

    package init(_ columns: [Column]) { self.columns = columns }

    /// Cells that are missing at the end stay empty.
    package mutating func add(_ cells: [Cell]) { rows.append(cells) }

    package var isEmpty: Bool { rows.isEmpty }

    /// Columns in which nothing stands are left out.
    package func text(on page: Page, indent: Int = 0) -> String {
        let cells = rows.map { row in
            columns.indices.map { index in
                var cell = index < row.count ? row[index] : Cell("")
                cell.text = shortened(cell.text, to: columns[index].widest)
                return cell
            }
        }
        let used = columns.indices.filter { index in cells.contains { !$0[index].text.isEmpty } }
        let widths = columns.indices.map { index in
            max(displayWidth(columns[index].title), cells.map { displayWidth($0[index].text) }.max() ?? 0)
        }
        func line(_ cell: (Int) -> Cell) -> String {
            var text = String(repeating: " ", count: indent)
            for (place, index) in used.enumerated() {
                let cell = cell(index)
                let blanks = String(repeating: " ", count: widths[index] - displayWidth(cell.text))
                let isLast = place == used.count - 1
                let shown = page.paint(cell.text, cell.ink)
                text += columns[index].isRight ? blanks + shown : shown + (isLast ? "" : blanks)
                if !isLast { text += "  " }
            }
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }
        return line { Cell(columns[$0].title, .faint) } + cells.map { row in line { row[$0] } }.joined()
    }
}
