"""Runs many command lines through one shell: the shell need not start once for each."""
import dataclasses
import os
import pathlib
import signal
import subprocess


@dataclasses.dataclass
class Result:
    """What a command line gave. `status` is the shell's, 124 where it took too long."""
    command: str
    status: int
    out: bytes
    err: str

    def __str__(self):
        return (f"{self.command}\n  status {self.status}\n  out: {self.out[:600]!r}\n"
                f"  err: {self.err[:600]}")


TOOK_TOO_LONG = 124  # as timeout(1) says it


def run_from(first: int, end: int, folder: pathlib.Path, seconds: int, shell: str) -> int:
    """Runs the commands from `first` on; returns the number of one that takes too long, else `end`.

    Each command has a subshell, which costs a fifth of a shell of its own under timeout(1). All
    that the shell has started is killed where a command takes too long.
    """
    with subprocess.Popen([shell, "commands.sh", str(first)], cwd=folder,
                          stdin=subprocess.DEVNULL, start_new_session=True) as process:
        at = first
        while True:
            try:
                if process.wait(seconds):
                    raise RuntimeError(f"{folder}: the shell ended with {process.returncode}")
                return end
            except subprocess.TimeoutExpired:
                begun = at
                while (folder / f"{at}.status").exists():
                    at += 1
                if at == begun:
                    os.killpg(process.pid, signal.SIGKILL)
                    return at


def run_all(commands: list[str], folder: pathlib.Path, seconds: int = 60,
            shell: str = "bash") -> list[Result]:
    """Runs each command in `folder`, by itself, with no standard input unless it names one.

    A command that takes longer than `seconds`, or twice that, is ended, with the status 124.
    """
    lines = []
    for number, command in enumerate(commands):
        (folder / f"{number}.command").write_text(command + "\n", encoding="utf-8")
        (folder / f"{number}.status").unlink(missing_ok=True)
        lines.append(f"[ $1 -gt {number} ] || {{ ( . ./{number}.command ) </dev/null "
                     f">{number}.out 2>{number}.err; echo $? >{number}.status; }}")
    (folder / "commands.sh").write_text("\n".join(lines) + "\nexit 0\n", encoding="utf-8")
    first = 0
    while first < len(commands):
        first = run_from(first, len(commands), folder, seconds, shell)
        if first < len(commands):
            (folder / f"{first}.status").write_text(f"{TOOK_TOO_LONG}\n")
            first += 1
    return [Result(command, int((folder / f"{number}.status").read_text()),
                   (folder / f"{number}.out").read_bytes(),
                   (folder / f"{number}.err").read_text(errors="replace"))
            for number, command in enumerate(commands)]


def judge_all(cases: list, folder: pathlib.Path) -> list[str]:
    """Runs each case's `commands`; what its `judge` finds wrong with their results, of all cases."""
    results = iter(run_all([command for case in cases for command in case.commands], folder))
    problems = []
    for case in cases:
        problems += case.judge([next(results) for _ in case.commands])
    return problems
