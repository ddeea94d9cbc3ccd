"""The rounds of fire.py on the hosts of a lab (tests/hosts/lab), of which all but one may be hurt.

One to three of these happen at random moments, which are times, or numbers of events in the run's
log: a worker dies or is stopped; one or both processes of an agent, or the one that serves a host's
outputs, or the ssh that reaches a host, are killed; a host is cut off; or pflow is killed, and goes
on by --resume, perhaps on other hosts, and perhaps behind an output was damaged.

Who may leave what: a host that was cut off, one that lost both processes of its agent, and one that
a run that goes on does not use any more, are not cleaned by the run. Their processes must be gone 30
s after the hosts can be reached; their files are removed here. So are those of a host that was lost
and, on a machine that has too much to do, not reached again in the 3 s that pflow has for that.
"""
import contextlib
import dataclasses
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "hosts" / "faults"))
from lab_hosts import LAB, Host, Process, processes

LONGEST = 150.0  # seconds of a run: a host that is cut off is missed after 15
CLEAN, CLEAN_AFTER_SILENCE = 10.0, 30.0
REACH_PATIENCE = 3.0  # of pflow
KEPT = ["commits", "flow.json", "lock"]
# What happens, as often as it is named.
KINDS = ["worker"] * 4 + ["agent"] * 2 + ["agents", "serve", "ssh", "cut"] + ["pflow"] * 2


class Failed(Exception):
    pass


def damage(files: list[pathlib.Path], numbers: random.Random) -> str:
    """Flips a bit of one of the files, cuts it, or removes it; returns which, if there is one."""
    if not files:
        return ""
    path = numbers.choice(sorted(files))
    how = numbers.choice(["flip", "cut", "remove"])
    content = bytearray(path.read_bytes())
    if how == "remove":
        path.unlink()
    elif how == "cut":
        path.write_bytes(content[:numbers.randrange(len(content))])
    else:
        content[numbers.randrange(len(content))] ^= 1 << numbers.randrange(8)
        path.write_bytes(content)
    return f"{how} {path}"


def parent_of(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        return int(stat.rpartition(")")[2].split()[1])
    return 0


def agent_pair(host: Host) -> list[Process]:
    """The newest agent of the host: the process that keeps it, and its own."""
    agents = host.agents()
    pids = {each.pid for each in agents}
    keepers = [each for each in agents if parent_of(each.pid) not in pids]
    if not keepers:
        return []
    return [keepers[-1]] + [each for each in agents if parent_of(each.pid) == keepers[-1].pid][:1]


def is_serving(process: Process) -> bool:
    """A name that a process gives itself is one word."""
    return any("--serve" in word for word in process.words)


def workers_of(found: list[Process], parents: set[int]) -> list[Process]:
    """Those children that run their program already."""
    return [each for each in found if parent_of(each.pid) in parents and not is_serving(each)
            and each.words[0] not in ("pflow", "ssh")]


@dataclasses.dataclass
class Usual:
    """How a flow is where nothing happens."""
    output: bytes
    seconds: float
    events: int


def usual(flow: str, hosts: list[Host], folder: pathlib.Path) -> Usual:
    piped = subprocess.run(["pflow", "-q", "-n", "1", flow], cwd=folder, capture_output=True,
                           stdin=subprocess.DEVNULL, check=True).stdout
    began = time.monotonic()
    words = run_words([each.name for each in hosts], folder / "log") + [f"--checkpoint={folder}/usual", "--unordered", flow]
    done = subprocess.run(words, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL,
                          check=False)
    if done.returncode != 0 or done.stdout != piped or not piped:
        raise Failed(f"differs from one worker without checkpoints, where nothing happens: {flow}: "
                     f"{done.stderr.decode()[-500:]}")
    events = len((folder / "log").read_bytes().splitlines())
    took = time.monotonic() - began
    shutil.rmtree(folder / "usual")
    return Usual(piped, took, events)


def run_words(hosts: list[str], log: pathlib.Path) -> list[str]:
    return ["pflow", "-v", f"--log={log}", "--ssh", os.environ["LAB_SSH"], "--hosts",
            ",".join(hosts)]


class HostsRound:
    def __init__(self, seed: int, hosts: int, flows: list[str]):
        self.numbers = random.Random(seed)
        self.seed = seed
        self.all = [Host(number + 1) for number in range(hosts)]
        self.flow = self.numbers.choice(flows)
        self.is_shared = self.numbers.random() < 0.25
        self.here = [":*2"] if self.numbers.random() < 0.2 else []
        # Statements are small: they go through pipes, and are tried again as a whole.
        self.auto = ["--checkpoint=auto"] if self.numbers.random() < 0.2 else []
        self.sends = ["--transfer"] if self.numbers.random() < 0.2 else []
        self.tasks = self.numbers.choice([None, None, 16, 24])
        self.hits: list[str] = []
        self.using = list(self.all)
        self.hurt: set[str] = set()
        self.excused: set[str] = set()
        self.cut: Host | None = None
        self.runs = 0
        self.log = pathlib.Path()

    def start(self, words: list[str]) -> None:
        self.runs += 1
        self.began = time.monotonic()
        self.log = self.folder / f"log-{self.runs}"
        self.written = (self.folder / f"out-{self.runs}").open("wb")
        self.said = (self.folder / f"said-{self.runs}").open("wb")
        environment = dict(os.environ, TMPDIR=str(self.tmp))
        self.process = subprocess.Popen(
            run_words([each.name for each in self.using] + self.here, self.log) + self.sends + words,
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=self.written, stderr=self.said,
            env=environment, start_new_session=True)

    def run(self, right: Usual, folder: pathlib.Path) -> None:
        self.folder, self.tmp = folder, folder / "tmp"
        self.tmp.mkdir()
        self.directory = folder / "ck" if self.is_shared else LAB / "own" / f"ck-{self.seed}"
        self.hits += ["shared"] if self.is_shared else []
        self.hits += ["here"] if self.here else []
        self.hits += ["auto"] if self.auto else []
        self.hits += ["sent"] if self.sends else []
        tasks = [f"--tasks={self.tasks}"] if self.tasks else []
        self.start([*self.auto, f"--checkpoint={self.directory}", "--unordered", *tasks, self.flow])
        for moment in sorted(self.numbers.random() for _ in range(self.numbers.randrange(1, 4))):
            kind = self.numbers.choice(KINDS)
            self.wait_for(moment, right)
            getattr(self, f"hit_{kind}")()
        self.check(right.output)

    # ---- Moments ----

    def events(self) -> int:
        with contextlib.suppress(OSError):
            return len(self.log.read_bytes().splitlines())
        return 0

    def is_over(self) -> bool:
        return self.process.poll() is not None

    def wait_for(self, moment: float, right: Usual) -> None:
        """A part of the time that a run takes, or of the events that it has."""
        is_time = self.numbers.random() < 0.5
        until = self.began + right.seconds * (moment if is_time else 3)
        while time.monotonic() < until and not self.is_over():
            if not is_time and self.events() >= right.events * moment:
                return
            time.sleep(0.002)

    def has_begun(self) -> bool:
        """Its first task has, so that hosts may be lost; before that it would be an error."""
        until = time.monotonic() + LONGEST
        while time.monotonic() < until and not self.is_over():
            with contextlib.suppress(OSError):
                if b'"event":"start"' in self.log.read_bytes():
                    return True
            time.sleep(0.002)
        return False

    # ---- What happens ----

    def victim(self) -> Host | None:
        """A host that may be hurt: one of those that are used must be left."""
        whole = [each for each in self.using if each.name not in self.hurt]
        if len(whole) < 2 or not self.has_begun():
            return None
        host = self.numbers.choice(whole)
        self.hurt.add(host.name)
        return host

    def kill(self, pid: int, number: signal.Signals, what: str) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            self.hits.append(f"{what} {pid} {number.name}, {self.events()} events")

    def hit_worker(self) -> None:
        """One of a host, or one of this host."""
        found = [each for host in self.using for each in workers_of(
            host.processes(), {agent.pid for agent in host.agents()})]
        found += workers_of(processes(os.stat("/proc/self/ns/net").st_ino), {self.process.pid})
        if not found:
            return
        number = self.numbers.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGSEGV,
                                      signal.SIGSTOP])
        self.kill(self.numbers.choice(found).pid, number, "worker")

    def hit_agent(self) -> None:
        if host := self.victim():
            which = self.numbers.randrange(2)
            for each in agent_pair(host)[which:which + 1]:
                self.kill(each.pid, signal.SIGKILL, ["keeper", "agent"][which] + " " + host.name)

    def hit_agents(self) -> None:
        if host := self.victim():
            self.excused.add(host.name)
            for each in self.numbers.sample(pair := agent_pair(host), len(pair)):
                self.kill(each.pid, signal.SIGKILL, f"agents {host.name}")

    def hit_serve(self) -> None:
        if host := self.victim():
            for each in host.processes():
                if is_serving(each):
                    self.kill(each.pid, signal.SIGKILL, f"serve {host.name}")

    def hit_ssh(self) -> None:
        if host := self.victim():
            for each in processes(os.stat("/proc/self/ns/net").st_ino):
                if each.words[0] == "ssh" and host.name in each.words:
                    self.kill(each.pid, signal.SIGKILL, f"ssh {host.name}")

    def hit_cut(self) -> None:
        if not self.cut and (host := self.victim()):
            self.cut = host
            self.excused.add(host.name)
            host.cut()
            self.hits.append(f"cut {host.name}, {self.events()} events")

    def hit_pflow(self) -> None:
        """It is killed, and goes on with those hosts that there are, or some of them."""
        if not self.has_begun():
            return
        self.process.kill()
        if self.process.wait() != -signal.SIGKILL:
            return
        self.hits.append(f"pflow killed, {self.events()} events")
        time.sleep(self.numbers.choice([0.0, 0.1, 1.0]))
        if self.numbers.random() < 0.4:
            places = [self.directory] if self.is_shared else [
                self.place_on(each) for each in self.using]
            what = damage([file for place in places
                           for file in place.glob("fragment-*/task-*/*.arrow")], self.numbers)
            self.hits += [f"damage {what}"] if what else []
        there = [each for each in self.all if each is not self.cut]
        if self.numbers.random() < 0.5:
            there = self.numbers.sample(there, self.numbers.randrange(1, len(there) + 1))
        self.excused |= {each.name for each in self.all if each not in there}
        # Hosts that were hurt are as good as others in the next run, but for their files.
        self.hurt -= {each.name for each in there}
        self.using = there
        self.hits.append(f"resume on {','.join(each.name for each in there)}")
        self.start([f"--resume={self.directory}"])

    # ---- What must be true ----

    def place_on(self, host: Host) -> pathlib.Path:
        return LAB / f"own.{host.number}" / self.directory.name

    def check(self, right: bytes) -> None:
        try:
            status = self.process.wait(LONGEST)
        except subprocess.TimeoutExpired as still:
            raise Failed(f"runs still after {LONGEST:.0f} s") from still
        if self.cut:
            self.cut.mend()
        said = (self.folder / f"said-{self.runs}").read_bytes().decode(errors="replace")
        if status != 0:
            raise Failed(f"status {status}: {said[-1500:]}")
        outputs = [(self.folder / f"out-{run + 1}").read_bytes() for run in range(self.runs)]
        # One that was killed behind its end has written all, and is not run again.
        if outputs[-1] != right and (outputs[-1] or right not in outputs):
            raise Failed(f"{len(outputs[-1])} bytes that differ from the {len(right)} that are right")
        self.await_nothing(self.left_here, CLEAN)
        for host in self.all:
            if host.name in self.excused:
                self.await_nothing(lambda h=host: [each for each in h.left() if ": /" not in each],
                                   CLEAN_AFTER_SILENCE)
                self.remove_files(host)
                continue
            try:
                self.await_nothing(lambda h=host: self.left_on(h), CLEAN)
            except Failed:
                if host.name not in self.hurt or self.seconds_of_end() < REACH_PATIENCE:
                    raise
                self.await_nothing(host.left, CLEAN_AFTER_SILENCE)
                self.remove_files(host)

    def seconds_of_end(self) -> float:
        """Between the last of its work and its end."""
        events = [json.loads(line) for line in self.log.read_bytes().splitlines()]
        return events[-1]["seconds"] - events[-2]["seconds"]

    def left_here(self) -> list[str]:
        left = [str(path) for path in self.tmp.rglob("*")]
        left += [str(path) for path in self.directory.iterdir() if path.name not in KEPT]
        left += [str(self.directory / name) for name in KEPT if not (self.directory / name).exists()]
        mark = f"TMPDIR={self.tmp}\0".encode()
        for each in processes(os.stat("/proc/self/ns/net").st_ino):
            with contextlib.suppress(OSError):
                if mark in pathlib.Path(f"/proc/{each.pid}/environ").read_bytes():
                    left.append(f"{each.pid} {' '.join(each.words)[:80]}")
        return left

    def left_on(self, host: Host) -> list[str]:
        return host.left() + [str(path) for path in (LAB / f"own.{host.number}").rglob("*")]

    def await_nothing(self, left: Callable[[], list[str]], seconds: float) -> None:
        until = time.monotonic() + seconds
        while found := left():
            if time.monotonic() > until:
                raise Failed(f"left behind: {found[:6]}")
            time.sleep(0.02)

    def remove_files(self, host: Host) -> None:
        for path in [*(LAB / f"own.{host.number}").iterdir(), *host.temporary.iterdir()]:
            shutil.rmtree(path, ignore_errors=True)

    def restore(self) -> None:
        """For the next round, whatever came of this one."""
        if self.runs > 0:
            self.process.kill()
            self.process.wait()
            self.written.close()
            self.said.close()
        for host in self.all:
            host.mend()
        until = time.monotonic() + CLEAN_AFTER_SILENCE
        while any(host.processes() for host in self.all) and time.monotonic() < until:
            time.sleep(0.05)
        for host in self.all:
            for each in host.processes():
                with contextlib.suppress(OSError):
                    os.kill(each.pid, signal.SIGKILL)
            self.remove_files(host)
        if self.runs > 0:
            shutil.rmtree(self.directory, ignore_errors=True)


def run_in_lab(seeds: range, hosts: int, flows: list[str], inputs: list[pathlib.Path],
               keep: pathlib.Path | None) -> list[tuple[str, list[str]]]:
    """Runs the rounds; returns of each what failed, if anything, and what happened."""
    known: dict[str, Usual] = {}
    results = []
    for seed in seeds:
        place = LAB / f"round-{seed}"
        place.mkdir()
        for path in inputs:
            (place / path.name).symlink_to(path)
        one = HostsRound(seed, hosts, flows)
        text, began = "", time.monotonic()
        try:
            if one.flow not in known:
                known[one.flow] = usual(one.flow, one.all, place)
            one.run(known[one.flow], place)
        except Failed as failed:
            text = f"seed {seed}: {', '.join(one.hits)}: {one.flow}\n  {failed}"
            print(text, file=sys.stderr, flush=True)
            if keep:
                shutil.copytree(place, keep / place.name, symlinks=True, dirs_exist_ok=True)
                for name in KEPT if one.runs > 0 else []:
                    with contextlib.suppress(OSError):
                        shutil.copy(one.directory / name, keep / place.name)
        finally:
            one.restore()
        shutil.rmtree(place)
        results.append((text, one.hits))
        if keep:
            print(f"seed {seed}: {time.monotonic() - began:.1f} s", file=sys.stderr)
    return results
