// Tells from a file's first bytes how to read it.

enum FileShape {
    case lines
    /// One JSON value over the whole file, as this range of the feed's buffer.
    case document(Range<Int>)
    case refused(String)
}

/// Looks at the start of the file in `feed`, consuming nothing. A file named `.json`, or one whose first line is only
/// an opening bracket, is tried as one document of at most `limit` bytes; what is none is read by lines.
func fileShape(path: String, feed: LineFeed, limit: Int) -> FileShape {
    guard let start = feed.peek() else { return .lines }
    let bytes = UnsafeBufferPointer(start: feed.base + start.lowerBound, count: start.count)
    if bytes.after("SQLite format 3") != nil { return .refused("is an SQLite database; it is read by the ledger") }
    if bytes.count > 1, bytes[0] == 0x1F, bytes[1] == 0x8B { return .refused("is compressed (gzip); unpack it first") }
    if bytes.count > 3, bytes[0] == 0x28, bytes[1] == 0xB5, bytes[2] == 0x2F, bytes[3] == 0xFD {
        return .refused("is compressed (zstd); unpack it first")
    }
    let head = UnsafeBufferPointer(rebasing: bytes.prefix(4096))
    guard let first = head.first(where: { $0 > 0x20 }) else {
        return head.contains(0) ? .refused("is a binary file, no log") : .lines
    }
    if head.contains(0), first != 0x7B, first != 0x5B, head.after("data:") == nil, head.after("event:") == nil {
        return .refused("is a binary file, no log")
    }
    let line = head.prefix { $0 != 0x0A }
    let isBracketAlone = (first == 0x7B || first == 0x5B) && line.allSatisfy { $0 <= 0x20 || $0 == first }
    guard path.hasSuffix(".json") || isBracketAlone else { return .lines }
    guard let whole = feed.whole(limit: limit) else { return .lines }
    return .document(whole)
}
