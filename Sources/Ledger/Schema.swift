// The tables, as a list of forward migrations.

/// Each entry takes a ledger from the version that is its index to the next one. Entries are never edited once a
/// release has written ledgers with them; a change is a new entry.
enum Schema {
    /// "BADV": marks a SQLite file as a ledger of this program.
    static let applicationID: Int32 = 0x4241_4456

    static let migrations: [String] = [version1 + approvals, decisionsByTask, logs, closesAndDeliveries]

    static var version: Int32 { Int32(migrations.count) }

    // Names stand once in `name`; `attribution` is one combination of who and what, so that a usage row holds one
    // number for six names and the way its cost was found. `0` in a reference means "none".
    //
    // `usage` has no secondary index: rows are in the order of their arrival, the rollup remembers the first and last
    // row of each day, and a scan reads just that stretch. Corrections are rows of `usage` too (with `records` 0 or -1
    // and negative amounts where something is taken back), so that every sum is a plain sum.
    //
    // `usageKey.key` is 13 bits of the UTC day and 51 bits of the idempotency key's hash: appending stays local to a
    // day, and a key sent again within twelve hours of its time stamp is always found.
    //
    // `rollup` is derived from `usage` in the same transaction. Day -100000 is the sum over all days, kept for the whole
    // and for each task in a project (key: task's number · 2^32 + project's number).
    private static let version1 = """
        CREATE TABLE setting(
          name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE name(
          id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, matched TEXT NOT NULL, text TEXT NOT NULL,
          UNIQUE(kind, matched)) STRICT;
        INSERT INTO name VALUES (0, 0, '', '');

        CREATE TABLE attribution(
          id INTEGER PRIMARY KEY,
          model INTEGER NOT NULL REFERENCES name, worker INTEGER NOT NULL REFERENCES name,
          task INTEGER NOT NULL REFERENCES name, project INTEGER NOT NULL REFERENCES name,
          session INTEGER NOT NULL REFERENCES name, operation INTEGER NOT NULL REFERENCES name,
          basis INTEGER NOT NULL CHECK (basis BETWEEN 0 AND 3),
          UNIQUE(model, worker, task, project, session, operation, basis)) STRICT;

        CREATE TABLE usage(
          id INTEGER PRIMARY KEY, at INTEGER NOT NULL, attribution INTEGER NOT NULL REFERENCES attribution,
          input INTEGER NOT NULL, output INTEGER NOT NULL, cacheRead INTEGER NOT NULL,
          cacheWrite INTEGER NOT NULL, cacheWrite1h INTEGER NOT NULL, cost INTEGER NOT NULL,
          records INTEGER NOT NULL CHECK (records BETWEEN -1 AND 1),
          failed INTEGER NOT NULL CHECK (failed BETWEEN -1 AND 1), durationMs INTEGER) STRICT;

        CREATE TABLE usageDetail(
          usage INTEGER PRIMARY KEY REFERENCES usage, reasoning INTEGER, timeToFirstTokenMs INTEGER, error TEXT,
          promptFile TEXT, promptCharacters INTEGER, responseCharacters INTEGER) STRICT;

        CREATE TABLE usageKey(key INTEGER PRIMARY KEY, usage INTEGER NOT NULL REFERENCES usage) STRICT;

        CREATE TABLE correction(
          usage INTEGER PRIMARY KEY REFERENCES usage, corrects INTEGER NOT NULL REFERENCES usage,
          postedAt INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
        CREATE INDEX correctionOf ON correction(corrects);

        CREATE TABLE rollup(
          day INTEGER NOT NULL, kind INTEGER NOT NULL, key INTEGER NOT NULL,
          records INTEGER NOT NULL, failures INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
          cacheRead INTEGER NOT NULL, cacheWrite INTEGER NOT NULL, cacheWrite1h INTEGER NOT NULL,
          cost INTEGER NOT NULL, billedCost INTEGER NOT NULL, estimatedCost INTEGER NOT NULL,
          durationMs INTEGER NOT NULL, timedRecords INTEGER NOT NULL, timedOutput INTEGER NOT NULL,
          firstUsage INTEGER NOT NULL, lastUsage INTEGER NOT NULL,
          PRIMARY KEY(day, kind, key)) STRICT, WITHOUT ROWID;

        CREATE TABLE scope(
          id INTEGER PRIMARY KEY, worker INTEGER NOT NULL, task INTEGER NOT NULL, project INTEGER NOT NULL,
          model INTEGER NOT NULL, operation INTEGER NOT NULL,
          UNIQUE(worker, task, project, model, operation)) STRICT;

        CREATE TABLE budget(
          id INTEGER PRIMARY KEY, name TEXT NOT NULL, setAt INTEGER NOT NULL, removed INTEGER NOT NULL,
          unit TEXT NOT NULL CHECK (unit IN ('usd', 'tokens')), amount INTEGER NOT NULL CHECK (amount >= 0),
          period TEXT NOT NULL CHECK (period IN ('day', 'week', 'month', 'total')), resetDay INTEGER NOT NULL,
          worker INTEGER NOT NULL, task INTEGER NOT NULL, project INTEGER NOT NULL, model INTEGER NOT NULL,
          operation INTEGER NOT NULL, scope INTEGER NOT NULL, thresholds TEXT NOT NULL,
          enforcement TEXT NOT NULL CHECK (enforcement IN ('hard', 'soft')),
          countCacheReads INTEGER NOT NULL, policy TEXT) STRICT;

        CREATE TABLE alert(
          id INTEGER PRIMARY KEY, budget TEXT NOT NULL, periodStart INTEGER NOT NULL, periodEnd INTEGER,
          kind TEXT NOT NULL CHECK (kind IN ('threshold', 'exceeded', 'projected')),
          threshold INTEGER NOT NULL, unit TEXT NOT NULL, amount INTEGER NOT NULL,
          firedAt INTEGER NOT NULL, observed INTEGER NOT NULL, usage INTEGER,
          UNIQUE(budget, periodStart, unit, amount, kind, threshold)) STRICT;

        CREATE TABLE acknowledgement(
          alert INTEGER PRIMARY KEY REFERENCES alert, at INTEGER NOT NULL, by TEXT, note TEXT) STRICT;

        CREATE TABLE price(
          id INTEGER PRIMARY KEY, model TEXT NOT NULL, effectiveFrom INTEGER NOT NULL, setAt INTEGER NOT NULL,
          source TEXT NOT NULL, free INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
          cacheRead INTEGER, cacheWrite INTEGER, cacheWrite1h INTEGER, tierAbove INTEGER, tierInput INTEGER,
          tierOutput INTEGER, tierCacheRead INTEGER, tierCacheWrite INTEGER, tierCacheWrite1h INTEGER) STRICT;
        CREATE INDEX priceOfModel ON price(model, effectiveFrom);

        CREATE TABLE priceAlias(
          alias TEXT PRIMARY KEY, model TEXT NOT NULL, setAt INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """
}
