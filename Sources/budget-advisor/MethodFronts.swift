// The commands that call a method. What they are stands in `MethodCommands.swift`.
import Advisor
import ArgumentParser

struct BudgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budget", abstract: "Set, list and remove limits.",
        usage: "budget-advisor budget set monthly --limit-usd 500",
        subcommands: [BudgetSetCommand.self, BudgetListCommand.self, BudgetRemoveCommand.self],
        defaultSubcommand: BudgetListCommand.self)
}

struct PricesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices", abstract: "What models cost: list, set, import, estimate.",
        usage: "budget-advisor prices list claude-haiku",
        subcommands: [
            PricesListCommand.self, PricesSetCommand.self, PricesImportCommand.self, PricesEstimateCommand.self,
        ], defaultSubcommand: PricesListCommand.self)
}

struct AlertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts", abstract: "The thresholds that were passed: list, acknowledge.",
        usage: "budget-advisor alerts list --active",
        subcommands: [AlertsListCommand.self, AlertsAcknowledgeCommand.self],
        defaultSubcommand: AlertsListCommand.self)
}

struct ApprovalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approvals", abstract: "Refused tasks that wait for a person: list, grant, decline.",
        usage: "budget-advisor approvals list",
        subcommands: [ApprovalsListCommand.self, ApprovalsGrantCommand.self, ApprovalsDeclineCommand.self],
        defaultSubcommand: ApprovalsListCommand.self)
}

struct RecordCommand: MethodFront {
    static let front = MethodCommand.record
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct AdjustCommand: MethodFront {
    static let front = MethodCommand.adjust
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct UsageCommand: MethodFront {
    static let front = MethodCommand.usage
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct ForecastCommand: MethodFront {
    static let front = MethodCommand.forecast
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct ApproveCommand: MethodFront {
    static let front = MethodCommand.approve
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct BudgetSetCommand: MethodFront {
    static let front = MethodCommand.budgetSet
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct BudgetListCommand: MethodFront {
    static let front = MethodCommand.budgetList
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct BudgetRemoveCommand: MethodFront {
    static let front = MethodCommand.budgetRemove
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct PricesListCommand: MethodFront {
    static let front = MethodCommand.pricesList
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct PricesSetCommand: MethodFront {
    static let front = MethodCommand.pricesSet
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct PricesEstimateCommand: MethodFront {
    static let front = MethodCommand.pricesEstimate
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct AlertsListCommand: MethodFront {
    static let front = MethodCommand.alertsList
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct AlertsAcknowledgeCommand: MethodFront {
    static let front = MethodCommand.alertsAcknowledge
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct ApprovalsListCommand: MethodFront {
    static let front = MethodCommand.approvalsList
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct ApprovalsGrantCommand: MethodFront {
    static let front = MethodCommand.approvalsGrant
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}

struct ApprovalsDeclineCommand: MethodFront {
    static let front = MethodCommand.approvalsDecline
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}
