"""Rows of the benchmark for what is thought about: planning 1,000 tasks, and forecasting from 400 days.

    python3 Tests/Benchmarks/plans.py    these rows alone, on the release binary there is
"""
import datetime, json, os, random


def task_list(count):
    """Tasks with estimates, two models, four priorities and some dependencies: three times what the budgets hold."""
    source = random.Random(5)
    tasks = []
    for number in range(count):
        cost = round(source.lognormvariate(0, 1), 4)
        task = {"task": f"gh-{number}", "model": "claude-opus-4-1", "estimate": {"costUSD": cost},
                "worker": f"w-{number % 9}", "project": f"p-{number % 5}", "value": source.randrange(1, 100),
                "priority": source.choice(["critical", "high", "normal", "low"])}
        if number % 3 == 0:
            task["alternatives"] = ["claude-haiku-4-5"]
        if number % 7 == 6:
            task["dependsOn"] = [f"gh-{source.randrange(number)}"]
        tasks.append(task)
    return tasks


def year(today):
    """400 days of usage, some idle, some large."""
    source = random.Random(7)
    for back in range(400):
        day = today - datetime.timedelta(days=back)
        for _ in range(source.choice([0, 1, 1, 2])):
            yield ("recordUsage", json.dumps({
                "model": "gpt-5", "inputTokens": 10, "outputTokens": 10, "worker": f"w-{source.randrange(9)}",
                "costUSD": round(source.lognormvariate(1, 1), 4), "timestamp": day.strftime("%Y-%m-%dT00:00:00Z")}))


def measure(bench, report, numbers, request_file, binary, rounds):
    ledger = bench.ledger(
        ("setBudget", '{"budget":"monthly","limitUSD":600}'),
        ("setBudget", '{"budget":"one","limitUSD":60,"scope":{"worker":"w-1"}}'),
        ("setBudget", '{"budget":"two","limitUSD":100,"scope":{"project":"p-2"}}'),
        *year(datetime.datetime.now(datetime.timezone.utc)))
    for name, method, params, target in [
        ("planTasks, 1,000 tasks, 3 budgets, p50", "planTasks", json.dumps({"tasks": task_list(1000)}), 50),
        ("forecast, 400 days, p50", "forecast", "{}", 1),
    ]:
        count = 20 if method == "planTasks" else 200
        file = request_file(bench, "ask", method, [params] * count)
        best = min(numbers(bench.client, "single", file, str(count), "--", binary, "--ledger", ledger)[0]
                   for _ in range(rounds))
        report(name, f"{best / 1000:.2f} ms", "", "", f"≤ {target} ms", best / 1000 <= target)
    bench.drop(ledger)


if __name__ == "__main__":
    import sys, tempfile
    import run
    with tempfile.TemporaryDirectory(prefix="budget-advisor-bench-") as folder:
        bench = run.Bench(folder)
        run.sh("cc", "-O2", "-o", bench.client, f"{run.HERE}/client.c")
        measure(bench, run.report, run.numbers, run.request_file, run.BINARY, 3)
