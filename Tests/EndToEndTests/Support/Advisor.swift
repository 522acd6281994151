// The real binary in a folder of its own: a test sends lines and looks at answers.
import Foundation

/// A running `budget-advisor` that serves stdio.
final class Advisor {
    let process: ChildProcess
    private var lastID: Int64 = 0
    private let errors: String

    /// Beside the test bundle; `ADVISOR_TEST_BINARY` names another one.
    static let binary: String =
        ProcessInfo.processInfo.environment["ADVISOR_TEST_BINARY"]
        ?? ((try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0])
        .split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/budget-advisor"

    /// - Parameters:
    ///   - ledger: the file's path; a file of the folder by default.
    ///   - asNobody: run as user 65534, to whom file modes apply; needs root.
    ///   - umask: the process's umask, in octal.
    init(
        in folder: TestFolder, ledger: String? = nil, arguments: [String] = [], environment: [String: String] = [:],
        asNobody: Bool = false, umask: Int = 0o022
    ) throws {
        errors = folder.path + "/stderr-\(UUID().uuidString)"
        var command = [Advisor.binary, "--ledger", ledger ?? folder.ledger] + arguments
        if asNobody { command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + command }
        process = try ChildProcess(
            ["sh", "-c", #"umask "$0" && exec "$@""#, String(umask, radix: 8)] + command, folder: folder.path,
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path].merging(environment) { $1 }, errors: errors)
    }

    /// What it wrote for people.
    var stderr: String { (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "" }

    @discardableResult
    func send(_ text: String) throws -> Bool { try process.send(text.utf8) }

    /// The next answer.
    func answer() throws -> Answer {
        guard let line = try process.nextLine() else { throw Failure("no answer, stdout has ended; \(stderr)") }
        return try Answer(line)
    }

    /// Sends one line and waits for its answer.
    func answer(to line: String) throws -> Answer {
        try send(line + "\n")
        return try answer()
    }

    /// Calls a method as a request of its own.
    func call(_ method: String, _ params: String = "{}") throws -> Answer {
        lastID += 1
        let answer = try answer(to: #"{"jsonrpc":"2.0","id":\#(lastID),"method":"\#(method)","params":\#(params)}"#)
        guard answer.id == lastID else { throw Failure("another answer than asked for: \(answer.line)") }
        return answer
    }

    /// Ends the input, and gives all answers not read so far and how the process ended.
    func finish() throws -> (answers: [Answer], ending: Ending) {
        process.closeInput()
        return try end()
    }

    /// Reads to the end of stdout. A half line is a failure unless the process was killed.
    func end() throws -> (answers: [Answer], ending: Ending) {
        try process.readToEnd()
        var answers: [Answer] = []
        while let line = try process.nextLine() { answers.append(try Answer(line)) }
        let ending = try process.waitForEnd()
        if ending != .signal(9), !process.rest.isEmpty {
            throw Failure("half a line: \(String(decoding: process.rest, as: UTF8.self))")
        }
        return (answers, ending)
    }

    /// One request line.
    static func line(_ id: Int, _ method: String, _ params: String) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"# + "\n"
    }
}
