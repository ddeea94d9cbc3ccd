"""The checks that compile: headers by themselves, and clang-tidy with a cache of clean results."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess

from structure import STANDARD
from tree import Tree

CACHE = pathlib.Path("build/tidy-cache")
JOBS = 2


def run(command: list[str], **options) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def headers(tree: Tree) -> list[str]:
    """Each by itself, but for the most used standard headers, which are compiled before: 0.25 s a
    header and not 0.83. `standard` sees that those are included."""
    # clang-tidy needs the generated headers too.
    for command in (["cmake", "--preset", "clang"],
                    ["cmake", "--build", "--preset", "clang", "--target", "generated_headers"]):
        result = run(command)
        if result.returncode:
            return (result.stdout + result.stderr).splitlines()[-60:]
    compiler = ["clang++-14", "-std=c++20", "-I."]
    prefix = pathlib.Path("build/clang/standard.h")
    prefix.write_text("".join(f"#include <{header}>\n" for header in STANDARD), encoding="utf-8")
    result = run([*compiler, "-x", "c++-header", str(prefix), "-o", f"{prefix}.pch"])
    if result.returncode:
        return result.stderr.splitlines()

    def problems(header: str) -> list[str]:
        alone = run([*compiler, "-include-pch", f"{prefix}.pch", "-fsyntax-only", "-Wall", "-Werror",
                     "-Wno-pragma-once-outside-header", "-x", "c++", header])
        return alone.stderr.splitlines() or ([header] if alone.returncode else [])

    own = [path for path in tree.headers if path.startswith("libcore/")]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return [line for lines in pool.map(problems, own) for line in lines]


def flags_of(entry: dict) -> list[str]:
    """A compile command without its compiler launcher, output and input."""
    words = shlex.split(entry["command"])
    if words[0].endswith("ccache"):
        words = words[1:]
    flags, skip = [], False
    for word in words[1:]:
        if skip or word in ("-o", "-c"):
            skip = word == "-o"
            continue
        if word != entry["file"]:
            flags.append(word)
    return flags


def key_of(entry: dict, config: bytes) -> str:
    """The hash of all that clang-tidy sees: comments too, for they may hold NOLINT."""
    seen = subprocess.run(["clang++-14", *flags_of(entry), "-E", "-C", entry["file"]],
                          cwd=entry["directory"], capture_output=True, check=False)
    text = seen.stdout.replace(os.getcwd().encode(), b".")
    return hashlib.sha256(config + text + b"\0".join(f.encode() for f in flags_of(entry)
                                                      if not f.startswith("-I"))).hexdigest()


def tidy_one(entry: dict, config: bytes, keep: bool) -> list[str]:
    stamp = CACHE / key_of(entry, config) if keep else None
    if stamp and stamp.exists():
        stamp.touch()
        return []
    result = run(["clang-tidy-14", "--quiet", "-p", "build/clang", entry["file"]])
    if result.returncode == 0:
        if stamp:
            stamp.touch()
        return []
    return [line for line in result.stdout.splitlines() if line.strip()] or [result.stderr]


def tidy(tree: Tree) -> list[str]:
    """The clang preset compiles files in tens, so that clang-tidy walks their common headers once: a
    whole lint of 9 min 26 s became one of 3 min 8 s."""
    del tree
    # A key takes 0.7 s, which a machine that lints once (CI) need not spend.
    keep = CACHE.exists()
    CACHE.mkdir(parents=True, exist_ok=True)
    entries = json.loads(pathlib.Path("build/clang/compile_commands.json").read_text())
    build = str(pathlib.Path("build/clang").resolve())
    entries = [entry for entry in entries
               if entry["directory"] == build and "/tests/" not in entry["file"]]
    config = pathlib.Path(".clang-tidy").read_bytes()
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        found = pool.map(lambda entry: tidy_one(entry, config, keep), entries)
        return sorted({line for lines in found for line in lines})


CHECKS = [headers, tidy]
