"""Replays a month of agents' calls through the pipe and checks every sum against decimal arithmetic of its own.

    python3 replay.py BINARY [--days daily-usage.csv] [--prices model-prices.csv] [--records 120000]

Always: a generated month (workers, tasks, sessions, long contexts, bills, failures, keys sent twice). With --days
(default ../shared/data/daily-usage.csv where it is): the real daily costs and tokens in it, each day cut into calls.
With --prices the catalogue's prices are compared with that list. Standard library only. Ends with `N passed, N failed`.
"""
import argparse, collections, csv, datetime, json, os, random, subprocess, sys, tempfile, threading
from decimal import ROUND_HALF_EVEN, Decimal

NANO = Decimal("0.000000001")
KINDS = ["input", "output", "cacheRead", "cacheWrite", "cacheWrite1h"]
MODELS = ["claude-sonnet-4-5", "claude-opus-4-6", "claude-haiku-4-5", "gpt-5", "gpt-5-mini", "gemini-2.5-pro",
          "claude-sonnet-4-5-20250929", "anthropic/claude-opus-4-6"]
passed = failed = 0


def check(what, found, wanted):
    global passed, failed
    if found == wanted:
        passed += 1
    else:
        failed += 1
        if failed <= 20:
            print(f"FAILED {what}: got {found}, want {wanted}")


class Server:
    def __init__(self, binary, ledger):
        self.process = subprocess.Popen(
            [binary, "--ledger", ledger], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=os.path.dirname(ledger),
            env={k: v for k, v in os.environ.items() if not k.startswith("BUDGET_ADVISOR_")})

    def call(self, method, **params):
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline(), parse_float=Decimal)
        if "error" in answer:
            raise SystemExit(f"{method}: {answer['error']}")
        return answer["result"]

    def pipe(self, lines):
        """Sends all lines while reading; gives the answers."""
        def write():
            for start in range(0, len(lines), 1000):
                self.process.stdin.write("".join(lines[start:start + 1000]).encode())
            self.process.stdin.flush()
        writer = threading.Thread(target=write)
        writer.start()
        answers = [json.loads(self.process.stdout.readline(), parse_float=Decimal) for _ in lines]
        writer.join()
        return answers

    def end(self):
        self.process.stdin.close()
        return self.process.wait(60)


def price_of(model, server):
    """(price by kind, tier threshold, tier price by kind).

    A kind without a tier price keeps its base price; one that has neither takes that of the next dearer one.
    """
    row = server.call("listPrices", model=model)["prices"][0]
    tier = row.get("longContext") or {}

    def filled(*sources):
        p = {kind: next((s[kind + "USDPerMillion"] for s in sources if s.get(kind + "USDPerMillion") is not None), None)
             for kind in KINDS}
        for kind, dearer in [("cacheRead", "input"), ("cacheWrite", "input"), ("cacheWrite1h", "cacheWrite")]:
            p[kind] = p[dearer] if p[kind] is None else p[kind]
        return {kind: Decimal(value) for kind, value in p.items()}

    return filled(row), tier.get("aboveTokens"), filled(tier, row)


def cost_of(tokens, price):
    base, above, tier = price
    total_input = tokens["input"] + tokens["cacheRead"] + tokens["cacheWrite"] + tokens["cacheWrite1h"]
    used = tier if above is not None and total_input > above else base
    exact = sum(tokens[kind] * used[kind] for kind in KINDS) / 1_000_000
    return exact.quantize(NANO, ROUND_HALF_EVEN)


class Expected:
    def __init__(self, *groups):
        self.groups = groups
        self.sums = {g: collections.defaultdict(lambda: [0, Decimal(0)] + [0] * 5) for g in groups}
        self.total = [0, Decimal(0)] + [0] * 5

    def add(self, record, cost, tokens):
        keys = [tuple(record[name] for name in g) for g in self.groups]
        for entry in [self.sums[g][key] for g, key in zip(self.groups, keys)] + [self.total]:
            entry[0] += 1
            entry[1] += cost
            for place, kind in enumerate(KINDS):
                entry[2 + place] += tokens[kind]

    def compare(self, server, first, last):
        for group in self.groups:
            answer = server.call("getUsage", groupBy=list(group), **{"from": first, "to": last, "limit": 100_000})
            found = {tuple(r.get(name) for name in group): columns(r) for r in answer["rows"] if r["records"]}
            wanted = self.sums[group]
            check(f"groups by {group}", set(found) ^ set(wanted), set())
            for key in wanted:
                check(f"{group} {key}", found.get(key), wanted[key])
            check(f"total by {group}", columns(answer["total"]), self.total)


def columns(row):
    return [row["records"], Decimal(row["costUSD"])] + [row[kind + "Tokens"] for kind in KINDS]


def request(number, params):
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "recordUsage", "params": params}) + "\n"


def generated(count, rng):
    """Calls of one October: (params, tokens, day). Workers keep a task for a while and a session for a day."""
    tasks = {w: 0 for w in range(24)}
    start = datetime.datetime(2026, 10, 1)
    for number in range(count):
        # Two thirds by day, weekends quieter.
        day = rng.choices(range(31), [1 if (3 + d) % 7 < 5 else 0.3 for d in range(31)])[0]
        second = int(rng.triangular(0, 86_399, 54_000))
        moment = start + datetime.timedelta(days=day, seconds=second)
        worker = rng.randrange(24)
        if rng.random() < 0.01:
            tasks[worker] = rng.randrange(900)
        tokens = {"input": int(rng.lognormvariate(6, 1.5)), "output": int(rng.lognormvariate(6, 1.2)),
                  "cacheRead": int(rng.lognormvariate(10, 1.3)) if rng.random() < 0.8 else 0,
                  "cacheWrite": int(rng.lognormvariate(8, 1)) if rng.random() < 0.5 else 0,
                  "cacheWrite1h": int(rng.lognormvariate(8, 1)) if rng.random() < 0.05 else 0}
        if rng.random() < 0.02:
            tokens["input"] += 200_001
        params = {"model": rng.choice(MODELS), "worker": f"worker-{worker}", "task": f"gh-{tasks[worker]}",
                  "session": f"s-{worker}-{day}", "operation": rng.choice(["plan", "code", "review"]),
                  "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "idempotencyKey": f"{rng.getrandbits(64):016x}-{number}",
                  "durationMs": rng.randint(300, 90_000)}
        params.update({f"{kind}Tokens": value for kind, value in tokens.items() if value or kind in ("input", "output")})
        if rng.random() < 0.03:
            params["costUSD"] = rng.randint(1, 5_000_000_000) / 1e9
        if rng.random() < 0.01:
            params["success"] = False
        yield params, tokens, moment.strftime("%Y-%m-%d")


def replay_month(binary, folder, count):
    server = Server(binary, folder + "/month.db")
    rng = random.Random(20261001)
    priced = {}
    expected = Expected(("day",), ("model",), ("worker",), ("task",), ("session",), ("operation",), ("day", "worker"))
    lines, wanted = [], []
    for number, (params, tokens, day) in enumerate(generated(count, rng)):
        if "costUSD" in params:
            cost = Decimal(repr(params["costUSD"])).quantize(NANO)
        else:
            if params["model"] not in priced:
                priced[params["model"]] = price_of(params["model"], server)
            cost = cost_of(tokens, priced[params["model"]])
        lines.append(request(number, params))
        wanted.append((cost, sum(tokens.values())))
        expected.add({**params, "day": day}, cost, tokens)
        if rng.random() < 0.02:
            again = rng.randrange(max(0, len(lines) - 500), len(lines))
            lines.append(lines[again])
            wanted.append(None)
    answers = server.pipe(lines)
    wrong = [(l, a) for l, a, w in zip(lines, answers, wanted) if "result" not in a
             or a["result"]["duplicate"] != (w is None) or w and (Decimal(a["result"]["costUSD"]), a["result"]["totalTokens"]) != w]
    check(f"{len(lines)} answers of the generated month", wrong[:2], [])
    expected.compare(server, "2026-10-01", "2026-10-31")
    check("exit status", server.end(), 0)
    print(f"generated month: {count} records, {len(lines) - count} sent twice, {expected.total[1]} USD, "
          f"{sum(expected.total[2:])} tokens", flush=True)
    return priced


def pieces(rng, total, count):
    """A whole number cut into `count` whole numbers above 0 (as far as there is enough)."""
    count = max(1, min(count, total))
    cuts = sorted(rng.sample(range(1, total), count - 1)) if total < 1 << 40 and count > 1 else sorted(
        rng.randrange(1, total) for _ in range(count - 1))
    return [b - a for a, b in zip([0] + cuts, cuts + [total])]


def replay_days(binary, folder, path):
    server = Server(binary, folder + "/days.db")
    rng = random.Random(7)
    price = price_of("claude-sonnet-4-5", server)
    expected = Expected(("worker",), ("day",), ("day", "worker"))
    lines, days = [], set()
    with open(path) as file:
        for row in csv.DictReader(file):
            value = Decimal(row["value"])
            if row["kind"] not in ("agent-cost", "agent-tokens") or value <= 0:
                continue
            days.add(row["date"])
            is_cost = row["kind"] == "agent-cost"
            amount = int(value / NANO) if is_cost else int(value)
            for piece in pieces(rng, amount, rng.randint(1, 60)):
                second = rng.randrange(86_400)
                tokens = dict.fromkeys(KINDS, 0)
                params = {"model": "claude-sonnet-4-5", "worker": row["series"], "project": row["kind"],
                          "timestamp": f"{row['date']}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z",
                          "idempotencyKey": f"{row['series']}-{row['date']}-{len(lines)}"}
                if is_cost:
                    tokens["input"], tokens["output"], cost = 1, 1, piece * NANO
                    text = request(len(lines), {**params, "inputTokens": 1, "outputTokens": 1, "costUSD": "@"})
                    text = text.replace('"@"', f"{cost:f}")
                else:
                    tokens["output"] = piece // 10
                    tokens["cacheRead"] = piece - tokens["output"]
                    cost = cost_of(tokens, price)
                    text = request(len(lines), {**params, "inputTokens": 0, "outputTokens": tokens["output"],
                                                "cacheReadTokens": tokens["cacheRead"]})
                lines.append(text)
                expected.add({"worker": row["series"], "day": row["date"]}, cost, tokens)
    rng.shuffle(lines)
    answers = server.pipe(lines)
    check(f"{len(lines)} answers of real days", [a for a in answers if a.get("result", {}).get("duplicate") is not False][:2], [])
    expected.compare(server, min(days), max(days))
    check("exit status", server.end(), 0)
    print(f"real days: {len(days)} days, {len(lines)} records, {expected.total[1]} USD, {sum(expected.total[2:])} tokens",
          flush=True)


def compare_prices(priced, path):
    with open(path) as file:
        rows = {row["model"]: row for row in csv.DictReader(file)}
    for model, (base, _, _) in priced.items():
        row = rows.get(model)
        if row:
            for kind in ("input", "output"):
                check(f"price of {model} {kind}", base[kind], Decimal(row[f"{kind}USDPerMillion"]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    shared = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared/data/")
    parser.add_argument("--days", default=shared + "daily-usage.csv")
    parser.add_argument("--prices", default=shared + "model-prices.csv")
    parser.add_argument("--records", type=int, default=120_000)
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    with tempfile.TemporaryDirectory() as folder:
        priced = replay_month(binary, folder, options.records)
        if os.path.exists(options.prices):
            compare_prices(priced, options.prices)
        if os.path.exists(options.days):
            replay_days(binary, folder, options.days)
        else:
            print("real days: skipped, there is no " + options.days)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
