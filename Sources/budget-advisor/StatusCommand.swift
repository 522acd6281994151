// `status`: the cards of the budgets, once, as one line, or repainted in place.
import Advisor
import ArgumentParser
import JSONRPC

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct StatusCommand: MethodFront {
    static let front = MethodCommand.status
    @ParentCommand var program: BudgetAdvisor
    @Argument(parsing: .captureForPassthrough, help: .hidden) var words: [String] = []

    func run() throws {
        guard let (typed, dispatcher) = try prepare(Self.front, words, program.common) else { return }
        if typed.wantsJSON {
            let status = try answered(Self.front) { () throws(WireError) in
                try dispatcher.call(Self.front.method.name, typed.params)
            }
            try output(status.text + "\n")
            throw ExitCode(Self.front.exit(status))
        }
        let isLine = typed.flags["line"] != nil
        if typed.flags["watch"] != nil { try watch(typed.params, dispatcher, isLine: isLine) }
        let found = try answered(Self.front) { () throws(WireError) in
            try dispatcher.statusCards(typed.params, isBrief: isLine)
        }
        try output(text(found, isLine: isLine, Page.ofProcess()))
        throw ExitCode(Self.front.exit(found.first))
    }

    private func text(_ found: StatusCards, isLine: Bool, _ page: Page) -> String {
        if isLine, let first = found.cards.first { return statusLine(first, on: page) }
        return statusView(found, on: page)
    }

    /// Paints until the process is ended. A store that fails for a while is said in its place.
    private func watch(_ params: JSON, _ dispatcher: Dispatcher, isLine: Bool) throws -> Never {
        guard isatty(1) == 1 else {
            logLine("status: --watch repaints a terminal, and stdout is none; leave it out")
            throw ExitCode(ExitStatus.usage)
        }
        try output("\u{1B}[2J")
        while true {
            let page = Page.ofProcess()
            var painted: String
            do throws(WireError) {
                painted = text(try dispatcher.statusCards(params, isBrief: isLine), isLine: isLine, page)
            } catch {
                if error.name != "storeUnavailable" {
                    _ = try answered(Self.front) { () throws(WireError) in throw error }
                }
                painted = Self.front.message(for: error) + "\n"
            }
            try output(repainted(painted, height: page.height))
            sleep(1)
        }
    }
}
