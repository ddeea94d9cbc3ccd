"""Runs many command lines through one shell: the shell need not start once for each."""
import dataclasses
import pathlib
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


def run_all(commands: list[str], folder: pathlib.Path, seconds: int = 60,
            shell: str = "bash") -> list[Result]:
    """Runs each command in `folder`, by itself, with no standard input unless it names one.

    A command that takes longer than `seconds` is ended, with the status 124.
    """
    lines = []
    for number, command in enumerate(commands):
        (folder / f"{number}.command").write_text(command + "\n", encoding="utf-8")
        lines.append(f"timeout {seconds} {shell} {number}.command </dev/null "
                     f">{number}.out 2>{number}.err; echo $? >{number}.status")
    (folder / "commands.sh").write_text("\n".join(lines) + "\n", encoding="utf-8")
    subprocess.run(["sh", "commands.sh"], cwd=folder, stdin=subprocess.DEVNULL, check=True,
                   timeout=seconds * len(commands) + 60)
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
