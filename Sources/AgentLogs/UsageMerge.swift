// Decides whether two sightings are one call, and which of them counts.
import Budgeting

/// What to do with a record whose `eventID` or `groupID` is booked already.
package enum MergeVerdict: Sendable, Hashable {
    /// The booked one stays; nothing changes.
    case duplicate
    /// The same call, better known now: post a correction by this difference (a kind may be negative).
    case replace(by: TokenCounts)
    /// Another call that only shares the group: book it under its `eventID`.
    case distinct
}

/// The part of a booked record that the decision needs; a ledger keeps it beside the record.
package struct BookedUsage: Sendable, Hashable {
    /// Of the best sighting so far.
    package var rank: UsageRank
    /// Of the first sighting: whether it had a `groupID`, that is an id of its own inside a group.
    package var hasGroup: Bool
    /// With all corrections.
    package var tokens: TokenCounts

    package init(rank: UsageRank, hasGroup: Bool, tokens: TokenCounts) {
        self.rank = rank
        self.hasGroup = hasGroup
        self.tokens = tokens
    }
}

/// Which of a record's keys led to the booked one.
package enum MatchedKey: Sendable, Hashable {
    case event
    case group
}

/// The rule for a record one of whose keys is booked already.
///
/// A ledger keeps one map from key to record. It looks `eventID` up first and, only when that is new, `groupID`. With
/// neither there, or with `distinct`, the record is booked: its `eventID` is entered, and its `groupID` where that key
/// is still free. After `duplicate` and `replace` its `eventID` is entered as a further key of the booked record.
///
/// Found by event id it is the same call: the higher rank wins, then the greater sum of tokens, then the older. Found
/// by group: two whole calls that each have an id of their own are two calls; anything else (a sidechain's copy, a
/// line without request id, the unfinished part of a stream) is the same call.
///
/// A message whose output grew after an earlier reading had been committed thus arrives under the same event id with
/// more tokens: `replace` says the difference to post beside the booked row.
package func mergeVerdict(stored: BookedUsage, found: LoggedUsage, by key: MatchedKey) -> MergeVerdict {
    mergeVerdict(
        stored: stored, found: BookedUsage(rank: found.rank, hasGroup: found.groupID != nil, tokens: found.tokens),
        by: key)
}

private func mergeVerdict(stored: BookedUsage, found: BookedUsage, by key: MatchedKey) -> MergeVerdict {
    let isWhole = stored.rank == .whole && found.rank == .whole
    if key == .group && isWhole && stored.hasGroup && found.hasGroup { return .distinct }
    if found.rank < stored.rank { return .duplicate }
    let isGreater = (try? found.tokens.total) ?? 0 > (try? stored.tokens.total) ?? 0
    guard found.rank > stored.rank || isGreater, let difference = try? found.tokens - stored.tokens else {
        return .duplicate
    }
    return .replace(by: difference)
}

/// The same rule over hashes, in memory: for one file's repeated lines, and for totals without a ledger.
///
/// 128 bits name a call: two different calls meeting by chance is not a case worth a byte more.
package struct UsageMerger: Sendable {
    private struct Slot: Sendable {
        var booked: BookedUsage
        /// Where the caller keeps the record.
        var place: Int
    }

    package enum Outcome: Sendable, Hashable {
        case new
        /// The record that the caller keeps at `place` stays as it is.
        case duplicate(place: Int)
        /// The record at `place` is to be overwritten.
        case replaces(place: Int, by: TokenCounts)
    }

    private var slots: [Slot] = []
    private var slotOfKey = KeyTable()

    package init() {}

    package var count: Int { slots.count }

    package mutating func removeAll() {
        slots.removeAll(keepingCapacity: true)
        slotOfKey.removeAll()
    }

    /// Books a record that the caller will keep at `place` if it is new.
    package mutating func take(_ usage: LoggedUsage, place: Int) -> Outcome {
        take(usage.keys, rank: usage.rank, tokens: usage.tokens, place: place)
    }

    mutating func take(_ keys: UsageKeys, rank: UsageRank, tokens: TokenCounts, place: Int) -> Outcome {
        let found = BookedUsage(rank: rank, hasGroup: keys.group != nil, tokens: tokens)
        if let index = slotOfKey[keys.event], let outcome = merge(Int(index), found, by: .event) { return outcome }
        if let group = keys.group, let index = slotOfKey[group], let outcome = merge(Int(index), found, by: .group) {
            slotOfKey[keys.event] = index
            return outcome
        }
        let index = Int32(truncatingIfNeeded: slots.count)
        slots.append(Slot(booked: found, place: place))
        slotOfKey[keys.event] = index
        if let group = keys.group, slotOfKey[group] == nil { slotOfKey[group] = index }
        return .new
    }

    /// Nil: another call.
    private mutating func merge(_ index: Int, _ found: BookedUsage, by key: MatchedKey) -> Outcome? {
        let place = slots[index].place
        switch mergeVerdict(stored: slots[index].booked, found: found, by: key) {
        case .distinct: return nil
        case .duplicate: return .duplicate(place: place)
        case .replace(let difference):
            slots[index].booked.rank = found.rank
            slots[index].booked.tokens = found.tokens
            return .replaces(place: place, by: difference)
        }
    }
}
