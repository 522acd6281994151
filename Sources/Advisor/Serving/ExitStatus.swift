// The exit statuses of the program; shown by --help.

/// What the process says when it ends.
package enum ExitStatus {
    /// End of input, SIGTERM or SIGINT: everything that was read has been answered.
    package static let done: Int32 = 0
    /// A command failed: the message on stderr says why.
    package static let failed: Int32 = 1
    /// A command that answers by its status (`status`, `approve`, `doctor`) cannot tell.
    package static let cannotTell: Int32 = 3
    /// The command line or a setting is wrong (sysexits EX_USAGE).
    package static let usage: Int32 = 64
    /// stdin cannot be read, or the reader of stdout has gone: answers were lost, effects already committed stay
    /// (sysexits EX_IOERR). Nothing is printed.
    package static let streamLost: Int32 = 74
}
