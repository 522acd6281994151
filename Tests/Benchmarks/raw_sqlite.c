// The yardstick of the benchmark: the SQLite work of recording, with nothing around it.
//
//   raw_sqlite bulk   LEDGER RECORDS BATCH     all records, BATCH of them a transaction; prints seconds
//   raw_sqlite single LEDGER RECORDS COUNT     COUNT transactions of one record each; prints the median in microseconds
//   raw_sqlite serve  LEDGER RECORDS -         one transaction of one record and an answer for each line of stdin
//   raw_sqlite contend LEDGER SECONDS BATCH TIMEOUT_MS
//                                              transactions of BATCH rows in a tight loop behind busy_timeout alone;
//                                              prints how many, and the longest wait in milliseconds
//
// LEDGER is an empty ledger that the program itself made, so the schema is always the real one. RECORDS is what
// prepare.py wrote: the same records with the names already turned into numbers.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    int64_t at, attribution, input, output, cacheRead, cacheWrite, cost, ownKey, neighbourKey;
} Record;

typedef struct {
    int64_t names[7];
} Attribution;

typedef struct {
    int64_t day, kind, key, records, input, output, cacheRead, cacheWrite, cost, first, last;
} Sum;

static sqlite3 *db;
static sqlite3_stmt *begin, *commit, *insertUsage, *findKey, *insertKey, *insertAttribution, *upsert;
static Record *records;
static Attribution *attributions;
static int64_t recordCount, attributionCount;
static char *attributionKnown;
static Sum *sums;
static int32_t *table;
static int sumCount;
enum { TABLE = 1 << 17 };

static void check(int code, const char *what) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
        fprintf(stderr, "raw_sqlite: %s: %s\n", what, sqlite3_errmsg(db));
        exit(1);
    }
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, 0), sql);
    return statement;
}

static void run(sqlite3_stmt *statement) {
    check(sqlite3_step(statement), sqlite3_sql(statement));
    sqlite3_reset(statement);
}

static void openLedger(const char *path, int timeoutMs) {
    check(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, 0), path);
    sqlite3_busy_timeout(db, timeoutMs);
    check(sqlite3_exec(db, "PRAGMA synchronous = FULL; PRAGMA cache_size = -4096", 0, 0, 0), "pragma");
    begin = prepare("BEGIN IMMEDIATE");
    commit = prepare("COMMIT");
    insertUsage = prepare(
        "INSERT INTO usage(at, attribution, input, output, cacheRead, cacheWrite, cacheWrite1h, cost, records, failed,"
        " durationMs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    findKey = prepare("SELECT usage FROM usageKey WHERE key = ?");
    insertKey = prepare("INSERT INTO usageKey(key, usage) VALUES (?, ?) ON CONFLICT DO NOTHING");
    insertAttribution = prepare(
        "INSERT INTO attribution(id, model, worker, task, project, session, operation, basis)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    upsert = prepare(
        "INSERT INTO rollup(day, kind, key, records, failures, input, output, cacheRead, cacheWrite, cacheWrite1h,"
        "  cost, billedCost, estimatedCost, durationMs, timedRecords, timedOutput, firstUsage, lastUsage)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(day, kind, key) DO UPDATE SET records = records + excluded.records,"
        "  failures = failures + excluded.failures, input = input + excluded.input,"
        "  output = output + excluded.output, cacheRead = cacheRead + excluded.cacheRead,"
        "  cacheWrite = cacheWrite + excluded.cacheWrite, cacheWrite1h = cacheWrite1h + excluded.cacheWrite1h,"
        "  cost = cost + excluded.cost, billedCost = billedCost + excluded.billedCost,"
        "  estimatedCost = estimatedCost + excluded.estimatedCost, durationMs = durationMs + excluded.durationMs,"
        "  timedRecords = timedRecords + excluded.timedRecords, timedOutput = timedOutput + excluded.timedOutput,"
        "  firstUsage = min(firstUsage, excluded.firstUsage), lastUsage = max(lastUsage, excluded.lastUsage)");
}

static void load(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file || fread(&attributionCount, 8, 1, file) != 1 || fread(&recordCount, 8, 1, file) != 1) exit(2);
    attributions = malloc(attributionCount * sizeof(Attribution));
    records = malloc(recordCount * sizeof(Record));
    attributionKnown = calloc(attributionCount + 1, 1);
    sums = malloc(TABLE * sizeof(Sum));
    table = malloc(TABLE * sizeof(int32_t));
    if (fread(attributions, sizeof(Attribution), attributionCount, file) != (size_t)attributionCount) exit(2);
    if (fread(records, sizeof(Record), recordCount, file) != (size_t)recordCount) exit(2);
    fclose(file);
}

static void add(int64_t day, int64_t kind, int64_t key, const Record *r, int64_t id) {
    uint64_t hash = ((uint64_t)day * 31 + kind) * 0x9e3779b97f4a7c15u + (uint64_t)key * 0xa0761d6478bd642fu;
    uint32_t place = (hash >> 40) & (TABLE - 1);
    while (table[place] >= 0) {
        Sum *s = &sums[table[place]];
        if (s->day == day && s->kind == kind && s->key == key) break;
        place = (place + 1) & (TABLE - 1);
    }
    if (table[place] < 0) {
        table[place] = sumCount;
        sums[sumCount++] = (Sum){.day = day, .kind = kind, .key = key, .first = id};
    }
    Sum *s = &sums[table[place]];
    s->records++, s->input += r->input, s->output += r->output, s->cacheRead += r->cacheRead;
    s->cacheWrite += r->cacheWrite, s->cost += r->cost, s->last = id;
}

static int bySumKey(const void *a, const void *b) {
    const Sum *l = a, *r = b;
    if (l->day != r->day) return l->day < r->day ? -1 : 1;
    if (l->kind != r->kind) return l->kind < r->kind ? -1 : 1;
    return l->key < r->key ? -1 : l->key > r->key;
}

static void bindAll(sqlite3_stmt *statement, const int64_t *values, int count) {
    for (int i = 0; i < count; i++) sqlite3_bind_int64(statement, i + 1, values[i]);
}

static void record(const Record *r) {
    // The own key is found, where it is known, by adding it.
    sqlite3_bind_int64(findKey, 1, r->neighbourKey);
    run(findKey);
    const Attribution *a = &attributions[r->attribution - 1];
    if (!attributionKnown[r->attribution]) {
        attributionKnown[r->attribution] = 1;
        int64_t row[8] = {r->attribution};
        memcpy(row + 1, a->names, sizeof a->names);
        bindAll(insertAttribution, row, 8);
        run(insertAttribution);
    }
    const int64_t row[10] = {r->at, r->attribution, r->input, r->output, r->cacheRead, r->cacheWrite, 0, r->cost, 1, 0};
    bindAll(insertUsage, row, 10);
    sqlite3_bind_null(insertUsage, 11);
    run(insertUsage);
    int64_t id = sqlite3_last_insert_rowid(db);
    const int64_t key[2] = {r->ownKey, id};
    bindAll(insertKey, key, 2);
    run(insertKey);
    int64_t day = r->at / 86400;
    add(day, 0, 0, r, id);
    add(-100000, 0, 0, r, id);
    for (int kind = 1; kind <= 6; kind++) add(day, kind, a->names[kind - 1], r, id);
    if (a->names[2]) add(-100000, 3, a->names[2], r, id);
}

static void transaction(int64_t from, int64_t to) {
    run(begin);
    memset(table, 0xff, TABLE * sizeof(int32_t));
    sumCount = 0;
    for (int64_t i = from; i < to; i++) record(&records[i]);
    qsort(sums, sumCount, sizeof(Sum), bySumKey);
    for (int i = 0; i < sumCount; i++) {
        const Sum *s = &sums[i];
        const int64_t row[18] = {s->day, s->kind, s->key, s->records, 0, s->input, s->output, s->cacheRead,
                                 s->cacheWrite, 0, s->cost, 0, 0, 0, 0, 0, s->first, s->last};
        bindAll(upsert, row, 18);
        run(upsert);
    }
    run(commit);
}

static int byTime(const void *a, const void *b) { return *(double *)a < *(double *)b ? -1 : 1; }

static void contend(double seconds, int batch) {
    sqlite3_stmt *insert = prepare("INSERT INTO setting(name, value) VALUES (hex(randomblob(12)), '')");
    double start = now(), longest = 0;
    long done = 0;
    while (now() - start < seconds) {
        double asked = now();
        int code = sqlite3_step(begin);
        sqlite3_reset(begin);
        double waited = now() - asked;
        if (waited > longest) longest = waited;
        if (code == SQLITE_BUSY) continue;
        for (int i = 0; i < batch; i++) run(insert);
        run(commit);
        done++;
    }
    printf("%ld %.3f\n", done, longest * 1e3);
}

int main(int argc, char **argv) {
    if (argc < 5) return 64;
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (!strcmp(argv[1], "contend")) {
        openLedger(argv[2], atoi(argv[5]));
        contend(atof(argv[3]), atoi(argv[4]));
        return 0;
    }
    load(argv[3]);
    openLedger(argv[2], 5000);
    int64_t number = atoll(argv[4]);
    if (!strcmp(argv[1], "bulk")) {
        double start = now();
        for (int64_t i = 0; i < recordCount; i += number)
            transaction(i, i + number < recordCount ? i + number : recordCount);
        printf("%.6f\n", now() - start);
        return 0;
    }
    if (!strcmp(argv[1], "serve")) {
        static char line[1 << 16];
        static const char answer[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n";
        for (int64_t i = 0; fgets(line, sizeof line, stdin); i++) {
            transaction(i % recordCount, i % recordCount + 1);
            if (write(1, answer, sizeof answer - 1) != sizeof answer - 1) return 1;
        }
        return 0;
    }
    double *times = malloc(number * sizeof(double));
    for (int64_t i = 0; i < number && i < recordCount; i++) {
        double start = now();
        transaction(i, i + 1);
        times[i] = (now() - start) * 1e6;
    }
    qsort(times, number, sizeof(double), byTime);
    printf("%.3f\n", times[number / 2]);
    return 0;
}
