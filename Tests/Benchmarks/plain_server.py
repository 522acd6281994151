"""The server most people would write first: json, sqlite3 and one commit a record. The benchmark's other yardstick."""
import json, sqlite3, sys

db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = FULL")
db.execute(
    "CREATE TABLE IF NOT EXISTS usage(id INTEGER PRIMARY KEY, timestamp TEXT, model TEXT, worker TEXT, task TEXT,"
    " input INTEGER, output INTEGER, cacheRead INTEGER, cacheWrite INTEGER, cost REAL, key TEXT UNIQUE)")
PRICE = 3e-6, 15e-6, 3e-7, 3.75e-6
for line in sys.stdin:
    request = json.loads(line)
    p = request["params"]
    tokens = [p["inputTokens"], p["outputTokens"], p.get("cacheReadTokens", 0), p.get("cacheWriteTokens", 0)]
    cost = sum(count * price for count, price in zip(tokens, PRICE))
    with db:
        row = db.execute(
            "INSERT OR IGNORE INTO usage(timestamp, model, worker, task, input, output, cacheRead, cacheWrite, cost, key)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (p["timestamp"], p["model"], p.get("worker"), p.get("task"), *tokens, cost, p.get("idempotencyKey")))
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": {"id": row.lastrowid, "costUSD": cost}}), flush=True)
