// Splits a file into lines, in one reused buffer.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads from an open file and gives one line after the other as a range of its buffer, without the line end.
///
/// The buffer is 256 KiB and grows, by doubling, only for a line that the caller asks to have whole; after such a
/// line it shrinks back. Splitting is on byte 0x0A alone.
final class LineFeed {
    enum Step {
        /// `range` of ``base``; the next line starts at the file's `next`.
        case line(Range<Int>)
        /// The buffer is full and the line's end is not in it: answer with ``grow()`` or ``skipLine()``.
        case long(Range<Int>)
        /// The file's end; what stands after the last line end, maybe nothing.
        case end(Range<Int>)
        case failed(Int32)
    }

    static let usualCapacity = 256 * 1024

    private(set) var base: UnsafeMutablePointer<UInt8>
    private var capacity = LineFeed.usualCapacity
    private var start = 0
    private var searched = 0
    private var filled = 0
    private var bufferOffset: Int64 = 0
    private var isAtEnd = false
    private var descriptor: Int32 = -1

    init() {
        guard let memory = LineFeed.resized(nil, to: LineFeed.usualCapacity) else {
            // Nothing can run on without 256 KiB; the same end as for any failed Swift allocation.
            preconditionFailure("no memory for a 256 KiB buffer")
        }
        base = memory
    }

    deinit { free(base) }

    /// Starts on `descriptor` at `offset`.
    func open(_ descriptor: Int32, at offset: Int64) {
        self.descriptor = descriptor
        (start, searched, filled, bufferOffset, isAtEnd) = (0, 0, 0, offset, false)
        // Regular files only: seeking cannot fail on them.
        lseek(descriptor, off_t(offset), SEEK_SET)
        shrink()
    }

    /// The file offset of an index of the buffer.
    @inline(__always) func offset(of index: Int) -> Int64 { bufferOffset + Int64(index) }

    /// The file offset of the next line.
    var position: Int64 { offset(of: start) }

    @inline(__always)
    func next() -> Step {
        while true {
            if searched < filled, let hit = memchr(base + searched, 0x0A, filled - searched) {
                let stop = UnsafePointer(hit.assumingMemoryBound(to: UInt8.self)) - UnsafePointer(base)
                let line = start..<stop
                start = stop + 1
                searched = start
                return .line(line)
            }
            searched = filled
            if isAtEnd { return .end(start..<filled) }
            if start == 0 && filled == capacity { return .long(0..<filled) }
            if let code = fill() { return .failed(code) }
        }
    }

    /// What one read brings, without consuming it; nil at the file's end.
    func peek() -> Range<Int>? {
        if filled == start && !isAtEnd && fill() != nil { return nil }
        return filled > start ? start..<filled : nil
    }

    /// Everything to the file's end as one range, if it fits into `limit` bytes; nothing is consumed.
    func whole(limit: Int) -> Range<Int>? {
        while !isAtEnd {
            if filled - start >= limit { return nil }
            if filled == capacity && start == 0 && !grow() { return nil }
            if fill() != nil { return nil }
        }
        return start..<filled
    }

    /// Takes what ``whole(limit:)`` gave.
    func consumeAll() {
        start = filled
        searched = filled
    }

    /// Doubles the buffer, keeping what is in it; false where there is no memory for it.
    func grow() -> Bool {
        guard let larger = LineFeed.resized(base, to: capacity * 2) else { return false }
        base = larger
        capacity *= 2
        return true
    }

    /// With realloc a large buffer is moved by the system without a copy, so old and new are never held both.
    private static func resized(_ old: UnsafeMutablePointer<UInt8>?, to size: Int) -> UnsafeMutablePointer<UInt8>? {
        realloc(old, size)?.assumingMemoryBound(to: UInt8.self)
    }

    /// Passes the rest of the long line without keeping it. Answers its length, and whether its end was there.
    func skipLine() -> (length: Int64, hasEnd: Bool) {
        let lineOffset = position
        while true {
            if let hit = memchr(base + searched, 0x0A, filled - searched) {
                let stop = UnsafePointer(hit.assumingMemoryBound(to: UInt8.self)) - UnsafePointer(base)
                start = stop + 1
                searched = start
                shrinkIfIdle()
                return (offset(of: stop) - lineOffset, true)
            }
            start = filled
            searched = filled
            if isAtEnd || fill() != nil { return (offset(of: filled) - lineOffset, false) }
        }
    }

    /// Moves the rest to the front and reads more. Answers the error code of a failed read.
    private func fill() -> Int32? {
        if start > 0 {
            let rest = filled - start
            if rest > 0 { memmove(base, base + start, rest) }
            bufferOffset += Int64(start)
            searched -= start
            filled = rest
            start = 0
            shrinkIfIdle()
        }
        while true {
            let got = read(descriptor, base + filled, capacity - filled)
            if got > 0 {
                filled += got
                return nil
            }
            if got == 0 {
                isAtEnd = true
                return nil
            }
            if errno != EINTR { return errno }
        }
    }

    private func shrinkIfIdle() { if capacity > LineFeed.usualCapacity && filled < LineFeed.usualCapacity { shrink() } }

    private func shrink() {
        guard capacity > LineFeed.usualCapacity else { return }
        guard let smaller = LineFeed.resized(base, to: LineFeed.usualCapacity) else { return }
        base = smaller
        capacity = LineFeed.usualCapacity
    }
}
