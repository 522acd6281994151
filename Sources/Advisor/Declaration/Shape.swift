// The members of a params or result object, decoded and encoded from one list.
import JSONRPC

/// An object on the wire and the Swift value it stands for.
///
/// What decoding and encoding need for each member lies in arrays of its own: walking them copies no declaration and
/// counts no reference.
package struct Shape<Owner: Sendable>: @unchecked Sendable {
    package let type: ObjectType
    private let names: [StaticString]
    private let coders: [MemberCoder<Owner>]
    /// The same, to be called without counting references: `coders` keeps them.
    private let decoders: [Unmanaged<MemberCoder<Owner>>]
    private let encoders: [Unmanaged<MemberCoder<Owner>>]
    private let defaults: [(index: Int, set: Field<Owner>.Default)]
    /// One bit for each member that must be there.
    private let required: UInt64
    private let start: (@Sendable () -> Owner)?
    private let check: (@Sendable (Owner, inout Faults) -> Void)?

    /// A shape that can be decoded (and encoded, where its fields have `get`).
    ///
    /// - Parameters:
    ///   - start: the value before any member is set.
    ///   - fields: in the order of positional params; at most 64.
    ///   - check: rules between members: `faults.add("limitUSD", "…")`. Members that are wrong by themselves are not set
    ///     (`faults.isWrong`).
    package init(
        _ start: @autoclosure @escaping @Sendable () -> Owner, _ fields: [Field<Owner>],
        check: (@Sendable (Owner, inout Faults) -> Void)? = nil
    ) {
        self.init(start: start, fields: fields, check: check)
    }

    /// A shape that is only encoded.
    package init(encoding: Owner.Type, _ fields: [Field<Owner>]) {
        self.init(start: nil, fields: fields, check: nil)
    }

    private init(
        start: (@Sendable () -> Owner)?, fields: [Field<Owner>], check: (@Sendable (Owner, inout Faults) -> Void)?
    ) {
        precondition(fields.count <= 64, "a shape's members are tracked in 64 bits")
        type = ObjectType(fields: fields.map(\.type), isClosed: start != nil)
        names = fields.map(\.name)
        let coders = fields.map(MemberCoder.init)
        self.coders = coders
        decoders = coders.map(Unmanaged.passUnretained)
        encoders = coders.filter { $0.encode != nil }.map(Unmanaged.passUnretained)
        defaults = fields.enumerated().compactMap { index, field in field.setDefault.map { (index, $0) } }
        required = fields.enumerated().reduce(0) { bits, field in
            field.element.type.presence == .required ? bits | 1 << UInt64(field.offset) : bits
        }
        self.start = start
        self.check = check
    }

    /// The value of `params` (an object, an array by position, or absent); nil when faults were added.
    func decode(params: JSONValue?, _ faults: inout Faults) -> Owner? {
        guard var owner = start?() else { return nil }
        let before = faults.count
        var seen: UInt64 = 0
        if let params {
            switch params.kind {
            case .object: decodeMembers(params, into: &owner, &seen, &faults, ignoring: "_meta")
            case .array: decodeElements(params, into: &owner, &seen, &faults)
            default: faults.add("must be an object or an array, got \(shown(params))")
            }
        }
        finish(&owner, seen, &faults)
        if let check { faults.check(since: before) { check(owner, &$0) } }
        return faults.count == before ? owner : nil
    }

    /// The value of a nested object; nil when faults were added.
    func decode(object value: JSONValue, _ faults: inout Faults) -> Owner? {
        guard var owner = start?() else { return nil }
        guard value.kind == .object else {
            faults.add("must be an object, got \(shown(value))")
            return nil
        }
        let before = faults.count
        var seen: UInt64 = 0
        decodeMembers(value, into: &owner, &seen, &faults, ignoring: nil)
        finish(&owner, seen, &faults)
        if let check { faults.check(since: before) { check(owner, &$0) } }
        return faults.count == before ? owner : nil
    }

    func encode(_ owner: inout Owner, _ writer: inout JSONWriter) {
        writer.beginObject()
        for encoder in encoders { encoder._withUnsafeGuaranteedRef { $0.encode?(&owner, &writer) } }
        writer.endObject()
    }

    private func decodeMembers(
        _ object: JSONValue, into owner: inout Owner, _ seen: inout UInt64, _ faults: inout Faults,
        ignoring ignored: StaticString?
    ) {
        var expected = 0
        for (name, value) in object.members {
            guard let index = index(of: name, from: expected) else {
                if let ignored, name == ignored || isMoment(name, value, &faults) { continue }
                addUnknown(name.string, &faults)
                continue
            }
            expected = index + 1
            decode(value, index, into: &owner, &seen, &faults)
        }
    }

    private func decodeElements(
        _ array: JSONValue, into owner: inout Owner, _ seen: inout UInt64, _ faults: inout Faults
    ) {
        var index = 0
        for value in array.elements {
            if index < names.count { decode(value, index, into: &owner, &seen, &faults) }
            index += 1
        }
        if index > names.count { faults.add("must be at most \(names.count) values, got \(index)") }
    }

    @inline(__always)
    private func decode(
        _ value: JSONValue, _ index: Int, into owner: inout Owner, _ seen: inout UInt64, _ faults: inout Faults
    ) {
        if value.isNull { return }
        seen |= 1 << UInt64(index)
        let before = faults.count
        decoders[index]._withUnsafeGuaranteedRef { $0.decode?(value, &owner, &faults) }
        if faults.count > before { explain(value, type.fields[index], &faults, since: before) }
    }

    private func explain(_ value: JSONValue, _ field: FieldType, _ faults: inout Faults, since before: Int) {
        if value.text?.byteCount == 0, field.presence != .required {
            faults.amend("; leave it out when it is not known")
        }
        faults.place(field.name, since: before)
    }

    /// Callers mostly keep the order of the declaration: look at the next field first, then at all.
    @inline(__always)
    private func index(of name: JSONText, from expected: Int) -> Int? {
        if expected < names.count, name == names[expected] { return expected }
        return names.firstIndex { name == $0 }
    }

    /// Fills in what was left out, and names what must not be.
    private func finish(_ owner: inout Owner, _ seen: UInt64, _ faults: inout Faults) {
        for (index, set) in defaults where seen & (1 << UInt64(index)) == 0 { set(&owner) }
        if required & ~seen == 0 { return }
        for (index, field) in type.fields.enumerated() where required & ~seen & (1 << UInt64(index)) != 0 {
            faults.add(field.name, "is required: \(field.meaning)")
        }
    }

    /// `at` where the clock is driven by requests: checked here, used before the method runs.
    private func isMoment(_ name: JSONText, _ value: JSONValue, _ faults: inout Faults) -> Bool {
        guard faults.allowsMoment, name == ("at" as StaticString) else { return false }
        let before = faults.count
        if value.kind != .null { _ = Codec.timestamp.decode(value, &faults) }
        faults.place("at", since: before)
        return true
    }

    private func addUnknown(_ name: String, _ faults: inout Faults) {
        let known = type.fields.map(\.name)
        let near = nearestName(to: name, among: known).map { "did you mean \($0)?" }
        let all = known.isEmpty ? "there are none" : "known are " + known.joined(separator: ", ")
        faults.add(name, "is not known; " + (near ?? all))
    }
}

/// How one member is read and written.
private final class MemberCoder<Owner>: Sendable {
    let decode: Field<Owner>.Decoder?
    let encode: Field<Owner>.Encoder?

    init(_ field: Field<Owner>) {
        decode = field.decode
        encode = field.encode
    }
}

/// No params, or the result `{}`.
package struct Nothing: Sendable {}

extension Shape where Owner == Nothing {
    package static var nothing: Shape { Shape(Nothing(), []) }
}
