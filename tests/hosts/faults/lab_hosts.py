"""The hosts of tests/hosts/lab, from inside: what runs on them, and what can be done to them."""
import contextlib
import dataclasses
import os
import pathlib
import signal
import subprocess

LAB = pathlib.Path(os.environ.get("LAB", "/nowhere"))
DROP = {"in": "input", "out": "output"}


@dataclasses.dataclass(frozen=True)
class Process:
    pid: int
    words: list[str]

    def is_agent(self) -> bool:
        return "--agent" in self.words


def run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


def processes(net: int | None = None) -> list[Process]:
    """All but those of sshd, the oldest first; `net` selects a network namespace by its inode."""
    found = []
    for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
        with contextlib.suppress(OSError):
            if net is not None and os.stat(f"/proc/{pid}/ns/net").st_ino != net:
                continue
            if os.readlink(f"/proc/{pid}/exe").endswith(("/sshd", "/sshd-session")):
                continue
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]
            if words:
                found.append(Process(pid, [word.decode(errors="replace") for word in words]))
    return found


class Host:
    """h1, h2, …"""

    def __init__(self, number: int):
        self.number = number
        self.name = f"h{number}"
        self.net = os.stat(f"/run/netns/{self.name}").st_ino
        self.is_paused = False
        self.has_disk = False
        self.sshd = min(self.pids())
        # As the host sees it, which mounts what we do not.
        self.temporary = pathlib.Path(f"/proc/{self.sshd}/root{LAB}/tmp.{number}")

    def inside(self, *words: str) -> None:
        run("ip", "netns", "exec", self.name, *words)

    def processes(self) -> list[Process]:
        return processes(self.net)

    def agents(self) -> list[Process]:
        return [each for each in self.processes() if each.is_agent()]

    def workers(self) -> list[Process]:
        """Those that run their program already."""
        return [each for each in self.processes()
                if not each.is_agent() and "sh" not in each.words[0]]

    def left(self) -> list[str]:
        """What is not as before a run."""
        listening = subprocess.run(
            ["ip", "netns", "exec", self.name, "ss", "-Hltn", "sport != :2222"],
            check=True, capture_output=True, text=True).stdout.splitlines()
        return [f"{self.name}: {' '.join(each.words)[:80]}" for each in self.processes()] + \
            [f"{self.name}: {path}" for path in self.temporary.rglob("*") if path.name != "full"] + \
            [f"{self.name}: listens: {line}" for line in listening]

    # ---- What can be done to it ----

    def cut(self) -> None:
        run("ip", "link", "set", f"v{self.number}", "down")

    def drop(self, way: str) -> None:
        """Packets in one direction, without a word to the sender."""
        self.inside("nft", "add table t; add chain t c "
                    f"{{ type filter hook {DROP[way]} priority 0; policy drop; }}")

    def pause(self) -> None:
        """All of its processes, sshd's as well, and those that start meanwhile. Agents first, for they
        would report that their workers are stopped: a host that stops does so as a whole."""
        self.is_paused = True
        stopped: set[int] = set()
        agents = {each.pid for each in self.agents()}
        while (found := set(self.pids()) - stopped):
            for pid in sorted(found, key=lambda pid: pid not in agents):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGSTOP)
            stopped |= found

    def go_on(self) -> None:
        self.is_paused = False
        for pid in self.pids():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGCONT)

    def pids(self) -> list[int]:
        found = []
        for name in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                if name.isdigit() and os.stat(f"/proc/{name}/ns/net").st_ino == self.net:
                    found.append(int(name))
        return found

    def slow(self) -> None:
        """4 Mbit/s in both directions."""
        limit = ["root", "tbf", "rate", "4mbit", "burst", "32kb", "latency", "400ms"]
        self.inside("tc", "qdisc", "add", "dev", "eth0", *limit)
        run("tc", "qdisc", "add", "dev", f"v{self.number}", *limit)

    def set_disk(self, size: int) -> None:
        """$TMPDIR gets a disk of so many bytes."""
        self.has_disk = True
        run("nsenter", "-t", str(self.sshd), "-m", "mount", "-t", "tmpfs", "-o", f"size={size}",
            "tmpfs", f"{LAB}/tmp.{self.number}")

    def fill_disk(self) -> None:
        """It has room for nothing more."""
        with contextlib.suppress(OSError), open(self.temporary / "full", "wb", 0) as file:
            while file.write(bytes(4096)):
                pass

    def used_disk(self) -> int:
        about = os.statvfs(self.temporary)
        return (about.f_blocks - about.f_bfree) * about.f_frsize

    def mend(self) -> None:
        """Undoes all of these."""
        if self.is_paused:
            self.go_on()
        run("ip", "link", "set", f"v{self.number}", "up")
        self.inside("nft", "flush", "ruleset")
        for words in (["ip", "netns", "exec", self.name, "tc", "qdisc", "del", "dev", "eth0", "root"],
                      ["tc", "qdisc", "del", "dev", f"v{self.number}", "root"]):
            subprocess.run(words, check=False, capture_output=True)
        if self.has_disk:
            (self.temporary / "full").unlink(missing_ok=True)

    def remove_disk(self) -> None:
        if self.has_disk:
            run("nsenter", "-t", str(self.sshd), "-m", "umount", f"{LAB}/tmp.{self.number}")
        self.has_disk = False
