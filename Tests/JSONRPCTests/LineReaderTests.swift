// Lines from a pipe, however the bytes arrive.
import Testing

@testable import JSONRPC

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Feeds pieces to a reader through a pipe and gives its lines; `nil` stands for one that was too long.
private func lines(of pieces: [[UInt8]]) -> [String?] {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return [] }
    let writer = ends[1]
    let input = pieces
    let thread = PipeWriter(writer, input)
    thread.start()
    var reader = LineReader(descriptor: ends[0])
    var found: [String?] = []
    repeat {
        guard reader.fill() else { break }
        while let line = reader.next() {
            found.append(line.isTooLong ? nil : String(decoding: line.bytes, as: UTF8.self))
        }
    } while !reader.isAtEnd
    thread.join()
    close(ends[0])
    return found
}

private final class PipeWriter: @unchecked Sendable {
    private let descriptor: Int32
    private let pieces: [[UInt8]]
    private var thread = pthread_t()

    init(_ descriptor: Int32, _ pieces: [[UInt8]]) {
        self.descriptor = descriptor
        self.pieces = pieces
    }

    func start() {
        pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let writer = Unmanaged<PipeWriter>.fromOpaque(context).takeUnretainedValue()
                for piece in writer.pieces {
                    var done = 0
                    while done < piece.count {
                        let count = piece.withUnsafeBytes {
                            write(writer.descriptor, $0.baseAddress! + done, piece.count - done)
                        }
                        if count <= 0 { break }
                        done += count
                    }
                }
                close(writer.descriptor)
                return nil
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    func join() { pthread_join(thread, nil) }
}

@Suite struct LineReaderTests {
    private static let text = "\u{FEFF}{\"a\":1}\r\n\n  \t\r\n[\u{2028}\u{85}]\n\r\nlast"
    private static let expected = ["{\"a\":1}", "[\u{2028}\u{85}]", "last"]

    @Test(arguments: 0..<40) func aSplitAnywhereChangesNothing(place: Int) {
        let bytes = Array(Self.text.utf8)
        let cut = min(place, bytes.count)
        #expect(lines(of: [Array(bytes[..<cut]), Array(bytes[cut...])]) == Self.expected)
    }

    @Test func singleBytesAreEnough() {
        #expect(lines(of: Self.text.utf8.map { [$0] }) == Self.expected)
    }

    @Test func nothingGivesNothing() { #expect(lines(of: []).isEmpty && lines(of: [[0x0A, 0x0A]]).isEmpty) }

    @Test func aLineThatIsTooLongIsToldOnceAndTheNextIsRead() {
        let piece = [UInt8](repeating: 0x61, count: 1 << 20)
        let long = Array(repeating: piece, count: 17) + [Array("\nnext\n".utf8)]
        #expect(lines(of: long) == [nil, "next"])
    }

    @Test func aLineOfTheGreatestLengthIsRead() {
        let line = [UInt8](repeating: 0x61, count: LineReader.maxLineBytes)
        #expect(lines(of: [line, [0x0A], [0x62, 0x0A]]).map { $0?.utf8.count } == [LineReader.maxLineBytes, 1])
    }

    @Test func aByteOrderMarkCountsOnlyAtTheBeginning() {
        #expect(lines(of: [Array("a\n\u{FEFF}b\n".utf8)]) == ["a", "\u{FEFF}b"])
    }
}

@Suite struct IncomingTests {
    @Test(arguments: [
        (#"{"jsonrpc":"2.0","id":1,"method":"a","params":[]}"#, "request 1 a"),
        (#"{"method":"a","id":"x\n","jsonrpc":"2.0"}"#, #"request "x\n" a"#),
        (#"{"jsonrpc":"2.0","id":null,"method":"a"}"#, "request null a"),
        (#"{"jsonrpc":"2.0","method":"a"}"#, "notification a"),
        (#"{"jsonrpc":"2.0","id":1.0,"result":1}"#, "response"), (#"{"id":1,"method":"a"}"#, "invalid 1"),
        (#"{"jsonrpc":"2.0","id":true,"method":"a"}"#, "invalid -"),
        (#"{"jsonrpc":"2.0","id":7,"method":1}"#, "invalid 7"),
        (#"{"jsonrpc":"2.0","id":7,"method":"a","params":null}"#, "invalid 7"), ("5", "invalid -"), ("{}", "invalid -"),
    ])
    func messagesAreTold(text: String, expected: String) throws {
        let found = try parsing(text) { value in
            switch Incoming(value) {
            case .request(let id, let method, _):
                id.map { "request \($0.raw.string) \(method.string)" } ?? "notification \(method.string)"
            case .response: "response"
            case .invalid(let id, _): "invalid \(id?.raw.string ?? "-")"
            }
        }
        #expect(found == expected)
    }
}
