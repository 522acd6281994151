// Where the ledger lives when nobody says otherwise.

extension Settings {
    /// `budget-advisor/ledger.db` in the platform's folder for user data: `$XDG_DATA_HOME` (where absolute, as its
    /// specification demands) or `~/.local/share`; on macOS `~/Library/Application Support`.
    static func standardLedgerPath(
        _ environment: [(name: String, value: String)]
    ) throws(SettingFault) -> String {
        func value(_ name: String) -> String? {
            environment.first { $0.name == name && $0.value.hasPrefix("/") }?.value
        }
        let file = "/budget-advisor/ledger.db"
        #if os(macOS)
            if let home = value("HOME") { return home + "/Library/Application Support" + file }
        #else
            if let data = value("XDG_DATA_HOME") { return data + file }
            if let home = value("HOME") { return home + "/.local/share" + file }
        #endif
        throw SettingFault(
            name: "BUDGET_ADVISOR_LEDGER", source: .standard,
            problem: "has no default here, because HOME is not an absolute path; give --ledger PATH")
    }
}
