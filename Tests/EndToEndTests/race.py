#!/usr/bin/env python3
"""Processes racing for the last dollars and for the same tasks, killed in between.

    python3 Tests/EndToEndTests/race.py .build/release/budget-advisor [requests=10000] [processes=8]
"""
import random
import sqlite3
import sys
import threading
import time

from advisor_client import Advisor, Checks, Clock, Gone, Refused, Workplace

LEASE_SECONDS = 20


class Racer(threading.Thread):
    """One worker with a process of its own, which may be killed under it at any moment."""

    def __init__(self, number, binary, ledger, requests):
        super().__init__()
        self.name = f"w-{number}"
        self.binary, self.ledger, self.requests = binary, ledger, requests
        self.random = random.Random(number)
        # Ten requests are a second: leases run out while others race on. The latest of all clocks is the ledger's.
        self.clock = Clock()
        self.advisor = Advisor(binary, ledger, clock=self.clock)
        self.answered, self.approved, self.refused, self.restarts, self.over, self.held_over = 0, 0, 0, 0, [], []
        self.seconds = []
        self.finished_at = []
        self.mine = set()

    def run(self):
        while self.answered < self.requests:
            try:
                start = time.perf_counter()
                self.step()
                end = time.perf_counter()
                self.seconds.append(end - start)
                self.finished_at.append(end)
                self.answered += 1
                self.clock.forward(milliseconds=100)
            except Gone:
                self.restarts += 1
                self.advisor.process.wait()
                self.advisor = Advisor(self.binary, self.ledger, clock=self.clock)
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
            # Now and then far more than was held, so that spending passes the limit by itself.
            cost = 0.6 if self.random.random() < 0.01 else self.random.uniform(0.0001, 0.004)
            self.advisor.call("recordUsage", model="m", inputTokens=10, outputTokens=10, task=task, worker=self.name,
                              costUSD=round(cost, 6))
        elif roll < 0.9:
            self.advisor.call("checkIn", task=task, worker=self.name)
        else:
            self.mine.discard(task)
            self.advisor.call("completeTask", task=task, worker=self.name, outcome="failed")

    def approve(self, task):
        answer = self.advisor.call(
            "approveTask", task=task, worker=self.name, kind="retry", priority="critical", ttlSeconds=LEASE_SECONDS,
            estimate={"costUSD": round(self.random.uniform(0.05, 0.5), 4)})
        if answer["reason"]["code"] in ("exceedsBudget", "budgetExhausted"):
            self.refused += 1
        if answer["approved"]:
            self.approved += 1
            self.mine.add(task)
            over = any(budget["remaining"] < 0 for budget in answer["budgets"])
            # A worker that asks again for what it holds gets no new money; usage may have passed the limit since.
            is_held = answer["reason"]["message"].startswith("You hold this task already")
            if over:
                (self.held_over if is_held else self.over).append(answer)


def shares_of(racers):
    """What each had answered when the first was done, as a share of the mean."""
    end = min(racer.finished_at[-1] for racer in racers)
    counts = [sum(1 for at in racer.finished_at if at <= end) for racer in racers]
    return [count * len(counts) / sum(counts) for count in counts]


def check_decisions(advisor, checks):
    """Every approval that was ever given, as it is kept: within the limit when it was given."""
    before, approved, over = None, 0, []
    while True:
        page = advisor.call("listDecisions", decision="approve", limit=1000, **({"before": before} if before else {}))
        for decision in page["decisions"]:
            for check in advisor.call("explainDecision", decisionId=decision["decisionId"])["checks"]:
                approved += 1
                if check["spent"] + check["reserved"] + check["estimate"] > check["limit"] + 1e-9:
                    over.append(check)
        if len(page["decisions"]) < 1000:
            break
        before = page["decisions"][-1]["decisionId"]
    checks.expect(approved > 0 and not over, f"{len(over)} of {approved} kept approvals pass the limit: {over[:1]}")
    return approved


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
        clock = Clock()
        first = Advisor(binary, place.ledger, clock=clock)
        first.call("setBudget", budget="monthly", limitUSD=4 + requests / 500)
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
        held_over = [answer for racer in racers for answer in racer.held_over]
        checks.expect(all(budget["spent"] + budget["reserved"] > budget["limit"] and "ceiling" not in budget
                          for answer in held_over for budget in answer["budgets"]), f"measured anew: {held_over[:1]}")
        audit(place.ledger, checks)
        check_decisions(first, checks)
        status = first.call("getStatus")
        checks.expect(sum(racer.approved for racer in racers) > 0, "nobody got anything")
        checks.expect(sum(racer.refused for racer in racers) > 0, "the money never ran out")
        clock.forward(seconds=requests / processes / 10 + LEASE_SECONDS + 1)
        checks.expect(first.call("getStatus")["reserved"] == 0, "something is held for ever")
        first.close()
        worst = max(max(racer.seconds) for racer in racers)
        shares = shares_of(racers)
        checks.expect(min(shares) > 0.6 and max(shares) < 1.6, f"unfair shares {shares}")
        print(f"{requests} requests, {processes} processes, {kills} kills in {took:.1f} s; worst wait "
              f"{worst * 1000:.0f} ms; shares {' '.join(f'{share:.2f}' for share in shares)}; approvals a process "
              f"{[racer.approved for racer in racers]}; {len(held_over)} re-asks of held tasks while spending was over "
              f"the limit; spent {status['spent']} of {status['limit']}, held {status['reserved']}")
    return checks.close("race")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
