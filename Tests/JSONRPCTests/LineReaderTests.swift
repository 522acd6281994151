// Lines out of reads, wherever the reads fall.
import JSONRPC
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct LineReaderTests {
    /// What a reader hands out: the line's text, `<long>` for one that is too long, `…` behind one without an end.
    private func drain(_ reader: inout LineReader, into lines: inout [String]) {
        while let line = reader.next() {
            let text = line.isTooLong ? "<long>" : String(decoding: line.bytes, as: UTF8.self)
            lines.append(line.isTerminated ? text : text + "…")
        }
    }

    private func fill(_ reader: inout LineReader, isEnd: Bool) {
        let isRead = reader.fill()
        let isAtEnd = reader.isAtEnd
        #expect(isRead && isAtEnd == isEnd)
    }

    /// The lines of an input of which each part is one read.
    private func lines(_ parts: [[UInt8]]) -> [String] {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        var lines: [String] = []
        var reader = LineReader(descriptor: ends[0])
        for part in parts where !part.isEmpty {
            #expect(write(ends[1], part, part.count) == part.count)
            fill(&reader, isEnd: false)
            drain(&reader, into: &lines)
        }
        close(ends[1])
        fill(&reader, isEnd: true)
        drain(&reader, into: &lines)
        close(ends[0])
        return lines
    }

    /// The lines of a file, and how often it had to be read.
    private func linesOfFile(_ parts: [(byte: UInt8, count: Int)]) throws -> (lines: [String], reads: Int) {
        let file = try #require(tmpfile())
        defer { fclose(file) }
        for part in parts {
            let bytes = [UInt8](repeating: part.byte, count: part.count)
            #expect(fwrite(bytes, 1, part.count, file) == part.count)
        }
        fflush(file)
        lseek(fileno(file), 0, SEEK_SET)
        var reader = LineReader(descriptor: fileno(file))
        var lines: [String] = []
        var reads = 0
        while !reader.isAtEnd, reader.fill() {
            reads += 1
            while let line = reader.next() {
                let first = line.bytes.first.map { String(UnicodeScalar($0)) } ?? ""
                // Every byte equals the one behind it.
                let isUniform =
                    line.bytes.baseAddress.map { memcmp($0, $0 + 1, line.bytes.count - 1) == 0 } ?? true
                lines.append(line.isTooLong ? "<long>" : isUniform ? "\(first)×\(line.bytes.count)" : "mixed")
            }
        }
        return (lines, reads)
    }

    @Test("Every way to split an input into two reads, and into single bytes")
    func splits() {
        let input = Array(
            "\u{FEFF}{\"a\":1}\r\n\n  \t\r\n{\"b\":\"é\u{2028}\u{85}\"}\n \u{FEFF}x \n\r\nmid\rdle\nlast".utf8)
        let expected = ["{\"a\":1}", "{\"b\":\"é\u{2028}\u{85}\"}", " \u{FEFF}x ", "mid\rdle", "last…"]
        for place in 0...input.count {
            #expect(lines([Array(input[..<place]), Array(input[place...])]) == expected, "split at \(place)")
        }
        #expect(lines(input.map { [$0] }) == expected)
    }

    @Test(
        "Ends of input",
        arguments: [
            ("", []), ("\n", []), ("\r\n", []), ("   ", []), ("\u{FEFF}", []), ("\u{FEFF}\na\n", ["a"]), ("a", ["a…"]),
            ("a\n", ["a"]), ("a\r", ["a…"]), ("a\nb", ["a", "b…"]), ("\n\na\n\n", ["a"]), ("a\r\r\n", ["a\r"]),
            ("a\n\u{FEFF}b\n", ["a", "\u{FEFF}b"]),
        ] as [(String, [String])])
    func ends(_ input: String, expected: [String]) {
        #expect(lines([Array(input.utf8)]) == expected)
    }

    @Test("All lines that one read brought come before the next read, and may be changed")
    func oneRead() {
        let count = 5000
        let input = (0..<count).map { "\($0)\n" }.joined()
        #expect(lines([Array(input.utf8)]) == (0..<count).map { "\($0)" })
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        #expect(write(ends[1], "ab\ncd\n", 6) == 6)
        var reader = LineReader(descriptor: ends[0])
        fill(&reader, isEnd: false)
        reader.next()?.bytes.copyBytes(from: [0x0A, 0x0A])
        var rest: [String] = []
        drain(&reader, into: &rest)
        #expect(rest == ["cd"])
        close(ends[0])
        close(ends[1])
    }

    @Test("Lines of every size around the buffer's")
    func sizes() throws {
        let newline = (byte: UInt8(0x0A), count: 1)
        for size in [65_535, 65_536, 65_537, 131_071, 131_072, 1 << 20, 3 << 20] {
            let parts = [
                (UInt8(ascii: "a"), size), newline, (UInt8(ascii: "b"), size - 1), newline, (UInt8(ascii: "c"), 3),
            ]
            #expect(try linesOfFile(parts).lines == ["a×\(size)", "b×\(size - 1)", "c×3"])
        }
    }

    @Test("16 MiB is a line, one byte more is not, and the next line is read as usual")
    func tooLong() throws {
        let limit = LineReader.maxLineBytes
        let newline = (byte: UInt8(0x0A), count: 1)
        let short = (byte: UInt8(ascii: "z"), count: 2)
        for (ending, isEnd) in [([newline], false), ([(byte: 0x0D, count: 1), newline], false), ([], true)] {
            let after = isEnd ? [] : [short, newline]
            let expected = isEnd ? [] : ["z×2"]
            #expect(try linesOfFile([(UInt8(ascii: "a"), limit)] + ending + after).lines == ["a×\(limit)"] + expected)
            #expect(try linesOfFile([(UInt8(ascii: "a"), limit + 1)] + ending + after).lines == ["<long>"] + expected)
        }
        let three = try linesOfFile([
            short, newline, (UInt8(ascii: "a"), 3 * limit), newline, (UInt8(ascii: "b"), limit + 9), newline, short,
        ])
        #expect(three.lines == ["z×2", "<long>", "<long>", "z×2"])
        // What is skipped is not held: the buffer is small again, and reads bring a mebibyte each at most.
        #expect(three.reads > 2 * 16 - 4)
    }

    @Test("The same through a pipe, in small reads")
    func tooLongInPieces() {
        let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 16 << 10)
        let full = Array(repeating: piece, count: 1024)
        let end = Array("\nnext\n".utf8)
        #expect(lines(full + [[0x0D], end]).map(\.utf8.count) == [16 << 20, 4])
        #expect(lines(full + [[0x61], [0x61, 0x0D], end]) == ["<long>", "next"])
        #expect(lines(full + full + full + [end]) == ["<long>", "next"])
    }

    @Test("A descriptor that cannot be read says so")
    func unreadable() {
        var reader = LineReader(descriptor: -1)
        let isRead = reader.fill()
        #expect(!isRead && errno == EBADF)
        let isEmpty = reader.next() == nil
        #expect(isEmpty)
    }
}
