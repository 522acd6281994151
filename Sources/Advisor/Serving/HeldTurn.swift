// A turn whose answers wait for the disk while the next one runs.
import JSONRPC
import Ledger

/// The answers of a turn that is committed and may not be on the disk yet.
struct HeldTurn: ~Copyable {
    var output = JSONWriter()
    var answers: [Dispatcher.Answer] = []
    var firstOpen = 0
}

extension Dispatcher {
    /// Whether there are answers that wait. They go out before those of any later turn.
    var isHolding: Bool { held.output.count > 0 }

    /// As `settle`, but where the disk has not got the turn yet its answers are put aside, and another turn may begin.
    func settleAhead() {
        commit()
        guard store.isAwaitingDisk, !isHolding else { return settle() }
        // Each has memory for a whole turn: they change places.
        swap(&output, &held.output)
        swap(&answers, &held.answers)
        held.firstOpen = firstOpen
        endTurn()
    }

    /// Waits until the disk has the held turn: from then on its output may be sent. If the disk fails, the turn that
    /// runs fails as well, since it has seen what may be lost.
    func awaitHeld() {
        do throws(LedgerError) {
            try store.awaitDisk()
        } catch {
            Dispatcher.refuse(held.answers[held.firstOpen...], in: &held.output, error)
            fail(error)
        }
        held.answers.removeAll(keepingCapacity: true)
    }

    /// Turns answers into errors: what they say has not come to be.
    static func refuse(_ answers: ArraySlice<Answer>, in output: inout JSONWriter, _ error: LedgerError) {
        guard !answers.isEmpty else { return }
        var rewritten = JSONWriter()
        var copied = 0
        output.withUnsafeBytes { bytes in
            for answer in answers {
                rewritten.writeRaw(bytes[copied..<answer.head])
                if let replace = answer.replacement {
                    replace(WireError(error), &rewritten)
                } else {
                    rewritten.writeRaw(#","error":"#)
                    WireError(error).write(to: &rewritten)
                    rewritten.writeRaw("}")
                }
                copied = answer.end
            }
            rewritten.writeRaw(bytes[copied...])
        }
        output = rewritten
    }
}
