// What a value looks like on the wire: the type-erased half of a declaration, from which all documents are made.

/// The type of one value. Decoding and encoding live in `Codec`; this is what schemas and help texts read.
package indirect enum WireType: Sendable {
    /// Text of `minLength` to `maxLength` Unicode scalars.
    case text(minLength: Int, maxLength: Int)
    /// A whole number within bounds, exact up to 2^53−1.
    case whole(min: Int64, max: Int64)
    /// A number within bounds (none: unbounded).
    case number(min: Double?, max: Double?)
    /// US dollars with at most 9 decimals.
    case money(min: Double?)
    case bool
    /// A moment, RFC 3339.
    case timestamp
    /// A calendar day, `2026-11-22`.
    case date
    /// One of these words.
    case choice([String])
    case list(of: WireType, minItems: Int, maxItems: Int?)
    case object(ObjectType)
    /// Any JSON value.
    case any
}

/// The type of an object with declared members.
package struct ObjectType: Sendable {
    package var fields: [FieldType]
    /// True: members that are not declared are refused (params); false: more may be added later (results).
    package var isClosed: Bool
}

/// One declared member of an object.
package struct FieldType: Sendable {
    package var name: String
    package var meaning: String
    package var type: WireType
    package var presence: Presence
    /// The value that an absent member stands for, as JSON text.
    package var defaultJSON: String?
}

/// Whether a member is there.
package enum Presence: Sendable {
    /// May be left out. In params, `null` counts as left out; a result leaves it out when there is none.
    case optional
    /// Always there.
    case required
    /// In a result: always there, `null` when there is none.
    case orNull
}
