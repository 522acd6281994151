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

    /// One place for each remainder of a hash: a newer one takes it over.
    private var places: [Place?] = []
    private static let keptPlaces = 2048
    private var models: [String] = []
    private static let keptModels = 16

    /// The place with these names if it is remembered, byte for byte; else the one that `make` gives.
    mutating func place(
        _ folder: UnsafeBufferPointer<UInt8>, _ branch: UnsafeBufferPointer<UInt8>,
        _ session: UnsafeBufferPointer<UInt8>, make: () -> Place
    ) -> Place {
        if places.isEmpty { places = Array(repeating: nil, count: KnownPlaces.keptPlaces) }
        // Folder and session seldom change within a file.
        let hash = byteHash(UnsafeRawBufferPointer(branch), seed: 0x706C_6163)
        let index = Int(truncatingIfNeeded: hash) & (places.count - 1)
        if let place = places[index], isSame(place.branch, branch), isSame(place.session, session),
            isSame(place.folder, folder)
        {
            return place
        }
        let place = make()
        places[index] = place
        return place
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
    guard var text, let base = bytes.baseAddress else { return text == nil && bytes.isEmpty }
    return text.withUTF8 { known in
        guard known.count == bytes.count, let start = known.baseAddress else { return false }
        return isSame(UnsafeRawPointer(start), UnsafeRawPointer(base), bytes.count)
    }
}
