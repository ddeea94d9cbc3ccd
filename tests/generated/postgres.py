"""A PostgreSQL 15 server for the run: its own folder, a Unix socket there, no network.

    server = postgres.server()                     # started at the first call, for all kinds
    answers = server.ask(["select 1", "select x"], settings=["timezone = 'US/Pacific'"])

Each answer is a list of rows of texts (None for null), or a Refusal with PostgreSQL's message. The
server ends with this process, however that ends: a shell beside it waits for the end of a pipe.
"""
import atexit
import dataclasses
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import threading
import time

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
# Nothing must survive, and there is no other client.
SETTINGS = {"listen_addresses": "", "fsync": "off", "full_page_writes": "off", "autovacuum": "off",
            "statement_timeout": "60s", "max_connections": "20", "shared_buffers": "16MB",
            "log_min_messages": "panic"}
START_SECONDS = 60

# Runs the words after the folder as a child, and stops it when standard input ends.
WATCH = ('folder=$1; shift; "$@" </dev/null & child=$!; read -r _; kill -QUIT "$child"; '
         'wait "$child"; rm -rf "$folder"')

# psql puts these between what it prints: fields and rows may hold anything else.
FIELD, ROW, NULL, END = "\x1f", "\x1e", "\x1d", "\x1c"


@dataclasses.dataclass
class Refusal:
    message: str


def as_owner(words: list[str]) -> list[str]:
    """The server refuses to run as root."""
    if os.geteuid() != 0:
        return words
    owner = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups",
            "--", *words]


class Server:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="penstock-postgres-"))
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        data = self.folder / "data"
        subprocess.run(as_owner([str(PROGRAMS / "initdb"), "-D", str(data), "-A", "trust", "-U",
                                 "postgres", "--no-sync", "-E", "UTF8", "--locale", "C"]),
                       check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       cwd=self.folder)
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = as_owner([str(PROGRAMS / "postgres"), "-D", str(data), "-k", str(self.folder),
                            *options])
        # A session of its own: an interrupt from the terminal is for run.py, which closes the pipe.
        self.watcher = subprocess.Popen(["sh", "-c", WATCH, "sh", str(self.folder), *command],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, cwd=self.folder,
                                        start_new_session=True)
        end = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self.watcher.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError("the PostgreSQL server did not start")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        return subprocess.run([str(PROGRAMS / "pg_isready"), "-q", "-h", str(self.folder)],
                              check=False).returncode == 0

    def stop(self):
        self.watcher.stdin.close()
        self.watcher.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, statements: list[str], settings: list[str] | None = None) -> list:
        """The answer to each statement. A statement is one line, without a semicolon at its end."""
        lines = [f"set {setting};" for setting in settings or []]
        for statement in statements:
            assert "\n" not in statement, statement
            lines += [f"{statement};", f"\\echo {END} :ERROR :LAST_ERROR_MESSAGE"]
        done = subprocess.run(
            [str(PROGRAMS / "psql"), "-X", "-q", "-A", "-t", "-h", str(self.folder), "-U",
             "postgres", "-d", "postgres", "-F", FIELD, "-R", ROW, "-P", f"null={NULL}"],
            input=("\n".join(lines) + "\n").encode(), capture_output=True, check=True)
        parts = done.stdout.decode().split(END)
        answers = []
        # What stands before a mark is the rows, what stands behind it up to the newline the status.
        for part, status in zip(parts, parts[1:]):
            _, _, rows = part.partition("\n") if answers or part.startswith(" ") else ("", "", part)
            verdict, _, message = status.partition("\n")[0].strip().partition(" ")
            answers.append(Refusal(message) if verdict == "true" else parse_rows(rows))
        if len(answers) != len(statements):
            raise RuntimeError(f"{len(answers)} answers to {len(statements)} statements: "
                               f"{done.stderr[:600]!r}")
        return answers


def parse_rows(text: str) -> list[list[str | None]]:
    """The last row ends with a newline."""
    if not text:
        return []
    return [[None if field == NULL else field for field in row.split(FIELD)]
            for row in text.removesuffix("\n").split(ROW)]


_lock = threading.Lock()
_server: Server | None = None


def server() -> Server:
    """The one server of this process."""
    global _server
    with _lock:
        if _server is None:
            _server = Server()
            atexit.register(stop)
        return _server


def stop():
    """Stops the server, if it runs."""
    global _server
    with _lock:
        if _server is not None:
            _server.stop()
            _server = None
