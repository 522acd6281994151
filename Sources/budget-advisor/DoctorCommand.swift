// `doctor`: examines the ledger and shows the settings.
import Advisor
import ArgumentParser

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the ledger; show every setting and where it came from.",
        usage: "budget-advisor doctor",
        discussion: """
            Checks the file, compares the sums with the records, and names models without a price, records from the \
            future and holds that belong to nobody. It changes nothing. It reads everything: seconds for millions of \
            records.

            Exit status: 0 healthy; 1 faults found; 3 cannot tell, because the ledger cannot be read; 64 the command \
            line or a setting is wrong; 74 the output could not be written.
            """)

    @Flag(help: "Show it all as one line of JSON.")
    var json = false

    @OptionGroup var common: CommonOptions

    func run() throws {
        let found = Examination.of(try common.session())
        try output(json ? found.json.text + "\n" : found.view(on: Page.ofProcess()))
        throw ExitCode(found.exitStatus)
    }
}
