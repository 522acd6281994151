// The executable: commands and wiring.
import ArgumentParser

@main
struct BudgetAdvisor: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "budget-advisor")
}
