"""Runs a pipeline of processes and says how long it took and how much memory it held."""
import dataclasses
import os
import resource
import statistics
import subprocess
import tempfile
import time


@dataclasses.dataclass
class Run:
    seconds: float
    peak_bytes: int  # the stages' peaks added up; a stage counts at least this program's own 12 MB
    output: bytes


class Failed(Exception):
    pass


def run(stages: list[list[str]], environment: dict[str, str], output: str = "") -> Run:
    """The stages joined by plain pipes as a shell would. The last one's output goes to the file
    `output`, or is returned. Throws Failed when any stage fails."""
    processes, source = [], None
    env = {**os.environ, **environment}
    with tempfile.TemporaryFile() as captured, tempfile.TemporaryFile() as errors:
        target = open(output, "wb") if output else captured
        start = time.perf_counter()
        for number, stage in enumerate(stages):
            last = number == len(stages) - 1
            process = subprocess.Popen(stage, stdin=source or subprocess.DEVNULL,
                                       stdout=target if last else subprocess.PIPE,
                                       stderr=errors, env=env)
            if source:
                source.close()
            source = process.stdout
            processes.append(process)
        peak, statuses = 0, []
        for process in processes:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            statuses.append(process.returncode)
            peak += usage.ru_maxrss * 1024
        seconds = time.perf_counter() - start
        if output:
            target.close()
        if any(statuses):
            errors.seek(0)
            raise Failed(f"{stages}: exit statuses {statuses}: {errors.read()[-2000:]!r}")
        captured.seek(0)
        return Run(seconds, peak, captured.read())


def start_ups(commands: list[list[str]], times: int) -> list[float]:
    """The median seconds of whole processes of each command, started in turn."""
    taken = [[] for _ in commands]
    with open(os.devnull, "r+b") as null:
        for _ in range(times):
            for command, seconds in zip(commands, taken):
                start = time.perf_counter()
                pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[
                    (os.POSIX_SPAWN_DUP2, null.fileno(), 0), (os.POSIX_SPAWN_DUP2, null.fileno(), 1)])
                _, status = os.waitpid(pid, 0)
                seconds.append(time.perf_counter() - start)
                if status:
                    raise Failed(f"{command}: exit status {os.waitstatus_to_exitcode(status)}")
    return [statistics.median(seconds) for seconds in taken]


def own_peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
