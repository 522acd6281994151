// Money: exact text, checked sums, rounding.

import Testing

@testable import Budgeting

struct MoneyTests {
    @Test(arguments: [
        ("0", 0), ("-0", 0), ("0.0", 0), ("1", 1_000_000_000), ("12.5", 12_500_000_000), ("0.000000001", 1),
        ("-0.000000001", -1), ("1e-9", 1), ("1E+2", 100_000_000_000),
        ("1.50000000000000000000000000000", 1_500_000_000),
        ("100000e-14", 1), ("9223372036.854775807", Int64.max), ("-9223372036.854775808", Int64.min),
        ("0e999999999999999999999", 0), ("0.00000000000000000000000000001e20", 1),
    ])
    func readsExactly(text: String, nanoUSD: Int64) throws {
        #expect(try Money(decimalText: text).nanoUSD == nanoUSD)
    }

    @Test(arguments: [
        ("", MoneyTextFault.notANumber), ("-", .notANumber), ("+1", .notANumber), ("01", .notANumber),
        ("1.", .notANumber), (".5", .notANumber), ("1e", .notANumber), ("1e+", .notANumber), ("1 ", .notANumber),
        ("NaN", .notANumber), ("0x1", .notANumber), ("1,5", .notANumber), ("--1", .notANumber), ("١", .notANumber),
        ("0.0000000001", .moreThanNineDecimals), ("1e-10", .moreThanNineDecimals),
        ("1.0000000005", .moreThanNineDecimals), ("0.12345678901234567890123", .moreThanNineDecimals),
        ("1e-999999999999999999", .moreThanNineDecimals), ("9223372036.854775808", .outOfRange),
        ("-9223372036.854775809", .outOfRange), ("1e10", .outOfRange), ("1e999999999999999999", .outOfRange),
        ("123456789012345678901234567890", .outOfRange),
    ])
    func refuses(text: String, fault: MoneyTextFault) {
        #expect(throws: fault) { try Money(decimalText: text) }
    }

    @Test(arguments: [
        (0, "0"), (1, "0.000000001"), (-1, "-0.000000001"), (1_500_000_000, "1.5"), (100_000_000_000, "100"),
        (Int64.max, "9223372036.854775807"), (Int64.min, "-9223372036.854775808"), (10, "0.00000001"),
    ])
    func writesShortest(nanoUSD: Int64, text: String) {
        #expect(Money(nanoUSD: nanoUSD).decimalText == text)
    }

    @Test func everyAmountComesBackFromItsText() throws {
        var random = TestRandom(seed: 1)
        for _ in 0..<2_000 {
            let amount = Money(nanoUSD: random.magnitude(maxBits: 64))
            #expect(try Money(decimalText: amount.decimalText) == amount)
        }
    }

    @Test func sumsAreCheckedAtTheEdges() throws {
        let largest = Money(nanoUSD: .max)
        let one = Money(nanoUSD: 1)
        #expect(throws: ArithmeticOverflow.self) { try largest + one }
        #expect(throws: ArithmeticOverflow.self) { try Money(nanoUSD: .min) - one }
        #expect(throws: ArithmeticOverflow.self) { try [largest, one].checkedSum() }
        #expect(try (largest - one + one) == largest)
        #expect(throws: ArithmeticOverflow.self) { try TokenCounts(input: .max, cacheRead: 1).total }
        #expect(throws: ArithmeticOverflow.self) { try TokenCounts(output: .max) + TokenCounts(output: 1) }
    }

    @Test func tokenBudgetsCountCacheReadsOnlyIfAsked() throws {
        let tokens = TokenCounts(input: 1, output: 20, cacheRead: 300, cacheWrite: 4_000, cacheWrite1h: 50_000)
        #expect(try tokens.billable(countCacheReads: false) == 54_021)
        #expect(try tokens.billable(countCacheReads: true) == 54_321)
        #expect(try tokens.total == 54_321)
        #expect(try tokens.allInput == 54_301)
    }

    @Test(arguments: [
        (0, 0), (4, 0), (5, 0), (6, 1), (10, 1), (14, 1), (15, 2), (16, 2), (25, 2), (35, 4), (-5, 0), (-6, -1),
        (-15, -2), (-25, -2), (-26, -3),
    ])
    func halvesGoToTheEvenNeighbour(tenths: Int, rounded: Int64) throws {
        #expect(try Int128(tenths).dividedHalfToEven(by: 10) == rounded)
    }

    @Test func divisionIsCheckedAtTheEdges() throws {
        #expect(throws: ArithmeticOverflow.self) { try Int128.max.dividedHalfToEven(by: 1) }
        #expect(throws: ArithmeticOverflow.self) { try Int128(1).dividedHalfToEven(by: 0) }
        #expect(try Int128.min.dividedHalfToEven(by: Int128.max) == -1)
        #expect(try Int128(-1).dividedDown(by: 10) == -1)
    }

    @Test(arguments: [
        ("75", 75_000), ("0.001", 1), ("99.5", 99_500), ("1e1", 10_000), ("75.0001", nil), ("x", nil),
    ])
    func percentsReadExactly(text: String, thousandths: Int64?) {
        #expect(Percent(decimalText: text)?.thousandths == thousandths)
    }

    @Test func percentsAreRoundedDownSoThatAReachedOneIsShown() {
        #expect(Percent.of(749_999_999, in: 1_000_000_000).decimalText == "74.999")
        #expect(Percent.of(750_000_000, in: 1_000_000_000).decimalText == "75")
        #expect(Percent.of(-1, in: 3).decimalText == "-33.334")
        #expect(Percent.of(0, in: 0) == .hundred)
        #expect(Percent.of(1, in: 0).thousandths == .max)
        #expect(Percent.of(.max, in: 1).thousandths == .max)
    }

    @Test func aPercentIsReachedExactlyFromItsAmountOn() {
        var random = TestRandom(seed: 2)
        for _ in 0..<2_000 {
            let percent = Percent(thousandths: random.int(1...200_000))
            let whole = random.magnitude(maxBits: 60)
            let amount = percent.amount(of: whole)
            let isWholeNumber = Int128(whole) * Int128(percent.thousandths) % 100_000 == 0
            #expect(percent.isReached(by: amount, of: whole) == isWholeNumber)
            #expect(percent.isReached(by: amount + 1, of: whole))
            if whole > 0 { #expect((Percent.of(amount + 1, in: whole) >= percent)) }
        }
    }
}
