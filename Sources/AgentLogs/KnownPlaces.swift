// Remembers the names that come again on nearly every line of a transcript, so that they are made once.

/// Where calls were made and whose they are, found by the bytes of the line.
struct KnownPlaces {
    final class Place {
        let folder: String?
        let branch: String?
        let session: String?
        let owner: CallOwner

        init(folder: String?, branch: String?, session: String?, owner: CallOwner) {
            (self.folder, self.branch, self.session, self.owner) = (folder, branch, session, owner)
        }
    }

    private var places: [UInt64: Place] = [:]
    private var models: [String] = []
    private static let keptPlaces = 4096
    private static let keptModels = 16

    /// The place that the three names were remembered under, if each is the same byte for byte.
    func place(
        _ folder: UnsafeBufferPointer<UInt8>, _ branch: UnsafeBufferPointer<UInt8>,
        _ session: UnsafeBufferPointer<UInt8>, hash: UInt64
    ) -> Place? {
        guard let place = places[hash], isSame(place.folder, folder), isSame(place.branch, branch),
            isSame(place.session, session)
        else { return nil }
        return place
    }

    static func hash(
        _ folder: UnsafeBufferPointer<UInt8>, _ branch: UnsafeBufferPointer<UInt8>,
        _ session: UnsafeBufferPointer<UInt8>
    ) -> UInt64 {
        let first = byteHash(UnsafeRawBufferPointer(folder), seed: 0x706C_6163)
        return byteHash(
            UnsafeRawBufferPointer(session), seed: byteHash(UnsafeRawBufferPointer(branch), seed: first))
    }

    mutating func remember(_ place: Place, hash: UInt64) {
        if places.count >= KnownPlaces.keptPlaces { places.removeAll(keepingCapacity: true) }
        places[hash] = place
    }

    /// The plain name of a model, from its bytes as they stand in the line.
    mutating func model(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        for model in models where isSame(model, bytes) { return model }
        let model = plainModelName(String(decoding: bytes, as: UTF8.self))
        if models.count < KnownPlaces.keptModels { models.append(model) }
        return model
    }
}

/// Whether `text` is exactly these bytes; no text is no bytes.
private func isSame(_ text: String?, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard var text else { return bytes.isEmpty }
    return text.withUTF8 { known in
        guard known.count == bytes.count else { return false }
        var at = 0
        let left = UnsafeRawBufferPointer(known)
        let right = UnsafeRawBufferPointer(bytes)
        while at + 8 <= bytes.count {
            if left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                != right.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            {
                return false
            }
            at += 8
        }
        while at < bytes.count {
            if left[at] != right[at] { return false }
            at += 1
        }
        return true
    }
}
