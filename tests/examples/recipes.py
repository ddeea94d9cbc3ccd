"""recipes.py [--write] PAGE: runs each command of a page of recipes and compares what it prints.

A recipe is a block of `sh` and, below it, a block of `text` with its standard output and error. Each
runs by itself in a new folder with links to the files of ../data beside the page. With --write the
page is written again, with what is printed now.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

RECIPE = re.compile(r"```sh\n(?P<command>.*?)```\n(?:\n```text\n(?P<output>.*?)```\n)?", re.DOTALL)
LEAST = 60


def printed_by(command: str, data: pathlib.Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        for file in data.iterdir():
            (pathlib.Path(folder) / file.name).symlink_to(file)
        done = subprocess.run(["bash", "-c", command], cwd=folder, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    status = f"[status {done.returncode}]\n" if done.returncode else ""
    return done.stdout.decode() + status


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    page = options.page.read_text()
    data = options.page.resolve().parent / "data"
    failed = []

    def run(recipe: re.Match) -> str:
        output = printed_by(recipe["command"], data)
        if output != recipe["output"]:
            failed.append(recipe["command"])
            if not options.write:
                print(f"{recipe['command']}printed\n{output}and not\n{recipe['output']}")
        return f"```sh\n{recipe['command']}```\n\n```text\n{output}```\n"

    written = RECIPE.sub(run, page)
    count = len(RECIPE.findall(page))
    if options.write:
        options.page.write_text(written)
        return 0
    print(f"{count - len(failed)} of {count} recipes print what the page says")
    return 1 if failed or count < LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
