// Budgets: what is wrong with them, where they stand, what they advise.

import Testing

@testable import Budgeting

struct BudgetTests {
    static func budget(_ limit: BudgetLimit = .usd(usd("100")), _ thresholds: [Int64] = [75, 90, 95]) -> Budget {
        Budget(name: "monthly", limit: limit, thresholds: thresholds.map { Percent($0) })
    }

    @Test func aSoundBudgetHasNoFaults() {
        #expect(Self.budget().faults.isEmpty)
        #expect(Self.budget(.tokens(Budget.largestTokenLimit), [100]).faults.isEmpty)
    }

    @Test func allFaultsAreNamedAtOnce() {
        let budget = Budget(
            name: "", limit: .usd(usd("-5")), period: .month, resetDay: 29,
            scope: BudgetScope(worker: "", task: "a\nb"),
            thresholds: [Percent(90), Percent(75), Percent(101), Percent(0)])
        #expect(
            budget.faults.map(\.path) == [
                "/budget", "/limitUSD", "/resetDay", "/scope/worker", "/scope/task", "/thresholds/1", "/thresholds/2",
                "/thresholds/3",
            ])
        #expect(budget.faults[1].message == "must be above 0, got -5")
        #expect(budget.faults[2].message == "must be 1 to 28, got 29")
        #expect(budget.faults[5].message == "must be above the one before (90), got 75")
    }

    @Test(arguments: [
        (BudgetLimit.tokens(0), "/limitTokens"), (.tokens(Budget.largestTokenLimit + 1), "/limitTokens"),
        (.usd(.zero), "/limitUSD"),
    ])
    func limitsHaveBounds(limit: BudgetLimit, path: String) {
        #expect(Self.budget(limit).faults.map(\.path) == [path])
    }

    @Test func oddsAndEnds() {
        var budget = Self.budget(.tokens(1), [])
        budget.period = .week
        budget.resetDay = 15
        budget.name = String(repeating: "x", count: 201)
        #expect(budget.faults.map(\.path) == ["/budget", "/resetDay", "/thresholds"])
        budget.thresholds = Array(repeating: Percent(1), count: 11)
        #expect(budget.faults.last?.path == "/thresholds")
    }

    @Test func scopesCoverWhatHasAllTheirNames() {
        let scope = BudgetScope(worker: "w1", project: "p1")
        #expect(scope.covers(worker: "w1", task: "t", project: "p1", model: nil, operation: nil))
        #expect(!scope.covers(worker: "w1", task: nil, project: nil, model: nil, operation: nil))
        #expect(!scope.covers(worker: "W1", task: nil, project: "p1", model: nil, operation: nil))
        #expect(
            BudgetScope().isWhole
                && BudgetScope().covers(worker: nil, task: nil, project: nil, model: nil, operation: nil))
    }
}

struct StandingTests {
    static let november = Period.containing(Instant(seconds: 1_795_341_600), kind: .month, in: .utc)

    @Test(arguments: [
        (Int64(0), Level.green), (74_999_999_999, .green), (75_000_000_000, .yellow), (89_999_999_999, .yellow),
        (90_000_000_000, .orange), (94_999_999_999, .orange), (95_000_000_000, .red), (500_000_000_000, .red),
        (-1, .green),
    ])
    func levels(spent: Int64, level: Level) {
        #expect(BudgetTests.budget().level(atSpent: spent) == level)
    }

    static let otherLevels: [([Int64], Int64, Level)] = [
        ([80], 79, Level.green), ([80], 80, .red), ([50, 80], 50, .yellow), ([50, 80], 80, .red),
        ([10, 20, 30, 40], 19, .yellow), ([10, 20, 30, 40], 20, .orange), ([10, 20, 30, 40], 39, .orange),
        ([10, 20, 30, 40], 40, .red),
    ]

    /// One threshold: red. Two: yellow, red. Four: yellow, orange, orange, red.
    @Test(arguments: otherLevels)
    func levelsOfOtherThresholds(thresholds: [Int64], spent: Int64, level: Level) {
        #expect(BudgetTests.budget(.tokens(100), thresholds).level(atSpent: spent) == level)
    }

    @Test func thresholdsMayHaveDecimals() {
        var budget = BudgetTests.budget(.tokens(1_000_000))
        budget.thresholds = [Percent(thousandths: 33_333)]
        #expect(budget.level(atSpent: 333_329) == .green)
        #expect(budget.level(atSpent: 333_330) == .red)
    }

    static let jumps: [(Int64, Int64, [Int64])] = [
        (0, 74, []), (0, 75, [75]), (70, 96, [75, 90, 95]), (70, 100, [75, 90, 95, 100]), (96, 99, []),
        (99, 250, [100]), (100, 250, []), (96, 50, []), (75, 75, []), (74, 90, [75, 90]),
    ]

    @Test(arguments: jumps)
    func jumpsMissNoThreshold(before: Int64, after: Int64, crossed: [Int64]) {
        let budget = BudgetTests.budget(.tokens(100))
        #expect(budget.crossedThresholds(from: before, to: after) == crossed.map { Percent($0) })
    }

    @Test func hundredIsCrossedOnceEvenAsAThreshold() {
        #expect(
            BudgetTests.budget(.tokens(100), [50, 100]).crossedThresholds(from: 0, to: 100) == [
                Percent(50), Percent(100),
            ])
    }

    /// However spending gets from one amount to another, each threshold is crossed once.
    @Test func stepsCrossWhatTheJumpCrosses() {
        var random = TestRandom(seed: 7)
        for _ in 0..<500 {
            let limit = max(1, random.magnitude(maxBits: 62))
            let budget = BudgetTests.budget(.tokens(limit))
            var spent: Int64 = 0
            var crossed: [Percent] = []
            for _ in 0..<10 {
                let next = spent + random.int(0...(limit / 5 + 1)) / 1
                crossed += budget.crossedThresholds(from: spent, to: next)
                spent = next
            }
            #expect(crossed == budget.crossedThresholds(from: 0, to: spent))
            let reached = budget.thresholds.count { $0 <= Percent.of(spent, in: limit) }
            #expect(budget.level(atSpent: spent) == [.green, .yellow, .orange, .red][reached])
        }
    }

    @Test func sharesAndPace() throws {
        let half = Instant(seconds: Self.november.start.seconds + 15 * 86_400)
        let standing = Standing(
            budget: BudgetTests.budget(), period: Self.november, spent: usd("75").nanoUSD, reserved: usd("30").nanoUSD)
        #expect(standing.usedPercent.decimalText == "75")
        #expect(try standing.committedPercent.decimalText == "105")
        #expect(try standing.remaining == usd("-5").nanoUSD)
        #expect(standing.pace(at: half)?.decimalText == "1.5")
        #expect(standing.pace(at: Self.november.start) == nil)
        #expect(!standing.isExceeded)
        let over = Standing(budget: BudgetTests.budget(), period: Self.november, spent: usd("100").nanoUSD)
        #expect(over.isExceeded && over.level == .red)
        let huge = Standing(budget: BudgetTests.budget(.tokens(1)), period: Self.november, spent: .max, reserved: 1)
        #expect(throws: ArithmeticOverflow.self) { try huge.committed }
        #expect(huge.usedPercent.thousandths == .max)
        #expect(huge.pace(at: half) == nil)
        #expect(huge.recommendation(at: half, in: .utc).hasPrefix("Start no more work"))
    }

    @Test(arguments: [
        ("20", "0", "On track: $20.00 of $100.00 (20 %) is spent. $80.00 is left for 9 days: $8.89 a day."),
        (
            "74", "0",
            "On track: $74.00 of $100.00 (74 %) is spent. $26.00 is left for 9 days: $2.89 a day."
        ),
        (
            "80", "5",
            "Put off work of low priority and prefer cheaper models: $80.00 of $100.00 (80 %) is spent. $15.00 is left "
                + "for 9 days: $1.67 a day. Spending runs at 1.1 times the even pace and would reach the limit on 2026-11-26."
        ),
        (
            "96", "0",
            "Start only critical work and finish what is open: $96.00 of $100.00 (96 %) is spent. $4.00 is left for 9 "
                + "days: $0.44 a day. Spending runs at 1.3 times the even pace and would reach the limit on 2026-11-23."
        ),
        (
            "50", "50",
            "Start no more work for now: $50.00 of $100.00 (50 %) is spent and $50.00 is held by running tasks. To go on, "
                + "raise the limit with setBudget or wait for the next month (2026-12-01)."
        ),
        (
            "120", "0",
            "Start no more work: $120.00 of $100.00 (120 %) is spent. To go on, raise the limit with setBudget or wait "
                + "for the next month (2026-12-01)."
        ),
    ])
    func recommendations(spent: String, reserved: String, sentence: String) throws {
        let standing = Standing(
            budget: BudgetTests.budget(), period: Self.november, spent: usd(spent).nanoUSD,
            reserved: usd(reserved).nanoUSD)
        let now = try Instant(rfc3339: "2026-11-22T10:00:00Z")
        #expect(standing.recommendation(at: now, in: .utc) == sentence)
        // That the forecast passes the limit changes the advice only where all seems well.
        let warned = standing.recommendation(at: now, in: .utc, isProjectedToPass: true)
        #expect(
            warned
                == sentence.replacing("On track", with: "Slow down or raise the limit, the forecast passes it"))
    }

    @Test func otherSentences() {
        let total = Period.containing(.earliest, kind: .total, in: .utc)
        let tokens = Standing(budget: BudgetTests.budget(.tokens(2_000_000)), period: total, spent: 1_234_567)
        #expect(
            tokens.recommendation(at: .latest, in: .utc)
                == "On track: 1.2M tokens of 2M tokens (61 %) is spent. 765k tokens is left.")
        let none = recommendationWithoutBudget(spent: usd("12.345"))
        #expect(none.contains("$12.34 ") && none.contains("setBudget") && none.contains("BUDGET_ADVISOR_MONTHLY_USD"))
    }

    @Test(arguments: [
        ("0", "$0.00"), ("1234567.891", "$1,234,567.89"), ("-3.005", "-$3.00"), ("0.5", "$0.50"), ("0.042", "$0.042"),
        ("0.00123", "$0.0012"), ("0.000000001", "$0.000000001"), ("0.0999", "$0.100"),
        ("9223372036.854775807", "$9,223,372,036.85"),
    ])
    func sentencesRoundMoney(amount: String, text: String) {
        #expect(usd(amount).sentenceText == text)
    }
}
