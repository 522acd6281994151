// Loads the rules of a named time zone from the system; the only file of this target that touches the system.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a time zone cannot be had; `description` is meant for the person who set it.
package struct TimeZoneFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let name: String
    package let folder: String

    package var description: String {
        "time zone \"\(name)\" is not known here: use an IANA name such as UTC or Europe/Berlin, "
            + "one of the files under \(folder) (package tzdata)"
    }
}

extension TimeZoneRules {
    /// The rules of an IANA name, 1970–2100, from the file under `$TZDIR` or /usr/share/zoneinfo. `UTC` needs no file.
    ///
    /// Read here and not through the C library's `TZ`, which silently takes a name it does not know for UTC, belongs
    /// to the whole process, and takes 3 to 5 ms to probe. Takes about 0.1 ms.
    package static func system(named name: String) throws(TimeZoneFault) -> TimeZoneRules {
        if name == "UTC" { return .utc }
        let folder = environment("TZDIR") ?? "/usr/share/zoneinfo"
        guard isZoneName(name), let bytes = contents(folder + "/" + name),
            let rules = TimeZoneFile(bytes)?.rules(name: name, lastYear: 2100)
        else { throw TimeZoneFault(name: name, folder: folder) }
        return rules
    }

    /// Letters, digits and `+-_` in parts between single slashes; no `..`, no absolute path, none of the folders
    /// and files beside the zones.
    private static func isZoneName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let areSound = parts.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy { byte in
                    (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
                        || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                }
        }
        let isBeside = ["right", "posix", "localtime", "posixrules", "Factory"]
            .contains { parts.first?.elementsEqual($0.utf8) ?? true }
        return areSound && !isBeside
    }

    /// Nil for what cannot be read, or is longer than any zone file.
    private static func contents(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &bytes, bytes.count)
        if count <= 0 || count == bytes.count { return nil }
        return Array(bytes[..<count])
    }

    private static func environment(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}
