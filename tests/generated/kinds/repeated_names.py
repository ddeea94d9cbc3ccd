"""Columns that would come out under one name are refused where the names are made.

Lists of pproject and of pagg (with and without --window), --names, headers, --schema and joins get
names drawn from few, so that some repeat. Calls without a name of their own, of which several have
the name of the same function, have that of their column behind it. What Python's reading of the names says is refused, is
refused in `sh` and by `pflow` alike, and everything else has just those names; the name that the
message advises is then given, until the command runs.
"""
import collections
import re

from shell import run_all

BATCH = 40
ROUNDS = 6

ITEMS = {"a": "a", "b": "b", "a + b": "?column?", "b * 2": "?column?", "abs(a)": "abs",
         "upper(c)": "upper", "c": "c", "a::text": "a", "'x'": "?column?"}
CALLS = {"count(*)": "count", "count(a)": "count", "sum(a)": "sum", "sum(b)": "sum",
         "min(c)": "min", "max(b) - 1": "?column?", "sum(a) + 1": "?column?"}
# The columns of calls, which stand behind the function's name where that is not unique.
COLUMNS = {"abs(a)": "a", "upper(c)": "c", "count(a)": "a", "sum(a)": "a", "sum(b)": "b",
           "min(c)": "c"}
ADVICE = re.compile(r"(?:; name this one: … as|; rename one of them, as) (\S+)")


class Named:
    """A command made of parts with names, each of which may be given another."""

    def __init__(self, r):
        self.kind = r.choice(["pproject", "pproject", "pagg", "window", "names", "schema", "header"])
        self.flow = r.choice(["", "", "pflow -n 1 ", "pflow -n 3 "])
        names = ["a", "b", "c", "n", "x", "a_2"]
        self.keys = []
        if self.kind in ("pproject", "pagg", "window"):
            source = ITEMS if self.kind == "pproject" else CALLS
            self.parts = []
            for _ in range(r.randint(1, 4)):
                text = r.choice(list(source))
                if r.random() < 0.5:
                    alias = r.choice(names)
                    self.parts.append([text, alias, True])
                else:
                    self.parts.append([text, source[text], False])
            if self.kind == "pproject" and r.random() < 0.4:
                self.parts.insert(r.choice([0, len(self.parts)]), ["*", None, False])
            if self.kind != "pproject" and r.random() < 0.6:
                self.keys = [r.choice(["a", "c"])]
        else:
            self.parts = [[None, r.choice(names), False] for _ in range(3)]

    def taken(self) -> list[str]:
        """Names that stand before the first part's."""
        return ["a", "b", "c"] if self.kind == "window" else self.keys

    def parts_names(self) -> list[list[str]]:
        """The names that each part has in the result."""
        uses = collections.Counter(name for _, name, _ in self.parts)
        found = []
        for text, name, given in self.parts:
            if not given and text in COLUMNS and uses[name] > 1:
                name += "_" + COLUMNS[text]
            found.append(["a", "b", "c"] if name is None else [name])
        return found

    def names(self) -> list[str]:
        return self.taken() + [name for part in self.parts_names() for name in part]

    def repeated(self):
        """The first part with a name that stands before it."""
        seen = set(self.taken())
        for number, here in enumerate(self.parts_names()):
            if seen & set(here):
                return number
            seen |= set(here)
        return None

    def command(self, folder, number) -> str:
        if self.kind in ("pproject", "pagg", "window"):
            listed = ", ".join(f"{text} as {name}" if given else text
                               for text, name, given in self.parts)
            option = f"-k {self.keys[0]} " if self.keys else ""
            tool = {"pproject": "pproject", "pagg": "pagg", "window": "pagg --window"}[self.kind]
            stage = f'{tool} {option}-t csv "{listed}" in.csv'
        elif self.kind == "names":
            stage = f"pscan --no-header --names {','.join(n for _, n, _ in self.parts)} -t csv in.csv"
        elif self.kind == "header":
            (folder / f"h{number}.csv").write_text(
                ",".join(n for _, n, _ in self.parts) + "\n1,2,x\n")
            stage = f"pscan -t csv h{number}.csv"
        else:
            (folder / f"s{number}").write_text(
                "".join(f"{n} text\n" for _, n, _ in self.parts))
            stage = f"pscan --no-header --schema s{number} -t csv in.csv"
        return self.flow + (f"'{stage.replace(chr(39), chr(39) + chr(92) + chr(39) * 2)}'"
                            if self.flow else stage)

    def take(self, advised: str) -> bool:
        """Gives the repeated part the name; false where it cannot have one."""
        at = self.repeated()
        if self.kind in ("names", "schema"):
            pass
        elif self.parts[at][0] in (None, "*"):
            return False
        self.parts[at][1] = advised
        self.parts[at][2] = self.parts[at][0] is not None
        return True


def judge(case: Named, result) -> str | None:
    """What is wrong with the result, or nothing."""
    if case.repeated() is None:
        if result.status != 0:
            return "refused, but its names differ"
        header = result.out.decode().split("\n", 1)[0].split(",")
        return None if header == case.names() else f"names are {header}, not {case.names()}"
    if result.status == 0:
        return "names that repeat were taken"
    if result.out:
        return "refused, but something was written"
    return None if len(result.err.splitlines()[0]) < 300 else "a long message"


def check(r, count, folder):
    """One problem for each case that went wrong in any round."""
    (folder / "in.csv").write_text("a,b,c\n1,2,x\n3,4,y\n")
    problems = []
    cases = [Named(r) for _ in range(count)]
    for turn in range(ROUNDS):
        here = folder / f"round{turn}"
        here.mkdir()
        (here / "in.csv").write_text("a,b,c\n1,2,x\n3,4,y\n")
        commands = [case.command(here, number) for number, case in enumerate(cases)]
        left = []
        for case, result in zip(cases, run_all(commands, here)):
            problem = judge(case, result)
            if problem:
                problems.append(f"{problem}: {result}")
            elif case.repeated() is not None and case.kind != "header":
                advice = ADVICE.search(result.err)
                star = case.parts[case.repeated()][0] == "*"
                if not advice and not star and case.kind != "window":
                    problems.append(f"no advice: {result}")
                elif advice and case.take(advice.group(1)):
                    left.append(case)
        cases = left
        if not cases:
            break
    return problems + [f"advice does not end: {case.command(folder, 0)}" for case in cases]
