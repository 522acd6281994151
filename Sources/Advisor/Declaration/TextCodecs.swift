// The wire types that are text, a day, or free-form.
import Budgeting
import JSONRPC

extension Codec where Value == String {
    /// Text of `min` to `max` Unicode scalars. Empty text is refused: what is not known is left out.
    package static func text(min: Int = 1, max: Int = 200) -> Codec {
        Codec(
            type: .text(minLength: min, maxLength: max),
            decode: { value, faults in checkedText(value, min, max, &faults)?.string },
            encode: { $1.write($0) })
    }

    package static var text: Codec { text() }
}

extension Codec where Value == JSONText {
    /// As `text`, without making a string: a view that is valid until the request has been answered.
    package static func textView(min: Int = 1, max: Int = 200) -> Codec {
        Codec(
            type: .text(minLength: min, maxLength: max),
            decode: { value, faults in checkedText(value, min, max, &faults) },
            encode: { $1.write($0) })
    }

    package static var textView: Codec { textView() }
}

extension Codec where Value == CivilDate {
    /// A calendar day of the ledger's time zone: `2026-11-22`.
    package static var date: Codec {
        Codec(
            type: .date,
            decode: { value, faults in
                if let text = value.text, let date = CivilDate(text: text.string) { return date }
                faults.add("must be a date such as 2026-11-22, got \(shown(value))")
                return nil
            },
            encode: { $1.write($0.description) })
    }
}

extension Codec where Value == JSON {
    /// Any JSON value, for documents of others.
    package static var any: Codec {
        Codec(type: .any, decode: { value, _ in JSON(value) }, encode: { $1.write($0) })
    }
}

private func checkedText(_ value: JSONValue, _ min: Int, _ max: Int, _ faults: inout Faults) -> JSONText? {
    guard let text = value.text else {
        faults.add("must be text, got \(shown(value))")
        return nil
    }
    // Never more scalars than bytes: most texts need no counting.
    if text.byteCount <= max, min <= 1, text.byteCount >= min { return text }
    let length = text.string.unicodeScalars.count
    if length < min, length == 0 {
        faults.add("must not be empty")
    } else if length < min {
        faults.add("must have at least \(min) characters, got \(length)")
    } else if length > max {
        faults.add("must have at most \(max) characters, got \(length)")
    } else {
        return text
    }
    return nil
}
