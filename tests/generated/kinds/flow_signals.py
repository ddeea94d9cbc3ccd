"""Signals to pflow at random early moments: no folder of a run stays, and no process.

Flows are started in a TMPDIR of their own and sent INT, TERM, HUP or QUIT, once or several times in
a row, or KILL, up to 60 ms after their start. Behind a signal that can be obeyed nothing is left;
behind KILL what is left is gone when the next pflow has ended. A flow that had ended by itself has
the status 0. Some flows start with HUP or INT ignored, as nohup does: that one changes nothing.
"""
import os
import signal
import subprocess
import time

BATCH = 25

FLOWS = ["pscan f.csv | pagg -k k 'sum(v)' -t csv",
         "pscan f.csv | pjoin -k k - <(pfilter 'v > 2' f.csv | pagg -k k 'max(v)') | pagg 'count(*)'",
         "psort -k v f.csv | phead -n 3 -t csv",
         "sleep 0.05 | pscan -f lines | pagg 'count(*)'",
         "pscan f.csv | pexchange --hash -k k | pagg -k k,v 'median(v)' | pagg 'count(*)' -t csv"]
ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]


def run(r, folder, temporary) -> tuple[str, int]:
    """Runs one flow that is sent signals; what was done and how it ended."""
    ignored = r.choice([None, None, None, signal.SIGHUP, signal.SIGINT])
    sent = [signal.SIGKILL] if r.random() < 0.2 else \
        [r.choice(ENDING) for _ in range(r.choice([1, 1, 2, 3]))]
    words = ["pflow", "-q", "-n", str(r.choice([1, 2, 3])), r.choice(FLOWS)]
    started = subprocess.Popen(
        words, cwd=folder, env=dict(os.environ, TMPDIR=str(temporary)), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=lambda: ignored and signal.signal(ignored, signal.SIG_IGN))
    time.sleep(r.choice([r.random() * 0.01, r.random() * 0.06]))
    for number in sent:
        started.send_signal(number)
        time.sleep(r.choice([0, r.random() * 0.01]))
    obeyed = [number for number in sent if number != ignored]
    status = started.wait(timeout=60)
    case = f"{words} sent {[s.name for s in sent]}, ignoring {ignored}: status {status}"
    wanted = {0} | {-s for s in obeyed} | {128 + s for s in obeyed}
    return case + ("" if status in wanted else ", which is not allowed"), obeyed[:1] == [
        signal.SIGKILL]


def check(r, count: int, folder) -> list[str]:
    (folder / "f.csv").write_text("k,v\n" + "".join(f"k{n % 7},{n}\n" for n in range(2000)),
                                  encoding="utf-8")
    temporary = folder / "temporary"
    temporary.mkdir()
    problems = []
    for _ in range(count):
        case, killed = run(r, folder, temporary)
        if case.endswith("allowed"):
            problems.append(case)
        if killed:
            # Its processes die with it, but not at once: one may still be writing there.
            for _ in range(5):
                time.sleep(0.05)
                subprocess.run(["pflow", "-n", "2", FLOWS[0]], cwd=folder, check=True,
                               env=dict(os.environ, TMPDIR=str(temporary)),
                               stdout=subprocess.DEVNULL)
                if not any(temporary.iterdir()):
                    break
        left = sorted(path.name for path in temporary.iterdir())
        if left:
            problems.append(f"{case}: it left {left}")
            for name in left:
                subprocess.run(["rm", "-rf", temporary / name], check=True)
    return problems
