"""Which unit test covers a source: the rule, and the file that says where it is not by name."""
import pathlib
import re

from tree import Tree, lines

# The rooms in which a source without a test fails the lint.
ENFORCED = ("ops", "net", "exchange_files", "rows", "keys", "partition", "command", "stage", "flow", "cli")
LEAST_LINES = 100
# A line each: the source, the test that covers it.
COVERED = "scripts/lint.d/covered_by.txt"

# What a header declares outside of classes: classes, and functions and constants at a line's start.
DECLARED = re.compile(r"^(?:class|struct|enum class) (\w+)|^(?!//| |using )[\w:<>,&* ]+?\b(\w+)(?:\(| = )")


def own_test(source: str) -> str:
    return source.replace("libcore/", "tests/unit/", 1).removesuffix(".cc") + "_test.cc"


def declared(header: str) -> set[str]:
    found = (DECLARED.match(line) for line in lines(header))
    return {match[1] or match[2] for match in found if match}


def names_it(test: str, source: str) -> bool:
    """Whether a test includes the source's header, names the source or its header, or something
    that the header declares (of a source without a header: that it defines)."""
    header = source.removesuffix(".cc") + ".h"
    text = pathlib.Path(test).read_text(encoding="utf-8")
    if header in text or source in text:
        return True
    names = declared(header if pathlib.Path(header).is_file() else source)
    return any(re.search(rf"\b{name}\b", text) for name in names)


def is_long(source: str) -> bool:
    return len(lines(source)) > LEAST_LINES


def entries() -> list[tuple[int, str, str]]:
    """Number of the line, source, test."""
    return [(number, *line.split(maxsplit=1)) for number, line in enumerate(lines(COVERED), 1)
            if line and not line.startswith("#") and len(line.split()) == 2]


def tests(tree: Tree) -> list[str]:
    problems = []
    files = set(tree.files)
    covered = set()
    for number, source, test in entries():
        place = f"{COVERED}:{number}: {source}"
        covered.add(source)
        if source not in files:
            problems.append(f"{place} does not exist")
        elif own_test(source) in files or not is_long(source):
            problems.append(f"{place} needs no entry")
        elif test not in files:
            problems.append(f"{place}: its test {test} does not exist")
        elif not names_it(test, source):
            problems.append(f"{place}: {test} does not name it: neither its header nor anything in "
                            "that")
    missing = [source for source in tree.sources
               if source.startswith("libcore/") and is_long(source)
               and own_test(source) not in files and source not in covered]
    enforced = tuple(f"libcore/{room}/" for room in ENFORCED)
    problems += [f"{source}: has neither {own_test(source)} nor an entry in {COVERED}"
                 for source in missing if source.startswith(enforced)]
    others = [source for source in missing if not source.startswith(enforced)]
    if others:
        print(f"over {LEAST_LINES} lines and without a test of their name: {', '.join(others)}")
    return problems


CHECKS = [tests]
