#!/usr/bin/env python3
"""Processes racing for the last dollars and for the same tasks, killed in between.

    python3 Tests/EndToEndTests/race.py .build/release/budget-advisor [requests=10000] [processes=8]
"""
import random
import sqlite3
import sys
import threading
import time

from advisor_client import Advisor, Checks, Gone, Refused, Workplace

LIMIT_USD = 6


class Racer(threading.Thread):
    """One worker with a process of its own, which may be killed under it at any moment."""

    def __init__(self, number, binary, ledger, requests):
        super().__init__()
        self.name = f"w-{number}"
        self.binary, self.ledger, self.requests = binary, ledger, requests
        self.random = random.Random(number)
        self.advisor = Advisor(binary, ledger)
        self.answered, self.approved, self.refused, self.restarts, self.over = 0, 0, 0, 0, []
        self.seconds = []
        self.mine = set()

    def run(self):
        while self.answered < self.requests:
            try:
                start = time.perf_counter()
                self.step()
                self.seconds.append(time.perf_counter() - start)
                self.answered += 1
            except Gone:
                self.restarts += 1
                self.advisor.process.wait()
                self.advisor = Advisor(self.binary, self.ledger)
            except Refused as refused:
                if refused.error["code"] not in (1001, 1002):
                    raise
                self.answered += 1

    def step(self):
        roll = self.random.random()
        if roll < 0.6 or not self.mine:
            self.approve(f"gh-{self.random.randrange(300)}")
            return
        task = self.random.choice(sorted(self.mine))
        if roll < 0.8:
            self.advisor.call("recordUsage", model="m", inputTokens=10, outputTokens=10, task=task, worker=self.name,
                              costUSD=round(self.random.uniform(0.0001, 0.004), 6))
        elif roll < 0.9:
            self.advisor.call("checkIn", task=task, worker=self.name)
        else:
            self.mine.discard(task)
            self.advisor.call("completeTask", task=task, worker=self.name, outcome="failed")

    def approve(self, task):
        answer = self.advisor.call(
            "approveTask", task=task, worker=self.name, kind="retry", priority="critical", ttlSeconds=20,
            estimate={"costUSD": round(self.random.uniform(0.05, 0.5), 4)})
        if answer["reason"]["code"] in ("exceedsBudget", "budgetExhausted"):
            self.refused += 1
        if answer["approved"]:
            self.approved += 1
            self.mine.add(task)
            # A worker that asks again for what it holds is not measured anew; usage may have passed the limit since.
            if any("ceiling" in budget and budget["remaining"] < 0 for budget in answer["budgets"]):
                self.over.append(answer)


def kill_now_and_then(racers, seed):
    source = random.Random(seed)
    kills = 0
    while any(racer.is_alive() for racer in racers):
        time.sleep(source.uniform(0.05, 0.3))
        racer = source.choice(racers)
        if racer.is_alive():
            racer.advisor.kill()
            kills += 1
    return kills


def audit(ledger, checks):
    """What must hold of the file itself, read without the program."""
    base = sqlite3.connect(ledger)
    ended = {}
    for reservation, at, kind in base.execute("SELECT reservation, at, kind FROM reservationEvent ORDER BY id"):
        # A lease that ran out may begin anew: the last event tells.
        ended[reservation] = None if kind == "extended" else at
    rows = [(*row, ended.get(row[2])) for row in base.execute(
        "SELECT task, project, id, madeAt FROM reservation ORDER BY task, project, id")]
    twice = 0
    for before, after in zip(rows, rows[1:]):
        if before[:2] == after[:2] and (before[4] is None or before[4] > after[3]):
            twice += 1
    checks.expect(twice == 0, f"{twice} tasks had two holders")
    open_holds = base.execute("SELECT count(*) FROM hold").fetchone()[0]
    unended = sum(1 for row in rows if row[4] is None)
    checks.expect(open_holds == unended, f"{open_holds} holds for {unended} reservations that have not ended")
    negative = base.execute("SELECT count(*) FROM hold WHERE cost < 0 OR tokens < 0").fetchone()[0]
    checks.expect(negative == 0, f"{negative} negative holds")
    base.close()


def main(binary, requests=10_000, processes=8):
    checks = Checks()
    with Workplace() as place:
        first = Advisor(binary, place.ledger)
        first.call("setBudget", budget="monthly", limitUSD=LIMIT_USD)
        racers = [Racer(n, binary, place.ledger, requests // processes) for n in range(processes)]
        start = time.perf_counter()
        for racer in racers:
            racer.start()
        kills = kill_now_and_then(racers, 1)
        for racer in racers:
            racer.join()
            racer.advisor.close()
        took = time.perf_counter() - start
        checks.expect(all(racer.answered == requests // processes for racer in racers), "a racer gave up")
        over = [answer for racer in racers for answer in racer.over]
        checks.expect(not over, f"an approval passed the limit: {over[:1]}")
        audit(place.ledger, checks)
        status = first.call("getStatus")
        checks.expect(sum(racer.approved for racer in racers) > 0, "nobody got anything")
        checks.expect(sum(racer.refused for racer in racers) > 0, "the money never ran out")
        time.sleep(20.5)
        checks.expect(first.call("getStatus")["reserved"] == 0, "something is held for ever")
        first.close()
        worst = max(max(racer.seconds) for racer in racers)
        shares = [racer.approved for racer in racers]
        print(f"{requests} requests, {processes} processes, {kills} kills in {took:.1f} s; worst wait "
              f"{worst * 1000:.0f} ms; approvals a process {shares}; spent {status['spent']}, held {status['reserved']}")
    return checks.close("race")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
