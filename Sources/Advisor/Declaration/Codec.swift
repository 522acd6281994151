// The wire types: how one value is read, checked, written and described.
import Budgeting
import JSONRPC

/// One wire type of `Value`. `decode` adds faults at the place it stands at and then returns nil.
package struct Codec<Value: Sendable>: Sendable {
    package let type: WireType
    let decode: @Sendable (JSONValue, inout Faults) -> Value?
    /// The value is inout for speed alone (see `Field`); nobody changes it.
    let encode: @Sendable (inout Value, inout JSONWriter) -> Void

    /// The value as JSON text.
    func json(_ value: Value) -> String {
        var writer = JSONWriter()
        var value = value
        encode(&value, &writer)
        return writer.string
    }
}

extension Codec where Value == Int64 {
    /// A count of things: a whole number from 0 to 2^53−1.
    package static var count: Codec { whole(0...maxExactCount) }

    /// A whole number within bounds, also written as `1e3` or `5.0`; never rounded.
    package static func whole(_ bounds: ClosedRange<Int64>) -> Codec {
        Codec(
            type: .whole(min: bounds.lowerBound, max: bounds.upperBound),
            decode: { value, faults in
                if let number = value.int64, bounds.contains(number) { return number }
                faults.add("must be a whole number \(range(bounds, value)), got \(shown(value))")
                return nil
            },
            encode: { $1.write($0) })
    }
}

extension Codec where Value == Bool {
    package static var bool: Codec {
        Codec(
            type: .bool,
            decode: { value, faults in
                if let flag = value.bool { return flag }
                faults.add("must be true or false, got \(shown(value))")
                return nil
            },
            encode: { $1.write($0) })
    }
}

extension Codec where Value == Double {
    /// A number within bounds; written with at most `decimals` decimals.
    package static func number(
        min: Double? = nil, max: Double? = nil, decimals: Int = 6
    ) -> Codec {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        return Codec(
            type: .number(min: min, max: max),
            decode: { value, faults in
                if let number = value.double, number >= min ?? -.infinity, number <= max ?? .infinity { return number }
                let low = min.map { " of at least \(plain($0))" } ?? ""
                let high = max.map { "\(min == nil ? " of" : " and") at most \(plain($0))" } ?? ""
                faults.add("must be a number\(low)\(high), got \(shown(value))")
                return nil
            },
            encode: { number, writer in
                let scaled = (number * scale).rounded()
                writer.write(scaled.magnitude < 9e15 ? scaled / scale : number)
            })
    }

    /// 0 to 1; six decimals.
    package static var probability: Codec { number(min: 0, max: 1) }
}

extension Codec where Value == Percent {
    /// 0 to 100 with at most three decimals; may pass 100 unless `max` says otherwise.
    package static func percent(max: Percent? = nil, allowNegative: Bool = false) -> Codec {
        Codec(
            type: .number(min: allowNegative ? nil : 0, max: max.map { Double($0.thousandths) / 1000 }),
            decode: { value, faults in
                if case .exact(let units)? = value.decimal(scale: 3), allowNegative || units >= 0,
                    units <= max?.thousandths ?? units
                {
                    return Percent(thousandths: units)
                }
                let high = max.map { " from 0 to \($0.decimalText)" } ?? (allowNegative ? "" : " of at least 0")
                faults.add("must be a percentage\(high) with at most 3 decimals, got \(shown(value))")
                return nil
            },
            encode: { $1.write(decimal: $0.thousandths, scale: 3) })
    }

    package static var percent: Codec { percent() }
}

extension Codec where Value == Money {
    /// US dollars with at most nine decimals, exact; `allowNegative` for results and corrections.
    package static func usd(allowNegative: Bool = false) -> Codec {
        Codec(
            type: .money(min: allowNegative ? nil : 0),
            decode: { value, faults in
                if case .exact(let units)? = value.decimal(scale: 9), allowNegative || units >= 0 {
                    return Money(nanoUSD: units)
                }
                let low = allowNegative ? "" : " of at least 0"
                faults.add("must be US dollars\(low) with at most 9 decimals, got \(shown(value))")
                return nil
            },
            encode: { $1.write(decimal: $0.nanoUSD, scale: 9) })
    }

    /// US dollars, never negative.
    package static var usd: Codec { usd() }
}

extension Codec where Value == Instant {
    package static var timestamp: Codec {
        Codec(
            type: .timestamp,
            decode: { value, faults in
                guard let text = value.text else {
                    faults.add("must be an RFC 3339 time such as 2026-11-22T10:00:00Z, got \(shown(value))")
                    return nil
                }
                do throws(TimestampFault) {
                    return try Instant(rfc3339Bytes: text.bytes)
                } catch {
                    faults.add("\(error), got \(shown(value))")
                    return nil
                }
            },
            encode: { $1.write($0.rfc3339) })
    }
}

extension Codec {
    /// One of the words of an enumeration.
    package static func choice(_ words: Value.Type) -> Codec
    where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
        let all = words.allCases.map(\.rawValue)
        return Codec(
            type: .choice(all),
            decode: { value, faults in
                if let text = value.text, let word = Value(rawValue: text.string) { return word }
                let near = value.text.flatMap { nearestName(to: $0.string, among: all) }
                let hint = near.map { "; did you mean \($0)?" } ?? ""
                faults.add("must be one of \(all.joined(separator: ", ")), got \(shown(value))\(hint)")
                return nil
            },
            encode: { $1.write($0.rawValue) })
    }

    /// A list, its items checked one by one.
    package static func list<Item>(of item: Codec<Item>, _ count: ClosedRange<Int> = 0...1000) -> Codec
    where Value == [Item] {
        Codec(
            type: .list(of: item.type, minItems: count.lowerBound, maxItems: count.upperBound),
            decode: { value, faults in
                guard value.kind == .array else {
                    faults.add("must be an array, got \(shown(value))")
                    return nil
                }
                var items: [Item] = []
                var index = 0
                let before = faults.count
                for element in value.elements {
                    if index < count.upperBound {
                        let beforeItem = faults.count
                        if let decoded = item.decode(element, &faults) { items.append(decoded) }
                        faults.place("\(index)", since: beforeItem)
                    }
                    index += 1
                }
                if !count.contains(index) {
                    faults.add("must have \(count.lowerBound) to \(count.upperBound) items, got \(index)")
                }
                return faults.count == before ? items : nil
            },
            encode: { items, writer in
                writer.beginArray()
                for var value in items { item.encode(&value, &writer) }
                writer.endArray()
            })
    }

    /// A nested object of a declared shape.
    package static func object(_ shape: Shape<Value>) -> Codec {
        Codec(
            type: .object(shape.type),
            decode: { value, faults in shape.decode(object: value, &faults) },
            encode: { value, writer in shape.encode(&value, &writer) })
    }
}

/// A value as a fault message shows it: short, on one line, never the whole of something large.
func shown(_ value: JSONValue) -> String {
    switch value.kind {
    case .null: "null"
    case .bool: value.bool == true ? "true" : "false"
    case .number: String(value.numberText.string.prefix(40))
    case .string: "\"\((value.text?.string ?? "").prefix(40))\""
    case .array: "an array"
    case .object: "an object"
    }
}

/// The bound that was passed, for the usual unbounded count; else both.
private func range(_ bounds: ClosedRange<Int64>, _ value: JSONValue) -> String {
    if bounds.upperBound < maxExactCount { return "from \(bounds.lowerBound) to \(bounds.upperBound)" }
    let isTooLarge = value.int64.map { $0 > bounds.upperBound } ?? (value.double ?? 0 > 9e18)
    if isTooLarge { return "of at most \(bounds.upperBound)" }
    return "of at least \(bounds.lowerBound)"
}

private func plain(_ number: Double) -> String {
    number == number.rounded() && number.magnitude < 1e15 ? "\(Int64(number))" : "\(number)"
}
