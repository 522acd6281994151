"""A client of budget-advisor over stdio, for the scripted tests. Standard library only."""
import datetime
import json
import os
import shutil
import subprocess
import tempfile


class Refused(Exception):
    """The server answered with a JSON-RPC error."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.error = error


class Gone(Exception):
    """The server process is gone; whether the last request took effect is not known."""


class Clock:
    """The time of processes that are started with it (--clock request): it moves only when told to."""

    def __init__(self, start="2026-11-23T08:00:00+00:00"):
        self.now = datetime.datetime.fromisoformat(start)

    def forward(self, **by):
        self.now += datetime.timedelta(**by)

    @property
    def text(self):
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")


class Advisor:
    """One process on a ledger. One request at a time."""

    def __init__(self, binary, ledger, *flags, clock=None):
        self.clock = clock
        flags += ("--clock", "request") if clock else ()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("BUDGET_ADVISOR_")}
        self.process = subprocess.Popen(
            [os.path.abspath(binary), *flags, "--ledger", ledger], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment,
            cwd=os.path.dirname(ledger))
        self.last_id = 0

    def call(self, method, **params):
        self.last_id += 1
        if self.clock:
            params.setdefault("at", self.clock.text)
        request = {"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except (BrokenPipeError, OSError) as error:
            raise Gone() from error
        if not line.endswith(b"\n"):
            raise Gone()
        answer = json.loads(line)
        assert answer["id"] == self.last_id, answer
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def kill(self):
        self.process.kill()

    def close(self):
        self.process.stdin.close()
        status = self.process.wait(timeout=20)
        self.process.stdout.close()
        return status


class Workplace:
    """A folder of its own for one ledger, gone afterwards."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="advisor-test-")
        self.ledger = os.path.join(self.folder, "ledger.db")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)


class Checks:
    """Counts what held and what did not."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def expect(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}")

    def close(self, name):
        print(f"{name}: {self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
