// The two ways out for an alert: a command of the user's, and a webhook by curl.
import Ledger

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where alerts go, as the settings say.
struct AlertOutlets {
    private let command: String?
    private let webhook: String?

    init(_ settings: Settings) {
        command = settings.alertCommand
        webhook = settings.alertWebhook
    }

    /// What went wrong; nil where the message arrived.
    func send(_ message: AlertMessage, by channel: AlertChannel) -> String? {
        switch channel {
        case .command: return command.flatMap { run($0, message) }
        case .webhook: return webhook.flatMap { post(to: $0, message) }
        }
    }

    private func run(_ command: String, _ message: AlertMessage) -> String? {
        setenv("ALERT_MESSAGE", message.text, 1)
        let status: Int32?
        switch finished("/bin/sh", ["sh", "-c", command], input: message.body + "\n", seconds: 60) {
        case .notStarted(let problem): return problem
        case .ended(let code): status = code
        }
        guard let status else { return "the command was killed, or took longer than 60 seconds" }
        return status == 0 ? nil : "the command ended with exit status \(status)"
    }

    /// The URL goes through stdin: other users see what stands on a command line, and it may be a secret.
    private func post(to url: String, _ message: AlertMessage) -> String? {
        let config = """
            url = "\(quoted(url))"
            header = "Content-Type: application/json"
            data-raw = "\(quoted(message.body))"

            """
        let arguments = [
            "curl", "-q", "--silent", "--fail", "--proto", "=http,https", "--max-time", "20", "--output", "/dev/null",
            "--config", "-",
        ]
        switch finished("curl", arguments, input: config, seconds: 25) {
        case .notStarted(let problem): return problem
        case .ended(0): return nil
        case .ended(22): return "the webhook refused it (HTTP status 400 or above)"
        case .ended(6), .ended(7): return "the webhook's host cannot be reached"
        case .ended(28), .ended(nil): return "the webhook took longer than 20 seconds"
        case .ended(let code): return "curl ended with exit status \(code ?? -1)"
        }
    }

    private enum Outcome {
        case notStarted(String)
        case ended(Int32?)
    }

    private func finished(_ program: String, _ arguments: [String], input: String, seconds: Int) -> Outcome {
        let descriptor = unnamedFile(holding: input)
        guard descriptor >= 0 else { return .notStarted("/tmp cannot be written") }
        defer { close(descriptor) }
        guard let child = ChildProcess.start(program, arguments, input: descriptor) else {
            return .notStarted("\(program) cannot be started; install it")
        }
        return .ended(child.finish(within: seconds))
    }

    /// In double quotes of curl's configuration.
    private func quoted(_ text: String) -> String {
        text.reduce(into: "") { $0 += $1 == "\\" || $1 == "\"" ? "\\\($1)" : String($1) }
    }
}
