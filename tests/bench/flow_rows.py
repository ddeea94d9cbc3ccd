"""Rows of the bench for pflow: the same pipeline on two workers, on one, in a plain shell, as peers."""
import peers
from rows import ONE_CORE, SEVEN, Row, programs

Q6 = """pscan -c l_extendedprice,l_discount -w "l_shipdate >= '1994-01-01' and
 l_shipdate < '1995-01-01' and l_discount between 0.05 and 0.07 and l_quantity < 24" FILE |
 pagg 'sum(l_extendedprice * l_discount)' -t csv"""
Q1 = f"""pscan -c {SEVEN.replace(",l_shipdate", "")} -w "l_shipdate <= '1998-09-02'" FILE |
 pagg -k l_returnflag,l_linestatus 'sum(l_quantity) as q, sum(l_extendedprice) as p,
 sum(l_extendedprice * (1 - l_discount)) as d,
 sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) as c,
 avg(l_quantity) as aq, avg(l_extendedprice) as ap, avg(l_discount) as ad, count(*)' |
 psort -k l_returnflag,l_linestatus -t csv"""
JOIN = """pscan -c l_orderkey,l_extendedprice FILE |
 pjoin -k l_orderkey=o_orderkey - <(pscan -c o_orderkey,o_orderpriority ORDERS) |
 pagg -k o_orderpriority 'sum(l_extendedprice)' | psort -k o_orderpriority -t csv"""
# Like Q9: a join, arithmetic on both sides' columns, a group-by of the joined rows.
JOIN_HEAVY = """pscan -c l_orderkey,l_extendedprice,l_discount FILE |
 pjoin -k l_orderkey=o_orderkey - <(pscan -c o_orderkey,o_orderdate ORDERS) |
 pproject 'extract(year from o_orderdate) as o_year, l_extendedprice * (1 - l_discount) as amount' |
 pagg -k o_year 'sum(amount)' | psort -k o_year -t csv"""

# Processes of the flow of 3 fragments on 4 workers below: 4 scans and 4 senders, twice 4 receivers,
# 4 filters and (once) 4 senders, and what gathers.
EMPTY = ("pscan FILE | pexchange --hash -k k | pfilter \"v <> 'a'\" | "
         "pexchange --hash -k v | pfilter \"v <> 'b'\" -t csv")
PROCESSES = 29


def pflow(workers: int, text: str) -> list[str]:
    """The log has the peaks of all its processes (measure.run)."""
    return ["pflow", "--log", "LOG", "-n", str(workers), text]


def headless(command: list[str], text: str) -> list[list[str]]:
    """A peer that prints what ours prints, but for the header, which peers do not give."""
    return [[*command, text], ["tail", "-n", "+2"]]


def speed_up(name: str, text: str, others: dict[str, str]) -> Row:
    """-n 2 on two cores, beside a plain shell there, and -n 1 and the shell on one core."""
    return Row(f"pflow -n 2, {name}", [pflow(2, text)],
               {"-n 1, one core": headless(ONE_CORE + ["pflow", "-n", "1"], text),
                "sh": headless(["bash", "-c"], text), **programs(others)},
               {"-n 1, one core": 1 / 1.75, "sh": 1.0, **{peer: 0.5 for peer in others}})


def one_worker(name: str, text: str) -> Row:
    return Row(f"pflow -n 1, {name}, one core", [ONE_CORE + pflow(1, text)],
               {"sh, one core": headless(ONE_CORE + ["bash", "-c"], text)},
               {"sh, one core": 1.05})


ROWS = [
    speed_up("scan-heavy (Q6)", Q6, peers.Q6),
    speed_up("aggregate-heavy (Q1)", Q1, peers.Q1),
    speed_up("lineitem, orders", JOIN, peers.JOIN),
    speed_up("join-heavy (like Q9)", JOIN_HEAVY, {}),
    one_worker("Q6", Q6),
    one_worker("Q1", Q1),
    one_worker("lineitem, orders", JOIN),
    Row("pflow, 3 fragments of 4 workers, no rows", [pflow(4, EMPTY)],
        {"sh": [["sh", "-c", f"for i in $(seq {PROCESSES}); do pscan FILE -t csv & done; wait"]]},
        {"sh": 4.0}, file="empty.csv", compare=False),
]
