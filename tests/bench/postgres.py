"""A PostgreSQL server for a bench: its own folder, a socket there, no network."""
import contextlib
import glob
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

# As a server on such a machine would be tuned for one large question; nothing must survive.
SETTINGS = {"fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0",
            "max_wal_size": "8GB", "shared_buffers": "1GB", "work_mem": "1GB",
            "max_parallel_workers_per_gather": "1", "listen_addresses": "''"}


def program(name: str) -> str:
    return max(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))


def as_user(words: list[str]) -> list[str]:
    """The server does not run as root."""
    return ["runuser", "-u", "postgres", "--", *words] if os.geteuid() == 0 else words


@contextlib.contextmanager
def server():
    """Yields the folder of the socket, for `psql -h`."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-postgres-"))
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
        subprocess.run(as_user([program("initdb"), "-D", str(data), "-A", "trust", "-U", "postgres",
                                "--no-sync", "-E", "UTF8", "--locale", "C"]), **quiet)
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        control = as_user([program("pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")])
        subprocess.run([*control, "-o", f"-k {folder} {options}", "start"], **quiet)
        try:
            yield str(folder)
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
