"""Benchmark input: recordUsage lines, and the same records as numbers for raw_sqlite.c. Standard library only."""
import calendar, json, random, struct, sys

MODELS = ["claude-sonnet-4-5", "claude-opus-4-6", "claude-haiku-4-5", "gpt-5", "gpt-5-mini"]


def lines(count, start=0, seed=3, days_from=2025):
    """`count` requests: 16 workers, a task and mostly one model for about a hundred calls, 20,000 calls a day.

    The same for the same `count`, `start` and `seed`.
    """
    rng = random.Random(seed + start)
    for i in range(start, start + count):
        day, second, worker = i // 20_000, i % 86_400, i % 16
        task = i // 1600 * 16 + worker
        model = MODELS[task % 5] if rng.random() < 0.9 else rng.choice(MODELS)
        yield (
            '{"jsonrpc":"2.0","id":%d,"method":"recordUsage","params":{"model":"%s","inputTokens":%d,'
            '"outputTokens":%d,"cacheReadTokens":%d,"cacheWriteTokens":%d,"worker":"w-%d","task":"gh-%d",'
            '"timestamp":"%d-%02d-%02dT%02d:%02d:%02dZ","idempotencyKey":"%08x-%012x"}}\n'
            % (i, model, rng.randint(1, 9000), rng.randint(1, 3000), rng.randint(0, 190_000),
               rng.randint(0, 6000), worker, task, days_from + day // 336,
               1 + day // 28 % 12, 1 + day % 28, second // 3600, second // 60 % 60, second % 60,
               rng.getrandbits(32), i))


def numbers(path, out):
    """Turns a file of such lines into what raw_sqlite.c reads."""
    names, attributions, records = {}, {}, []
    for line in open(path):
        p = json.loads(line)["params"]
        ids = [names.setdefault(p.get(k), len(names) + 1) if p.get(k) else 0
               for k in ("model", "worker", "task", "project", "session", "operation")]
        attribution = attributions.setdefault(tuple(ids) + (1,), len(attributions) + 1)
        t = p["timestamp"]
        at = calendar.timegm((int(t[:4]), int(t[5:7]), int(t[8:10]), int(t[11:13]), int(t[14:16]), int(t[17:19])))
        digest = hash(p["idempotencyKey"]) & (1 << 51) - 1
        day = at // 86_400
        keys = [signed((d << 51 | digest) & (1 << 64) - 1) for d in (day, day - 1)]
        tokens = [p["inputTokens"], p["outputTokens"], p["cacheReadTokens"], p["cacheWriteTokens"]]
        cost = tokens[0] * 3000 + tokens[1] * 15000 + tokens[2] * 300 + tokens[3] * 3750
        records.append(struct.pack("<9q", at, attribution, *tokens, cost, *keys))
    with open(out, "wb") as file:
        file.write(struct.pack("<2q", len(attributions), len(records)))
        for key in attributions:
            file.write(struct.pack("<7q", *key))
        file.writelines(records)


def signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


if __name__ == "__main__":
    sys.stdout.writelines(lines(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
