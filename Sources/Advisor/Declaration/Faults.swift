// Everything that is wrong with one request's params, collected so that the caller can fix it in one go.

/// One wrong param: where (a JSON Pointer, RFC 6901) and what it must be.
package struct Fault: Hashable, Sendable {
    package var path: String
    package var message: String

    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }
}

/// The faults found so far, and the place the decoder stands at.
package struct Faults {
    /// More than this are not listed: nobody reads them, and a hostile list must not grow our answer.
    package static let most = 64

    package private(set) var list: [Fault] = []
    private var place: [Step] = []

    private enum Step {
        case member(String)
        case index(Int)
    }

    package init() {}

    package var isEmpty: Bool { list.isEmpty }
    package var count: Int { list.count }

    /// Notes a fault of the value the decoder stands at.
    package mutating func add(_ message: String) {
        guard list.count < Self.most else { return }
        var path = ""
        for step in place {
            switch step {
            case .member(let name): path += "/" + Self.escaped(name)
            case .index(let index): path += "/\(index)"
            }
        }
        list.append(Fault(path: path, message: message))
    }

    /// Notes a fault of a member of the object the decoder stands at.
    package mutating func add(_ member: String, _ message: String) {
        place.append(.member(member))
        add(message)
        place.removeLast()
    }

    package mutating func enter(member: String) { place.append(.member(member)) }
    package mutating func enter(index: Int) { place.append(.index(index)) }
    package mutating func leave() { place.removeLast() }

    /// `~` and `/` as RFC 6901 §3 wants them; overlong names (they come from outside) cut.
    private static func escaped(_ name: String) -> String {
        var path = ""
        for scalar in name.unicodeScalars.prefix(100) {
            switch scalar {
            case "~": path += "~0"
            case "/": path += "~1"
            default: path.unicodeScalars.append(scalar)
            }
        }
        return path
    }
}
