// JSON text, written in the order of the calls.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A growing buffer of JSON text. Commas are put where they belong; names and values must alternate by themselves.
///
/// Not copyable: an answer is written once, in place.
package struct JSONWriter: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Bytes written.
    package private(set) var count = 0

    package init() {
        capacity = 256
        start = .allocate(capacity: capacity)
    }

    deinit { start.deallocate() }

    package func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Lets the bytes be parsed in place.
    package mutating func withUnsafeMutableBytes<Value>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Value
    ) rethrows -> Value {
        try body(UnsafeMutableRawBufferPointer(start: start, count: count))
    }

    package var string: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }

    /// Takes back what was written behind the first `count` bytes.
    package mutating func truncate(to count: Int) { self.count = min(count, self.count) }

    /// Empties the buffer, and gives memory back where one answer was huge.
    package mutating func removeAll() {
        count = 0
        guard capacity > 4 << 20 else { return }
        start.deallocate()
        capacity = 256
        start = .allocate(capacity: capacity)
    }

    // MARK: Structure

    package mutating func beginObject() {
        separate()
        put(UInt8(ascii: "{"))
    }

    package mutating func endObject() { put(UInt8(ascii: "}")) }

    package mutating func beginArray() {
        separate()
        put(UInt8(ascii: "["))
    }

    package mutating func endArray() { put(UInt8(ascii: "]")) }

    /// A member's name. It must need no escapes.
    @inline(__always)
    package mutating func writeName(_ name: StaticString) {
        separate()
        reserve(name.utf8CodeUnitCount + 3)
        start[count] = UInt8(ascii: "\"")
        memcpy(start + count + 1, name.utf8Start, name.utf8CodeUnitCount)
        count += name.utf8CodeUnitCount + 3
        start[count - 2] = UInt8(ascii: "\"")
        start[count - 1] = UInt8(ascii: ":")
    }

    // Disfavoured: otherwise every literal would be a String, and take the slower way.
    @_disfavoredOverload
    package mutating func writeName(_ name: String) {
        write(name)
        put(UInt8(ascii: ":"))
    }

    // MARK: Values

    package mutating func writeNull() {
        separate()
        writeRaw("null")
    }

    package mutating func write(_ flag: Bool) {
        separate()
        if flag { writeRaw("true") } else { writeRaw("false") }
    }

    package mutating func write(_ number: Int64) {
        separate()
        if number < 0 { put(UInt8(ascii: "-")) }
        writeDigits(number.magnitude)
    }

    /// The shortest text that reads back as the same number; `null` for what JSON cannot say.
    package mutating func write(_ number: Double) {
        if number == number.rounded(), number.magnitude <= 0x1p53 { return write(Int64(number)) }
        separate()
        if number.isFinite { writeRaw(number.description) } else { writeRaw("null") }
    }

    /// The number rounded to at most `decimals` (0 to 15) decimals, never with an exponent below 9e15 units of the last
    /// one; `null` for what JSON cannot say. Faster than the shortest text, and what a person expects.
    package mutating func write(_ number: Double, decimals: Int) {
        let units = (number * Double(powerOfTen(min(decimals, 15)))).rounded()
        // Where this does not hold, a number that large has no more decimals than that anyway.
        if units.magnitude < 9e15 { write(decimal: Int64(units), scale: min(decimals, 15)) } else { write(number) }
    }

    /// A number of 10^−scale units, with no more decimals than it needs and never an exponent.
    ///
    /// - Parameter scale: 0 to 18.
    package mutating func write(decimal units: Int64, scale: Int) {
        separate()
        var (whole, rest) = units.magnitude.quotientAndRemainder(dividingBy: powerOfTen(min(scale, 18)))
        if units < 0 { put(UInt8(ascii: "-")) }
        writeDigits(whole)
        guard rest > 0 else { return }
        var decimals = min(scale, 18)
        while rest % 10 == 0 {
            rest /= 10
            decimals -= 1
        }
        put(UInt8(ascii: "."))
        writeDigits(rest, width: decimals)
    }

    /// A number that is JSON text already.
    package mutating func write(number text: String) {
        separate()
        writeRaw(text)
    }

    package mutating func write(_ text: String) {
        separate()
        var copy = text
        copy.withUTF8 { writeString($0) }
    }

    package mutating func write(_ text: JSONText) {
        separate()
        writeString(text.bytes)
    }

    /// A scalar of the request as it was written: an id.
    package mutating func write(raw value: JSONValue) {
        // Its text was asked for: it is written anew.
        if value.isDecoded, let text = value.text { return write(text) }
        separate()
        writeRaw(UnsafeRawBufferPointer(value.raw.bytes))
    }

    // MARK: Bytes

    package mutating func writeRaw(_ text: StaticString) {
        writeRaw(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @_disfavoredOverload
    package mutating func writeRaw(_ text: String) {
        var copy = text
        copy.withUTF8 { writeRaw(UnsafeRawBufferPointer($0)) }
    }

    package mutating func writeRaw(_ bytes: Slice<UnsafeRawBufferPointer>) {
        writeRaw(UnsafeRawBufferPointer(rebasing: bytes))
    }

    @inline(__always)
    package mutating func writeRaw(_ bytes: UnsafeRawBufferPointer) {
        guard let from = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        memcpy(start + count, from, bytes.count)
        count += bytes.count
    }

    /// A comma, unless this is the first of its container, the value of a name, or the beginning of a line.
    @inline(__always)
    private mutating func separate() {
        guard count > 0 else { return }
        switch start[count - 1] {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "\n"): return
        default: put(UInt8(ascii: ","))
        }
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        reserve(1)
        start[count] = byte
        count += 1
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if count + more > capacity { grow(more) }
    }

    private mutating func grow(_ more: Int) {
        let larger = max(capacity * 2, count + more)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        memcpy(moved, start, count)
        start.deallocate()
        start = moved
        capacity = larger
    }

    private mutating func writeDigits(_ number: UInt64) {
        var width = 1
        var power: UInt64 = 10
        while width < 20, number >= power {
            width += 1
            power = power &* 10
        }
        writeDigits(number, width: width)
    }

    /// The last `width` digits.
    @inline(__always)
    private mutating func writeDigits(_ number: UInt64, width: Int) {
        reserve(width)
        var left = number
        var index = count + width
        while index > count {
            index -= 1
            start[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: left % 10)
            left /= 10
        }
        count += width
    }

    private mutating func writeString(_ bytes: UnsafeBufferPointer<UInt8>) {
        reserve(bytes.count + 2)
        put(UInt8(ascii: "\""))
        if var from = bytes.baseAddress {
            let end = from + bytes.count
            while true {
                let plain = plainLength(from, end)
                writeRaw(UnsafeRawBufferPointer(start: from, count: plain))
                from += plain
                if from == end { break }
                writeEscape(from.pointee)
                from += 1
            }
        }
        put(UInt8(ascii: "\""))
    }

    /// How many bytes need no escape.
    @inline(__always)
    private func plainLength(_ from: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
        var at = from
        while end - at >= 8 {
            let hits = JSONBytes.escapable(UnsafeRawPointer(at).loadUnaligned(as: UInt64.self))
            if hits != 0 { return at - from + hits.trailingZeroBitCount >> 3 }
            at += 8
        }
        while at < end, at.pointee >= 0x20, at.pointee != 0x22, at.pointee != 0x5C { at += 1 }
        return at - from
    }

    private mutating func writeEscape(_ byte: UInt8) {
        put(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: put(byte)
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0D: put(UInt8(ascii: "r"))
        case 0x09: put(UInt8(ascii: "t"))
        default:
            let digits: StaticString = "0123456789abcdef"
            writeRaw("u00")
            put(digits.utf8Start[Int(byte >> 4)])
            put(digits.utf8Start[Int(byte & 0xF)])
        }
    }
}
