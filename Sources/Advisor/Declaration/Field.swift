// One named member of a params or result object.
import JSONRPC

/// A member of `Owner`: its name, meaning and type, how it is set when decoding, how it is read when encoding.
///
/// Two things are for speed: closures instead of key paths, and `inout` owners also where nothing is changed. An inout
/// argument is an address through all layers of generic code; any other is copied at each of them, which cost a tenth
/// of the server's time for a result of 400 bytes.
package struct Field<Owner>: Sendable {
    /// Its bytes are compared with those on the wire, without making strings.
    let name: StaticString
    let type: FieldType
    let decode: Decoder?
    let encode: Encoder?
    let setDefault: Default?

    typealias Decoder = @Sendable (JSONValue, inout Owner, inout Faults) -> Void
    typealias Encoder = @Sendable (inout Owner, inout JSONWriter) -> Void
    typealias Default = @Sendable (inout Owner) -> Void

    /// Declares a member.
    ///
    /// - Parameters:
    ///   - name: camelCase; units come last (`latencyMs`, `costUSD`).
    ///   - codec: the wire type with its bounds.
    ///   - meaning: one sentence for a reader (or a model) that has never seen us.
    ///   - presence: see `Presence`.
    ///   - standard: what an absent member stands for; put into the params before decoding ends.
    ///   - set: called with the decoded value, once, only when it is there and right.
    ///   - get: nil leaves the member out (or writes `null`: `Presence.orNull`).
    package init<Value: Sendable>(
        _ name: StaticString, _ codec: Codec<Value>, _ meaning: String, _ presence: Presence = .optional,
        default standard: Value? = nil,
        set: (@Sendable (inout Owner, Value) -> Void)? = nil,
        get: (@Sendable (inout Owner) -> Value?)? = nil
    ) {
        self.name = name
        type = FieldType(
            name: name.description, meaning: meaning, type: codec.type, presence: presence,
            defaultJSON: standard.map { codec.json($0) })
        decode = set.map { set in Self.decoder(codec, set) }
        setDefault = standard.flatMap { standard in set.map { set in Self.setter(standard, set) } }
        let writesNull = presence == .orNull
        encode = get.map { get in Self.encoder(name, codec, get, writesNull: writesNull) }
    }

    private static func decoder<Value>(
        _ codec: Codec<Value>, _ set: @escaping @Sendable (inout Owner, Value) -> Void
    ) -> Decoder {
        let decode = codec.decode
        return { value, owner, faults in
            if let decoded = decode(value, &faults) { set(&owner, decoded) }
        }
    }

    private static func setter<Value: Sendable>(
        _ value: Value, _ set: @escaping @Sendable (inout Owner, Value) -> Void
    ) -> Default {
        { owner in set(&owner, value) }
    }

    private static func encoder<Value>(
        _ name: StaticString, _ codec: Codec<Value>, _ get: @escaping @Sendable (inout Owner) -> Value?,
        writesNull: Bool
    ) -> Encoder {
        let encode = codec.encode
        return { owner, writer in
            if var value = get(&owner) {
                writer.writeName(name)
                encode(&value, &writer)
            } else if writesNull {
                writer.writeName(name)
                writer.writeNull()
            }
        }
    }

    /// The same member in the result of another method, of which this one's owner is a part. Only encodes.
    package func lifted<Outer>(_ part: @escaping @Sendable (Outer) -> Owner) -> Field<Outer> {
        var lifted: Field<Outer>.Encoder?
        if let encode {
            lifted = { outer, writer in
                var part = part(outer)
                encode(&part, &writer)
            }
        }
        return Field<Outer>(wireName: name, type: type, encode: lifted)
    }

    fileprivate init(wireName: StaticString, type: FieldType, encode: Encoder?) {
        name = wireName
        self.type = type
        decode = nil
        self.encode = encode
        setDefault = nil
    }
}
