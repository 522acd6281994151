# Drives `budget-advisor dashboard` in a real terminal (tmux): presses every key, changes the size, ends it in every way.
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

if shutil.which("tmux") is None:
    print("SKIPPED: tmux is not installed (sh .ci/setup installs it)")
    sys.exit(0)

binary = os.path.abspath(sys.argv[1])
folder = tempfile.mkdtemp()
ledger = folder + "/ledger.db"
socket = f"ba-{os.getpid()}"
environment = {"PATH": os.environ["PATH"], "HOME": folder, "LANG": "C.UTF-8", "PS1": "ready$ "}
failures = 0


def check(what, is_true, screen=""):
    global failures
    print(("ok      " if is_true else "FAILED  ") + what)
    if not is_true:
        failures += 1
        print(screen)


def advisor(*words):
    done = subprocess.run([binary, "--ledger", ledger, *words], env=environment, capture_output=True, text=True)
    assert done.returncode in (0, 1, 2), (words, done.stderr)


def tmux(*words):
    done = subprocess.run(["tmux", "-L", socket, *words], env=environment, capture_output=True, text=True)
    return done.stdout


def screen(*more):
    return tmux("capture-pane", "-p", *more)


def wait(what, seconds=5.0, since=None):
    """The screen once it holds `what`, and how long that took; checks that it comes."""
    start = since or time.monotonic()
    text = screen()
    while what not in text and time.monotonic() - start < seconds:
        time.sleep(0.02)
        text = screen()
    check(f"shows {what!r}", what in text, text)
    return text, time.monotonic() - start


def keys(*names):
    tmux("send-keys", *names)


def start(command="dashboard", prefix=""):
    keys("clear", "Enter")
    wait("ready$")
    keys(f"{prefix}{binary} --ledger {ledger} {command}", "Enter")
    wait("[1 Budgets]")


def ended(what):
    """Back at the shell: the main screen, echo on, the cursor shown."""
    wait("ready$")
    keys("stty -a | tr ' ' '\\n' | grep -x echo && echo is-$((1+1))", "Enter")
    text, _ = wait("is-2")
    state = tmux("display-message", "-p", "#{alternate_on} #{cursor_flag}").strip()
    check(f"{what} leaves the terminal clean", state == "0 1" and "[1 Budgets]" not in text, f"{state}\n{text}")


def dashboard_id():
    found = subprocess.run(["pgrep", "-f", f"^{binary} --ledger {ledger}"], capture_output=True, text=True)
    return int(found.stdout.split()[0])


advisor("budget", "set", "monthly", "--limit-usd", "100")
advisor("budget", "set", "tokens-w1", "--limit-tokens", "5M", "--worker", "w-1")
for index in range(1, 31):
    advisor("record", "claude-sonnet-4-5", "--input-tokens", "100k", "--output-tokens", "9000", "--worker",
            f"w-{index % 3}", "--task", f"gh-{index}", "--project", "作業", "--success")
advisor("approve", "gh-99", "--worker", "w-7", "--model", "claude-haiku-4-5", "--cost-usd", "1")
advisor("approve", "gh-100", "--worker", "w-8", "--cost-usd", "900")

try:
    shell = ["env", "-i", *[f"{name}={value}" for name, value in environment.items()], "TERM=screen-256color", "sh"]
    tmux("new-session", "-d", "-x", "80", "-y", "24", *shell)
    start()
    text, _ = wait("monthly")
    check("no line is wider than 80 columns", all(len(line) <= 80 for line in text.split("\n")))
    check("there are colours", "\x1b[3" in screen("-e"))
    for number, title, sight in [
        ("2", "Forecast", "8 of 10 cases"), ("3", "30 days", "the last 30 days"), ("4", "Breakdown", "this month by worker"),
        ("5", "Tasks", "gh-99"), ("6", "Alerts", "decisions"), ("1", "Budgets", "next task"),
    ]:
        keys(number)
        wait(f"[{number} {title}]")
        wait(sight)
    keys("Tab")
    wait("[2 Forecast]")
    keys("b")
    wait("2 of 2")
    keys("b")
    wait("1 of 2")
    keys("BTab")
    wait("[1 Budgets]")
    keys("Right")
    wait("[2 Forecast]")
    keys("Left")
    wait("[1 Budgets]")
    keys("g")
    wait("by worker")
    for group in ["model", "task", "project", "worker"]:
        keys("g")
        wait(f"this month by {group}")
    for order in ["tokens", "calls", "name", "cost"]:
        keys("s")
        wait(f"sorted by {order}")
    keys("g", "g")
    wait("this month by task")
    for key in ["Down", "j", "NPage"]:
        keys(key)
    wait("gh-3")
    for key in ["Up", "k", "PPage", "Home"]:
        keys(key)
    wait("this month by task")
    keys("/")
    wait("only rows with")
    keys("gh-17x", "BSpace")
    wait("gh-17_")
    keys("Enter")
    text, _ = wait("filter 'gh-17'")
    check("the filter hides other rows", "gh-17" in text and "gh-3 " not in text, text)
    keys("Escape")
    wait("gh-18")
    keys("/", "zzz")
    wait("nothing that contains 'zzz'")
    keys("Escape")
    wait("gh-18")
    keys("?")
    wait("Press any key to go back")
    keys("x")
    wait("this month by task")
    keys("h")
    wait("Press any key to go back")
    keys("Escape")
    wait("this month by task")

    keys("1")
    wait("[1 Budgets]")
    for run in range(3):
        advisor("record", "gpt-5", "--input-tokens", "1", "--output-tokens", "1", "--cost-usd", "1.11")
        recorded = time.monotonic()
        wait(f"${13.05 + 1.11 * (run + 1):.2f} of", 3, since=recorded)
        print(f"        {time.monotonic() - recorded:.2f} s after the record was answered")
        check("it is at most a second behind", time.monotonic() - recorded <= 1.0)

    tmux("resize-window", "-x", "120", "-y", "40")
    time.sleep(1)
    text = screen()
    check("it fills 40 rows", len(text.rstrip("\n").split("\n")) == 40 and "q quit" in text.split("\n")[39], text)
    tmux("resize-window", "-x", "20", "-y", "5")
    wait("too small")
    tmux("resize-window", "-x", "80", "-y", "24")
    wait("[1 Budgets]")
    keys("q")
    ended("q")

    start()
    keys("C-c")
    ended("Ctrl-C")
    for number in [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGSEGV, signal.SIGABRT]:
        start()
        os.kill(dashboard_id(), number)
        ended(signal.Signals(number).name)

    start(prefix="NO_COLOR=1 ")
    check("NO_COLOR leaves colours out", "\x1b[3" not in screen("-e") and "\x1b[1m" not in screen("-e"))
    keys("q")
    ended("q without colours")
    keys("clear", "Enter")
    keys(f"{binary} --ledger {ledger} dashboard < /dev/null; echo status-$?", "Enter")
    wait("status-64")
finally:
    tmux("kill-server")
    shutil.rmtree(folder)
print(f"{failures} failed")
sys.exit(1 if failures else 0)
