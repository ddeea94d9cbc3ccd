"""A round of the fault matrix: one flow, one fault, and what must be true afterwards."""
import contextlib
import os
import pathlib
import random
import re
import shlex
import shutil
import signal
import subprocess
import threading
import time

from lab_hosts import LAB, Host, Process, processes, run

MOMENTS = ["start", "mid", "end"]
# The most seconds until the flow has ended; none where it must succeed.
DIED, SILENT = 5, 30
FAULTS = {"worker": DIED, "agent": DIED, "ssh": DIED, "manager": DIED, "disk": DIED,
          "cut": SILENT, "drop-in": SILENT, "drop-out": SILENT, "pause": SILENT,
          "short-pause": None, "slow-link": None, "slow-consumer": None}
SILENCES = ["cut", "drop-in", "drop-out", "pause"]
HERE = pathlib.Path(__file__).parent
ROWS = 300_000
LONG_STALL = 24  # seconds for which nobody reads, longer than any end may be silent
SHORT_PAUSE = 9  # shorter than that
# In the working folder of a round.
OWN_FILES = ["gate", "gates", "out.csv", "rows.csv", "said", "tmp", "tools", "wanted"]
MOMENT = 60  # seconds for a flow to get to its moment, on a machine that has other work
# Until the hosts are clean: a host that was cut off notices by itself.
CLEAN, CLEAN_AFTER_SILENCE = 5, 60
TOLD = {
    "worker": r"fragment \d+, .*host NAME, .*died of signal 9",
    "agent": r"NAME: (its agent (was killed|ended with status|closed)|the command there was killed)",
    "ssh": r"NAME: \S*ssh died of signal 9",
    "disk": r"NAME\b.*No space left on device",
    "silence": r"NAME: (nothing was heard of it for 15 s|did not answer within \d+ s)|"
               r"NAME: \S*ssh ended with status 255: ",
}
FLOWS = [
    "pscan rows.csv | GATE | pexchange --hash -k n | pprint -t csv",
    "pscan rows.csv | GATE | pagg -k k 'count(*) as c, sum(n) as s' | psort -k k | pprint -t csv",
    "pscan rows.csv | GATE | psort -k n:desc | pprint -t csv",
    "pscan rows.csv | GATE | pexchange --hash -k k | pagg -k k 'median(n) as m' | pprint -t csv",
]
# More than all buffers hold.
FLOWING = "pscan rows.csv rows.csv rows.csv rows.csv | GATE | pexchange --hash -k n | pprint -t csv"
PASSES = "pfilter 'n > 0'"
SPILLING = "pscan rows.csv | GATE | psort -S 1M -k t:desc,n | pprint -t csv"
ALL_ROWS = FLOWS[2]


class Failed(Exception):
    """What is not as it must be."""


def eventually(is_met, seconds: float, what: str):
    """Returns what `is_met` returns, once that is something."""
    until = time.monotonic() + seconds
    while True:
        if found := is_met():
            return found
        if time.monotonic() > until:
            raise Failed(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.002)


def make_files() -> None:
    """In the working folder, which all rounds of a lab share."""
    if os.path.exists("rows.csv"):
        return
    for name in ("gates", "tmp", "tools/penstock/tools.d"):
        os.makedirs(name)
    shutil.copy(HERE / "gate.py", "gate")
    os.chmod("gate", 0o755)
    pathlib.Path("tools/penstock/tools.d/gate.json").write_text(
        '{"placement": "any", "keeps_order": true}')
    r = random.Random(0)
    with open("rows.csv", "w", encoding="ascii") as file:
        file.write("n,k,t\n")
        file.writelines(f"{n},{n % 1000},{r.getrandbits(128):x}\n" for n in range(1, ROWS + 1))


class Round:
    def __init__(self, fault: str, moment: str, seed: int):
        self.fault, self.moment = fault, moment
        self.random = random.Random(f"{fault} {moment} {seed}")
        self.hosts = [Host(number) for number in (1, 2, 3)]
        self.victim = self.random.choice(self.hosts)
        self.before = {each.pid for each in processes()}
        self.about = self.victim.name
        self.ended = self.clean = 0.0
        self.flow: subprocess.Popen | None = None
        self.got = b""
        self.reader: threading.Thread | None = None
        self.may_read = threading.Event()
        self.is_silent = False
        self.is_harmless = FAULTS[fault] is None
        self.to_file = not fault == "slow-consumer" and self.random.random() < 0.5

    # ---- The flow ----

    def begin(self, text: str) -> None:
        make_files()
        for path in pathlib.Path("gates").iterdir():
            path.unlink()
        pathlib.Path("out.csv").unlink(missing_ok=True)
        self.text = text
        flow = text + (" > out.csv" if self.to_file else "")
        self.about = f"{self.victim.name}, {flow}"
        environment = {**os.environ, "TMPDIR": str(pathlib.Path("tmp").resolve()),
                       "XDG_CONFIG_HOME": str(pathlib.Path("tools").resolve())}
        ssh = f"{os.environ['LAB_SSH']} -o ConnectTimeout=120"
        # Standard error to a file: what an agent says after us goes nowhere.
        self.said = open("said", "w+b")
        self.flow = subprocess.Popen(
            ["pflow", "-q", "--no-sync", "--ssh", ssh, "--hosts", "h1*1,h2*1,h3*1", flow],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.said, env=environment)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        """Takes the flow's output, as far as it may."""
        pieces = []
        assert self.flow and self.flow.stdout
        if self.fault == "slow-consumer":
            pieces += self.read_slowly(self.flow.stdout)
        else:
            pieces.append(os.read(self.flow.stdout.fileno(), 1000))
            self.may_read.wait()
        while piece := os.read(self.flow.stdout.fileno(), 1 << 16):
            pieces.append(piece)
        self.got = b"".join(pieces)

    def read_slowly(self, output) -> list[bytes]:
        """A stall at the moment; at the end what is left is a little more than a pipe holds."""
        pieces = []
        size = {"start": 0, "mid": 100_000, "end": len(self.wanted()) - 1_200_000}[self.moment]
        while size > 0 and (piece := os.read(output.fileno(), min(size, 1 << 16))):
            pieces.append(piece)
            size -= len(piece)
        time.sleep(LONG_STALL)
        return pieces

    def wanted(self) -> bytes:
        """What a shell gives."""
        held = pathlib.Path("wanted") / str(abs(hash(self.text)) % 10**9)
        if not held.exists():
            held.parent.mkdir(exist_ok=True)
            text = re.sub(r"\./gate \w+", "cat", self.text)
            held.write_bytes(subprocess.run(["bash", "-c", text], check=True, capture_output=True,
                                            stdin=subprocess.DEVNULL).stdout)
        return held.read_bytes()

    # ---- The moment ----

    def sshs(self) -> list[Process]:
        """Those of the victim."""
        return [each for each in processes(os.stat("/proc/self/ns/net").st_ino)
                if each.words[0] == "ssh" and "--" in each.words and
                each.words[each.words.index("--") + 1] == self.victim.name]

    def reach_start(self, sign: str) -> list[Process]:
        """While the flow connects, looks at files, or starts its first workers."""
        find = {"ssh": self.sshs, "agent": self.victim.agents, "worker": self.victim.workers}[sign]
        self.about += f", at the first {sign}"
        return eventually(find, MOMENT, f"a first {sign}")

    def reach_gates(self) -> None:
        """All workers wait at the moment's gate, those of the victim as well."""
        def reached() -> bool:
            names = {path.name.split(".")[0] for path in pathlib.Path("gates").iterdir()}
            return len(names) == len(self.hosts)
        eventually(reached, MOMENT, f"all gates in {os.listdir('gates')}, {self.words_said()!r}")

    def reach_rows(self) -> None:
        """Rows flow until all buffers are full, for nobody reads on."""
        eventually(lambda: self.victim.workers(), MOMENT, "workers")
        time.sleep(self.random.uniform(0, 0.5))

    def reach(self, signs: list[str]) -> None:
        """Begins a flow and brings it to the moment. `signs`: of the start, one is chosen."""
        text = self.random.choice(FLOWS)
        is_flowing = self.moment == "mid" and self.random.random() < 0.5
        if is_flowing:
            self.to_file = False
            text = FLOWING
        gate = "./gate end" if self.moment == "end" else "./gate mid"
        if is_flowing:
            gate = PASSES
        sign = self.random.choice(signs)
        if self.moment == "start" and sign == "before":
            self.silence()
        self.begin(text.replace("GATE", gate))
        if self.moment == "start":
            if sign != "before":
                self.reach_start(sign)
        elif is_flowing:
            self.reach_rows()
        else:
            self.reach_gates()

    def open_gates(self) -> None:
        pathlib.Path("gates/open").touch()

    # ---- The fault ----

    def run(self) -> None:
        if self.fault == "disk":
            self.run_full_disk()
        elif self.is_harmless:
            self.run_harmless()
        else:
            self.reach({"worker": ["worker"], "agent": ["agent"]}.get(
                self.fault, ["ssh", "agent", "worker"] + ["before"] * (self.fault in SILENCES)))
            self.strike()
        self.check_hosts()

    def strike(self) -> None:
        began = time.monotonic()
        if self.fault in SILENCES:
            self.silence()
            # Rows press on, or all are silent.
            if self.random.random() < 0.5:
                self.may_read.set()
                self.open_gates()
        else:
            self.kill_one()
        self.check_end(began)

    def silence(self) -> None:
        """A host that is silent already stays so."""
        if self.is_silent:
            return
        self.is_silent = True
        if self.fault == "cut":
            self.victim.cut()
        elif self.fault == "pause":
            self.victim.pause()
        else:
            self.victim.drop(self.fault.removeprefix("drop-"))

    def kill_one(self) -> None:
        assert self.flow
        find = {"worker": self.victim.workers, "agent": self.victim.agents, "ssh": self.sshs,
                "manager": lambda: [Process(self.flow.pid, ["pflow"])]}[self.fault]
        killed = self.random.choice(eventually(find, 5, f"a {self.fault} to kill"))
        self.about += f", killed: {' '.join(killed.words)[-60:]}"
        os.kill(killed.pid, signal.SIGKILL)

    def run_full_disk(self) -> None:
        """At the start there is no room at all, later so much as the flow needs but for a part."""
        self.victim.set_disk(1 << 26)
        part = self.random.uniform(0.2, 0.7) if self.moment == "mid" else 0.95
        if self.moment != "start":
            self.to_file = False
            self.begin(SPILLING.replace("GATE", "./gate end"))
            self.reach_gates()
            part *= eventually(self.victim.used_disk, 5, "a spill")
            self.may_read.set()
            self.open_gates()
            self.finish()
            self.victim.remove_disk()
            self.victim.set_disk(int(part))
            self.about += f", a disk of {int(part)} bytes"
        else:
            self.victim.fill_disk()
        began = time.monotonic()
        self.begin(SPILLING.replace("GATE", PASSES))
        self.check_end(began)

    def finish(self) -> None:
        assert self.flow and self.reader
        self.may_read.set()
        self.flow.wait(60)
        self.reader.join()

    # ---- What must be true ----

    def words_said(self) -> str:
        self.said.seek(0)
        return self.said.read().decode(errors="replace")

    def check_end(self, began: float) -> None:
        """Of a flow that must fail."""
        assert self.flow
        limit = FAULTS[self.fault] or 0
        try:
            status = self.flow.wait(limit + 30)
        except subprocess.TimeoutExpired as still:
            raise Failed(f"runs still after {limit + 30} s") from still
        self.ended = time.monotonic() - began
        self.may_read.set()
        assert self.reader
        self.reader.join(10)
        said = self.words_said()
        about = f"after {self.ended:.1f} s with status {status}: {said!r}"
        if self.ended > limit:
            raise Failed(f"ended late, {about}")
        wanted = -9 if self.fault == "manager" else 137 if self.fault == "worker" else None
        if status == 0 or (wanted is not None and status != wanted):
            raise Failed(f"ended otherwise, {about}")
        if os.path.exists("out.csv"):
            raise Failed(f"there is an output file, {about}")
        if not self.to_file and self.got == self.wanted():
            raise Failed(f"the output is whole, {about}")
        if self.fault == "manager":
            return
        if len(re.findall(r"^pflow: ", said, re.M)) != 1 or not said.startswith("pflow: "):
            raise Failed(f"not one error, {about}")
        told = TOLD["silence" if self.fault in SILENCES else self.fault]
        if not re.search(told.replace("NAME", re.escape(self.victim.name)), said, re.S):
            raise Failed(f"another error, {about}")

    def check_hosts(self) -> None:
        """Nothing is left on any host; a silent one cleans itself, or when it goes on."""
        began = time.monotonic()
        limit = CLEAN
        if self.fault == "pause":
            self.victim.go_on()
        elif self.fault in SILENCES:
            limit = CLEAN_AFTER_SILENCE

        def left() -> list[str]:
            found = [line for host in self.hosts for line in host.left()]
            found += [f"here: {' '.join(each.words)[:80]}" for each in processes(
                os.stat("/proc/self/ns/net").st_ino) if each.pid not in self.before]
            found += [f"here: {name}" for name in os.listdir() if name not in OWN_FILES]
            # The folder of a manager that was killed is for the next one to remove; sockets are not.
            found += [f"here: {path}" for path in pathlib.Path("tmp").rglob("*")
                      if self.fault != "manager" or path.is_socket()]
            return found
        try:
            eventually(lambda: not left(), limit, "clean hosts")
        except Failed as failed:
            raise Failed(f"left behind: {left()[:4]}, {self.words_said()!r}") from failed
        self.clean = time.monotonic() - began

    def restore(self) -> None:
        """For the next round."""
        for host in self.hosts:
            host.mend()
        if self.flow and self.flow.poll() is None:
            self.flow.kill()
            self.flow.wait()
        self.may_read.set()
        with contextlib.suppress(Failed):
            eventually(lambda: not any(host.left() for host in self.hosts), 60, "clean hosts")
        for host in self.hosts:
            host.remove_disk()

    # ---- What does no harm ----

    def run_harmless(self) -> None:
        if self.fault == "slow-consumer":
            self.may_read.set()
            gate, moment = PASSES, "none"
            text = ALL_ROWS
        else:
            text = self.random.choice(FLOWS)
            gate = "./gate end" if self.moment == "end" else "./gate mid"
            moment = self.moment
        began = time.monotonic()
        self.begin(text.replace("GATE", gate))
        if moment == "start":
            self.reach_start(self.random.choice(["ssh", "agent", "worker"]))
        elif moment != "none":
            self.reach_gates()
        if self.fault == "slow-link":
            self.victim.slow()
        elif self.fault == "short-pause":
            self.victim.pause()
            if self.random.random() < 0.5:
                self.open_gates()
            time.sleep(SHORT_PAUSE)
            self.victim.go_on()
        self.open_gates()
        self.may_read.set()
        self.check_success(began)

    def check_success(self, began: float) -> None:
        assert self.flow and self.reader
        try:
            status = self.flow.wait(120)
        except subprocess.TimeoutExpired as still:
            raise Failed("runs still after 120 s") from still
        self.ended = time.monotonic() - began
        self.reader.join(LONG_STALL + 10)
        said = self.words_said()
        if status != 0 or said:
            raise Failed(f"ended after {self.ended:.1f} s with status {status}: {said!r}")
        got = pathlib.Path("out.csv").read_bytes() if self.to_file else self.got
        if sorted(got.splitlines()) != sorted(self.wanted().splitlines()):
            raise Failed(f"another output: {len(got)} bytes, not {len(self.wanted())}")
