// A program started by a test: its pipes, its end. Nothing waits for ever.
import Foundation
import Glibc

private let spawning = NSLock()

/// How a process ended.
enum Ending: Equatable, Sendable {
    case exit(Int32)
    case signal(Int32)
}

/// A child with its stdin and stdout on pipes; stderr goes to a file.
final class ChildProcess {
    /// How long a test waits for anything that has to come.
    static let patienceMs = 60_000

    let pid: pid_t
    private(set) var input: Int32
    private(set) var output: Int32
    private(set) var received: [UInt8] = []
    private(set) var outputHasEnded = false
    private var taken = 0
    private var ending: Ending?

    init(_ command: [String], folder: String, environment: [String: String], errors: String) throws {
        signal(SIGPIPE, SIG_IGN)
        var stdin: [Int32] = [-1, -1]
        var stdout: [Int32] = [-1, -1]
        // No other child of this module may inherit the pipes before they are marked.
        spawning.lock()
        defer { spawning.unlock() }
        guard pipe(&stdin) == 0, pipe(&stdout) == 0 else { throw Failure("no pipe") }
        for descriptor in stdin + stdout { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, stdin[0], 0)
        posix_spawn_file_actions_adddup2(&actions, stdout[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var pipeSignal = sigset_t()
        sigemptyset(&pipeSignal)
        sigaddset(&pipeSignal, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &pipeSignal)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        let inFolder = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder] + command
        var arguments = inFolder.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, inFolder[0], &actions, &attributes, &arguments, &variables)
        close(stdin[0])
        close(stdout[1])
        guard code == 0 else { throw Failure("cannot start \(command[0]): \(String(cString: strerror(code)))") }
        pid = child
        input = stdin[1]
        output = stdout[0]
        // Only our ends: the child's are descriptions of their own.
        _ = fcntl(input, F_SETFL, O_NONBLOCK)
        _ = fcntl(output, F_SETFL, O_NONBLOCK)
    }

    deinit {
        closeInput()
        closeOutput()
        guard ending == nil else { return }
        kill(SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    /// Writes all of it, reading what comes back meanwhile. False when the child has gone.
    @discardableResult
    func send(_ bytes: some Sequence<UInt8>) throws -> Bool {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                try wait(alsoToWrite: true)
            } else {
                return false
            }
        }
        return true
    }

    /// The next line of stdout, without its end; nil when stdout has ended.
    func nextLine() throws -> String? {
        var searched = taken
        while true {
            if let end = received[searched...].firstIndex(of: 0x0A) {
                defer { taken = end + 1 }
                return String(decoding: received[taken..<end], as: UTF8.self)
            }
            searched = received.count
            if outputHasEnded { return nil }
            try wait(alsoToWrite: false)
        }
    }

    /// What stdout held after the last line end: must be empty.
    var rest: [UInt8] { Array(received[taken...]) }

    /// Reads until the child closes its stdout.
    func readToEnd() throws { while !outputHasEnded { try wait(alsoToWrite: false) } }

    func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// The reader goes away.
    func closeOutput() {
        if output >= 0 { close(output) }
        output = -1
        outputHasEnded = true
    }

    func kill(_ signal: Int32) { Glibc.kill(pid, signal) }

    /// Waits for the end of the process.
    func waitForEnd() throws -> Ending {
        if let ending { return ending }
        var waitedMs = 0
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) == 0 {
            guard waitedMs < ChildProcess.patienceMs else { throw Failure("process \(pid) does not end") }
            usleep(2000)
            waitedMs += 2
        }
        let signal = status & 0x7f
        let found = signal == 0 ? Ending.exit(status >> 8 & 0xff) : Ending.signal(signal)
        ending = found
        return found
    }

    /// Takes what stdout has, waiting until there is something (or until stdin takes more).
    private func wait(alsoToWrite: Bool) throws {
        var descriptors = [pollfd(fd: outputHasEnded ? -1 : output, events: Int16(POLLIN), revents: 0)]
        if alsoToWrite { descriptors.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0)) }
        guard poll(&descriptors, nfds_t(descriptors.count), Int32(ChildProcess.patienceMs)) > 0 else {
            throw Failure("process \(pid) neither writes nor reads for \(ChildProcess.patienceMs / 1000) s")
        }
        guard descriptors[0].revents != 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(output, &buffer, buffer.count)
        if count > 0 { received.append(contentsOf: buffer[..<count]) }
        if count == 0 { outputHasEnded = true }
    }
}
