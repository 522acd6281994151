// What Package.swift cannot guard: purity, size, and a purpose on top of each file.
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct TidyTests {
    @Test func sourcesKeepTheRules() throws {
        let root = String(#filePath.dropLast("Tests/AdvisorTests/TidyTests.swift".count))
        let files = swiftFiles(under: root + "Sources")
        #expect(files.count > 50)
        for file in files {
            let lines = try #require(contents(of: file), "cannot read \(file)")
            let name = String(file.dropFirst(root.count))
            #expect(lines.first?.hasPrefix("// ") == true, "\(name) must say its purpose in its first line")
            if !name.hasSuffix("CatalogueRows.swift") {
                #expect(lines.count <= 400, "\(name) has \(lines.count) lines")
            }
            let isPure = name.contains("/Budgeting/") || name.contains("/Forecasting/") || name.contains("/JSONRPC/")
            for (index, line) in lines.enumerated() {
                let place = "\(name):\(index + 1)"
                let code = line.split(separator: "//", omittingEmptySubsequences: false).first.map(String.init) ?? ""
                #expect(!code.contains("import Foundation"), "\(place): no Foundation")
                #expect(!code.contains(" print("), "\(place): stdout is the protocol's")
                #expect(!code.hasPrefix("public ") && !code.contains(" public "), "\(place): package, not public")
                #expect(!isPure || !code.contains("clock_gettime"), "\(place): no clock in a pure target")
            }
        }
    }

    private func swiftFiles(under folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var found: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            let path = folder + "/" + name
            found += name.hasSuffix(".swift") ? [path] : swiftFiles(under: path)
        }
        return found
    }

    private func contents(of path: String) -> [String]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
    }
}
