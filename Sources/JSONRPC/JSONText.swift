// A stretch of UTF-8 bytes inside a parsed line.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A view of text in the buffer that was parsed: valid UTF-8, escapes undone, no copy. Valid until the buffer changes.
package struct JSONText: @unchecked Sendable {
    let start: UnsafePointer<UInt8>
    package let byteCount: Int

    init(start: UnsafePointer<UInt8>, byteCount: Int) {
        self.start = start
        self.byteCount = byteCount
    }

    private static let nothing: StaticString = ""

    package static var empty: JSONText { JSONText(start: nothing.utf8Start, byteCount: 0) }

    package var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: byteCount) }

    /// A copy that outlives the buffer.
    package var string: String { String(decoding: bytes, as: UTF8.self) }

    @inline(__always)
    package static func == (text: JSONText, name: StaticString) -> Bool {
        text.byteCount == name.utf8CodeUnitCount && isSame(text.start, name.utf8Start, text.byteCount)
    }

    @inline(__always)
    package static func == (left: JSONText, right: JSONText) -> Bool {
        left.byteCount == right.byteCount && memcmp(left.start, right.start, left.byteCount) == 0
    }
}

/// Whether so many bytes are the same. Names are short: two loads that may overlap cost less than a call.
@inline(__always)
private func isSame(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let (left, right) = (UnsafeRawPointer(left), UnsafeRawPointer(right))
    func same<Word: FixedWidthInteger>(_ offset: Int, _: Word.Type) -> Bool {
        (left + offset).loadUnaligned(as: Word.self) == (right + offset).loadUnaligned(as: Word.self)
    }
    switch count {
    case 8...16: return same(0, UInt64.self) && same(count - 8, UInt64.self)
    case 4..<8: return same(0, UInt32.self) && same(count - 4, UInt32.self)
    default: return memcmp(left, right, count) == 0
    }
}

extension JSONText: Hashable {
    package func hash(into hasher: inout Hasher) { hasher.combine(bytes: UnsafeRawBufferPointer(bytes)) }
}
