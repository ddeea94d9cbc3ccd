"""What Penstock knows it holds as types: no operation, option, heading or tool is compared as text."""
import re

from tree import Tree, lines

# Where stages and plans are. What people typed is compared there by the parsers of its own kind.
ROOMS = ("libcore/stage/", "libcore/flow/", "libcore/cli/", "tools/")
REGISTRY = "tools/programs/registry.def"
TRAITS = "libcore/stage/traits.cc"
OPTIONS = ("libcore/command/option.h", "libcore/net/exchange_options.cc", "tools/")

# The second member of an Option's initializer, which stands behind its letter.
OPTION_NAME = re.compile(r"\{\s*'(?:\\0|\w)',\s*\"([\w-]+)\"")
NAMED = re.compile(r'return "(\w+)";')
COMPARED = r"""(?:[=!]=\s*(?:std::string(?:_view)?\()?|\b(?:starts_with|ends_with|find|rfind|compare|count|
    contains|has|has_option|strcmp)\((?:[\w.>\[\]()-]+,\s*)?)"""
TEXT = re.compile(COMPARED + r'"((?:[^"\\]|\\.)*)"', re.VERBOSE)
REVERSED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*[=!]=')

# (file, text): what is not an operation, option, heading or tool though it is spelled so. A file
# that somebody lists has members of these names (FLOW.md, "Other programs").
ALLOWED = {("libcore/flow/plan/listed_program.cc", text)
           for text in ("placement", "keys", "keeps_order", "any", "hash")}


def known_words(tree: Tree) -> set[str]:
    words = {"Operation", "Reading", "Writing", "Other"}
    for line in lines(REGISTRY):
        if match := re.match(r"PENSTOCK_[A-Z]+\((\w+)\)", line):
            words.add(match[1])
    for line in lines(TRAITS):
        words.update(NAMED.findall(line))
    for path in tree.headers + tree.sources:
        if path.startswith(OPTIONS):
            text = "\n".join(lines(path))
            words.update(OPTION_NAME.findall(text))
    return words


def values(tree: Tree) -> list[str]:
    words = known_words(tree)
    assert {"pagg", "aggregate", "hash", "temp-dir", "window"} <= words, "a list was not found"
    problems = []
    for path in tree.headers + tree.sources:
        if not path.startswith(ROOMS):
            continue
        for number, line in enumerate(lines(path), 1):
            code = re.sub(r"//.*", "", line)
            for text in TEXT.findall(code) + REVERSED.findall(code):
                word = text.strip().lstrip("-").rstrip("=")
                if word in words and (path, text) not in ALLOWED:
                    problems.append(f"{path}:{number}: compares '{text}' as text; ask a type")
    return problems


CHECKS = [values]
