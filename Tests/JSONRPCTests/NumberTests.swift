// Numbers are exact or refused.
import JSONRPC
import Testing

struct NumberTests {
    @Test(
        "Whole numbers, however they are written",
        arguments: [
            ("0", 0), ("-0", 0), ("7", 7), ("-5", -5), ("1.0", 1), ("1e2", 100), ("1E+2", 100), ("100e-2", 1),
            ("0e9", 0),
            ("0.0", 0), ("-0.0e-5", 0), ("1.50e1", 15), ("9007199254740992", 1 << 53),
            ("9007199254740993", 1 << 53 + 1),
            ("999999999999999999", 999_999_999_999_999_999), ("1000000000000000000", 1_000_000_000_000_000_000),
            ("9223372036854775807", .max), ("-9223372036854775808", .min), ("-9223372036854775807", .min + 1),
            ("9223372036854775807.000", .max), ("922337203685477580.7e1", .max), ("-9.223372036854775808e18", .min),
            ("9223372036854775807000e-3", .max), ("0.000000000000000000001e21", 1), ("0e99999999999999999999", 0),
            ("0.00000000000000000000e400", 0),
        ] as [(String, Int64)])
    func whole(_ text: String, value: Int64) throws {
        #expect(try withValue(of: text) { $0.int64 } == value)
        #expect(try withValue(of: text) { $0.decimal(scale: 0) } == .exact(value))
    }

    @Test(
        "No whole number of 64 bits",
        arguments: [
            "1.5", "0.1", "1e-1", "1e400", "-1e400", "1e19", "9223372036854775808", "-9223372036854775809",
            "10000000000000000000", "18446744073709551616", "18446744073709551617", "123456789012345678901234567890",
            "1e99999999999999999999", "1e-99999999999999999999", "99999999999999999999e-1", "true", "null", "\"1\"",
            "[1]",
        ])
    func notWhole(_ text: String) throws {
        #expect(try withValue(of: text) { $0.int64 } == nil)
    }

    @Test(
        "Money: whole counts of a billionth",
        arguments: [
            ("0.1", .exact(100_000_000)), ("1.5", .exact(1_500_000_000)), ("0.000000001", .exact(1)),
            ("-0.000000001", .exact(-1)), ("1e-9", .exact(1)), ("10e-10", .exact(1)), ("0.1e-8", .exact(1)),
            ("0.1e-9", .tooPrecise), ("0.1234567891", .tooPrecise), ("0.12345678900", .exact(123_456_789)),
            ("0.0000000001", .tooPrecise), ("0.0000000010", .exact(1)),
            ("1.0000000000000000000000000000", .exact(1_000_000_000)), ("1.00000000000000000000000000001", .tooPrecise),
            ("9223372036.854775807", .exact(.max)), ("-9223372036.854775808", .exact(.min)),
            ("9223372036.854775808", .outOfRange), ("-9223372036.854775809", .outOfRange), ("1e10", .outOfRange),
            ("1e400", .outOfRange), ("1e-400", .tooPrecise), ("12345678901234567890.5", .outOfRange),
            ("0", .exact(0)), ("-0.00", .exact(0)), ("0e-400", .exact(0)),
        ] as [(String, DecimalReading)])
    func money(_ text: String, reading: DecimalReading) throws {
        #expect(try withValue(of: text) { $0.decimal(scale: 9) } == reading)
    }

    @Test("Digits without end are read in one go")
    func endless() throws {
        let nines = String(repeating: "9", count: 100_000)
        let zeros = String(repeating: "0", count: 100_000)
        #expect(try withValue(of: nines) { $0.decimal(scale: 9) } == .outOfRange)
        #expect(try withValue(of: "0." + nines) { $0.decimal(scale: 9) } == .tooPrecise)
        #expect(try withValue(of: "1." + zeros) { $0.decimal(scale: 9) } == .exact(1_000_000_000))
        #expect(try withValue(of: "1." + zeros + "1") { $0.decimal(scale: 9) } == .tooPrecise)
        #expect(try withValue(of: "1" + zeros + "e-100000") { $0.int64 } == 1)
        #expect(try withValue(of: "0." + zeros + "25e100002") { $0.int64 } == 25)
        #expect(try withValue(of: "1e" + nines) { $0.decimal(scale: 9) } == .outOfRange)
        #expect(try withValue(of: "1e" + zeros + "2") { $0.int64 } == 100)
    }

    /// Against the same number made by moving the point through its digits as text.
    @Test("Random decimals agree with their digits")
    func randomDecimals() throws {
        var random = TestRandom(seed: 11)
        for _ in 0..<2000 {
            let units = Int64(truncatingIfNeeded: random.next()) >> Int.random(in: 0..<63, using: &random)
            let shift = Int.random(in: -30...30, using: &random)
            let text = "\(units)e\(shift - 9)"
            let value = try withValue(of: text) { $0.decimal(scale: 9) }
            var expected = DecimalReading.exact(units)
            if shift < 0 {
                let trailing = "\(units)".reversed().prefix { $0 == "0" }.count
                if units != 0 {
                    expected =
                        trailing >= -shift ? .exact((shift...(-1)).reduce(units) { rest, _ in rest / 10 }) : .tooPrecise
                }
            } else {
                for _ in 0..<shift {
                    guard case .exact(let number) = expected else { break }
                    let (product, overflow) = number.multipliedReportingOverflow(by: 10)
                    expected = overflow ? .outOfRange : .exact(product)
                }
            }
            #expect(value == expected, "\(text)")
        }
    }

    @Test("The nearest binary number")
    func double() throws {
        #expect(try withValue(of: "0.1") { $0.double } == 0.1)
        #expect(try withValue(of: "-1.5e3") { $0.double } == -1500)
        #expect(try withValue(of: "1e400") { $0.double } == .infinity)
        #expect(try withValue(of: "1e-400") { $0.double } == 0)
        #expect(try withValue(of: "\"1\"") { $0.double } == nil)
    }
}
