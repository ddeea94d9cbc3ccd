"""A case: one pipeline of our tools and the SQL that must give the same rows."""
import dataclasses
import random
import shlex

from expressions import Expr, Generator, same
from tables import Table

# Aggregates that are one call of the same name there, of numbers.
NUMERIC_CALLS = ["stddev", "variance", "stddev_pop", "var_pop", "median"]
# These need all values of a group at once and have no partial form.
HOLISTIC_CALLS = ["count_distinct", "sum_distinct", "avg_distinct", "string_agg", "texts_distinct",
                  "median", "percentile_cont", "percentile_disc", "cardinality"]
CALLS = ["count(*)", "count", "sum", "avg", "min", "max", "bool_and", "bool_or", "min_by",
         "max_by", *NUMERIC_CALLS[:-1], *HOLISTIC_CALLS]
EXPRESSION_KINDS = ["int", "float", "text", "date", "bool", "decimal"]


@dataclasses.dataclass
class Case:
    stages: list[str]               # each is one stage of a pipeline
    sql: str
    columns: list[tuple[str, str]]  # name, kind
    ordered_by: list[str] = dataclasses.field(default_factory=list)  # the rows come in this order
    before: list[str] = dataclasses.field(default_factory=list)      # commands to run first

    @property
    def pipeline(self) -> str:
        return " | ".join(self.stages)

    def through(self, stage: str, sql: str, columns=None) -> None:
        """Appends a stage; `sql` has {} for what was there."""
        self.stages.append(stage)
        self.sql = sql.format("(" + self.sql + ")")
        if columns is not None:
            self.columns = columns


def braces(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


class Builder:
    """Makes the cases of one world: two tables, `l` and `r`, in each of their formats."""

    def __init__(self, r: random.Random, left: Table, right: Table):
        self.r = r
        self.tables = {"l": left, "r": right}

    def scan(self, name: str, selective: bool = True) -> Case:
        table = self.tables[name]
        columns = [(column.name, column.kind) for column in table.columns]
        words = ["pscan", "--types", shlex.quote(table.types)]
        sql = f"select * from {name}"
        if selective and self.r.random() < 0.3:
            condition = Generator(self.r, columns).make("bool", 2)
            words += ["-w", shlex.quote(condition.ours)]
            sql += f" where {condition.theirs}"
        if selective and self.r.random() < 0.3:
            columns = self.r.sample(columns, self.r.randint(1, len(columns)))
            names = ",".join(column for column, _ in columns)
            words += ["-c", names]
            sql = f"select {names} from ({sql})"
        suffix = "csv" if self.r.random() < 0.8 or table.rows == 0 else "ndjson"
        return Case([" ".join(words + [f"{name}.{suffix}"])], sql, columns)

    def filter(self, case: Case) -> None:
        condition = Generator(self.r, case.columns).make("bool", 3)
        case.through(f"pfilter {shlex.quote(condition.ours)}",
                     "select * from {} where " + braces(condition.theirs))

    def project(self, case: Case) -> None:
        generator = Generator(self.r, case.columns)
        items: list[Expr] = []
        columns = []
        for name, kind in self.r.sample(case.columns, self.r.randint(0, min(4, len(case.columns)))):
            items.append(Expr(name, name))
            columns.append((name, kind))
        for number in range(self.r.randint(1, 3)):
            kind = self.r.choice(EXPRESSION_KINDS)
            expression = generator.make(kind, 3)
            name = f"e{number}_{len(case.stages)}"
            items.append(Expr(f"{expression.ours} as {name}", f"{expression.theirs} as {name}"))
            columns.append((name, kind))
        case.through("pproject " + shlex.quote(", ".join(item.ours for item in items)),
                     "select " + braces(", ".join(item.theirs for item in items)) + " from {}",
                     columns)

    def join(self, case: Case) -> None:
        left_names = {name for name, _ in case.columns}
        keys = [(a, b) for a, b in [("k", "k"), ("w", "v"), ("i", "n"), ("k", "n"), ("d", "h")]
                if a in left_names]
        keys = self.r.sample(keys, min(len(keys), self.r.choice([0, 1, 1, 1, 1, 2])))
        if len({b for _, b in keys}) < len(keys):
            keys = keys[:1]
        conditions = self.join_conditions(left_names) if not keys or self.r.random() < 0.4 else []
        if not keys and not conditions:
            return
        type_ = self.r.choice(["inner", "left", "right", "full", "semi", "anti"])
        gives_right = type_ not in ("semi", "anti")
        right = [(column.name, column.kind) for column in self.tables["r"].columns
                 if not (column.name, column.name) in keys]
        if gives_right and left_names & {name for name, _ in right}:
            return
        of_right = []  # conditions on the right side alone
        if self.r.random() < 0.3:
            of_right = [(self.r.choice([name for name, kind in right if kind == "int"] or ["n"]),
                         self.r.choice(["< 3", ">= 2", "is null", "<> 0"]))]
        on = " and ".join([f"a.{a} = b.{b}" for a, b in keys]
                          + [f"a.{left} {sign} b.{name}" for left, sign, name in conditions]
                          + [f"b.{name} {test}" for name, test in of_right])
        if gives_right:
            # A key of one name comes out once, with the value of the side that has a row.
            names = [f"coalesce(a.{name}, b.{name}) as {name}" if (name, name) in keys
                     else f"a.{name}" for name, _ in case.columns]
            names += [f"b.{name}" for name, _ in right]
            sql = f"select {', '.join(names)} from {{}} a {type_} join r b on {on}"
            columns = case.columns + right
        else:
            word = "exists" if type_ == "semi" else "not exists"
            sql = f"select * from {{}} a where {word} (select 1 from r b where {on})"
            columns = case.columns
        case.before.append(f"pscan --types {shlex.quote(self.tables['r'].types)} r.csv -o r.arrows")
        options = [f"--type {type_}"]
        if keys:
            options.append("-k " + ",".join(a if a == b else f"{a}={b}" for a, b in keys))
            if self.r.random() < 0.3:
                options.append("--algorithm " + self.r.choice(["symmetric", "hash"]))
        if conditions or of_right:
            asked = " and ".join([f"l.{left} {sign} r.{name}" for left, sign, name in conditions]
                                 + [f"r.{name} {test}" for name, test in of_right])
            options.append(f"--on {shlex.quote(asked)}")
        if self.r.random() < 0.3:
            options.append("-S 64K")
        sorted_keys = ""
        if keys and self.r.random() < 0.3:  # both inputs tell that they are sorted: a merge join
            nulls = self.r.choice(["", ":nulls-first", ":desc", ":desc:nulls-first"])
            sorted_keys = ",".join(a + nulls for a, _ in keys)
            order = ",".join(b + nulls for _, b in keys)
            case.before.append(f"psort -k {order} r.arrows -o sorted.arrows")
            case.stages.append(f"psort -k {sorted_keys}")
        operand = "sorted.arrows" if sorted_keys else "r.arrows"
        if not sorted_keys and self.r.random() < 0.3:
            operand = f"--types {shlex.quote(self.tables['r'].types)} r.csv"
        case.through(f"pjoin {' '.join(options)} {operand}", sql, columns)

    def join_conditions(self, left_names: set[str]) -> list[tuple[str, str, str]]:
        """Left column, operator and right column."""
        pairs = [(a, b) for a, b in [("k", "n"), ("i", "k"), ("x", "q"), ("d", "h"), ("w", "v"),
                                     ("s", "t")] if a in left_names]
        return [(a, self.r.choice(["<", "<=", ">", ">=", "<>", "="]), b)
                for a, b in self.r.sample(pairs, min(len(pairs), self.r.choice([1, 1, 2])))]

    def aggregate(self, case: Case) -> None:
        generator = Generator(self.r, case.columns)
        possible = [name for name, kind in case.columns if kind != "edgefloat"]
        keys = self.r.sample(possible, min(len(possible), self.r.choice([0, 1, 1, 2, 3])))
        kinds = dict(case.columns)
        items, columns = [], [(key, kinds[key]) for key in keys]
        choices = [self.r.choice(CALLS) for _ in range(self.r.randint(1, 4))]
        for number, choice in enumerate(choices):
            call, kind = self.aggregate_call(generator, choice)
            items.append(Expr(f"{call.ours} as a{number}", f"{call.theirs} as a{number}"))
            columns.append((f"a{number}", kind))
        listed = ", ".join(keys)
        sql = ("select " + braces(", ".join(keys + [item.theirs for item in items])) + " from {}"
               + (f" group by {listed}" if keys else ""))
        option = f"-k {','.join(keys)} " if keys else ""
        words = option + shlex.quote(", ".join(item.ours for item in items))
        ways = ["pagg " + words]
        if not set(choices) & set(HOLISTIC_CALLS):
            ways += [f"pagg --partial {words} | pagg --final {words}",
                     f"pagg --partial {words} | pagg --partial --final {words} | pagg --final {words}"]
        if keys:
            ways.append(f"psort -k {','.join(self.r.sample(keys, len(keys)))}:desc | pagg {words}")
            ways.append(f"psort -k {','.join(keys)} | pagg --sorted {words}")
        case.through(self.r.choice([ways[0], *ways]), sql, columns)

    def window(self, case: Case) -> None:
        """Rows with what is true of their group."""
        generator = Generator(self.r, case.columns)
        possible = [name for name, kind in case.columns if kind != "edgefloat"]
        keys = self.r.sample(possible, min(len(possible), self.r.choice([0, 1, 1, 2])))
        calls = [call for call in CALLS if call not in HOLISTIC_CALLS]
        call, kind = self.aggregate_call(generator, self.r.choice(calls))
        name = f"w{len(case.stages)}"
        over = f"over (partition by {', '.join(keys)})" if keys else "over ()"
        options = (f"-k {','.join(keys)} " if keys else "") + self.r.choice(["", "", "-S 64K "])
        case.through(f"pagg --window {options}{shlex.quote(f'{call.ours} as {name}')}",
                     f"select *, {braces(call.theirs)} {over} as {name} from {{}}",
                     case.columns + [(name, kind)])

    def aggregate_call(self, generator: Generator, choice: str) -> tuple[Expr, str]:
        kind = self.r.choice(["int", "float", "decimal"])
        if choice in ("min", "max", "count", "count_distinct", "cardinality", "percentile_disc"):
            kind = self.r.choice(["int", "float", "text", "date", "decimal"])
        elif choice in NUMERIC_CALLS or choice == "percentile_cont":
            kind = self.r.choice(["int", "float"])
        elif choice.endswith("_distinct"):
            kind = "int"
        result = "inexact"
        if choice == "count(*)":
            call, result = Expr("count(*)", "count(*)"), "bigint"
        elif choice in ("count", "count_distinct", "sum_distinct", "avg_distinct"):
            a = generator.make(kind, 1)
            function, _, word = choice.partition("_")
            call = Expr(f"{function}({word} {a.ours})", f"{function}({word} {a.theirs})")
            result = "inexact" if function == "avg" else "bigint"
        elif choice == "cardinality":
            a = generator.make(kind, 1)
            call = Expr(f"array_agg({a.ours} order by {a.ours})", f"list({a.theirs})")
        elif choice in ("min_by", "max_by"):
            # Of equal ones both may take any: the value is the same for them here.
            a = generator.make("int", 1)
            call = Expr(f"{choice}(({a.ours})::text, {a.ours})",
                        f"{choice}(({a.theirs})::text, {a.theirs})")
            result = "text"
        elif choice in ("bool_and", "bool_or"):
            a = generator.make("bool", 2)
            call, result = Expr(f"{choice}({a.ours})", f"{choice}({a.theirs})"), "bool"
        elif choice in ("string_agg", "texts_distinct"):
            a = generator.column("text") or same("null::text")
            word = "distinct " if choice == "texts_distinct" else ""
            call = Expr(f"string_agg({word}{a.ours} || '', ';' order by {a.ours} || '')",
                        f"string_agg({word}{a.theirs} || '', ';' order by {a.theirs} || '')")
            result = "text"
        elif choice in ("percentile_cont", "percentile_disc"):
            a = generator.make(kind, 1)
            call = Expr(f"{choice}(0.25) within group (order by {a.ours})",
                        f"{choice.replace('percentile', 'quantile')}({a.theirs}, 0.25)")
            if choice == "percentile_disc":
                result = {"int": "bigint", "float": "edgefloat"}.get(kind, kind)
        else:
            a = generator.make(kind, 1)
            call = Expr(f"{choice}({a.ours})", f"{choice}({a.theirs})")
            if choice in ("sum", "min", "max"):
                result = {"int": "bigint", "float": "edgefloat"}.get(kind, kind)
        if self.r.random() < 0.3:  # names of functions have no letter case
            name, rest = call.ours.split("(", maxsplit=1)
            call = Expr(f"{self.r.choice([name.upper(), name.title()])}({rest}", call.theirs)
        if self.r.random() < 0.2:
            condition = generator.make("bool", 1)
            call = Expr(f"{call.ours} filter (where {condition.ours})",
                        f"{call.theirs} filter (where {condition.theirs})")
        if choice == "cardinality":
            call, result = Expr(f"cardinality({call.ours})", f"len({call.theirs})"), "bigint"
        return call, result

    def distinct(self, case: Case) -> None:
        """Distinct rows, some with how often they came."""
        if any(kind in ("inexact", "edgefloat") for _, kind in case.columns):
            return
        memory = self.r.choice(["", "", " -S 64K"])
        if self.r.random() < 0.5:
            case.through("puniq" + memory, "select distinct * from {}")
            return
        keys = self.r.sample(case.columns, self.r.randint(1, min(3, len(case.columns))))
        names = ", ".join(name for name, _ in keys)
        sql = f"select {names}, count(*) as times from {{}} group by {names}"
        ways = {f"puniq -k {names.replace(' ', '')} --count=times{memory}": sql,
                f"puniq -k {names.replace(' ', '')} --count=times --only-repeated{memory}":
                    sql + " having count(*) > 1",
                f"puniq -k {names.replace(' ', '')} --count=times --only-unique{memory}":
                    sql + " having count(*) = 1"}
        stage = self.r.choice(list(ways))
        case.through(f"{stage} | pproject '{names}, times'", ways[stage],
                     keys + [("times", "bigint")])

    def unpivot(self, case: Case) -> None:
        kind = self.r.choice(["int", "text", "date"])
        names = [name for name, of in case.columns if of == kind]
        if len(names) < 2:
            return
        names = self.r.sample(names, self.r.randint(2, len(names)))
        others = [(name, of) for name, of in case.columns if name not in names]
        kept = "".join(f"{name}, " for name, _ in others)
        drop = self.r.random() < 0.4
        parts = [f"select {kept}'{name}' as title, {name} as what from t"
                 + (f" where {name} is not null" if drop else "") for name in names]
        case.through(f"punpivot -c {','.join(names)} --name title --value what"
                     + (" --drop-nulls" if drop else ""),
                     "with t as (select * from {}) " + " union all ".join(parts),
                     others + [("title", "text"), ("what", kind)])

    def fill(self, case: Case) -> None:
        """Of rows in the order of all columns: those that are equal are the same rows."""
        if any(kind in ("inexact", "edgefloat") for _, kind in case.columns):
            return
        names = [name for name, _ in case.columns]
        filled = self.r.sample(names, 1)[0]
        order = ", ".join(f"{name} nulls first" for name in names)
        keys = [name for name in self.r.sample(names, min(2, len(names))) if name != filled]
        by = f"partition by {', '.join(keys)} " if keys and self.r.random() < 0.5 else ""
        options = f"-k {','.join(keys)} " if by else ""
        up = self.r.random() < 0.4
        call, rows = (("first_value", "current row and unbounded following") if up else
                      ("last_value", "unbounded preceding and current row"))
        case.through(f"psort -k {','.join(f'{name}:nulls-first' for name in names)} | "
                     f"pfill {options}{'--up ' if up else ''}-c {filled}",
                     f"select * replace ({call}({filled} ignore nulls) over ({by}order by {order} "
                     f"rows between {rows}) as {filled}) from {{}}")

    def sort(self, case: Case) -> None:
        """By some keys; with -n by all columns, so that which rows are first is certain."""
        names = [name for name, _ in case.columns]
        limit = self.r.choice([None, None, 0, 1, 5, 1000])
        keys = self.r.sample(names, len(names) if limit is not None else
                             self.r.randint(1, min(3, len(names))))
        ours, theirs = [], []
        for key in keys:
            direction = self.r.choice(["", ":asc", ":desc"])
            nulls = self.r.choice(["", "", ":nulls-first", ":nulls-last"])
            ours.append(key + direction + nulls)
            theirs.append(f"{key} {direction[1:] or 'asc'} nulls "
                          + ("first" if nulls == ":nulls-first" else "last"))
        sql = "select * from {} order by " + ", ".join(theirs)
        if limit is None:
            stage = f"psort -k {','.join(ours)}"
        elif self.r.random() < 0.5:
            stage = f"psort -k {','.join(ours)} -n {limit}"
            sql += f" limit {limit}"
        else:
            stage = f"psort -k {','.join(ours)} | phead -n {limit}"
            sql += f" limit {limit}"
        case.through(stage, sql)
        case.ordered_by = keys

    def merge(self) -> Case:
        """Two sorted files merged by key: the order of the whole."""
        key = self.r.choice(["k", "i", "w", "d", "x:desc"])
        name, _, direction = key.partition(":")
        types = shlex.quote(self.tables["l"].types)
        before = [f"pscan --types {types} -w {shlex.quote(where)} l.csv | psort -k {key} -o {file}"
                  for where, file in [("b", "1.arrows"), ("b is not true", "2.arrows")]]
        columns = [(column.name, column.kind) for column in self.tables["l"].columns]
        return Case([f"pmerge -k {key} 1.arrows 2.arrows"],
                    f"select * from l order by {name} {direction or 'asc'} nulls last", columns,
                    [name], before)

    def split(self) -> Case:
        """A file split into partitions and put together again: the rows of the whole."""
        how = self.r.choice(["--hash -k k", "--hash -k s,d", "--range -k d", "--range -k x:desc,i",
                             "--round-robin"])
        parts = [f"part-{number}.arrows" for number in range(1, self.r.randint(2, 8))]
        memory = self.r.choice(["", "-S 64K "])
        types = shlex.quote(self.tables["l"].types)
        before = [f"ppartition --force --types {types} {how} -n {len(parts)} {memory}l.csv {' '.join(parts)}"]
        columns = [(column.name, column.kind) for column in self.tables["l"].columns]
        return Case([f"pscan {' '.join(parts)}"], "select * from l", columns, [], before)

    def make(self) -> Case:
        kind = self.r.random()
        if kind < 0.05:
            case = self.merge()
        else:
            case = self.split() if kind < 0.1 else self.flow()
        if self.r.random() < 0.3:
            case.stages.append("pprint -t csv")
        else:
            case.stages[-1] += " -t csv"
        return case

    def flow(self) -> Case:
        """A scan, up to two stages, and one that ends it."""
        case = self.scan("l")
        for stage in self.r.choices([self.filter, self.project, self.join, self.window],
                                    [3, 3, 3, 1], k=self.r.randint(0, 2)):
            stage(case)
        last = self.r.choice([self.aggregate, self.sort, self.join, self.filter, self.project,
                              self.aggregate, self.sort, self.distinct, self.unpivot, self.fill])
        last(case)
        if last == self.aggregate and self.r.random() < 0.3:
            exact = [name for name, kind in case.columns if kind != "inexact"]
            if len(exact) == len(case.columns):
                self.sort(case)
        return case
