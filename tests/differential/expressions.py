"""Random typed expressions, written twice: as our tools have it, and as DuckDB has it.

Where the two legitimately differ, the generator keeps away:
  - no integer overflow and no division by zero (errors here, wrapped or null or inf there);
  - `~` searches here and matches the whole text there: regexp_matches there; `div` is `//` there;
  - LIKE patterns without backslash (an escape here as in PostgreSQL, a byte there);
  - no rounding of halves, no upper or lower of text beyond ASCII.
"""
import dataclasses
import random


@dataclasses.dataclass(frozen=True)
class Expr:
    ours: str
    theirs: str

    def __format__(self, _):
        raise TypeError("format .ours or .theirs")


def same(text: str) -> Expr:
    return Expr(text, text)


def join(template: str, *parts: Expr, theirs: str = "") -> Expr:
    return Expr(template.format(*(p.ours for p in parts)),
                (theirs or template).format(*(p.theirs for p in parts)))


COMPARISONS = ["=", "<>", "<", "<=", ">", ">="]
PATTERNS = ["a%", "%b", "%a%", "_", "__", "%", "", "a_b", "%ü%", "A%"]
REGEXES = ["^a", "b$", "[0-9]+", "a.b", "^$", "(a|b)c", "ü"]


class Generator:
    """Draws expressions over columns: a list of (name, kind)."""

    def __init__(self, r: random.Random, columns: list[tuple[str, str]]):
        self.r = r
        self.columns = columns

    def column(self, *kinds: str) -> Expr | None:
        names = [name for name, kind in self.columns if kind in kinds]
        return same(self.r.choice(names)) if names else None

    def pick(self, *makers):
        return self.r.choice(makers)()

    def make(self, kind: str, depth: int = 2) -> Expr:
        """An expression of that kind; only a literal when depth or columns are used up."""
        return getattr(self, kind)(depth)

    def leaf(self, kind: str, literal: str) -> Expr:
        column = self.column(kind)
        return column if column and self.r.random() < 0.8 else same(literal)

    def int(self, depth: int) -> Expr:
        literal = str(self.r.randint(0, 20))
        if depth == 0:
            return self.leaf("int", literal)
        a, b = self.make("int", depth - 1), self.make("int", depth - 1)
        text = self.make("text", 0)
        date = self.make("date", 0)
        n = str(self.r.randint(1, 9))
        return self.pick(
            lambda: join("({} + {})", a, b), lambda: join("({} - {})", a, b),
            lambda: join("({} * {})", a, same(n)), lambda: join("({} % " + n + ")", a),
            lambda: join("(- {})", a), lambda: join("abs({})", a),
            lambda: join("div({}, " + n + ")", a, theirs="({} // " + n + ")"),
            lambda: join("length({})", text), lambda: join("strpos({}, 'a')", text),
            lambda: join("cast(extract(year from {}) as bigint)", date),
            lambda: join("cast(extract(month from {}) as bigint)", date),
            lambda: self.any_kind("int", depth), lambda: self.leaf("int", literal))

    def float(self, depth: int) -> Expr:
        literal = f"{self.r.randint(-80, 80) / 8}::float8"
        if depth == 0:
            return self.leaf("float", f"({literal})")
        a, b = self.make("float", depth - 1), self.make("float", depth - 1)
        i = self.make("int", depth - 1)
        return self.pick(
            lambda: join("({} + {})", a, b), lambda: join("({} - {})", a, b),
            lambda: join("({} * 2)", a), lambda: join("({} / 4)", i), lambda: join("abs({})", a),
            lambda: join("floor({})", a), lambda: join("ceil({})", a),
            lambda: join("({} + {})", a, i), lambda: join("cast({} as double precision)", i),
            lambda: self.any_kind("float", depth), lambda: self.leaf("float", f"({literal})"))

    def decimal(self, depth: int) -> Expr:
        if depth == 0:
            return self.leaf("decimal", "cast(12.50 as decimal(15,2))")
        a, b = self.make("decimal", depth - 1), self.make("decimal", 0)
        return self.pick(
            lambda: join("({} + {})", a, b), lambda: join("({} - {})", a, b),
            lambda: join("(- {})", a), lambda: self.make("decimal", 0))

    def text(self, depth: int) -> Expr:
        literal = self.r.choice(["'a'", "''", "'ab'", "'it''s'", "'ü'", "'red'"])
        if depth == 0:
            return self.leaf("text", literal)
        a, b = self.make("text", depth - 1), self.make("text", depth - 1)
        i = self.make("int", 0)
        n = self.r.randint(1, 4)
        return self.pick(
            lambda: join("({} || {})", a, b), lambda: join("substr({}, " + f"{n}, 3)", a),
            lambda: join("replace({}, 'a', 'xy')", a), lambda: join("left({}, " + f"{n})", a),
            lambda: join("right({}, " + f"{n})", a), lambda: join("trim({})", a),
            lambda: join("cast({} as text)", i), lambda: join("concat({}, '-', {})", a, b),
            lambda: join("repeat({}, 2)", a), lambda: self.any_kind("text", depth),
            lambda: self.leaf("text", literal))

    def date(self, depth: int) -> Expr:
        literal = f"date '{self.r.randint(1990, 2006)}-0{self.r.randint(1, 9)}-15'"
        if depth == 0:
            return self.leaf("date", literal)
        modern = same(literal)
        i = self.make("int", 0)
        return self.pick(
            lambda: join("cast({} + interval '1 month' as date)", modern),
            lambda: join("({} + 3)", modern), lambda: join("({} - 40)", modern),
            lambda: join("cast(date_trunc('month', {}) as date)", self.make("date", 0)),
            lambda: join("(case when {} > 3 then {} else {} end)", i, modern, self.make("date", 0)),
            lambda: self.leaf("date", literal))

    def bool(self, depth: int) -> Expr:
        if depth == 0:
            return self.leaf("bool", self.r.choice(["true", "false", "null::bool"]))
        a, b = self.make("bool", depth - 1), self.make("bool", depth - 1)
        text = self.make("text", depth - 1)
        return self.pick(
            lambda: self.comparison(depth), lambda: self.comparison(depth),
            lambda: self.comparison(depth), lambda: join("({} and {})", a, b),
            lambda: join("({} or {})", a, b), lambda: join("(not {})", a),
            lambda: join("({} is null)", self.make(self.kind(), 0)),
            lambda: join("({} is not null)", self.make(self.kind(), 0)),
            lambda: join("({} is true)", a), lambda: join("({} is not false)", a),
            lambda: join("({} like '" + self.r.choice(PATTERNS) + "')", text),
            lambda: join("({} not like '" + self.r.choice(PATTERNS) + "')", text),
            lambda: self.matching(text), lambda: self.membership(depth),
            lambda: self.between(depth), lambda: self.distinct(depth), lambda: self.extreme())

    def kind(self) -> str:
        return self.r.choice(["int", "float", "text", "date", "decimal"])

    def comparison(self, depth: int) -> Expr:
        kind = self.kind()
        a, b = self.make(kind, depth - 1), self.make(kind, depth - 1)
        return join("({} " + self.r.choice(COMPARISONS) + " {})", a, b)

    def extreme(self) -> Expr:
        column = self.column("bigint", "edgefloat")
        if not column:
            return same("true")
        literal = self.r.choice(["9223372036854775806", "-1", "0", "2147483647", "0.5", "1e300"])
        return join("({} " + self.r.choice(COMPARISONS) + f" {literal})", column)

    def matching(self, text: Expr) -> Expr:
        regex = self.r.choice(REGEXES)
        return join("({} ~ '" + regex + "')", text, theirs="regexp_matches({}, '" + regex + "')")

    def membership(self, depth: int) -> Expr:
        kind = self.r.choice(["int", "text", "date"])
        items = [self.make(kind, 0) for _ in range(self.r.randint(1, 3))]
        if self.r.random() < 0.2:
            items.append(same("null"))
        word = self.r.choice(["in", "not in"])
        return join("({} " + word + " (" + ", ".join(["{}"] * len(items)) + "))",
                    self.make(kind, depth - 1), *items)

    def between(self, depth: int) -> Expr:
        kind = self.kind()
        return join("({} between {} and {})", self.make(kind, depth - 1), self.make(kind, 0),
                    self.make(kind, 0))

    def distinct(self, depth: int) -> Expr:
        kind = self.kind()
        word = self.r.choice(["is distinct from", "is not distinct from"])
        return join("({} " + word + " {})", self.make(kind, depth - 1), self.make(kind, 0))

    def any_kind(self, kind: str, depth: int) -> Expr:
        a, b = self.make(kind, depth - 1), self.make(kind, depth - 1)
        condition = self.make("bool", depth - 1)
        return self.pick(
            lambda: join("coalesce({}, {})", a, b), lambda: join("nullif({}, {})", a, b),
            lambda: join("(case when {} then {} else {} end)", condition, a, b),
            lambda: join("(case when {} then {} end)", condition, a),
            lambda: join("greatest({}, {})", a, b), lambda: join("least({}, {})", a, b))
