"""The phrases that are out of comments, messages, pages and scripts (libcore/README.md, "Prose")."""
import io
import re
import tokenize

from tree import Tree, lines

# Not yet held to the rule; nothing else is exempt. Empty this when their texts are rewritten.
LATER = ()

# Where the phrases stand as examples of what is out.
EXAMPLES = ("libcore/README.md", "scripts/lint.d/prose.py")

# What may follow "is no": "is no longer", "is no more than", "is no slower than".
COMPARED = r"(?!longer\b|more\b|less\b|fewer\b|better\b|worse\b|\w+er than\b)"
# "There is no", "there will be none" are plain English.
BE = "".join(rf"(?<!there {verb})" for verb in ["", "will ", "would ", "can ", "could ", "may "]) \
    + r"\b(?:is|are|was|were|be)\s+"
OUT = [(re.compile(pattern, re.IGNORECASE), advice) for pattern, advice in [
    (BE + r"no\s+" + COMPARED + r"\w", "negate the verb: is not a, are not"),
    (BE + r"(?-i:none)\b", "name the noun: is not a, is not one of"),
    (r"\btold\b", "reported, stated, recognized"),
    (r"\btells? of\b", "reports, says, shows"),
    (r"\bwhoever\b", "name who: the caller, the reader"),
    (r"\banew\b", "again, from the beginning"),
    (r"\bwhat of it\b", "which part of it"),
    (r"\brubbish\b", "undefined"),
]]

STRING = r'"(?:[^"\\\n]|\\.)*"'
CODE = re.compile(rf"(?P<comment>//[^\n]*)|(?P<string>{STRING}(?:\s*{STRING})*)|'(?:[^'\\\n]|\\.)'")


def texts_of_code(text: str):
    """Comments and string literals of C++, those that continue each other as one: (line, text)."""
    last, comment = 0, None
    for match in CODE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if match["comment"]:
            alone = not text[text.rfind("\n", 0, match.start()) + 1:match.start()].strip()
            if comment and alone and line == last + 1:
                comment[1] += " " + match["comment"].strip("/ ")
            else:
                if comment:
                    yield tuple(comment)
                comment = [line, match["comment"].strip("/ ")]
            last = line
        elif match["string"]:
            yield line, "".join(part[1:-1] for part in re.findall(STRING, match["string"]))
    if comment:
        yield tuple(comment)


def texts_of_python(text: str):
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING):
            yield token.start[0], token.string


def texts_of_page(text: str):
    """Paragraphs of a manual page, whose sentences go on over lines."""
    paragraph, first = [], 1
    for number, line in enumerate(text.splitlines() + [".Pp"], 1):
        if line.startswith((".Pp", ".S", ".It", ".Bd", ".Ed")):
            yield first, " ".join(paragraph)
            paragraph, first = [], number + 1
        else:
            paragraph.append(line)


def texts_of_lines(text: str):
    yield from enumerate(text.splitlines(), 1)


def reader_of(path: str, text: str):
    if path.endswith((".cc", ".h", ".fbs")):
        return texts_of_code
    if path.endswith(".py") or re.match(r"#!.*\bpython3?\n", text):
        return texts_of_python
    if re.fullmatch(r"man/[^/]+\.[1-8]", path):
        return texts_of_page
    if path.endswith((".md", ".bats", ".bash", ".sh")) or path.startswith("scripts/"):
        return texts_of_lines
    return None


def prose(tree: Tree) -> list[str]:
    problems = []
    for path in tree.written:
        if path.startswith(LATER) or path in EXAMPLES:
            continue
        whole = "\n".join(lines(path)) + "\n"
        read = reader_of(path, whole)
        for number, text in read(whole) if read else []:
            text = re.sub(r"\s+", " ", text)
            problems += [f"{path}:{number}: '{match[0]}' ({advice})"
                         for pattern, advice in OUT for match in pattern.finditer(text)]
    return problems


CHECKS = [prose]
