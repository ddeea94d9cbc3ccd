"""The checks that only read files, or run a formatter over them."""
import collections
import pathlib
import re
import subprocess

from tree import Tree, lines

INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^>"]+)[>"]')

# Which rooms may include a library (by a prefix of its headers), at most two files in each. fmt and
# Highway do not count: all rooms make text with the one, and write loops with the other.
SEAMS = {
    "CLI/": {"command"},
    "pg_query": {"expr"},
    "simdjson": {"base", "text", "expr", "table", "flow"},
    "flatbuffers/": {"arrow"},
    "zstd.h": {"os", "arrow"},
    "lz4": {"os", "arrow"},
    "zlib.h": {"os"},
    "bzlib.h": {"os"},
    "lzma.h": {"os"},
    "xxhash.h": {"base", "data", "os"},
    "re2/": {"expr"},
    "md5.h": {"expr"},
    "sha2.h": {"expr"},
    "utf8proc.h": {"base"},
    "cctz/": {"data"},
    "zmq.h": {"net"},
    "boost/asio": {"flow"},
    "boost/process": {"flow"},
}
HIGHWAY_ROOMS = {"base", "data", "text"}
SOURCE_LIMIT = 500
SOURCE_WARNING = 200
# Written by scripts/manual for the most part: a list to look things up in.
GENERATED = {"man/penstock-expressions.7"}
FOLDER_LIMIT = 45
CLASS_LIMIT = 250
FUNCTION_LIMIT = 64


def includes(path: str):
    for number, line in enumerate(lines(path), 1):
        if match := INCLUDE.match(line):
            yield number, match[1]


def room_of(path: str) -> str:
    parts = path.split("/")
    return parts[1] if parts[0] == "libcore" and len(parts) > 2 else ""


def drawn_floors() -> dict[str, int]:
    """Room to floor, from the drawing in libcore/README.md: a number, then names of rooms."""
    floors = {}
    for line in lines("libcore/README.md"):
        words = line.split()
        if not words or not words[0].isdigit():
            continue
        for word in words[1:]:
            if not pathlib.Path("libcore", word).is_dir():
                break
            floors[word] = int(words[0])
    return floors


def floors(tree: Tree) -> list[str]:
    floor = drawn_floors()
    problems = []
    for path in tree.sources + tree.headers:
        room = room_of(path)
        if room and room not in floor:
            problems.append(f"{path}: room '{room}' is not drawn in libcore/README.md")
            continue
        for number, header in includes(path):
            target = room_of(header)
            if room and target and target != room and floor.get(target, 99) >= floor[room]:
                problems.append(f"{path}:{number}: '{room}' (floor {floor[room]}) includes "
                                f"'{target}' (floor {floor.get(target)}), which is not below it")
            if room and header.startswith(("tools/", "tests/")):
                problems.append(f"{path}:{number}: libcore includes {header}")
    return problems


def seams(tree: Tree) -> list[str]:
    users: dict[tuple[str, str], list[str]] = {}
    problems = []
    for path in tree.sources + tree.headers:
        if path.startswith("tests/"):
            continue
        place = room_of(path) or path.split("/")[0]
        for number, header in includes(path):
            library = next((prefix for prefix in SEAMS if header.startswith(prefix)), None)
            if library and place not in SEAMS[library]:
                problems.append(f"{path}:{number}: {header} belongs to "
                                f"{', '.join(sorted(SEAMS[library]))}, not to {place}")
            elif library and path not in users.setdefault((library, place), []):
                users[library, place].append(path)
            if header.startswith("hwy/") and place not in HIGHWAY_ROOMS:
                problems.append(f"{path}:{number}: Highway belongs to base, data and text")
    for (library, place), paths in users.items():
        if len(paths) > 2:
            problems.append(f"{library} has more than two seam files in {place}: {' '.join(paths)}")
    return problems


CLASS_HEAD = re.compile(r"(?:class|struct) (?:\[\[\w+\]\] )?(\w+)(?!.*;$)")
NOT_A_FUNCTION = re.compile(r"\s*(?:\}|(?:if|for|while|switch|else|do|try|namespace|class|struct|"
                            r"union|enum|extern)\b)")


def classes(text: list[str]):
    """Name, line and lines of each class at column 0 of a text that clang-format has written."""
    name, first = "", 0
    for number, line in enumerate(text, 1):
        if match := CLASS_HEAD.match(line):
            name, first = match[1], number
        elif line == "};" and name:
            yield name, first, number - first + 1
            name = ""


def functions(text: list[str]):
    """Line and lines of each function at column 0, or in a class at column 2. From a closing brace,
    alone in its line, the function's head is the last line as far left: all lines between the two
    are further right, except those of the preprocessor."""
    for column in ("", "  "):
        first = 0
        for number, line in enumerate(text, 1):
            if line == column + "}" and first and not NOT_A_FUNCTION.match(text[first - 1]):
                yield first, number - first + 1
            if re.match(column + r"[^\s#]", line):
                first = number


def length(tree: Tree) -> list[str]:
    problems = []
    for path in tree.sources + tree.headers:
        if not path.startswith(("libcore/", "tools/")):
            continue
        text = lines(path)
        problems += [f"{path}:{first}: class {name} has {count} lines; {CLASS_LIMIT} are the limit"
                     for name, first, count in classes(text) if count > CLASS_LIMIT]
        problems += [f"{path}:{first}: a function of {count} lines; {FUNCTION_LIMIT} are the limit"
                     for first, count in functions(text) if count > FUNCTION_LIMIT]
    return problems


def size(tree: Tree) -> list[str]:
    problems, long = length(tree), []
    suffixes = (".cc", ".h", ".py", ".bats", ".bash", ".sh", ".1", ".5", ".7", ".cmake")
    for path in tree.written:
        if path in GENERATED:
            continue
        if path.endswith(suffixes) or path.startswith("scripts/"):
            count = len(lines(path))
            if count > SOURCE_LIMIT:
                problems.append(f"{path}: {count} lines; {SOURCE_LIMIT} are the limit")
            elif count > SOURCE_WARNING:
                long.append(f"{path} ({count})")
    folders = collections.Counter(str(pathlib.PurePath(path).parent) for path in tree.sources
                                  + tree.headers)
    problems += [f"{folder}: {count} sources and headers; {FOLDER_LIMIT} are the limit"
                 for folder, count in folders.items() if count > FOLDER_LIMIT]
    if long:
        print(f"over {SOURCE_WARNING} lines: {', '.join(long)}")
    return problems


def parts(tree: Tree) -> list[str]:
    problems = []
    files = set(tree.files)
    for tool in tree.tools:
        wanted = [f"man/{tool}.1", f"tests/tools/{tool}.bats",
                  f"examples/{tool}/run.sh", f"examples/{tool}/expected"]
        problems += [f"{tool}: has no {path}" for path in wanted if path not in files]
    return problems


def words(tree: Tree) -> list[str]:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    machine = re.compile(r"(^|[\s\"'=(:])/(work|tmp/\w|root|home)/")
    problems = []
    for path in tree.written:
        if path.startswith("scripts/lint"):
            continue
        for number, line in enumerate(lines(path), 1):
            if unfinished.search(line) or machine.search(line):
                problems.append(f"{path}:{number}: {line.strip()[:90]}")
    return problems


def contracts(tree: Tree) -> list[str]:
    return [f"{path}: does not open with a comment on what it is"
            for path in tree.headers + tree.sources
            if not path.startswith("tests/") and path.endswith(".h")
            and not "".join(lines(path)[:1]).startswith("//")]


# What a header names of the standard library, and where it stands: `headers` compiles each header
# with these compiled before, so only reading shows that one is missing.
STANDARD = {
    "array": r"std::array\b",
    "cstdint": r"\bu?int(8|16|32|64)_t\b",
    "cstring": r"std::(mem(cpy|set|chr|cmp|move)|strlen)\b",
    "functional": r"std::(function|hash|less|greater)\b",
    "memory": r"std::((unique|shared|weak)_ptr|make_(unique|shared))\b",
    "mutex": r"std::(mutex|lock_guard|unique_lock|scoped_lock|once_flag)\b",
    "optional": r"std::(optional|nullopt)\b",
    "span": r"std::span\b",
    "string": r"std::(string|to_string)\b",
    "string_view": r"std::string_view\b",
    "thread": r"std::(thread|jthread|this_thread)\b",
    "unordered_map": r"std::unordered_map\b",
    "utility": r"std::(pair|move|forward|exchange|swap)\b",
    "vector": r"std::vector\b",
}


def standard(tree: Tree) -> list[str]:
    problems = []
    for path in tree.headers:
        if not path.startswith("libcore/"):
            continue
        text = re.sub(r"//.*", "", "\n".join(lines(path)))
        included = {header for _, header in includes(path)}
        problems += [f"{path}: uses <{header}> and does not include it"
                     for header, use in STANDARD.items()
                     if header not in included and re.search(use, text)]
    return problems


def output_of(command: list[str], paths: list[str]) -> list[str]:
    if not paths:
        return []
    run = subprocess.run(command + paths, capture_output=True, text=True, check=False)
    said = (run.stdout + run.stderr).splitlines()
    return said or ([f"{command[0]}: exit status {run.returncode}"] if run.returncode else [])


def format(tree: Tree) -> list[str]:  # pylint: disable=redefined-builtin
    said = output_of(["clang-format-14", "--dry-run", "-Werror"], tree.sources + tree.headers)
    return [line for line in said if "[-Wclang-format-violations]" in line or "exit" in line]


def man(tree: Tree) -> list[str]:
    pages = [path for path in tree.files if re.fullmatch(r"man/[^/]+\.[1-8]", path)]
    return output_of(["mandoc", "-Tlint", "-W", "warning"], pages)


def shell(tree: Tree) -> list[str]:
    scripts = []
    for path in tree.written:
        first = "".join(lines(path)[:1])
        if re.match(r"#!.*\b(sh|bash)$", first):
            scripts.append(path)
    return output_of(["shellcheck", "--format", "gcc", "--severity", "warning"], scripts)


CLASS = re.compile(r"(?:class|struct|union|enum|enum class) (\w+)(?: final)?(?: : .*)? ?\{")


def names(tree: Tree) -> list[str]:
    """A class of one name defined twice in libcore, outside of anonymous namespaces. The linker takes
    one's inline functions for both, destructors too, and says nothing."""
    places: dict[str, set[str]] = {}
    for path in tree.sources + tree.headers:
        anonymous = False
        for line in lines(path) if path.startswith("libcore/") else []:
            anonymous = line == "namespace {" or (anonymous and line != "}  // namespace")
            if not anonymous and (match := CLASS.match(line)):
                places.setdefault(match[1], set()).add(path)
    problems = [f"{' and '.join(sorted(paths))}: both define a class {name}; rename one"
                for name, paths in sorted(places.items()) if len(paths) > 1]
    return problems + hidden_names(tree)


HIDDEN = re.compile(r"(?:class|struct|enum class) (\w+)(?: final)?(?: : .*)? ?\{"
                    r"|(?:inline |static )?constexpr [^=({]*?\b(k[A-Z]\w*)\b")


def hidden_names(tree: Tree) -> list[str]:
    """A class or constant of one name in the anonymous namespaces of two sources of a room: a release
    compiles sources together, which ones depends on how many there are."""
    places: dict[tuple[str, str], set[str]] = {}
    for path in tree.sources:
        anonymous = False
        for line in lines(path) if room_of(path) else []:
            anonymous = line == "namespace {" or (anonymous and line != "}  // namespace")
            if anonymous and (match := HIDDEN.match(line)):
                places.setdefault((room_of(path), match[1] or match[2]), set()).add(path)
    return [f"{' and '.join(sorted(paths))}: a release compiles both {name} together; rename one"
            for (_, name), paths in sorted(places.items()) if len(paths) > 1]


CHECKS = [floors, seams, size, parts, names, words, contracts, standard, format, man, shell]
