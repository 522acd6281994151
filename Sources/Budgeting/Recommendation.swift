// What to do about a budget, in one or two sentences with the numbers.

extension Standing {
    /// Plain English for the coordinator or the person who reads the status.
    ///
    /// What the level says comes first, what the pace says second. Dates are local days of the ledger's zone.
    /// - Parameter isProjectedToPass: the forecast's median has passed the limit; being green is then no good news.
    package func recommendation(
        at instant: Instant, in zone: TimeZoneRules, isProjectedToPass: Bool = false
    ) -> String {
        let limitText = budget.limit.sentenceText(limit)
        let share = "\(budget.limit.sentenceText(spent)) of \(limitText) (\(wholePercent) %) is spent"
        if isExceeded { return "Start no more work: \(share). \(wayOut(in: zone))" }
        guard let open = try? remaining else { return "Start no more work: \(share)." }
        if open <= 0 {
            let held = budget.limit.sentenceText(reserved)
            return "Start no more work for now: \(share) and \(held) is held by running tasks. \(wayOut(in: zone))"
        }
        let advice: String
        switch level {
        case .green where isProjectedToPass:
            advice = "Slow down or raise the limit, the forecast passes it"
        case .green: advice = "On track"
        case .yellow: advice = "Put off work of low priority and prefer cheaper models"
        case .orange: advice = "Start only work of high priority"
        case .red: advice = "Start only critical work and finish what is open"
        }
        return "\(advice): \(share). \(paceSentence(open: open, at: instant, in: zone))"
    }

    private var wholePercent: String { grouped(floorDivide(usedPercent.thousandths, by: 1000)) }

    private func wayOut(in zone: TimeZoneRules) -> String {
        let raise = "raise the limit with setBudget"
        guard period.end != nil else { return "To go on, \(raise)." }
        return
            "To go on, \(raise) or wait for the next \(period.kind.rawValue) (\(CivilDate(dayNumber: period.endDay)))."
    }

    private func paceSentence(open: Int64, at instant: Instant, in zone: TimeZoneRules) -> String {
        let openText = budget.limit.sentenceText(open)
        guard let days = period.daysRemaining(at: instant, in: zone), days > 0 else { return "\(openText) is left." }
        if days == 1 { return "\(openText) is left for the rest of the day." }
        let daily = budget.limit.sentenceText(open / Int64(days))
        let rate = "\(openText) is left for \(days) days: \(daily) a day."
        guard let pace = pace(at: instant), pace.thousandths >= 1100,
            let day = exhaustionDay(open: open, at: instant, in: zone)
        else { return rate }
        let times = scaledText(pace.thousandths / 100, decimals: 1)
        return "\(rate) Spending runs at \(times) times the even pace and would reach the limit on \(day)."
    }

    /// The local day on which the plain run rate reaches the limit, where that is inside the period.
    private func exhaustionDay(open: Int64, at instant: Instant, in zone: TimeZoneRules) -> CivilDate? {
        guard let end = period.end, spent > 0, instant > period.start else { return nil }
        let elapsed = Int128(instant.seconds - period.start.seconds)
        guard let more = try? (Int128(open) * elapsed).dividedDown(by: Int128(spent)) else { return nil }
        let day = instant.adding(seconds: more)
        return day < end ? CivilDate(dayNumber: zone.localDay(of: day)) : nil
    }
}

/// The recommendation where no budget is set.
package func recommendationWithoutBudget(spent: Money, periodName: String = "month") -> String {
    "No budget is set; \(spent.sentenceText) is spent this \(periodName). Set one with the method setBudget, "
        + "params {\"budget\":\"monthly\",\"limitUSD\":100}, or start with BUDGET_ADVISOR_MONTHLY_USD=100 in the environment."
}
