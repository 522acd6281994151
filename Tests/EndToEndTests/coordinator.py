#!/usr/bin/env python3
"""A scripted coordinator: spawns budget-advisor and runs a day of fake workers that are really refused, deferred,
downgraded, told to wrap up and to stop.

    python3 Tests/EndToEndTests/coordinator.py .build/debug/budget-advisor
"""
import random
import sys

from advisor_client import Advisor, Checks, Clock, Refused, Workplace

MODEL, CHEAP = "claude-opus-4-1", "claude-haiku-4-5"


def estimate(thousands):
    return {"inputTokens": thousands * 1000, "outputTokens": thousands * 200}


class Day:
    def __init__(self, advisor, checks):
        self.advisor = advisor
        self.checks = checks
        self.random = random.Random(7)
        self.spent = 0.0
        self.seen = {"approve": 0, "downgrade": 0, "defer": 0, "deny": 0}
        self.holders = {}

    def approve(self, task, worker, **more):
        answer = self.advisor.call("approveTask", task=task, worker=worker, **more)
        self.seen[answer["decision"]] += 1
        if answer["approved"] and not more.get("dryRun"):
            holder = self.holders.setdefault(task, worker)
            self.checks.expect(holder == worker, f"{task} is held by {holder} and was given to {worker}")
            for budget in answer["budgets"]:
                if budget["enforcement"] == "hard":
                    self.checks.expect(budget["remaining"] >= 0, f"{budget['budget']} was promised away: {budget}")
        return answer

    def work(self, task, worker, model, cost):
        self.spent += cost
        self.advisor.call("recordUsage", model=model, inputTokens=1000, outputTokens=500, costUSD=round(cost, 6),
                          task=task, worker=worker)

    def complete(self, task, worker, outcome, **more):
        self.holders.pop(task, None)
        return self.advisor.call("completeTask", task=task, worker=worker, outcome=outcome, **more)


def morning(day):
    """Nine workers ask for the same issue: one gets it."""
    answers = [day.approve("gh-1", f"w-{n}", model=CHEAP, estimate=estimate(100)) for n in range(9)]
    day.checks.expect([a["approved"] for a in answers].count(True) == 1, "one of nine workers gets an issue")
    refused = answers[1]
    day.checks.expect(refused["reason"]["code"] == "duplicateTask", "the others are told that it is taken")
    day.checks.expect(refused["claim"]["worker"] == "w-0", "and by whom")
    day.work("gh-1", "w-0", CHEAP, 0.30)
    day.complete("gh-1", "w-0", "inReview", pullRequest="https://example.org/pull/9")
    again = day.approve("#1", "w-5", model=CHEAP)
    day.checks.expect(again["claim"]["pullRequest"].endswith("/9"), "a task in review names its pull request")


def working_hours(day):
    """Tasks until the budget is tight: fewer and cheaper ones get through."""
    for number in range(2, 40):
        task, worker = f"gh-{number}", f"w-{number % 9}"
        answer = day.approve(task, worker, model=MODEL, alternatives=[CHEAP], labels=["feature"],
                             estimate=estimate(day.random.choice([30, 60, 120])), requestId=f"plan-{number}")
        if not answer["approved"]:
            day.checks.expect(answer["options"] or answer["retryable"], f"a refusal offers a way to go on: {answer}")
            continue
        day.checks.expect((answer["decision"] == "downgrade") == (answer["model"] == CHEAP), "downgrade names the model")
        held = answer["reservation"]["amountUSD"]
        day.work(task, worker, answer["model"], held * 0.4)
        action = day.advisor.call("checkIn", task=task, worker=worker)["action"]
        day.checks.expect(action in ("continue", "wrapUp"), f"40 % used: {action}")
        if number % 7 == 0:
            day.work(task, worker, answer["model"], held * 0.55)
            day.checks.expect(day.advisor.call("checkIn", task=task, worker=worker)["action"] == "wrapUp", "95 % used")
        day.complete(task, worker, "failed" if number % 11 == 0 else "succeeded")


def evening(day):
    """The limit is near: only what is critical, smaller, or finishing."""
    while True:
        status = day.advisor.call("getStatus")
        if status["usedPercent"] >= 90:
            break
        day.work("cleanup", "janitor", CHEAP, 0.5)
    low = day.approve("gh-90", "w-5", model=CHEAP, priority="low", estimate={"costUSD": 0.05})
    day.checks.expect(low["decision"] == "defer" and low["reason"]["code"] == "priorityLine", f"low work waits: {low}")
    day.checks.expect(low["retryAfterSeconds"] > 0, "and is told how long")
    critical = day.approve("gh-91", "w-6", model=CHEAP, priority="critical", estimate={"costUSD": 0.05})
    day.checks.expect(critical["decision"] == "approve", "critical work goes on")
    huge = day.approve("gh-92", "w-2", model=MODEL, priority="critical", estimate={"costUSD": 500})
    day.checks.expect(huge["decision"] == "deny" and huge["reason"]["code"] == "exceedsBudget", "too much is denied")
    raised = [option for option in huge["options"] if option["action"] == "raiseLimit"]
    day.checks.expect(raised and raised[0]["by"] > 100, "and says how much more limit it needs")
    explained = day.advisor.call("explainDecision", decisionId=low["decisionId"])
    fits = {check["budget"]: check["fits"] for check in explained["checks"]}
    day.checks.expect("gh-90" in explained["explanation"] and not fits["monthly"], f"and can be explained: {fits}")


def lost_worker(day):
    """A worker dies: its task is free by time alone."""
    lease = day.approve("gh-95", "w-8", model=CHEAP, priority="critical", estimate={"costUSD": 0.01}, ttlSeconds=1)
    day.checks.expect(lease["approved"], "a short lease")
    held = day.advisor.call("getStatus")["reserved"]
    day.advisor.clock.forward(seconds=2)
    day.checks.expect(day.advisor.call("getStatus")["reserved"] < held, "what a dead worker held is free")
    day.holders.pop("gh-95")
    taken = day.approve("gh-95", "w-3", model=CHEAP, priority="critical", estimate={"costUSD": 0.01})
    day.checks.expect(taken["approved"], "and its task is anybody's")


def person(day):
    """A person lets one through; brakes stop the rest."""
    asked = day.approve("gh-97", "w-4", model=CHEAP, estimate={"costUSD": 30}, onRefusal="ask")
    pending = asked["pendingApproval"]["id"]
    try:
        day.advisor.call("grantApproval", id=pending, by="eve")
        day.checks.expect(False, "a grant past the limit needs overLimit")
    except Refused as refused:
        day.checks.expect(refused.error["code"] == 1002 and "overLimit" in str(refused), f"it says how: {refused}")
    day.advisor.call("grantApproval", id=pending, by="eve", overLimit=True)
    granted = day.advisor.call("approveTask", task="gh-97", worker="w-4", model=CHEAP, estimate={"costUSD": 30})
    day.checks.expect(granted["reason"]["code"] == "granted" and granted["reason"]["overLimit"], "a person lets it through")
    day.advisor.call("pause", reason="outage")
    day.checks.expect(day.approve("gh-98", "w-4", model=CHEAP)["reason"]["code"] == "paused", "a pause stops approvals")
    day.advisor.call("resume")
    try:
        day.advisor.call("approveTask", task="gh-99", modle=CHEAP)
        day.checks.expect(False, "a typing error is refused")
    except Refused as refused:
        day.checks.expect(refused.error["code"] == -32602, "a typing error is refused")


def main(binary):
    checks = Checks()
    with Workplace() as place:
        clock = Clock()
        advisor = Advisor(binary, place.ledger, clock=clock)
        advisor.call("setBudget", budget="monthly", limitUSD=16)
        advisor.call("setBudget", budget="worker-1", limitUSD=10, scope={"worker": "w-1"})
        advisor.call("setBudget", budget="daily-tokens", limitTokens=50_000_000, period="day", enforcement="soft")
        day = Day(advisor, checks)
        for part in (morning, working_hours, evening, lost_worker, person):
            part(day)
            clock.forward(hours=2)
        status = advisor.call("getStatus")
        checks.expect(abs(status["spent"] - round(day.spent, 6)) < 1e-3, f"{status['spent']} spent, {day.spent} worked")
        for decision in ("approve", "downgrade", "defer", "deny"):
            checks.expect(day.seen[decision] > 0, f"no {decision} in the day: {day.seen}")
        checks.expect(advisor.close() == 0, "exit status at the end of input")
        again = Advisor(binary, place.ledger, clock=clock)
        checks.expect(again.call("getStatus")["reserved"] == status["reserved"], "a restart forgets nothing")
        again.close()
    return checks.close("coordinator")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
