// The tables of approvals: what was decided, held, claimed and learned.

extension Schema {
    // Facts are rows that are only added: `decision`, `reservation`, `reservationEvent`, `taskEvent`, `pause`,
    // `pauseEnd`, `approvalAsk`, `approvalAnswer`. `hold`, `taskState` and `runGroup` follow from them and are kept in
    // the same transaction: `hold` has one row for each reservation that has not ended, `taskState` one for each task
    // in a project, `runGroup` one for each sort of task, with its newest runs.
    //
    // A lease or a hold whose `expiresAt` has passed is free wherever it is read; its row goes with one of the next approvals.
    //
    // `decision.facts` and `runGroup.runs` are lists in the form of `FactList`. `reservation.start…` is what the task
    // had used when it was made: what it has used since is what its run cost.
    static let approvals = """
        CREATE TABLE decision(
          id INTEGER PRIMARY KEY, at INTEGER NOT NULL, task INTEGER NOT NULL REFERENCES name,
          project INTEGER NOT NULL REFERENCES name, worker INTEGER NOT NULL REFERENCES name,
          outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 3), code TEXT NOT NULL,
          reservation INTEGER NOT NULL, body INTEGER NOT NULL, facts TEXT NOT NULL) STRICT;

        CREATE TABLE requestKey(key INTEGER PRIMARY KEY, decision INTEGER NOT NULL REFERENCES decision) STRICT;

        CREATE TABLE reservation(
          id INTEGER PRIMARY KEY, madeAt INTEGER NOT NULL, task INTEGER NOT NULL REFERENCES name,
          project INTEGER NOT NULL REFERENCES name, worker INTEGER NOT NULL REFERENCES name,
          model INTEGER NOT NULL REFERENCES name, labels INTEGER NOT NULL REFERENCES name,
          cost INTEGER NOT NULL CHECK (cost >= 0), tokens INTEGER NOT NULL CHECK (tokens >= 0),
          cacheReads INTEGER NOT NULL CHECK (cacheReads >= 0), expiresAt INTEGER NOT NULL,
          givenCost INTEGER, startInput INTEGER NOT NULL, startOutput INTEGER NOT NULL,
          startCacheRead INTEGER NOT NULL, startCacheWrite INTEGER NOT NULL, startCacheWrite1h INTEGER NOT NULL,
          startCost INTEGER NOT NULL) STRICT;

        CREATE TABLE reservationEvent(
          id INTEGER PRIMARY KEY, reservation INTEGER NOT NULL REFERENCES reservation, at INTEGER NOT NULL,
          kind TEXT NOT NULL CHECK (kind IN ('extended', 'settled', 'released', 'expired')),
          cost INTEGER NOT NULL, tokens INTEGER NOT NULL, cacheReads INTEGER NOT NULL,
          expiresAt INTEGER NOT NULL) STRICT;

        CREATE TABLE hold(
          reservation INTEGER PRIMARY KEY REFERENCES reservation, task INTEGER NOT NULL, project INTEGER NOT NULL,
          worker INTEGER NOT NULL, model INTEGER NOT NULL, cost INTEGER NOT NULL, tokens INTEGER NOT NULL,
          cacheReads INTEGER NOT NULL, drawnCost INTEGER NOT NULL, drawnTokens INTEGER NOT NULL,
          drawnCacheReads INTEGER NOT NULL, expiresAt INTEGER NOT NULL) STRICT;

        CREATE TABLE taskState(
          task INTEGER NOT NULL REFERENCES name, project INTEGER NOT NULL REFERENCES name,
          state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4), worker INTEGER NOT NULL REFERENCES name,
          since INTEGER NOT NULL, leaseUntil INTEGER NOT NULL, reservation INTEGER NOT NULL REFERENCES reservation,
          runs INTEGER NOT NULL, approvals TEXT NOT NULL, title TEXT, pullRequest TEXT,
          PRIMARY KEY(task, project)) STRICT, WITHOUT ROWID;
        CREATE INDEX taskInState ON taskState(state, since);

        CREATE TABLE taskEvent(
          id INTEGER PRIMARY KEY, at INTEGER NOT NULL, task INTEGER NOT NULL REFERENCES name,
          project INTEGER NOT NULL REFERENCES name, worker INTEGER NOT NULL REFERENCES name,
          state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4), reservation INTEGER NOT NULL, cost INTEGER NOT NULL,
          tokens INTEGER NOT NULL, pullRequest TEXT) STRICT;

        CREATE TABLE runGroup(
          model INTEGER NOT NULL REFERENCES name, labels INTEGER NOT NULL REFERENCES name,
          project INTEGER NOT NULL REFERENCES name, task INTEGER NOT NULL REFERENCES name,
          finished INTEGER NOT NULL, failed INTEGER NOT NULL, runs TEXT NOT NULL,
          PRIMARY KEY(model, labels, project, task)) STRICT, WITHOUT ROWID;

        CREATE TABLE pause(
          id INTEGER PRIMARY KEY, at INTEGER NOT NULL, until INTEGER, worker INTEGER NOT NULL REFERENCES name,
          task INTEGER NOT NULL REFERENCES name, project INTEGER NOT NULL REFERENCES name,
          model INTEGER NOT NULL REFERENCES name, by TEXT, reason TEXT) STRICT;
        CREATE TABLE pauseEnd(
          pause INTEGER PRIMARY KEY REFERENCES pause, at INTEGER NOT NULL, by TEXT) STRICT;

        CREATE TABLE approvalAsk(
          id INTEGER PRIMARY KEY, decision INTEGER NOT NULL REFERENCES decision, at INTEGER NOT NULL,
          task INTEGER NOT NULL REFERENCES name, project INTEGER NOT NULL REFERENCES name,
          worker INTEGER NOT NULL REFERENCES name, expiresAt INTEGER NOT NULL) STRICT;
        CREATE TABLE approvalAnswer(
          ask INTEGER PRIMARY KEY REFERENCES approvalAsk, at INTEGER NOT NULL, granted INTEGER NOT NULL, by TEXT,
          note TEXT, expiresAt INTEGER NOT NULL, usedBy INTEGER) STRICT;
        """
}
