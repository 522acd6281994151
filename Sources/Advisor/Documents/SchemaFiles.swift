// The files in `schemas/`, and writing them.
import JSONRPC

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that cannot be read or written.
package struct FileFault: Error {
    package var message: String
}

/// All files of `schemas/`: the OpenRPC document, and for each method its params and its result.
package func schemaFiles(of methods: [AnyMethod]) -> [(name: String, text: String)] {
    let dialect = (name: "$schema", value: JSON.string("https://json-schema.org/draft/2020-12/schema"))
    var files = [(name: "openrpc.json", text: openRPCText(of: methods))]
    for method in methods {
        for (part, schema) in [("params", method.params.schema()), ("result", method.result.schema())] {
            guard case .object(let members) = schema else { continue }
            let title = (name: "title", value: JSON.string("\(part) of \(method.name)"))
            files.append(("\(method.name).\(part).json", JSON.object([dialect, title] + members).indented + "\n"))
        }
    }
    return files
}

package func openRPCText(of methods: [AnyMethod]) -> String { openRPCDocument(of: methods).indented + "\n" }

/// Writes `schemaFiles` into `folder`, which is created, and removes files there that no method has any more.
package func writeSchemas(of methods: [AnyMethod], to folder: String) throws(FileFault) {
    if mkdir(folder, 0o777) != 0, errno != EEXIST { throw fault("cannot create", folder) }
    let files = schemaFiles(of: methods)
    for file in files { try writeText(file.text, to: "\(folder)/\(file.name)") }
    for name in try namesOfFiles(in: folder) where !files.contains(where: { $0.name == name }) {
        guard name.hasSuffix(".params.json") || name.hasSuffix(".result.json") else { continue }
        if unlink("\(folder)/\(name)") != 0 { throw fault("cannot remove", "\(folder)/\(name)") }
    }
}

/// Renews the block `methods` of a README.
package func renewMethodTable(in path: String, methods: [AnyMethod]) throws(FileFault) {
    guard let text = replacingBlock("methods", in: try readText(path), by: methodTable(of: methods)) else {
        throw FileFault(message: "\(path) lacks the lines '<!-- methods: begin … -->' and '<!-- methods: end -->'")
    }
    try writeText(text, to: path)
}

package func readText(_ path: String) throws(FileFault) -> String {
    guard let file = fopen(path, "r") else { throw fault("cannot read", path) }
    defer { fclose(file) }
    return readText(file)
}

/// All of stdin, for commands that are given one document there.
package func readStandardInput() -> String {
    guard let file = fdopen(dup(STDIN_FILENO), "r") else { return "" }
    defer { fclose(file) }
    return readText(file)
}

private func readText(_ file: UnsafeMutablePointer<FILE>) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
}

package func writeText(_ text: String, to path: String) throws(FileFault) {
    guard let file = fopen(path, "w") else { throw fault("cannot write", path) }
    let bytes = Array(text.utf8)
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { throw fault("cannot write", path) }
}

private func namesOfFiles(in folder: String) throws(FileFault) -> [String] {
    guard let directory = opendir(folder) else { throw fault("cannot read", folder) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        names.append(
            withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            })
    }
    return names
}

private func fault(_ problem: String, _ path: String) -> FileFault {
    FileFault(message: "\(problem) \(path): \(String(cString: strerror(errno)))")
}
