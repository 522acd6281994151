// The tables of log ingestion: how far each file is read, and which booked record a log's call is.

extension Schema {
    // `logFile` has a row for each file that was read: `cursor` is AgentLogs' own text, `device` and `inode` tell which
    // file it was, `since` that calls before it were passed over.
    //
    // `loggedKey.key` is a 64-bit hash of an event's or a group's name (`LoggedCall`). It leads to the record that was
    // booked first; corrections hang on that. `loggedState` has a row only where a record is not the usual one, a whole
    // call with an id inside a group: see `LoggedStanding`.
    //
    // `loggedSession` keeps totals and single calls of one session apart: `at` is the latest total, or the earliest
    // single call, that came from one format.
    static let logs = """
        CREATE TABLE logFile(
          path TEXT PRIMARY KEY, device INTEGER NOT NULL, inode INTEGER NOT NULL, offset INTEGER NOT NULL,
          since INTEGER, readAt INTEGER NOT NULL, cursor TEXT NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE loggedKey(key INTEGER PRIMARY KEY, usage INTEGER NOT NULL REFERENCES usage) STRICT;

        CREATE TABLE loggedState(
          usage INTEGER PRIMARY KEY REFERENCES usage, rank INTEGER NOT NULL, hasGroup INTEGER NOT NULL,
          isTold INTEGER NOT NULL) STRICT;

        CREATE TABLE loggedSession(
          session INTEGER NOT NULL REFERENCES name, format TEXT NOT NULL, isTotal INTEGER NOT NULL, at INTEGER NOT NULL,
          PRIMARY KEY(session, format, isTotal)) STRICT, WITHOUT ROWID;

        INSERT INTO setting(name, value) VALUES ('ledgerID', lower(hex(randomblob(8))));
        """
}
