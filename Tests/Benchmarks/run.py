"""The benchmark: one command, all figures side by side, a markdown table with targets.

    python3 Tests/Benchmarks/run.py           about 3 minutes
    python3 Tests/Benchmarks/run.py --full    10 million records, 3 million rows: about 15 minutes
    python3 Tests/Benchmarks/run.py --quick   a look: about 1 minute
    python3 Tests/Benchmarks/run.py --check   only that raw_sqlite.c does what the program does

Builds the release binary and the C programs, runs each pair in turns (so that other load hits both) and takes the best
of the rounds. Ratios are of that; `CPU` ratios compare processor seconds, which a busy machine disturbs least.
"""
import argparse, datetime, os, re, shutil, sqlite3, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BINARY = ROOT + "/.build/release/budget-advisor"
os.environ["PYTHONHASHSEED"] = "0"
sys.path.insert(0, HERE)
import plans, prepare

MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") and shutil.disk_usage("/dev/shm").free > 4 << 30 else None
rows = []


def report(what, ours, yardstick, ratio, target, isMet):
    rows.append((what, ours, yardstick, ratio, target, "yes" if isMet else "no" if isMet is not None else ""))
    print(f"  {what}: {ours} / {yardstick} = {ratio} (target {target})", flush=True)


def sh(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=clean(), **more).stdout


def clean():
    return {k: v for k, v in os.environ.items() if not k.startswith("BUDGET_ADVISOR_")}


def numbers(*command):
    return [float(word) for word in sh(*command).split()]


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.client, self.raw = folder + "/client", folder + "/raw"
        self.count = 0

    def file(self, name):
        return self.folder + "/" + name

    def build(self):
        subprocess.run(["swift", "build", "-c", "release", "--package-path", ROOT], check=True, stdout=sys.stderr)
        for name in ("client", "raw_sqlite"):
            out = self.client if name == "client" else self.raw
            sh("cc", "-O2", "-o", out, f"{HERE}/{name}.c", "-lsqlite3")

    def ledger(self, *requests):
        """A new ledger that the program made."""
        self.count += 1
        path = self.file(f"l{self.count}.db")
        sh(BINARY, "--ledger", path, input="".join(
            '{"jsonrpc":"2.0","id":1,"method":"%s","params":%s}\n' % request for request in requests or [("getStatus", "{}")]))
        return path

    def drop(self, path):
        for end in ("", "-wal", "-shm", "-next", "-turn"):
            if os.path.exists(path + end):
                os.remove(path + end)

    def lines(self, name, count, start=0):
        with open(self.file(name), "w") as file:
            file.writelines(prepare.lines(count, start))
        return self.file(name)

    def pipe(self, lines, ledger):
        """(seconds, lines, peak KiB, CPU seconds)"""
        return numbers(self.client, "pipe", lines, "--", BINARY, "--ledger", ledger)

    def filled(self, records):
        """A ledger with so many records, and a hundred of today."""
        path = self.ledger()
        piece = 1_000_000
        for start in range(0, records, piece):
            lines = self.lines("fill", min(piece, records - start), start)
            self.pipe(lines, path)
        os.remove(self.file("fill"))
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        with open(self.file("today"), "w") as file:
            for n in range(100):
                file.write('{"jsonrpc":"2.0","id":1,"method":"recordUsage","params":{"model":"gpt-5","inputTokens":1,'
                           '"outputTokens":1,"costUSD":0.01,"timestamp":"%s","idempotencyKey":"t%d"}}\n' % (now, n))
            file.write('{"jsonrpc":"2.0","id":1,"method":"setBudget","params":{"budget":"monthly","limitUSD":100000}}\n')
        self.pipe(self.file("today"), path)
        return path


def cpu_of(*command):
    """What a program prints and the CPU seconds it used."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    text = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} failed")
    return [float(word) for word in text.split()], used.ru_utime + used.ru_stime


def piped(bench, records, rounds, plain):
    lines = bench.lines("piped", records)
    binary = bench.file("piped.bin")
    prepare.numbers(lines, binary)
    few = bench.lines("few", plain)
    turn = max(1, min(4096, (1 << 20) * records // os.path.getsize(lines)))
    ours, budgeted, raw, slow = [], [], [], []
    for _ in range(rounds):
        for results, ledger in ((ours, bench.ledger()),
                                (budgeted, bench.ledger(("setBudget", '{"budget":"monthly","limitUSD":1000000}')))):
            results.append(bench.pipe(lines, ledger))
            last = ledger
        ledger = bench.ledger()
        [seconds], cpu = cpu_of(bench.raw, "bulk", ledger, binary, str(turn))
        raw.append((seconds, cpu))
        compare_work(bench, last, ledger)
        slow.append(numbers(bench.client, "pipe", few, "--", sys.executable, HERE + "/plain_server.py", bench.file("plain.db")))
        bench.drop(bench.file("plain.db"))
    rate = lambda runs: records / min(run[0] for run in runs)
    c, mine = rate(raw), rate(ours)
    report("piped recordUsage, records a second", f"{mine:,.0f}", f"{c:,.0f} raw C, {turn} a transaction",
           f"{mine / c:.2f}", "≥ 0.75", mine / c >= 0.75)
    cpu = min(run[1] for run in raw) / min(run[3] for run in ours)
    report("the same, CPU", f"{min(run[3] for run in ours):.2f} s", f"{min(run[1] for run in raw):.2f} s", f"{cpu:.2f}", "≥ 0.75", cpu >= 0.75)
    report("the same with a monthly budget", f"{rate(budgeted):,.0f}", f"{c:,.0f} raw C", f"{rate(budgeted) / c:.2f}", "", None)
    python = max(plain / run[0] for run in slow)
    report("against a plain Python server", f"{mine:,.0f}", f"{python:,.0f}", f"{mine / python:.0f}", "≥ 75", mine / python >= 75)
    peak = max(run[2] for run in ours) / 1024
    report("memory, piped", f"{peak:.1f} MB", "", "", "≤ 64 MB", peak <= 64)
    for path in (last,):
        size = os.path.getsize(path) / records
        report(f"bytes a record ({records:,} records)", f"{size:.1f}", "", "", "≤ 70", size <= 70)


def compare_work(bench, ours, raw):
    """Both ledgers must have the same number of rows everywhere: then the yardstick does the same work."""
    for table in ("usage", "usageKey", "rollup", "attribution"):
        counts = [sqlite3.connect(path).execute(f"SELECT count(*) FROM {table}").fetchone()[0] for path in (ours, raw)]
        if counts[0] != counts[1]:
            raise SystemExit(f"raw_sqlite.c does other work: {table} has {counts[1]} rows, ours {counts[0]}")
    bench.drop(raw)


def one_in_flight(bench, count, rounds):
    lines = bench.lines("single", count)
    binary = bench.file("single.bin")
    prepare.numbers(lines, binary)
    ours, raw, served = [], [], []
    for _ in range(rounds):
        ledger = bench.ledger()
        served.append(numbers(bench.client, "single", lines, str(count), "--", bench.raw, "serve", ledger, binary, "-")[0])
        bench.drop(ledger)
        ledger = bench.ledger()
        ours.append(numbers(bench.client, "single", lines, str(count), "--", BINARY, "--ledger", ledger))
        bench.drop(ledger)
        ledger = bench.ledger()
        raw.append(numbers(bench.raw, "single", ledger, binary, str(count))[0])
        bench.drop(ledger)
    mine, c = min(run[0] for run in ours), min(raw)
    report("one recordUsage in flight, p50", f"{mine:.0f} µs", f"{c:.0f} µs raw C", f"{mine / c:.2f}", "≤ 1.2", mine / c <= 1.2)
    c = min(served)
    report("the same, raw C behind the same pipe", f"{mine:.0f} µs", f"{c:.0f} µs", f"{mine / c:.2f}", "≤ 1.2", mine / c <= 1.2)
    peak = max(run[4] for run in ours) / 1024
    report("memory, one in flight", f"{peak:.1f} MB", "", "", "≤ 15 MB", peak <= 15)


def request_file(bench, name, method, params):
    with open(bench.file(name), "w") as file:
        for text in params:
            file.write('{"jsonrpc":"2.0","id":1,"method":"%s","params":%s}\n' % (method, text))
    return bench.file(name)


def by_size(bench, records, rounds):
    small, large = bench.filled(1000), bench.filled(records)
    asked = 300
    kinds = [("getStatus", ["{}"]), ("getStatus at a past day", ['{"at":"2025-01-20T12:00:00Z"}'])]
    if "approveTask" in open(ROOT + "/schemas/openrpc.json").read():
        for dry in ("true", "false"):
            kinds.append((f"approveTask{' (dryRun)' if dry == 'true' else ''}", [
                '{"task":"bench-%s-%d","worker":"w-%d","model":"gpt-5","dryRun":%s,"ttlSeconds":60,'
                '"estimate":{"inputTokens":1000,"outputTokens":500,"costUSD":0.000001}}' % (dry, n, n % 16, dry)
                for n in range(asked)]))
    for name, params in kinds:
        file = request_file(bench, "ask", name.split()[0], params)
        times = {small: [], large: []}
        for _ in range(rounds):
            for ledger in (small, large):
                if name == "approveTask":
                    # Each round decides on a copy, so that what it writes does not pile up; in memory, where there is
                    # room, so that the disk's mood does not hide what the size costs.
                    copy = (MEMORY or bench.folder) + f"/budget-advisor-bench-{os.getpid()}.db"
                    shutil.copyfile(ledger, copy)
                    times[ledger].append(numbers(bench.client, "single", file, str(asked), "--", BINARY, "--ledger", copy)[0])
                    bench.drop(copy)
                else:
                    times[ledger].append(numbers(bench.client, "single", file, str(asked), "--", BINARY, "--ledger", ledger)[0])
        a, b = min(times[small]), min(times[large])
        report(f"{name}, p50 with {records:,} records", f"{b:.0f} µs", f"{a:.0f} µs with 1,000", f"{b / a:.2f}", "≤ 1.2", b / a <= 1.2)
    firsts = []
    file = request_file(bench, "ask", "getStatus", ["{}"])
    for _ in range(15):
        firsts.append(numbers(bench.client, "single", file, "1", "--", BINARY, "--ledger", large)[3])
    firsts.sort()
    report(f"first answer, ledger of {records:,}", f"{firsts[7]:.1f} ms (best {firsts[0]:.1f})", "", "", "≤ 15 ms", firsts[0] <= 15)
    bench.drop(small)
    return large


def by_rows(bench, large, records, batch, rounds):
    lines = bench.lines("more", batch, records)
    empty, full = [], []
    for _ in range(rounds):
        ledger = bench.ledger()
        empty.append(bench.pipe(lines, ledger))
        bench.drop(ledger)
        copy = bench.file("copy.db")
        shutil.copyfile(large, copy)
        full.append(bench.pipe(lines, copy))
        bench.drop(copy)
    a, b = (batch / min(run[0] for run in runs) for runs in (empty, full))
    report(f"recording onto {records:,} rows", f"{b:,.0f} a second", f"{a:,.0f} onto none", f"{b / a:.2f}", "≥ 0.9", b / a >= 0.9)
    cpu = min(run[3] for run in empty) / min(run[3] for run in full)
    report("the same, CPU", "", "", f"{cpu:.2f}", "≥ 0.9", cpu >= 0.9)


def contended(bench, seconds, processes, batch):
    ledger = bench.ledger()
    files = [bench.lines(f"w{n}", 40_000, n * 40_000) for n in range(processes)]
    running = [subprocess.Popen([bench.client, "batches", file, str(seconds), str(batch), "--", BINARY, "--ledger", ledger],
                                stdout=subprocess.PIPE, text=True) for file in files]
    ours = [[float(word) for word in p.communicate()[0].split()] for p in running]
    bench.drop(ledger)
    ledger = bench.ledger()
    running = [subprocess.Popen([bench.raw, "contend", ledger, str(seconds), str(batch), "60000"],
                                stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    alone = [[float(word) for word in p.communicate()[0].split()] for p in running]
    bench.drop(ledger)
    shares = [run[0] * processes / sum(r[0] for r in ours) for run in ours]
    report(f"shares of {processes} processes at once", " ".join(f"{s:.2f}" for s in shares),
           " ".join(f"{run[0] * processes / sum(r[0] for r in alone):.2f}" for run in alone) + " busy_timeout alone", "",
           "0.8–1.2", all(0.8 <= s <= 1.2 for s in shares))
    wait, other = max(run[1] for run in ours), max(run[1] for run in alone)
    report("longest wait of them", f"{wait:.0f} ms", f"{other:.0f} ms busy_timeout alone", f"1/{other / wait:.0f}", "≤ 1/20",
           other / wait >= 20)


def check_statements():
    """The SQL of raw_sqlite.c is the program's: a change in one must be made in the other."""
    flat = lambda sql: re.sub(r"\s+", " ", sql).strip()
    swift = ""
    for name in ("RecordingStatements", "Rollup", "Attributions"):
        source = open(f"{ROOT}/Sources/Ledger/{name}.swift").read()
        swift += " ".join(flat(s) for s in re.findall(r'"""\n(.*?)"""', source, re.S) + re.findall(r'"([^"\n]+)"', source)) + " "
    source = open(HERE + "/raw_sqlite.c").read()
    body = source[source.index("static void openLedger"):source.index("static void load")]
    wrong = []
    for call in re.findall(r'prepare\(\s*((?:"[^"]*"\s*)+)\)', body):
        sql = flat("".join(re.findall(r'"([^"]*)"', call)))
        if sql in ("BEGIN IMMEDIATE", "COMMIT"):
            continue
        # The yardstick numbers attributions itself.
        sql = sql.replace("attribution(id, model", "attribution(model").replace(
            "basis) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", "basis) VALUES (?, ?, ?, ?, ?, ?, ?)")
        if sql not in swift:
            wrong.append(sql)
    if wrong:
        raise SystemExit("raw_sqlite.c has statements that the program does not use:\n  " + "\n  ".join(wrong))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for flag in ("--full", "--quick", "--check"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    check_statements()
    if options.check:
        return print("raw_sqlite.c uses the program's statements")
    quick, full = options.quick, options.full
    with tempfile.TemporaryDirectory(prefix="budget-advisor-bench-") as folder:
        bench = Bench(folder)
        bench.build()
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, SQLite {sqlite3.sqlite_version}", flush=True)
        piped(bench, 60_000 if quick else 300_000, 2 if quick else 5, 1000 if quick else 3000)
        one_in_flight(bench, 1000 if quick else 4000, 2 if quick else 5)
        plans.measure(bench, report, numbers, request_file, BINARY, 2 if quick else 5)
        records = 10_000_000 if full else 60_000 if quick else 300_000
        large = by_size(bench, records, 2 if quick else 5)
        size = os.path.getsize(large) / (records + 100)
        report(f"bytes a record ({records:,} records)", f"{size:.1f}", "", "", "≤ 70", size <= 70)
        if full:
            bench.drop(large)
            records = 3_000_000
            large = bench.filled(records)
        by_rows(bench, large, records, 60_000 if quick else 200_000, 2 if quick else 4)
        contended(bench, 3 if quick else 10, 4, 100)
    print(f"\nLoad average at the end: {os.getloadavg()[0]:.1f}\n")
    print("| what | ours | yardstick | ratio | target | met |\n|---|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
