// The loop on real pipes: framing, order, limits, and a reader that goes away.
import Budgeting
import Ledger
import Testing

@testable import Advisor

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Serves `input` from one pipe into another, both filled and drained by threads of their own.
private func served(_ input: [[UInt8]], readsOutput: Bool = true, isNonBlocking: Bool = false) -> (
    status: Int32, lines: [String]
) {
    var (toServer, fromServer) = ([Int32](repeating: 0, count: 2), [Int32](repeating: 0, count: 2))
    pipe(&toServer)
    pipe(&fromServer)
    signal(SIGPIPE, SIG_IGN)
    if isNonBlocking {
        _ = fcntl(toServer[0], F_SETFL, O_NONBLOCK)
        _ = fcntl(fromServer[1], F_SETFL, O_NONBLOCK)
    }
    let (feed, drain) = (toServer[1], fromServer[0])
    if !readsOutput { close(drain) }
    let writer = Thread {
        for chunk in input {
            var rest = chunk[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(feed, $0.baseAddress, $0.count) }
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
        }
        close(feed)
    }
    let output = Box<[UInt8]>([])
    let reader = readsOutput ? Thread { output.value = drained(drain) } : nil
    let session = Session(
        ledger: Ledger(LedgerConfiguration(path: "/nowhere/at/all.db")), settings: Settings(),
        now: Instant(seconds: 0))
    let status = serve(session, on: ProtocolStreams(input: toServer[0], output: fromServer[1]))
    close(fromServer[1])
    close(toServer[0])
    writer.join()
    reader?.join()
    let lines = String(decoding: output.value, as: UTF8.self).split(separator: "\n").map(String.init)
    return (status, lines)
}

private func drained(_ descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    close(descriptor)
    return bytes
}

private final class Box<Value>: @unchecked Sendable {
    var value: Value
    init(_ value: Value) { self.value = value }
}

/// A plain thread: the pipes block, which the cooperative pool must not.
private final class Thread {
    private var id = pthread_t()
    init(_ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Box(body)).toOpaque()
        pthread_create(
            &id, nil,
            { argument in
                let raw: UnsafeMutableRawPointer? = argument
                if let raw { Unmanaged<Box<@Sendable () -> Void>>.fromOpaque(raw).takeRetainedValue().value() }
                return nil
            }, work)
    }
    func join() { pthread_join(id, nil) }
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

private func ping(_ id: Int) -> String { #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"# }

private func pong(_ id: Int) -> String { #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"# }

@Suite(.serialized) struct ServeTests {
    @Test func thousandsOfLinesAreAnsweredInOrder() {
        let input = (0..<20_000).map { ping($0) + "\n" }.joined()
        let (status, lines) = served([bytes(input)])
        #expect(status == ExitStatus.done)
        #expect(lines == (0..<20_000).map(pong))
    }

    @Test func nonBlockingPipesAreWaitedFor() {
        let input = (0..<20_000).map { bytes(ping($0) + "\n") }
        let (status, lines) = served(input, isNonBlocking: true)
        #expect(status == ExitStatus.done)
        #expect(lines == (0..<20_000).map(pong))
    }

    @Test func linesMayComeInPiecesAndTheLastNeedsNoEnd() {
        let (status, lines) = served((ping(1) + "\r\n\n  \n" + ping(2)).utf8.map { [$0] })
        #expect(status == ExitStatus.done)
        #expect(lines == [pong(1), pong(2)])
    }

    @Test func aLineThatIsTooLongGetsOneError() {
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: (16 << 20) + 100_000)
        let (status, lines) = served([long, bytes("\n" + ping(1) + "\n")])
        #expect(status == ExitStatus.done)
        #expect(lines.count == 2)
        #expect(outcomes(lines) == ["null:-32600", "1:ok"])
    }

    @Test func aHalfMessageAtTheEndIsAParseError() {
        #expect(
            outcomes(served([bytes(ping(1) + "\n" + #"{"jsonrpc":"2.0","id":2,"met"#)]).lines) == [
                "1:ok", "null:-32700",
            ])
    }

    @Test func aReaderThatGoesAwayEndsIt() {
        #expect(served([bytes(ping(1) + "\n")], readsOutput: false).status == ExitStatus.streamLost)
    }

    @Test func withoutAStoreEveryRequestIsAnswered1003() {
        let get = #"{"jsonrpc":"2.0","id":1,"method":"getStatus"}"#
        let (status, lines) = served([bytes(get + "\n" + ping(2) + "\n")])
        #expect(status == ExitStatus.done)
        #expect(outcomes(lines) == ["1:1003", "2:ok"])
    }

    @Test func anInputThatCannotBeReadEndsIt() {
        let session = Session(
            ledger: Ledger(LedgerConfiguration(path: "/nowhere/at/all.db")), settings: Settings(),
            now: Instant(seconds: 0))
        #expect(serve(session, on: ProtocolStreams(input: -1, output: 1)) == ExitStatus.streamLost)
    }
}
