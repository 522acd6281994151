// `report`: what a period came to, in the format that was asked for; `close`: freezing a past one.
import Advisor
import ArgumentParser
import JSONRPC

struct ReportCommand: MethodFront {
    static let front = MethodCommand.report
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []

    func run() throws {
        guard let (typed, dispatcher) = try prepare(Self.front, words, program.common) else { return }
        let name = typed.flags["format"] ?? "text"
        guard let format = typed.wantsJSON ? .json : ReportFormat(rawValue: name) else {
            let known = ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")
            logLine("report: --format must be one of \(known), got '\(name)'")
            throw ExitCode(ExitStatus.usage)
        }
        let report = try answered(Self.front) { () throws(WireError) in
            try dispatcher.call(Self.front.method.name, try reportParams(typed))
        }
        try output(reportText(report, as: format, on: Page.ofProcess()))
    }
}

struct CloseCommand: MethodFront {
    static let front = MethodCommand.close
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []
}
