"""The files that lint looks at: what git tracks, and what it would track."""
import functools
import pathlib
import subprocess


class Tree:
    """Paths are relative to the top of the project, which is the working directory."""

    def __init__(self):
        top = pathlib.Path(__file__).resolve().parents[2]
        import os
        os.chdir(top)

    @functools.cached_property
    def files(self) -> list[str]:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            check=True, capture_output=True, text=True).stdout.splitlines()
        return [path for path in listed if pathlib.Path(path).is_file()]

    def ending(self, *suffixes: str) -> list[str]:
        return [path for path in self.files if path.endswith(suffixes)]

    @property
    def sources(self) -> list[str]:
        return self.ending(".cc")

    @property
    def headers(self) -> list[str]:
        return self.ending(".h")

    @property
    def tools(self) -> list[str]:
        return [path.removeprefix("tools/").removesuffix(".cc") for path in self.sources
                if path.startswith("tools/") and path.count("/") == 1]

    @property
    def written(self) -> list[str]:
        """What people wrote and read: no data."""
        data = ("tests/data/", "examples/data/", "tests/fuzz/corpus/", "tests/conformance/data/")
        return [path for path in self.files if not path.startswith(data)]


def lines(path: str) -> list[str]:
    return pathlib.Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
