// `.env.template`, written from the declarations.

/// The text of `.env.template`: every setting with its meaning, what is allowed, and its default.
package func envTemplate() -> String {
    var text = """
        # Settings of budget-advisor. Copy to `.env` in the folder it is started in, or set them in the environment.
        # Order: flag > environment > .env > stored in the ledger > default. An unknown BUDGET_ADVISOR_ name or a value
        # that is not allowed stops the start. Written by `budget-advisor schema`: edit Sources/Advisor/Settings.

        """
    for setting in SettingDeclaration.all {
        text += "\n# \(setting.meaning)\n# Allowed: \(setting.allowed)."
        if let flag = setting.flag { text += " Flag: \(flag)." }
        if let standard = setting.defaultText {
            text += " This is the default.\n\(setting.name)=\(standard)\n"
        } else {
            let fallback =
                setting.name == "BUDGET_ADVISOR_LEDGER" ? "budget-advisor/ledger.db in the user's data folder" : "none"
            text += " Default: \(fallback).\n# \(setting.name)=\(setting.example)\n"
        }
    }
    return text
}
