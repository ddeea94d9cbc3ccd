"""operand_flows.py COUNT SEED HOST…: random flows over HOST:PATH give what the shell gives.

The flows are those of tests/generated/kinds/flow_texts.py, but their scans read up to four files, in
which the shell reads them in the current folder and pflow each from one of the hosts, sometimes with
one that all of them have between them. Some scans are without --types: their types are those of the
files of all hosts. Half of the flows are of as many workers as the hosts have slots, and some of one.
Joins too read their right file from a host. Runs in the empty current folder, with pflow in PATH.
"""
import pathlib
import random
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "generated"))
from kinds import flow_texts  # noqa: E402
from shell import run_all  # noqa: E402

FILE = re.compile(r"(?<![\w/.])(?:(?:right|faulty)\d\.(?:csv|ndjson)|r\.csv|(?:left|right)\.arrow)")


class Flow(flow_texts.Flow):
    """With more files."""

    def sources(self) -> None:
        super().sources()
        more = self.r.choice([0, 0, 1, 2, 3])
        if self.much or more == 0:
            return
        name = self.stages[0].split()[-1]
        kind, form = re.fullmatch(r"(right|faulty)\d\.(\w+)", name).groups()
        for _ in range(more):
            self.stages[0] += f" {kind}{self.r.randrange(flow_texts.FILES)}.{form}"
        self.unique = set()
        if kind == "right" and self.r.random() < 0.3:
            # What comes out then may be of types that later stages do not take.
            self.stages[0] = self.stages[0].replace(f" {flow_texts.TYPES}", "")
            self.refuses = True


def on_hosts(r, text: str, hosts: list[str], folder: pathlib.Path) -> str:
    """The flow with its files on hosts: at least one of those that the scan reads."""
    keep = r.random() < 0.2
    count = 0

    def place(match) -> str:
        nonlocal count
        count += 1
        if keep and count > 1:
            return match.group()
        return f"{r.choice(hosts)}:{folder}/{match.group()}"

    return FILE.sub(place, text)


def main() -> int:
    count, seed, hosts = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    r = random.Random(seed)
    folder = pathlib.Path.cwd()
    flow_texts.make_files(r, folder)
    flows = [Flow(r) for _ in range(count)]
    commands = []
    for number, flow in enumerate(flows):
        text = on_hosts(r, flow.text, hosts, folder)
        (folder / f"{number}.flow").write_text(text + "\n", encoding="utf-8")
        workers = r.choice(["", "", "-n 1 ", "-n 3 "])
        waived = "--unordered " if flow.waived else ""
        commands += [flow.text, f"pflow {workers}{waived}-f {number}.flow"]
    results = run_all(commands, folder)
    problems = []
    for flow, shell, own in zip(flows, results[::2], results[1::2]):
        if shell.status != 0 and not flow.refuses:
            problems.append(f"the shell refuses what should run: {shell}")
        what = flow_texts.compare(flow, shell, own, flow.ordered)
        if what:
            number = own.command.split()[-1]
            problems.append(f"another {what}: {(folder / number).read_text(encoding='utf-8')}"
                            f"  wanted {shell}\n  {own}")
    for problem in problems[:5]:
        print(problem)
    print(f"{count} flows over files of hosts, seed {seed}, {len(problems)} wrong")
    return len(problems) > 0


if __name__ == "__main__":
    sys.exit(main())
