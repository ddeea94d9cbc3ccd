"""Inputs of every form under pflow: the bytes that the shell gives.

Standard input as an operand, /dev/stdin and links to it, several sorted files read together (in
order, overlapping, the same one twice) before aggregations, joins and windows, rows without
columns, joins with their keys in -k or in --on and conditions on either side, and a TMPDIR that is
relative, long, or holds a comma. Each flow runs in bash and under pflow -n 1, 2 or 3.
"""
from shell import run_all

BATCH = 30
TEMPORARY = ["temporary", "with,comma", "long-" + "x" * 120, "$PWD/with,comma"]


def make_files(r, folder) -> None:
    """days/N.csv, sorted by day; their days follow each other or overlap."""
    (folder / "days").mkdir()
    day = 0
    for number in range(3):
        lines = []
        begin = day if r.random() < 0.5 else 0
        for row in range(r.choice([0, 1, 30])):
            day = begin + row // 3
            lines.append(f"{day},{r.randrange(5)},v{row}")
        (folder / "days" / f"{number}.csv").write_text(
            "day,k,v\n" + "\n".join(lines) + ("\n" if lines else ""), encoding="utf-8")
    (folder / "right.csv").write_text(
        "name,size,k\n" + "".join(f"{n % 7},{n * 10},{n % 4}\n" for n in range(12)),
        encoding="utf-8")
    (folder / "none.ndjson").write_text("{}\n" * r.choice([1, 3, 100]), encoding="utf-8")
    for name in TEMPORARY[:3]:
        (folder / name).mkdir()


def behind(r, columns: str) -> str:
    """A stage over rows with these columns, and one that sorts where groups lose their order."""
    key = r.choice(columns.split(","))
    return r.choice([f"pagg -k {key} 'count(*) as n, min_by(day, k)'",
                     f"pagg -k {key},v 'count(*) as n'",
                     f"pagg --window -k {key} 'count(*) as n' | psort -k day,k,v",
                     f"psort -k {key} -n 5",
                     "pagg 'count(*), min(day), max(v)'",
                     "pfilter 'k <> 2' | phead -n 9"])


def flow(r) -> tuple[str, str]:
    """A flow and what its standard input is."""
    files = " ".join(f"days/{r.randrange(3)}.{{}}" for _ in range(r.choice([2, 2, 3])))
    files = files.replace("{}", r.choice(["arrow", "arrows", "arrow"]))
    one = f"days/{r.randrange(3)}.csv"
    types = "--types day=int64,k=int64,v=text"
    kind = r.choice(["inner", "left", "semi", "anti", "full", "right"])
    on = r.choice(["l.day = r.name", "l.day = r.name and r.size > 40", "r.size > 40 and l.k < 3",
                   "l.day < r.name and r.size < 60", "day = name and l.k <> r.k"])
    right = "<(pproject 'name, size' right.csv)" if "r.k" not in on else \
        "<(pproject 'name, size, k' right.csv)"
    if "r.k" in on:
        kind = r.choice(["semi", "anti"])
    text = r.choice([
        f"pscan {files} | {behind(r, 'day,k')}",
        f"pscan {files} | {behind(r, 'day,k')}",
        f"pscan {files} | pjoin -k day - {files.split(' ', maxsplit=1)[0]} --type semi",
        f"pscan {files} | pjoin --type {kind} -k day=name - <(pproject 'name, size' right.csv"
        " | psort -k name)",
        f"pscan {types} {one} | pjoin --type {kind} --on '{on}' - {right} | psort -k "
        + ("day,k,v" if kind in ("semi", "anti") else "day,v,name,size"),
        f"pscan {types} {one} | pjoin --type {kind} --on '{on}' - {right} | pagg 'count(*)'",
        f"pagg {types} -k k 'count(*) as n' {r.choice(['-', '/dev/stdin', 'link'])}",
        f"pscan {types} {r.choice(['-', '/dev/stdin', 'link'])} | {behind(r, 'day,k')}",
        f"pjoin {types},name=int64 --type semi -k day=name {r.choice(['-', 'link'])} right.csv",
        f"pjoin --type {r.choice(['semi', 'left'])} -k name=day right.arrow - {types}"
        " | pagg 'count(*)'",
        "pscan none.ndjson | pagg 'count(*) as n'",
        "pagg 'count(*) as n' none.arrow",
        "pscan none.ndjson none.ndjson | pfilter '1 = 1' | pagg 'count(*) as n'",
        f"pscan {types} {one} | pjoin --type cross - none.arrow | pagg -k k 'count(*) as n'",
        f"pscan {types} {one} | pexchange --hash -k day | pjoin --type {kind} -k day=name - "
        "<(pproject 'name, size' right.csv | pexchange --hash -k name) | pagg 'count(*)'",
    ])
    return text + " -t ndjson", one


def check(r, count: int, folder) -> list[str]:
    make_files(r, folder)
    commands = [f"psort --types day=int64,k=int64,v=text -k day days/{n}.csv -o days/{n}.{suffix}"
                for n in range(3) for suffix in ("arrow", "arrows")]
    commands += ["pscan none.ndjson -o none.arrow", "pproject 'name, size' right.csv -o right.arrow",
                 "ln -s /dev/stdin link"]
    made = len(commands)
    for number in range(count):
        text, standard_input = flow(r)
        (folder / f"{number}.flow").write_text(text + "\n", encoding="utf-8")
        commands += [f"bash {number}.flow < {standard_input}",
                     f"TMPDIR={r.choice(TEMPORARY)} pflow -q -n {r.choice([1, 2, 3])} "
                     f"-f {number}.flow < {standard_input}"]
    results = run_all(commands, folder)
    problems = [str(result) for result in results[:made] if result.status != 0]
    for number, (shell, parallel) in enumerate(zip(results[made::2], results[made + 1::2])):
        if shell.status != parallel.status or shell.out != parallel.out:
            text = (folder / f"{number}.flow").read_text(encoding="utf-8")
            problems.append(f"{text}  {shell}\n  {parallel}")
    left = [path for name in TEMPORARY[:3] for path in (folder / name).iterdir()]
    return problems + [f"{path} was left" for path in left]
