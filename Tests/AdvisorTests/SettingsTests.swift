// Where settings come from, and that nothing wrong is let through.
import Budgeting
import Testing

@testable import Advisor

private func load(
    _ environment: [String: String] = [:], envFile: String? = nil, flags: [String: String] = [:]
) throws -> Settings {
    let pairs = (["HOME": "/home/a"].merging(environment) { $1 }).map { (name: $0.key, value: $0.value) }
    return try Settings.load(flags: flags, environment: pairs, envFile: envFile)
}

@Suite struct SettingsTests {
    @Test func defaultsWhenNothingIsSet() throws {
        let settings = try load()
        #expect(settings.thresholds == [Percent(75), Percent(90), Percent(95)])
        #expect(settings.resetDay == 1)
        #expect(settings.timeZone == "UTC")
        #expect(settings.monthlyLimit == nil)
        #expect(settings.origins.allSatisfy { $0.source == .standard })
        #if os(Linux)
            #expect(settings.ledgerPath == "/home/a/.local/share/budget-advisor/ledger.db")
            #expect(try load(["XDG_DATA_HOME": "/data"]).ledgerPath == "/data/budget-advisor/ledger.db")
            #expect(try load(["XDG_DATA_HOME": "not/absolute"]).ledgerPath.hasPrefix("/home/a/"))
        #endif
    }

    @Test func flagBeforeEnvironmentBeforeEnvFile() throws {
        let name = "BUDGET_ADVISOR_LEDGER"
        let file = "\(name)=/file\n"
        #expect(try load(envFile: file).ledgerPath == "/file")
        #expect(try load([name: "/environment"], envFile: file).ledgerPath == "/environment")
        let settings = try load([name: "/environment"], envFile: file, flags: ["--ledger": "/flag"])
        #expect(settings.ledgerPath == "/flag")
        #expect(settings.origins.first == .init(name: name, text: "/flag", source: .flag("--ledger")))
    }

    @Test func storedValuesFillOnlyWhatNobodySet() throws {
        var settings = try load(["BUDGET_ADVISOR_RESET_DAY": "5"])
        try settings.adopt(stored: ["BUDGET_ADVISOR_RESET_DAY": "9", "BUDGET_ADVISOR_THRESHOLDS": "50,100"])
        #expect(settings.resetDay == 5)
        #expect(settings.thresholds == [Percent(50), .hundred])
        #expect(settings.origins.contains { $0.source == .ledger && $0.text == "50,100" })
    }

    @Test(arguments: [
        ("500", 500_000_000_000), ("49.90", 49_900_000_000), ("0.000000001", 1),
        ("9000000000.5", 9_000_000_000_500_000_000),
    ])
    func monthlyDollarsAreExact(text: String, nanoUSD: Int64) throws {
        #expect(try load(["BUDGET_ADVISOR_MONTHLY_USD": text]).monthlyLimit == .usd(Money(nanoUSD: nanoUSD)))
    }

    @Test(arguments: [
        ("MONTHLY_USD", "0"), ("MONTHLY_USD", "-1"), ("MONTHLY_USD", "1e3"), ("MONTHLY_USD", "$5"), ("MONTHLY_USD", ""),
        ("MONTHLY_USD", "1.0000000001"), ("MONTHLY_USD", "99999999999"), ("MONTHLY_USD", "1."), ("MONTHLY_USD", ".5"),
        ("MONTHLY_TOKENS", "0"), ("MONTHLY_TOKENS", "1.5"), ("MONTHLY_TOKENS", "9007199254740992"),
        ("THRESHOLDS", "75,90,"), ("THRESHOLDS", "90,75"), ("THRESHOLDS", "75,75"), ("THRESHOLDS", "0"),
        ("THRESHOLDS", "101"), ("THRESHOLDS", "75, 90"), ("THRESHOLDS", "1,2,3,4,5,6,7,8,9,10,11"),
        ("RESET_DAY", "0"), ("RESET_DAY", "29"), ("RESET_DAY", "+1"), ("RESET_DAY", "one"),
        ("TIME_ZONE", "Europe//Berlin"), ("TIME_ZONE", "../etc/passwd"), ("TIME_ZONE", " UTC"),
        ("TIME_ZONE", "Europe/Berlinn"),
        ("POLICY", "Thresholds"), ("UNPRICED", "free"),
    ])
    func malformedValuesStopTheStart(ending: String, text: String) {
        let name = SettingDeclaration.prefix + ending
        let fault = #expect(throws: SettingFault.self) { try load([name: text]) }
        #expect(fault?.name == name)
        #expect(fault?.problem.contains("allowed") == true || text.isEmpty)
        #expect(fault?.problem.contains(text) == true)
    }

    @Test(arguments: [
        ("BUDGET_ADVISOR_THRESHOLD", "BUDGET_ADVISOR_THRESHOLDS"),
        ("BUDGET_ADVISOR_MONTLY_USD", "BUDGET_ADVISOR_MONTHLY_USD"),
        ("BUDGET_ADVISOR_TIMEZONE", "BUDGET_ADVISOR_TIME_ZONE"),
    ])
    func unknownNamesStopTheStartAndNameTheNearest(name: String, nearest: String) {
        for fault in [
            #expect(throws: SettingFault.self) { try load([name: "x"]) },
            #expect(throws: SettingFault.self) { try load(envFile: "# mine\n\(name)=x") },
        ] {
            #expect(fault?.name == name)
            #expect(fault?.problem.contains("did you mean \(nearest)?") == true)
        }
    }

    @Test func twoMonthlyLimitsAreRefused() {
        let both = ["BUDGET_ADVISOR_MONTHLY_USD": "5", "BUDGET_ADVISOR_MONTHLY_TOKENS": "5"]
        #expect(throws: SettingFault.self) { try load(both) }
    }

    @Test func withoutAHomeTheLedgerMustBeNamed() {
        let none: [(name: String, value: String)] = []
        #expect(throws: SettingFault.self) { try Settings.load(flags: [:], environment: none, envFile: nil) }
        #expect(throws: Never.self) {
            try Settings.load(flags: ["--ledger": "here.db"], environment: none, envFile: nil)
        }
    }
}

@Suite struct EnvFileTests {
    @Test(arguments: [
        ("A_X=1", "1"), ("  A_X = 1  ", "1"), ("export A_X=1", "1"), ("A_X=1 # why", "1"), ("A_X=a#b", "a#b"),
        ("A_X='a # b'", "a # b"), (#"A_X="a\n\"b\"" # why"#, "a\n\"b\""), (#"A_X='a\n'"#, #"a\n"#), ("A_X=", ""),
        ("A_X=1\r\nB=2", "1"), ("B=\"open\nA_X=1", "1"), ("A_X=a=b", "a=b"), ("A_X=#", ""),
    ])
    func values(text: String, value: String) throws {
        #expect(try envEntries(in: text, prefix: "A_").map(\.value) == [value])
    }

    @Test func otherProgramsLinesAreSkipped() throws {
        let text = "B='open\nnot a line at all\nC\n\n# A_X=1\nA_X=2\n"
        #expect(try envEntries(in: text, prefix: "A_") == [EnvEntry(name: "A_X", value: "2", line: 6)])
    }

    @Test(arguments: ["A_X", "A_X='open", "A_X=\"a\" b", "A_X=1\nA_X=1"])
    func whatCannotBeReadIsRefused(text: String) {
        #expect(throws: SettingFault.self) { try envEntries(in: text, prefix: "A_") }
    }
}
