"""Running whole processes and comparing them: interleaved, medians, peak memory."""

import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

# Both make Python slower to start, and neither is what a user has.
_NOT_OURS = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH", "C360_HOME", "C360_STORE", "C360_USER")


class Run(NamedTuple):
    """One process: wall time in seconds, processor time in seconds, peak memory in MB."""

    wall: float
    processor: float
    peak_mb: float


# A process is charged with the peak of the one it was forked from, so a bare Python that holds next to nothing starts
# and measures it.
_STARTER = """
import os, sys, time
out, *command = sys.argv[1:]
begun = time.perf_counter()
into = [(os.POSIX_SPAWN_OPEN, 1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
_, status, used = os.wait4(os.posix_spawn(command[0], command, os.environ, file_actions=into), 0)
wall = time.perf_counter() - begun
print(os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def run(command: Sequence[str], stdout: str = os.devnull) -> Run:
    """Run ``command`` (its first word a path) to its end with stdout into a file; RuntimeError when it fails."""
    environ = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    starter = [sys.executable, "-I", "-S", "-c", _STARTER, stdout, *command]
    done = subprocess.run(starter, capture_output=True, text=True, env=environ, check=False)
    if done.returncode or not done.stdout.startswith("0 "):
        raise RuntimeError(f"{' '.join(command)[:200]} failed: {done.stdout} {done.stderr[-2000:]}")
    _, wall, processor, peak = map(float, done.stdout.split())
    kilobytes = peak / 1024 if sys.platform == "darwin" else peak
    return Run(wall, processor, kilobytes / 1024)


def interleaved(contestants: Mapping[str, Callable[[], Run]], rounds: int, warm_up: int = 1) -> dict[str, Run]:
    """Return the medians of each contestant over ``rounds``: each round runs all of them, every other one backwards."""
    runs: dict[str, list[Run]] = {name: [] for name in contestants}
    for number in range(warm_up + rounds):
        order = list(contestants) if number % 2 else list(reversed(contestants))
        for name in order:
            done = contestants[name]()
            if number >= warm_up:
                runs[name].append(done)
    return {
        name: Run(*(statistics.median(column) for column in zip(*each, strict=True))) for name, each in runs.items()
    }


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table with its title above: the first column to the left, the others to the right."""
    cells = [list(map(str, row)) for row in (heads, *rows)]
    sizes = [max(len(row[at]) for row in cells) for at in range(len(heads))]
    lines = [
        "  ".join(
            cell.ljust(size) if at == 0 else cell.rjust(size)
            for at, (cell, size) in enumerate(zip(row, sizes, strict=True))
        )
        for row in cells
    ]
    lines.insert(1, "  ".join("-" * size for size in sizes))
    return "\n".join([f"\n{title}", *lines])


def aim(ratio: float, most: float) -> str:
    """Return a ratio beside its aim: "1.32x of at most 1.50x"."""
    return f"{ratio:.2f}x of at most {most:.2f}x{'' if ratio <= most else '  MISSED'}"


def machine() -> str:
    """Return what the figures were measured on."""
    import platform

    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, CPython {platform.python_version()}"


def tool(name: str) -> str | None:
    """Return the path of a tool of the system, None where it is not installed."""
    return shutil.which(name)
