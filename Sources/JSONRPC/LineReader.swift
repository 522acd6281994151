// Lines from a file descriptor, as many as one read brings.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Splits what it reads at 0x0A and nowhere else. A CR before it goes, blank lines are skipped, a last line without an
/// end counts, a byte order mark at the very beginning is ignored. A line that is too long is told once and skipped
/// without being held.
package struct LineReader: ~Copyable {
    package struct Line {
        /// May be changed by whoever parses it; valid until the next call.
        package var bytes: UnsafeMutableRawBufferPointer
        /// False only for the last line of an input that does not end with a line end.
        package var isTerminated: Bool
        /// It was longer than the limit; `bytes` is empty.
        package var isTooLong: Bool
    }

    package static let maxLineBytes = 16 << 20
    private static let smallCapacity = 64 << 10
    private static let largeCapacity = 1 << 20

    private let descriptor: Int32
    /// Nil before the first read.
    private var buffer: UnsafeMutablePointer<UInt8>?
    private var capacity = 0
    /// The first byte not handed out, the first not searched for a line end, and the end of what was read.
    private var from = 0
    private var searched = 0
    private var to = 0
    private var isSkipping = false
    private var isAtStart = true
    /// The input has ended.
    package private(set) var isAtEnd = false

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { Block.deallocate(buffer, capacity) }

    /// How many bytes were read and not handed out.
    package var unreadCount: Int { to - from }

    /// Waits for input and reads what is there. False when reading failed: `errno` says why.
    package mutating func fill() -> Bool {
        guard makeRoom(), let buffer else { return false }
        while true {
            let count = read(descriptor, buffer + to, capacity - to)
            if count > 0 {
                to += count
                return true
            }
            if count == 0 {
                isAtEnd = true
                return true
            }
            if errno != EINTR { return false }
        }
    }

    /// The next complete line of what was read; nil when more must be read first.
    package mutating func next() -> Line? {
        while true {
            guard let end = lineEnd() else { return atEnd() }
            let start = from
            from = end + 1
            searched = from
            if isSkipping {
                isSkipping = false
                continue
            }
            if let line = line(start, end, isTerminated: true) { return line }
        }
    }

    private mutating func lineEnd() -> Int? {
        guard let buffer, searched < to, let found = memchr(buffer + searched, 0x0A, to - searched) else {
            searched = to
            return nil
        }
        return UnsafeRawPointer(found) - UnsafeRawPointer(buffer)
    }

    /// What is left when no line end is in sight.
    private mutating func atEnd() -> Line? {
        // A byte order mark and a CR do not count: `line` decides about the last four bytes.
        if !isSkipping, to - from > LineReader.maxLineBytes + 4 {
            isSkipping = true
            isAtStart = false
            from = to
            return Line(bytes: .init(start: nil, count: 0), isTerminated: true, isTooLong: true)
        }
        if isSkipping { from = to }
        guard isAtEnd, from < to else { return nil }
        let start = from
        from = to
        return line(start, to, isTerminated: false)
    }

    /// Nil for a line of nothing but white space.
    private mutating func line(_ start: Int, _ end: Int, isTerminated: Bool) -> Line? {
        guard let buffer else { return nil }
        var (start, end) = (start, end)
        if isAtStart {
            isAtStart = false
            if end - start >= 3, buffer[start] == 0xEF, buffer[start + 1] == 0xBB, buffer[start + 2] == 0xBF {
                start += 3
            }
        }
        if end > start, buffer[end - 1] == 0x0D { end -= 1 }
        if end - start > LineReader.maxLineBytes {
            return Line(bytes: .init(start: nil, count: 0), isTerminated: isTerminated, isTooLong: true)
        }
        var first = start
        while first < end, buffer[first] == 0x20 || buffer[first] == 0x09 || buffer[first] == 0x0D { first += 1 }
        if first == end { return nil }
        return Line(
            bytes: UnsafeMutableRawBufferPointer(start: buffer + start, count: end - start), isTerminated: isTerminated,
            isTooLong: false)
    }

    /// Moves the beginning of an unfinished line to the front, and grows or shrinks the buffer where that helps. False
    /// when there is no memory for it.
    private mutating func makeRoom() -> Bool {
        let kept = to - from
        var wanted = capacity
        if kept == capacity {
            wanted = max(capacity * 2, LineReader.smallCapacity)
        } else if to == capacity, from > 0, capacity < LineReader.largeCapacity {
            // The reader was behind: a larger buffer brings more lines into one transaction.
            wanted = capacity * 2
        } else if capacity > LineReader.largeCapacity, kept < LineReader.smallCapacity {
            wanted = LineReader.smallCapacity
        }
        if wanted != capacity {
            guard let block = Block.allocate(wanted) else { return false }
            let moved = block.bindMemory(to: UInt8.self, capacity: wanted)
            if let buffer { memcpy(moved, buffer + from, kept) }
            Block.deallocate(buffer, capacity)
            buffer = moved
            capacity = wanted
        } else if let buffer, from > 0 {
            memmove(buffer, buffer + from, kept)
        }
        searched -= from
        from = 0
        to = kept
        return true
    }
}
