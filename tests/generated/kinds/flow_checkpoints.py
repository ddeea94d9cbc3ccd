"""The random flows of flow_texts, run over files: what the shell gives, pflow --checkpoint gives.

Output, status and the note on what was left out are the same; where no order is kept (flow_texts
says where), the lines are. In some of the batches a run is killed first, wherever it is then, and
goes on by --resume.
"""
from kinds.flow_texts import Flow, compare, make_files
from shell import run_all

BATCH = 50


def check(r, count: int, folder) -> list[str]:
    make_files(r, folder)
    flows = [Flow(r) for _ in range(count)]
    commands = []
    for number, flow in enumerate(flows):
        (folder / f"{number}.flow").write_text(flow.text + "\n", encoding="utf-8")
        tasks = r.choice([1, 2, 3, 3, 7])
        waived = " --unordered" if flow.waived else ""
        # All of these are so small that nothing is over files then.
        auto = " --checkpoint=auto" if r.random() < 0.2 else ""
        run = (f"pflow -n 2 --tasks={tasks}{waived}{auto} --checkpoint={number}.run -f {number}.flow")
        if r.random() < 0.3:
            # Before the run has a record there is nothing to go on with, nor when all is written.
            killed = f"timeout -s KILL 0.0{r.randrange(2, 10)} {run} >/dev/null 2>&1"
            resumed = f"pflow -n 3 --resume={number}.run -f {number}.flow"
            run = (f"{killed}; s=$?; if [ $s = 137 ] && [ -e {number}.run/flow.json ] && "
                   f"! grep -q statement {number}.run/commits; "
                   f"then {resumed}; else rm -rf {number}.run; {run}; fi")
        commands += [flow.text, run]
    results = run_all(commands, folder)
    problems = []
    for flow, shell, own in zip(flows, results[::2], results[1::2]):
        if shell.status != 0 and not flow.refuses:
            problems.append(f"the shell refuses what should run: {shell}")
        what = compare(flow, shell, own, flow.ordered)
        if what:
            problems.append(f"another {what}: {flow.text}\n  wanted {shell}\n  {own}")
    return problems
