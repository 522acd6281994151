// A moment in UTC, to the second.

/// Whole seconds since 1970-01-01T00:00:00Z. Fractions of a second are cut off where text is read.
package struct Instant: Hashable, Comparable, Sendable {
    package var seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    package static func < (left: Instant, right: Instant) -> Bool { left.seconds < right.seconds }
}
