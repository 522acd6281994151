// Whose usage it was: worker, task and project from folders, branches, sessions and file names.

/// How records are put down to workers and tasks. The first that answers counts, in this order: the fixed names, the
/// rules from first to last, the branch's name, a worktree's name, the file's name.
package struct Attribution: Sendable, Hashable {
    /// One mapping: where the text at `place` matches `pattern`, these names hold.
    package struct Rule: Sendable, Hashable {
        package enum Place: String, Sendable, CaseIterable { case path, folder, branch, session }

        package var place: Place
        /// `*` stands for any run of bytes, also none; everything else for itself. The whole text must match.
        package var pattern: String
        package var worker: String?
        package var task: String?
        package var project: String?

        package init(
            _ place: Place, _ pattern: String, worker: String? = nil, task: String? = nil, project: String? = nil
        ) {
            self.place = place
            self.pattern = pattern
            self.worker = worker
            self.task = task
            self.project = project
        }
    }

    /// Hold for every record (`--worker`, `--task`, `--project`).
    package var worker: String?
    package var task: String?
    package var project: String?
    package var rules: [Rule] = []

    package init(
        worker: String? = nil, task: String? = nil, project: String? = nil, rules: [Rule] = []
    ) {
        self.worker = worker
        self.task = task
        self.project = project
        self.rules = rules
    }
}

/// To whom a call is put down.
struct CallOwner: Hashable {
    var worker: String?
    var task: String?
    var project: String?

    private mutating func fill(worker: String?, task: String?, project: String?) {
        self.worker = self.worker ?? worker
        self.task = self.task ?? task
        self.project = self.project ?? project
    }

    /// What folder and file names say, without rules.
    init(folder: String?, path: String) {
        if let folder { readFolder(folder) }
        let parts = components(path)
        fill(worker: nil, task: parts.last.flatMap { taskKey(in: $0, isBranch: false) }, project: nil)
        // The folders of the log itself are the last resort, the nearest first.
        for part in parts.dropLast().reversed() where task == nil || worker == nil {
            fill(worker: workerName(part), task: taskKey(in: part, isBranch: false), project: nil)
        }
    }

    /// The fixed names, the rules, the branch, then `places`: what folder and file say.
    init(
        _ attribution: Attribution, path: String, folder: String?, branch: String?, session: String?,
        places: CallOwner
    ) {
        fill(worker: attribution.worker, task: attribution.task, project: attribution.project)
        for rule in attribution.rules {
            let text: String? =
                switch rule.place {
                case .path: path
                case .folder: folder
                case .branch: branch
                case .session: session
                }
            if let text, matches(text, pattern: rule.pattern) {
                fill(worker: rule.worker, task: rule.task, project: rule.project)
            }
        }
        if task == nil, let branch { task = taskKey(in: branch, isBranch: true) }
        fill(worker: places.worker, task: places.task, project: places.project)
    }

    /// `/home/dev/app/.worktrees/gh-450/Sources`: project `app`, task `gh-450`; a worktree whose name is no task is
    /// its worker's.
    private mutating func readFolder(_ folder: String) {
        let parts = components(folder)
        if let marker = parts.lastIndex(where: { worktreeFolders.contains($0) }), marker + 1 < parts.count {
            let name = parts[marker + 1]
            let key = taskKey(in: name, isBranch: true)
            var owner = marker - 1
            if owner >= 0, parts[owner].hasPrefix(".") { owner -= 1 }
            let worker = workerName(name) ?? (key == nil ? name : nil)
            fill(worker: worker, task: key, project: owner >= 0 ? parts[owner] : nil)
            return
        }
        for part in parts.reversed() {
            fill(worker: workerName(part), task: taskKey(in: part, isBranch: false), project: nil)
        }
        fill(worker: nil, task: nil, project: parts.last)
    }
}

private let worktreeFolders: Set<String> = ["worktrees", ".worktrees", "worktree", ".worktree", "wt"]

private func components(_ path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: Array($0), as: UTF8.self) }
}

/// `worker-3`, `worker_ann`, `worker7`: a folder that names its worker.
private func workerName(_ component: String) -> String? {
    guard component.hasPrefix("worker"), component.utf8.count > 6 else { return nil }
    let rest = Array(component.utf8)[6...]
    guard let first = rest.first else { return nil }
    let isDigit = first >= 0x30 && first <= 0x39
    return isDigit || ((first == 0x2D || first == 0x5F) && rest.count > 1) ? component : nil
}

/// The first task key in `text`, in lower case: `gh-450`, `issue-12`, `task_7` (a known word, one separator or none,
/// digits). In a branch or worktree name also `450-fix-login`, and a tracker's key such as `ABC-12` (kept as it is).
func taskKey(in text: String, isBranch: Bool) -> String? {
    var text = text
    return text.withUTF8 { taskKey(in: $0, isBranch: isBranch) }
}

private func taskKey(in bytes: UnsafeBufferPointer<UInt8>, isBranch: Bool) -> String? {
    var at = 0
    while at < bytes.count {
        // Words start where a letter or digit follows something else.
        guard isLetter(bytes[at]) || isDigit(bytes[at]), at == 0 || !(isLetter(bytes[at - 1]) || isDigit(bytes[at - 1]))
        else {
            at += 1
            continue
        }
        let start = at
        while at < bytes.count, isLetter(bytes[at]) { at += 1 }
        let word = bytes[start..<at]
        var digitsAt = at
        if digitsAt < bytes.count, isSeparator(bytes[digitsAt]), !word.isEmpty { digitsAt += 1 }
        var end = digitsAt
        while end < bytes.count, isDigit(bytes[end]) { end += 1 }
        let endsHere = end == bytes.count || !isLetter(bytes[end])
        if end > digitsAt, end - digitsAt <= 9, endsHere {
            if taskWords.contains(where: { $0.elementsEqual(word.lazy.map { $0 | 0x20 }) }) {
                return String(decoding: word.map { $0 | 0x20 } + bytes[at..<end], as: UTF8.self)
            }
            let isTrackerKey =
                word.count >= 2 && word.count <= 10 && word.allSatisfy { $0 < 0x60 } && digitsAt > at
                && bytes[at] == 0x2D
            if isBranch && isTrackerKey { return String(decoding: bytes[start..<end], as: UTF8.self) }
            let isLeadingNumber = word.isEmpty && (start == 0 || bytes[start - 1] == 0x2F)
            if isBranch, isLeadingNumber, end == bytes.count || bytes[end] == 0x2D || bytes[end] == 0x5F {
                return String(decoding: bytes[start..<end], as: UTF8.self)
            }
        }
        while at < bytes.count, isLetter(bytes[at]) || isDigit(bytes[at]) { at += 1 }
    }
    return nil
}

private let taskWords = ["gh", "issue", "task", "ticket", "bug"].map { Array($0.utf8) }

private func isSeparator(_ byte: UInt8) -> Bool { byte == 0x2D || byte == 0x5F || byte == 0x23 || byte == 0x2F }

private func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }
private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

/// Whether `pattern`, with `*` for any run of bytes, is the whole of `text`. Linear in both but for the last star.
func matches(_ text: String, pattern: String) -> Bool {
    let text = Array(text.utf8)
    let pattern = Array(pattern.utf8)
    var at = 0
    var patternAt = 0
    var star: Int?
    var retry = 0
    while at < text.count {
        if patternAt < pattern.count, pattern[patternAt] == UInt8(ascii: "*") {
            star = patternAt
            retry = at
            patternAt += 1
        } else if patternAt < pattern.count, pattern[patternAt] == text[at] {
            at += 1
            patternAt += 1
        } else if let star {
            retry += 1
            at = retry
            patternAt = star + 1
        } else {
            return false
        }
    }
    while patternAt < pattern.count, pattern[patternAt] == UInt8(ascii: "*") { patternAt += 1 }
    return patternAt == pattern.count
}
