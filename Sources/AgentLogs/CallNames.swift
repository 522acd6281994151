// Under which names a ledger keeps a call, so that it is known again whoever tells it.

extension LoggedUsage {
    /// The call's name: its event id, without the format where the provider gave the id (`msg_1:req_1`, `resp_1`):
    /// the same answer then has one name in a transcript and in a log of API bodies.
    package var callName: Substring { format.hasProviderIDs ? plain(eventID) : Substring(eventID) }

    /// The name of the sightings that may be this call. A message of a killed `claude -p` has its transcript's.
    package var groupName: Substring? {
        if let groupID { return format.hasProviderIDs ? plain(groupID) : Substring(groupID) }
        guard format == .claudePrint, !coversSession else { return nil }
        let parts = plain(eventID).split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 3 && !parts[1].isEmpty ? parts[1] : nil
    }

    /// The idempotency keys by which somebody may have told the call: its event id with and without the format, and
    /// for Claude Code the message id and the request id alone.
    package var toldNames: [Substring] {
        let name = plain(eventID)
        var names = [Substring(eventID), name]
        if format == .claudeTranscript, let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) {
            names.append(name[..<colon])
            names.append(name[name.utf8.index(after: colon)...])
        }
        return names
    }

    /// Without the format in front.
    private func plain(_ id: String) -> Substring {
        let count = format.rawValue.utf8.count
        guard id.utf8.count > count + 1, id.hasPrefix(format.rawValue),
            id.utf8[id.utf8.index(id.startIndex, offsetBy: count)] == UInt8(ascii: ":")
        else { return Substring(id) }
        return id[id.utf8.index(id.startIndex, offsetBy: count + 1)...]
    }
}

extension LogFormat {
    /// Ids that are unique for a provider, not only within one log.
    fileprivate var hasProviderIDs: Bool {
        switch self {
        case .claudeTranscript, .anthropicAPI, .openAIAPI, .geminiAPI, .liteLLM: true
        default: false
        }
    }
}
