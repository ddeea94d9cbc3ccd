"""hosts.py --data DIR --tools DIR --rounds N: files spread on 4 hosts, beside GNU parallel and Dask.

The hosts are network namespaces of this machine (tests/hosts/lab, which needs root), with one worker
each; every host reads the fourth of each file that lies there. All start from what is warm: open
connections of ssh for pflow and GNU parallel, a scheduler and workers of Dask that have run the same
work before. GNU parallel runs mawk on the hosts, and what puts their results together is written by
hand. Prints a row of Markdown for each work and peer. Run by run.py in a process of its own.
"""
import argparse
import collections
import math
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
LAB = HERE.parent / "hosts" / "lab"
HOSTS = [1, 2, 3, 4]
SCHEDULER = "tcp://10.77.0.254:8786"
LIMIT = 0.5
SCALES = ["0.1", "1"]
MIB = 1 << 20

WORDS_OURS = r"""pscan -f lines FILES | pproject "string_to_table(line, ' ') as word" |
 pagg -k word 'count(*) as n' | psort -k n:desc,word -n 1000 -t csv"""
GROUP_OURS = """pscan -c l_returnflag,l_linestatus,l_quantity,l_extendedprice FILES |
 pagg -k l_returnflag,l_linestatus 'sum(l_quantity) as q, sum(l_extendedprice) as p, count(*) as n' |
 psort -k l_returnflag,l_linestatus -t csv"""
JOIN_OURS = """pscan -c l_orderkey,l_extendedprice FILES |
 pjoin -k l_orderkey=o_orderkey - <(pscan -c o_orderkey,o_orderpriority ORDERS) |
 pagg -k o_orderpriority 'sum(l_extendedprice) as p' | psort -k o_orderpriority -t csv"""

WORDS_MAWK = """mawk '{ for (i = 1; i <= NF; ++i) ++n[$i] } END { for (w in n) print n[w] "," w }'"""
WORDS_SUM = """mawk -F, '{ n[$2] += $1 } END { for (w in n) print w "," n[w] }' |
 LC_ALL=C sort -t, -k2,2nr -k1,1 | sed -n 1,1000p"""
GROUP_MAWK = """mawk -F, 'FNR > 1 { k = $9 "," $10; q[k] += $5; p[k] += $6; ++n[k] }
 END { for (k in n) printf "%s,%.2f,%.2f,%d\\n", k, q[k], p[k], n[k] }'"""
GROUP_SUM = """mawk -F, '{ k = $1 "," $2; q[k] += $3; p[k] += $4; n[k] += $5 }
 END { for (k in n) printf "%s,%.2f,%.2f,%d\\n", k, q[k], p[k], n[k] }' | LC_ALL=C sort"""
# All orders go to every host, where a part of lineitem is joined to them.
ORDERS_MAWK = """mawk -F, 'FNR > 1 { print $1 "," $6 }'"""
JOIN_MAWK = """mawk -F, 'FILENAME == "-" { o[$1] = $2; next }
 FNR > 1 { p[o[$1]] += $6 } END { for (k in p) printf "%s,%.2f\\n", k, p[k] }' -"""
JOIN_SUM = """mawk -F, '{ p[$1] += $2 } END { for (k in p) printf "%s,%.2f\\n", k, p[k] }' |
 LC_ALL=C sort"""


class Places:
    """Where things are."""

    def __init__(self, data: pathlib.Path, scale: str):
        self.folder = data / f"hosts-{scale}"

    def parts(self, table: str) -> list[str]:
        return [str(self.folder / f"{table}.{host}") for host in HOSTS]

    def operands(self, table: str) -> str:
        """The same as operands of pflow: each part is a file of its host."""
        return " ".join(f"h{host}:{part}" for host, part in zip(HOSTS, self.parts(table)))


def split(source, folder: pathlib.Path, table: str, has_header: bool, lines_at_once: int) -> None:
    """Deals the lines out to the hosts; each part has the header."""
    parts = [open(folder / f"{table}.{host}.part", "wb") for host in HOSTS]
    if has_header:
        header = next(source)
        for part in parts:
            part.write(header)
    for number, line in enumerate(source):
        parts[number // lines_at_once % len(parts)].write(line)
    for host, part in zip(HOSTS, parts):
        part.close()
        os.rename(part.name, folder / f"{table}.{host}")


def make_data(data: pathlib.Path, scale: str) -> None:
    folder = data / f"hosts-{scale}"
    if (folder / "done").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    tool = pathlib.Path(sys.executable).with_name("tpchgen-cli")
    for table in ("lineitem", "orders"):
        subprocess.run([tool, "csv", "-s", scale, "--tables", table, "--output-dir",
                        folder / "making"], check=True, stdout=subprocess.DEVNULL)
        with open(folder / "making" / f"{table}.csv", "rb") as file:
            split(file, folder, table, True, 1000)
        (folder / "making" / f"{table}.csv").unlink()
    words = data / "words.txt"
    if not words.exists():
        subprocess.run([sys.executable, HERE / "words.py", f"{words}.part"], check=True)
        os.rename(f"{words}.part", words)
    most = int(float(scale) * words.stat().st_size)
    with open(words, "rb") as file:
        split(iter(file.readlines(most)), folder, "words", False, 1000)
    (folder / "done").touch()


# ---- The sides: each gives the answer of a work as lines without a header ----

class Ours:
    def __init__(self, ssh: str):
        self.words = ["pflow", "-q", "--ssh", ssh, "--hosts",
                      ",".join(f"h{host}*1" for host in HOSTS)]

    def answer(self, work: str, places: Places) -> list[str]:
        text = {"word count": WORDS_OURS, "group-by": GROUP_OURS, "join": JOIN_OURS}[work]
        table = "words" if work == "word count" else "lineitem"
        text = text.replace("FILES", places.operands(table))
        text = text.replace("ORDERS", places.operands("orders"))
        done = subprocess.run([*self.words, text], check=True, capture_output=True, text=True)
        return done.stdout.splitlines()[1:]


class Parallel:
    def __init__(self, ssh: str):
        self.ssh = ssh

    def on_hosts(self, command: str, given: str = "") -> str:
        """A command of the shell that runs `command`, with {} for a host's number, on each host, with
        the file `given` as its input."""
        words = f"{self.ssh} h{{}} {shlex.quote(command)}" + (f" <{given}" if given else "")
        return f"parallel --will-cite -j4 {shlex.quote(words)} ::: {' '.join(map(str, HOSTS))}"

    def answer(self, work: str, places: Places) -> list[str]:
        words, items, orders = (str(places.folder / table) + ".{}"
                                for table in ("words", "lineitem", "orders"))
        if work == "word count":
            text = self.on_hosts(f"{WORDS_MAWK} {words}") + " | " + WORDS_SUM
        elif work == "group-by":
            text = self.on_hosts(f"{GROUP_MAWK} {items}") + " | " + GROUP_SUM
        else:
            all_orders = str(places.folder / "all-orders")
            text = (self.on_hosts(f"{ORDERS_MAWK} {orders}") + f" >{all_orders} && " +
                    self.on_hosts(f"{JOIN_MAWK} {items}", all_orders) + " | " + JOIN_SUM)
        done = subprocess.run(["bash", "-c", "set -o pipefail; " + text], check=True,
                              capture_output=True, text=True)
        return done.stdout.splitlines()


# A frame's explode() and value_counts() take three times as long, a bag's frequencies() five times.
def count_words(lines) -> list[collections.Counter]:
    counts: collections.Counter = collections.Counter()
    for line in lines:
        counts.update(line.split())
    return [counts]


def add_counts(one: collections.Counter, other: collections.Counter) -> collections.Counter:
    return one + other


class Dask:
    def __init__(self, python: str):
        import dask
        import distributed
        dask.config.set({"distributed.worker.memory.terminate": False})
        self.processes = [subprocess.Popen(
            [python, "-m", "distributed.cli.dask_scheduler", "--host", "10.77.0.254", "--port", "8786",
             "--no-dashboard"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)]
        for host in HOSTS:
            self.processes.append(subprocess.Popen(
                ["ip", "netns", "exec", f"h{host}", python, "-m", "distributed.cli.dask_worker",
                 SCHEDULER, "--nthreads", "1", "--no-dashboard", "--name", f"h{host}",
                 "--memory-limit", "8GiB"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        self.client = distributed.Client(SCHEDULER, timeout=60)
        self.client.wait_for_workers(len(HOSTS), timeout=60)

    def answer(self, work: str, places: Places) -> list[str]:
        import dask.bag as bag
        import dask.dataframe as dd
        if work == "word count":
            counts = bag.read_text(places.parts("words")).map_partitions(count_words).fold(
                add_counts).compute()
            rows = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:1000]
            return [f"{word},{count}" for word, count in rows]
        if work == "group-by":
            names = ["l_returnflag", "l_linestatus", "l_quantity", "l_extendedprice"]
            table = dd.read_csv(places.parts("lineitem"), usecols=names)
            groups = table.groupby(names[:2])
            found = groups.agg({"l_quantity": "sum", "l_extendedprice": ["sum", "count"]}).compute()
            return [",".join(map(str, [*keys, *row])) for keys, row in
                    zip(found.index, found.itertuples(index=False, name=None))]
        items = dd.read_csv(places.parts("lineitem"), usecols=["l_orderkey", "l_extendedprice"])
        orders = dd.read_csv(places.parts("orders"), usecols=["o_orderkey", "o_orderpriority"])
        joined = items.merge(orders, left_on="l_orderkey", right_on="o_orderkey")
        sums = joined.groupby("o_orderpriority").l_extendedprice.sum().compute()
        return [f"{key},{value}" for key, value in sums.items()]

    def close(self) -> None:
        self.client.close()
        for process in self.processes:
            process.kill()


# ---- Measuring ----

def same_value(ours: str, theirs: str) -> bool:
    try:
        return ours == theirs or math.isclose(float(ours), float(theirs), rel_tol=1e-9)
    except ValueError:
        return False


def difference(ours: list[str], theirs: list[str]) -> str:
    if len(ours) != len(theirs):
        return f"{len(ours)} rows, not {len(theirs)}"
    for a, b in zip(sorted(ours), sorted(theirs)):
        one, other = a.split(","), b.split(",")
        if len(one) != len(other) or not all(map(same_value, one, other)):
            return f"{a} is not {b}"
    return ""


def measure(sides: dict, work: str, scale: str, data: pathlib.Path, rounds: int) -> int:
    """Returns how many rows are short of their target."""
    places = Places(data, scale)
    answers = {name: side.answer(work, places) for name, side in sides.items()}
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            start = time.perf_counter()
            side.answer(work, places)
            seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    fastest = min((name for name in sides if name != "ours"), key=medians.get)
    short = 0
    for name in sides:
        if name == "ours":
            continue
        title = f"hosts: {work}, SF {scale}, 4 hosts"
        if differs := difference(answers["ours"], answers[name]):
            print(f"| {title} | the answers differ from {name}: {differs} |", flush=True)
            short += 1
            continue
        ratio = medians["ours"] / medians[name]
        limit = LIMIT if name == fastest else math.inf
        short += ratio > limit
        print(f"| {title} | {medians['ours']:.2f} | | {name} | {medians[name]:.2f} | | {ratio:.2f} "
              f"| {LIMIT if name == fastest else ''} | {'short' if ratio > limit else 'ok'} |",
              flush=True)
    return short


def run_in_lab(options: argparse.Namespace) -> int:
    folder = pathlib.Path(os.environ["LAB"])
    ssh = f"{os.environ['LAB_SSH']} -o ControlPath={folder}/warm-%C"
    for host in HOSTS:
        subprocess.run([*shlex.split(ssh), "-o", "ControlMaster=yes", "-N", "-f", f"h{host}"],
                       check=True)
    dask = Dask(sys.executable)
    sides = {"ours": Ours(ssh), "parallel mawk": Parallel(ssh), "dask": dask}
    short = 0
    try:
        for scale in options.scale.split(","):
            for work in ("word count", "group-by", "join"):
                short += measure(sides, work, scale, options.data, options.rounds)
    finally:
        dask.close()
    return short


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--tools", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", default=",".join(SCALES))
    parser.add_argument("--in-lab", action="store_true")
    options = parser.parse_args()
    options.data = options.data.resolve()
    if options.in_lab:
        return run_in_lab(options)
    if os.geteuid() != 0:
        print("hosts: not measured; network namespaces need root", file=sys.stderr)
        return 0
    for scale in options.scale.split(","):
        make_data(options.data, scale)
    tools = str(options.tools.resolve())
    environment = {**os.environ, "PENSTOCK_BIN": tools, "PATH": f"{tools}:{os.environ['PATH']}"}
    return subprocess.run([LAB, str(len(HOSTS)), sys.executable, "-B", __file__, *sys.argv[1:],
                           "--in-lab"], check=False, env=environment).returncode


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(min(status, 125))
