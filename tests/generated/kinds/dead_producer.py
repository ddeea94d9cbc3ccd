"""A pipe whose first command fails leaves nothing that looks like a table.

Producers that fail before their first row, or write nothing, feed chains of every tool that end in
every text format. The output must be without a byte whenever the last tool fails; where zero bytes
are read as no rows (names are given, or lines), it must be exactly the empty table, with one note
that says so; and the error for a pipe without a byte must not advise about headers. The same chains
over an input that is empty or has no rows, from a file, give the empty table and no note.
"""
from shell import run_all

BATCH = 100

# Producers that fail or end before a byte of rows, with what they need.
SILENT = ["false", "true", "sh -c 'exit 3'", "pscan missing.csv -t csv", "pscan wide.csv -t csv",
          "pscan -f csv --types a=int late.csv -t csv", "pfilter '1 / (a - 1) > 0' t.csv -t csv",
          "pproject '1 / (a - a) as z, a' t.csv -t tsv", "pagg 'sum(a)' missing.csv -t ndjson",
          "psort -k zz t.csv -t csv", "pjoin -k a t.csv missing.csv -t markdown", "cat missing.csv",
          "pmerge -k a t.csv wide.csv -t csv", "phead wide.csv -t lines", "pprint wide.csv -t csv"]
# Those of a stream: it has a schema but no end.
CUT = ["pscan wide.csv", "pfilter '1 / (a - 1) > 0' t.csv", "pproject '1 / (a - a) as z, a' t.csv",
       "pscan --types a=int late.csv"]
FORMATS = {"csv": "a\n", "tsv": "a\n", "markdown": "| a |\n| KIND |\n", "ndjson": "", "lines": ""}
# A tool in the middle or at the end: what it needs, and its columns of a table of one column.
CONSUMERS = {"pscan": "a", "pfilter 'a is not null'": "a", "pproject a": "a", "psort -k a": "a",
             "phead -n 9": "a", "pmerge -": "a", "pprint": "a", "pexchange": "a",
             "pjoin --type anti -k a - t1.csv": "a", "pagg -k a": "a", "pmerge -k a -": "a"}
NOTE = "nothing came in from the stage before, which is read as no rows"
ERROR = "standard input: nothing came in from the stage before; has it failed?"


def chain(r, first_options: str, output: str) -> tuple[str, str]:
    """Some tools after one another, the first with options for its input; and the first's name."""
    tools = [r.choice(sorted(CONSUMERS)) for _ in range(r.randint(1, 3))]
    if tools[0].startswith("pjoin"):  # what says how to read text holds for both its inputs
        tools[0] = "pprint"
    tools = [tool + " 'count(*) as n'" if tool == "pagg -k a" else tool for tool in tools]
    if any(tool.startswith("pagg") for tool in tools):
        tools = [tool for tool in tools if tool.startswith("pagg")][:1]
        tools[0] = "pagg -k a 'min(a) as m' | pproject a"
    name = tools[0].split()[0]
    words = tools[0].split(" ", 1)
    tools[0] = " ".join([words[0], first_options, *words[1:]])
    return " | ".join(tools) + " " + output, name


def make(r, number):
    """A command and a function of (status, out, err) that says what is wrong."""
    form = r.choice(sorted(FORMATS))
    output = f"-t {form}"
    empty = FORMATS[form].replace("KIND", "---").encode()
    what = r.random()
    if what < 0.25:  # no names: an error without a byte
        options = r.choice(["", "-f csv", "-f tsv", "-f ndjson", "--on-error skip"])
        text, name = chain(r, options, output)

        def judge(result):
            ours = [line for line in result.err.splitlines() if line.startswith(f"{name}: standard input")]
            if result.status == 0 or result.out:
                return "an output or status 0 after a failed producer"
            if f"{name}: {ERROR}" not in ours:
                return "no word on the pipe"
            return "advice on headers" if "header" in " ".join(ours) else ""
        return f"{r.choice(SILENT)} | {text}", judge
    if what < 0.5:  # names are given: no rows, one note
        options = r.choice(["--no-header --names a", "-f tsv --no-header --names a", "--schema s.txt",
                            "-f ndjson --schema s.txt", "--no-header --names a --types a=text"])
        kind_text, name = chain(r, options, output)

        def judge(result):
            said = result.err.count(NOTE)
            if said != 1 or f"{name}: standard input: {NOTE}" not in result.err:
                return f"{said} notes"
            return "" if result.status == 0 and result.out == empty else f"wanted {empty!r}"
        return f"{r.choice(SILENT)} 2>/dev/null | {kind_text}", judge
    if what < 0.75:  # a stream without its end
        text, _ = chain(r, "", output)

        def judge(result):
            return "an output or status 0 after a cut stream" if result.status == 0 or result.out else ""
        return f"{r.choice(CUT)} | {text}", judge
    # Files: no note, the empty table.
    options, source = r.choice([("--no-header --names a", "empty.csv"), ("--schema s.txt", "empty.csv"),
                                ("--types a=text", "header.csv"), ("--types a=text", "header.csv")])
    text, _ = chain(r, options, output)
    feed = f"cat {source} |" if source == "header.csv" and r.random() < 0.5 else f"<{source}"
    command = f"{feed} {text}" if feed.startswith("<") else f"{feed} {text}"

    def judge(result):
        if result.err or result.status:
            return "a note or an error about an empty file"
        return "" if result.out == empty else f"wanted {empty!r}"
    return command, judge


def check(r, count, folder):
    (folder / "t.csv").write_text("a,b\n1,2\n3,4\n")
    (folder / "t1.csv").write_text("a\nx\ny\n")
    (folder / "wide.csv").write_text("a,b\n1,2,3\n")
    (folder / "late.csv").write_text("a\nx\n")
    (folder / "empty.csv").write_text("")
    (folder / "header.csv").write_text("a\n")
    (folder / "s.txt").write_text("a text\n")
    cases = [make(r, number) for number in range(count)]
    problems = []
    for result, (_, judge) in zip(run_all([command for command, _ in cases], folder), cases):
        fault = judge(result)
        if fault:
            problems.append(f"{fault}\n{result}")
    return problems
