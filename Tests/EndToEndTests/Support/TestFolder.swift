// A folder for one test, on the disk or on a small file system of its own.
import Foundation
import Testing

/// Made in the temporary folder, deleted with the value.
final class TestFolder {
    let path: String
    private var mounts: [String] = []

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/budget-advisor-test-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        for mount in mounts { _ = try? run(["umount", "--lazy", mount]) }
        try? FileManager.default.removeItem(atPath: path)
    }

    var ledger: String { path + "/ledger.db" }

    /// Mounts a tmpfs of so many KiB in a folder below.
    func mountSmallDisk(kibibytes: Int) throws -> String {
        let place = path + "/disk"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        try run(["mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k,mode=700", "tmpfs", place])
        mounts.append(place)
        return place
    }

    /// Bytes of a file; nil where there is none.
    func bytes(of path: String) -> Data? { FileManager.default.contents(atPath: path) }

    /// The mode of a file, in octal digits.
    func mode(of path: String) -> String {
        let mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        return String(mode ?? 0, radix: 8)
    }
}

/// Runs a program to its end and gives its stdout; a failure when it does not exit 0.
@discardableResult
func run(_ command: [String], input: String = "") throws -> String {
    let errors = FileManager.default.temporaryDirectory.path + "/budget-advisor-test-\(UUID().uuidString).err"
    defer { unlink(errors) }
    let child = try ChildProcess(
        command, folder: "/", environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin"], errors: errors)
    try child.send(input.utf8)
    child.closeInput()
    try child.readToEnd()
    let ending = try child.waitForEnd()
    guard ending == .exit(0) else {
        throw Failure(
            "\(command.joined(separator: " ")): \(ending): "
                + ((try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""))
    }
    return String(decoding: child.received, as: UTF8.self)
}

/// Asks the ledger's file through Python's SQLite: columns with "|" between, a row a line.
func query(_ ledger: String, _ sql: String) throws -> String {
    try run(
        [
            "python3", "-c",
            """
            import sqlite3, sys
            for row in sqlite3.connect(sys.argv[1], timeout=30).execute(sys.argv[2]):
                print("|".join("" if v is None else str(v) for v in row))
            """, ledger, sql,
        ]
    ).trimmingCharacters(in: .newlines)
}

/// Why file system tests cannot run here; nil where they can.
let noMounts: String? = {
    guard getuid() == 0 else { return "mounting a small tmpfs needs root" }
    guard let folder = try? TestFolder() else { return "no temporary folder" }
    do {
        _ = try folder.mountSmallDisk(kibibytes: 64)
        return nil
    } catch {
        return "mounting a small tmpfs is not allowed here: \(error)"
    }
}()

/// The most memory a process has held at once.
func peakKibibytes(of pid: pid_t) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM") }),
        let number = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
    else { throw Failure("no VmHWM") }
    return number
}
