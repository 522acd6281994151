// SQLite's C API for Swift. Only the Ledger target imports it.
#include <sqlite3.h>

// SQLITE_TRANSIENT and SQLITE_STATIC are casts that Swift does not import.
static inline sqlite3_destructor_type budget_sqlite_transient(void) { return SQLITE_TRANSIENT; }

// sqlite3_config and sqlite3_db_config are variadic, which Swift does not import.

// Stops counting memory, which takes a lock for each allocation. Only before the first connection.
static inline int budget_sqlite_without_memory_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

static inline int budget_sqlite_defensive(sqlite3 *db) {
    return sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}
