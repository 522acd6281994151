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

/// The faults found so far. Paths grow from the inside out: whoever decodes a member puts its name before the paths of
/// the faults that came from inside it. So nothing is kept of the place while all is well.
package struct Faults {
    /// More than this are not listed: nobody reads them, and a hostile list must not grow our answer.
    package static let most = 64

    package private(set) var list: [Fault] = []
    /// The faults of the members whose rules are being checked.
    private var own = 0..<0

    /// Every method may be told the moment, with `at` (`--clock request`).
    package var allowsMoment = false

    package init() {}

    package var isEmpty: Bool { list.isEmpty }
    package var count: Int { list.count }

    /// Notes a fault of the value that is being decoded.
    package mutating func add(_ message: String) {
        if list.count < Self.most { list.append(Fault(path: "", message: message)) }
    }

    /// Notes a fault of the object that is being decoded, found by rules that know their paths.
    package mutating func add(_ fault: Fault) {
        if list.count < Self.most { list.append(fault) }
    }

    /// Adds to the message of the last fault.
    package mutating func amend(_ advice: String) {
        if let last = list.indices.last { list[last].message += advice }
    }

    /// Notes a fault of a member of the object that is being decoded.
    package mutating func add(_ member: String, _ message: String) {
        let before = count
        add(message)
        place(member, since: before)
    }

    /// Lets the rules between members add their faults to those of the members behind the first `before`. A member that
    /// is wrong by itself gets no second fault.
    mutating func check(since before: Int, _ rules: (inout Faults) -> Void) {
        let ownBefore = own
        own = before..<count
        rules(&self)
        let wrong = list[own].map(\.path)
        let first = own.upperBound
        list = list[..<first] + list[first...].filter { fault in !wrong.contains { fault.path.hasPrefix($0) } }
        own = ownBefore
    }

    /// Whether a member is wrong by itself: for rules between members.
    package func isWrong(_ member: String) -> Bool {
        list[own].contains { $0.path == "/" + member || $0.path.hasPrefix("/" + member + "/") }
    }

    /// Says that the faults behind the first `before` were found inside `member`.
    package mutating func place(_ member: String, since before: Int) {
        guard count > before else { return }
        let step = "/" + escaped(member)
        for index in before..<count { list[index].path = step + list[index].path }
    }
}

/// `~` and `/` as RFC 6901 §3 wants them; overlong names (they come from outside) cut.
private func escaped(_ name: String) -> String {
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
