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
        text.byteCount == name.utf8CodeUnitCount && memcmp(text.start, name.utf8Start, text.byteCount) == 0
    }

    @inline(__always)
    package static func == (left: JSONText, right: JSONText) -> Bool {
        left.byteCount == right.byteCount && memcmp(left.start, right.start, left.byteCount) == 0
    }
}

extension JSONText: Hashable {
    package func hash(into hasher: inout Hasher) { hasher.combine(bytes: UnsafeRawBufferPointer(bytes)) }
}
