"""What tools say holds no byte that a terminal would act on.

Names of files, columns, options, exchanges and values of random bytes come into the messages of
every tool: standard error must be UTF-8 lines without control characters, without characters that
turn the direction of text, each a line of a tool or of its excerpt; and where the message is known
whole it must be exactly the one with these bytes spelled out.
"""
import re
import unicodedata

from shell import run_all

BATCH = 100
HIDDEN = {0x61C, 0x200E, 0x200F, 0xFEFF, *range(0x2028, 0x202F), *range(0x2066, 0x206A)}
PIECES = ["\x1b[31m", "\x1b]0;title\x07", "\r", "\n", "\t", "\x08", "\x7f", "\x01", "\u0085", "\u009b",
          "\u202e", "\u2066", "\u200f", "\u2028", "\ufeff", "é", "東", "😀", "a", "b c", "%", "~", "{}",
          "\\"]
BROKEN = [b"\xff", b"\xc3", b"\x80", b"\xe2\x82", b"\xed\xa0\x80"]
TABLE = b"a,b\n1,2\n3,4\n"


def spelled(data: bytes) -> str:
    """How a message shows `data`."""
    out = ""
    while data:
        for size in range(1, 5):
            try:
                char = data[:size].decode()
                break
            except UnicodeDecodeError:
                char = ""
        if not char:
            out += f"\\x{data[0]:02x}"
            data = data[1:]
            continue
        code = ord(char)
        named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
        if char in named:
            out += named[char]
        elif code < 0x20 or code == 0x7F:
            out += f"\\x{code:02x}"
        elif code < 0xA0 and code > 0x7F or code in HIDDEN:
            out += f"\\u{code:04x}"
        else:
            out += char
        data = data[len(char.encode()):]
    return out


def junk(r, broken: bool) -> bytes:
    """Some bytes with something in them that must not pass."""
    parts = [r.choice(PIECES).encode() for _ in range(r.randint(1, 5))]
    parts.append(r.choice(PIECES[:15]).encode())
    if broken and r.random() < 0.4:
        parts.append(r.choice(BROKEN))
    r.shuffle(parts)
    return b"".join(parts)


def quoted(data: bytes) -> str:
    return "$'" + "".join(f"\\x{byte:02x}" for byte in data) + "'"


def cell(data: bytes) -> bytes:
    return b'"' + data.replace(b'"', b'""') + b'"'


def missing_file(r, folder, number):
    name = f"no{number}-".encode() + junk(r, True).replace(b"/", b"")
    command = r.choice(["pscan", "pfilter 'a = 1'", "pproject a", "pagg 'count(*)'", "psort -k a",
                        "phead -n 1", "pmerge -k a", "pprint", "pexchange", "pjoin -k a t.csv",
                        "ppartition --hash -k a -n 1 -o x.csv", "pscan t.csv"])
    tool = command.split()[0]
    return f"{command} {quoted(name)}", f"{tool}: {spelled(name)}: No such file or directory\n"


def missing_folder(r, folder, number):
    name = f"no{number}-".encode() + junk(r, True).replace(b"/", b"") + b"/x.csv"
    command = r.choice(["pscan t.csv", "psort -k a t.csv", "pjoin --type semi -k a t.csv t.csv", "pagg 'count(*)' t.csv"])
    return (f"{command} -o {quoted(name)}",
            f"{command.split()[0]}: {spelled(name)}: create: No such file or directory\n")


def unknown_column(r, folder, number):
    name = quoted(junk(r, False).replace(b",", b"").replace(b":", b"").replace(b"=", b""))
    return r.choice([f"psort -k {name} t.csv", f"pagg -k {name} 'count(*)' t.csv",
                     f"pjoin -k {name} t.csv t.csv", f"pscan -c {name} t.csv",
                     f"ppartition --hash -k {name} -n 1 -o x.csv t.csv", f"pscan --types {name}=int t.csv",
                     f"pmerge -k {name} t.csv t.csv", f"phead -k {name} t.csv",
                     f"pexchange --merge -k {name} t.csv"]), None


def wrong_word(r, folder, number):
    word = quoted(junk(r, True))
    option = r.choice(["-f", "-t", "-d", "--on-error", "--types", "--partition", "--max-window", "-w",
                       "--schema", "--chunks"])
    return r.choice([f"pscan {option} {word} t.csv", f"pscan --x{word} t.csv", f"psort -k a -S {word} t.csv",
                     f"phead -n {word} t.csv", f"pexchange --receive {word} --senders 1",
                     f"ppartition --range={word} -k a -n 2 -o x.csv,y.csv t.csv", f"pflow -n {word} 'pscan t.csv'",
                     f"pjoin --type {word} -k a t.csv t.csv", f"pagg {word} t.csv"]), None


def bad_expression(r, folder, number):
    text = quoted(r.choice([b"a = ", b"'", b"no_such(", b"", b"a + \""]) + junk(r, True))
    return r.choice([f"pfilter {text} t.csv", f"pproject {text} t.csv", f"pagg {text} t.csv",
                     f"pscan -w {text} t.csv", f"pjoin --on {text} t.csv t.csv", f"pflow {text}",
                     f"pflow -n 2 {text}"]), None


def odd_table(r, folder, number):
    """A header and a value of odd bytes."""
    suffix = r.choice(["csv", "tsv", "ndjson"])
    name = f"odd{number}.{suffix}"
    if suffix == "ndjson":
        text = junk(r, False).decode()
        key = "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else c for c in text)
        lines = f'{{"{key}":1}}\n{{"{key}":"{key}"}}\n{{"{key}":[tru]}}\n'
        (folder / name).write_text(lines, encoding="utf-8")
    else:
        header = cell(junk(r, True))
        rows = [header, b"1", cell(junk(r, True)), b"2"]
        (folder / name).write_bytes(b"\n".join(rows) + b"\n")
    return r.choice([f"pscan -v -o /dev/null {name}", f"psort -v -k zz {name}", f"pscan --types '*=int' {name}",
                     f"pfilter 'zz = 1' {name}", f"pscan --on-error skip --types '*=int' {name} -o /dev/null",
                     f"pflow -n 2 'pscan --types *=int {name} | pagg \"count(*)\"'",
                     f"pagg -v 'count(*)' {name} -o /dev/null", f"pscan {name} t.csv"]), None


def odd_file(r, folder, number):
    """An existing file of an odd name, with a fault."""
    name = f"f{number}-".encode() + junk(r, True).replace(b"/", b"") + b".csv"
    import os
    with open(os.path.join(os.fsencode(folder), name), "wb") as out:
        out.write(b"a,b\n1,2,3\n")
    return r.choice([f"pscan {quoted(name)}", f"pscan -v --on-error skip -o /dev/null {quoted(name)}",
                     f"pjoin -k a {quoted(name)} t.csv", f"pscan -f arrow {quoted(name)}",
                     f"ppartition --round-robin -n 1 {quoted(name)}"]), None


def stranger(r, folder, number):
    """The names of exchanges reach the other end."""
    one, other = quoted(b"n" + junk(r, True)), quoted(b"m" + junk(r, True))
    return (f"d=$(mktemp -d) && {{ pexchange -v --receive ipc://$d/x --senders 1 --timeout 1 --name {one} "
            f"-t csv & pexchange --hash -k a --send ipc://$d/x --timeout 1 --name {other} t.csv; wait; "
            "rm -r $d; }"), None


MAKERS = [missing_file, missing_folder, unknown_column, wrong_word, bad_expression, odd_table, odd_file]
LINE = re.compile(r"(p[a-z]+: |  )")


def fault_of(said: bytes) -> str:
    """What is wrong with these messages; empty for nothing."""
    try:
        text = said.decode()
    except UnicodeDecodeError:
        return "not UTF-8"
    for char in text:
        if char != "\n" and (unicodedata.category(char) == "Cc" or ord(char) in HIDDEN):
            return f"U+{ord(char):04X} in it"
    if text and not text.endswith("\n"):
        return "no line end"
    for line in text.splitlines():
        if not LINE.match(line):
            return f"a line that no tool begins: {line!r}"
    return ""


def check(r, count, folder):
    (folder / "t.csv").write_bytes(TABLE)
    cases = [(stranger if i % 50 == 49 else r.choice(MAKERS))(r, folder, i) for i in range(count)]
    problems = []
    for number, result in enumerate(run_all([command for command, _ in cases], folder)):
        said = (folder / f"{number}.err").read_bytes()
        fault = fault_of(said)
        wanted = cases[number][1]
        if not fault and result.status == 124:
            fault = "took too long"
        if not fault and wanted is not None and said.decode() != wanted:
            fault = f"wanted {wanted!r}"
        if not fault and result.status >= 128:
            fault = "died"
        if fault:
            problems.append(f"{fault}\n{result}")
    return problems
