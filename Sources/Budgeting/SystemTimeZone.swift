// Loads the rules of a named time zone from the system; the only file of this target that touches the system.

import Synchronization

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
    /// The rules that the system's C library has for an IANA name, 1970–2100. `UTC` needs no file.
    ///
    /// The C library silently takes a name it does not know for UTC, so the name must be a zone file under
    /// `$TZDIR` or /usr/share/zoneinfo. Sets the variable `TZ` for the moment of the call and puts it back: call it
    /// at start-up, while no other thread reads the environment or asks for local time. Calls of this function wait for
    /// each other. Takes about a millisecond.
    package static func system(named name: String) throws(TimeZoneFault) -> TimeZoneRules {
        if name == "UTC" { return .utc }
        let folder = environment("TZDIR") ?? "/usr/share/zoneinfo"
        guard isZoneName(name), isZoneFile(folder + "/" + name) else { throw TimeZoneFault(name: name, folder: folder) }

        return turn.withLock { _ in
            let before = environment("TZ")
            setenv("TZ", ":" + name, 1)
            tzset()
            defer {
                if let before { setenv("TZ", before, 1) } else { unsetenv("TZ") }
                tzset()
            }
            return probe(name: name)
        }
    }

    /// The variable belongs to the whole process: one loads at a time.
    private static let turn = Mutex<Void>(())

    /// Two changes of one zone are nearly 7 days apart at least (Brazil in October 2000), so steps of 6 days miss none.
    private static let stepSeconds: Int64 = 6 * 86_400
    private static let lastSecond: Int64 = 4_133_980_800

    private static func probe(name: String) -> TimeZoneRules {
        var changes: [Change] = []
        let first = localOffset(at: 0)
        var offset = first
        var low: Int64 = 0
        while low < lastSecond {
            let high = min(low + stepSeconds, lastSecond)
            let offsetAtHigh = localOffset(at: high)
            if offsetAtHigh != offset {
                let from = firstSecond(after: low, upTo: high, differingFrom: offset)
                changes.append(Change(from: Instant(seconds: from), offsetSeconds: offsetAtHigh))
                offset = offsetAtHigh
            }
            low = high
        }
        return TimeZoneRules(name: name, firstOffsetSeconds: first, changes: changes)
    }

    /// Clocks are nearly always changed at a quarter of an hour: bisect those first, then the seconds if need be.
    private static func firstSecond(after low: Int64, upTo high: Int64, differingFrom offset: Int32) -> Int64 {
        let quarter: Int64 = 900
        let steps = Int((high - low) / quarter)
        let index = partitionPoint(count: steps) { localOffset(at: low + Int64($0) * quarter) != offset }
        let end = min(low + Int64(index) * quarter, high)
        if localOffset(at: end - 1) == offset { return end }
        let start = max(low, end - quarter)
        return start + Int64(partitionPoint(count: Int(end - start)) { localOffset(at: start + Int64($0)) != offset })
    }

    private static func localOffset(at second: Int64) -> Int32 {
        var time = time_t(second)
        var fields = tm()
        localtime_r(&time, &fields)
        return Int32(fields.tm_gmtoff)
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

    /// True for a file that begins with `TZif` (RFC 9636 §3.1).
    private static func isZoneFile(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return false }
        defer { close(descriptor) }
        var magic: [UInt8] = [0, 0, 0, 0]
        return read(descriptor, &magic, 4) == 4 && magic.elementsEqual("TZif".utf8)
    }

    private static func environment(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}
