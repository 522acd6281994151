// How far up to its limit a budget lets a task of some importance go.

/// How important a task is.
package enum Priority: String, Hashable, Sendable, CaseIterable {
    case critical
    case high
    case normal
    case low
}

/// What a task is to the work before it.
package enum TaskKind: String, Hashable, Sendable, CaseIterable {
    case new
    case retry
    case rework
    /// Finishing what is open, so that what was spent is not lost; let through to the limit.
    case wrapUp
}

/// Which line a task's spending must stay under. Lines are shares of the limit; the amount measured against them is
/// spent + reserved + the task's p90, and may meet the line. No line is above 100 %. Critical and `wrapUp` tasks have
/// the line at 100 % under every policy.
package enum AdmissionPolicy: String, Hashable, Sendable, CaseIterable {
    /// Low up to the first threshold, normal up to the second, high up to the third. Where there are fewer, the last.
    case thresholds
    /// Everything up to the last threshold, whatever its priority; from there on only critical and `wrapUp` work.
    case strict
    /// Everything up to 100 %: first come, first served.
    case fit
    /// The line of `thresholds` × how much of the period has passed, with a head start, so that cheap early work does
    /// not starve late critical work; see ``Pacing``. A `total` budget has no period to pace: `thresholds`.
    case paced
}

/// What the policy `paced` knows of a budget's period.
///
/// line = threshold line × min(100 %, elapsed + head start × (100 % − chance of passing the limit)), where the head
/// start is 10 % of the period for low priority, 25 % for normal and 50 % for high. So a period that is sure to end
/// over its limit is rationed strictly by time, and one that is sure not to leaves every priority its head start.
package struct Pacing: Hashable, Sendable {
    /// The share of the period that has passed.
    package var elapsed: Percent
    /// The forecast's chance, 0–100 %, that the limit is passed by the end of the period; zero where it is not known.
    package var overLimit: Percent

    package init(elapsed: Percent, overLimit: Percent = .zero) {
        self.elapsed = Pacing.bounded(elapsed)
        self.overLimit = Pacing.bounded(overLimit)
    }

    static func headStart(_ priority: Priority) -> Percent {
        switch priority {
        case .critical: .hundred
        case .high: Percent(50)
        case .normal: Percent(25)
        case .low: Percent(10)
        }
    }

    /// How much of the threshold line is open: 0–100 %.
    func openShare(_ priority: Priority) -> Percent {
        let start = Pacing.headStart(priority).amount(of: Percent.hundred.thousandths - overLimit.thousandths)
        return min(.hundred, Percent(thousandths: elapsed.thousandths + start))
    }

    private static func bounded(_ share: Percent) -> Percent { min(max(share, .zero), .hundred) }
}

extension AdmissionPolicy {
    /// The line for a task, as a share of the budget's limit.
    package func line(priority: Priority, kind: TaskKind, thresholds: [Percent], pacing: Pacing? = nil) -> Percent {
        let settled = settledLine(priority: priority, kind: kind, thresholds: thresholds)
        if self != .paced || priority == .critical || kind == .wrapUp { return settled }
        guard let pacing else { return settled }
        return Percent(thousandths: pacing.openShare(priority).amount(of: settled.thousandths))
    }

    /// The line once pace no longer matters: at the end of the period.
    package func settledLine(priority: Priority, kind: TaskKind, thresholds: [Percent]) -> Percent {
        if priority == .critical || kind == .wrapUp || self == .fit { return .hundred }
        let last = min(thresholds.last ?? .hundred, .hundred)
        if self == .strict { return last }
        let index: Int
        switch priority {
        case .low: index = 0
        case .normal: index = 1
        default: index = 2
        }
        return index < thresholds.count ? min(thresholds[index], .hundred) : last
    }
}
