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

/// The part of a booked record that the decision needs.
package struct BookedUsage: Sendable, Hashable {
    package var eventID: String
    package var groupID: String?
    package var rank: UsageRank
    package var tokens: TokenCounts

    package init(eventID: String, groupID: String?, rank: UsageRank, tokens: TokenCounts) {
        self.eventID = eventID
        self.groupID = groupID
        self.rank = rank
        self.tokens = tokens
    }
}

/// The rule for a record that was found when its id, or its group, is booked already.
///
/// A ledger keeps one map from key to record: a record enters its `eventID`, and its `groupID` where that key is still
/// free. It looks `eventID` up first and, only when that is new, `groupID`. The same event id: the higher rank wins,
/// then the greater sum of tokens, then the older. The same group under different event ids: two whole calls that each
/// have a group and an id of their own are two calls; anything else (a sidechain's copy, a line without request id, the
/// unfinished part of a stream) is the same call.
///
/// After `duplicate` or `replace` the found `eventID` is entered as a further key of the booked record, so that the next
/// sighting is found at once.
///
/// A message whose output grew after an earlier reading had been committed thus arrives as the same event id with
/// more tokens: `replace` says the difference to post beside the booked row.
package func mergeVerdict(stored: BookedUsage, found: LoggedUsage) -> MergeVerdict {
    if stored.eventID != found.eventID && stored.rank == .whole && found.rank == .whole
        && stored.groupID != nil && found.groupID != nil
    {
        return .distinct
    }
    if found.rank != stored.rank {
        return found.rank > stored.rank ? replacement(of: stored.tokens, by: found.tokens) : .duplicate
    }
    guard let old = try? stored.tokens.total, let new = try? found.tokens.total, new > old else { return .duplicate }
    return replacement(of: stored.tokens, by: found.tokens)
}

private func replacement(of old: TokenCounts, by new: TokenCounts) -> MergeVerdict {
    guard let difference = try? new - old else { return .duplicate }
    return .replace(by: difference)
}

/// The same rule over hashes, in memory: for one file's repeated lines, and for totals without a ledger.
///
/// 128 bits name a call: two different calls meeting by chance is not a case worth a byte more.
package struct UsageMerger: Sendable {
    private struct Slot: Sendable {
        var event: UsageKey
        var group: UsageKey?
        var rank: UsageRank
        var tokens: TokenCounts
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
        if let index = slotOfKey[keys.event] { return merge(Int(index), rank, tokens) }
        if let group = keys.group, let index = slotOfKey[group] {
            let stored = slots[Int(index)]
            let isDistinct =
                stored.rank == .whole && rank == .whole && stored.event != keys.event && stored.group != nil
            if !isDistinct {
                slotOfKey[keys.event] = index
                return merge(Int(index), rank, tokens)
            }
        }
        let index = Int32(truncatingIfNeeded: slots.count)
        slots.append(Slot(event: keys.event, group: keys.group, rank: rank, tokens: tokens, place: place))
        slotOfKey[keys.event] = index
        if let group = keys.group, slotOfKey[group] == nil { slotOfKey[group] = index }
        return .new
    }

    private mutating func merge(_ index: Int, _ rank: UsageRank, _ tokens: TokenCounts) -> Outcome {
        let stored = slots[index]
        if rank < stored.rank { return .duplicate(place: stored.place) }
        let isGreater = (try? tokens.total) ?? 0 > (try? stored.tokens.total) ?? 0
        guard rank > stored.rank || isGreater, let difference = try? tokens - stored.tokens else {
            return .duplicate(place: stored.place)
        }
        slots[index].rank = rank
        slots[index].tokens = tokens
        return .replaces(place: stored.place, by: difference)
    }
}
