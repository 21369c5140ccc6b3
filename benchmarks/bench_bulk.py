"""From how many rows on a bulk job is worth while: the same contacts page by page and by Bulk API 2.0.

The server waits before each answer as far away, and a job takes its time before its results are there: both are
assumptions (docs/benchmarks.md), so several of each are measured. Elapsed time is nearly all waiting. What is used up
of the day's API requests is counted by the server.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from bulk_server import ACCOUNTS, Waits
from installed import install
from timing import machine, run, table

from c360cli.store import open_store

CONFIG = """\
sources:
  salesforce:
    connector: salesforce
    base_url: http://127.0.0.1:{port}
    auth: {{type: access_token, token: {{file: token}}}}
    streams: [accounts, contacts]
    bulk_above: {above}
"""
ROWS = (10_000, 25_000, 50_000, 100_000, 200_000)
ANSWER_SECONDS = 0.2
PAGE_SECONDS = (0.2, 1.0)
JOB_SECONDS = (15.0, 30.0, 60.0)
JOB_SECONDS_A_ROW = 0.0001


class Load(NamedTuple):
    """One first load: how long it took, and how many requests it made."""

    seconds: float
    requests: int


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, nargs="+", default=ROWS, help="numbers of contacts")
    words.add_argument("--quick", action="store_true", help="a tenth of the rows, a tenth of the waiting for jobs")
    options = words.parse_args()
    scale = 10 if options.quick else 1
    by_page: dict[float, dict[int, Load]] = {seconds: {} for seconds in PAGE_SECONDS}
    by_job: dict[float, dict[int, Load]] = {seconds / scale: {} for seconds in JOB_SECONDS}
    with tempfile.TemporaryDirectory() as folder:
        programs = install(folder)
        for rows in sorted(each // scale for each in options.rows):
            with served(rows) as port:
                for seconds, loads in by_page.items():
                    loads[rows] = load(folder, programs, port, rows, "never", Waits(ANSWER_SECONDS, seconds))
                for seconds, loads in by_job.items():
                    waits = Waits(ANSWER_SECONDS, ANSWER_SECONDS, seconds, JOB_SECONDS_A_ROW)
                    loads[rows] = load(folder, programs, port, rows, "0", waits)
    tell(by_page, by_job)


def load(folder: str, programs: str, port: int, rows: int, above: str, waits: Waits) -> Load:
    """Return what a first load into a new home costs; stop unless all of it is there."""
    home = os.path.join(folder, "home")
    shutil.rmtree(home, ignore_errors=True)
    os.mkdir(home, 0o700)
    for name, text in (("config.yaml", CONFIG.format(port=port, above=above)), ("token", "not-a-secret")):
        with open(os.path.join(home, name), "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(text)
    told(port, waits)
    done = run([os.path.join(programs, "c360"), "--home", home, "sync"])
    requests = told(port, waits)
    with open_store(os.path.join(home, "c360.db"), read_only=True) as store:
        stored = store.one("select count(*) from contact"), store.one("select count(*) from account")
    if stored != (rows, ACCOUNTS):
        sys.exit(f"the store holds {stored} contacts and accounts, and not {(rows, ACCOUNTS)}")
    how = f"pages of {waits.page:g} s" if above == "never" else f"a job of {waits.job:g} s"
    print(f"{rows:,} contacts, {how}: {done.wall:.1f} s, {requests} requests", file=sys.stderr)
    return Load(done.wall, requests)


def told(port: int, waits: Waits) -> int:
    """Tell the server how long what takes; return how many requests there were since."""
    body = json.dumps(waits._asdict()).encode()
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/", body, method="PUT")) as answer:
        return int(answer.read())


def tell(by_page: Mapping[float, Mapping[int, Load]], by_job: Mapping[float, Mapping[int, Load]]) -> None:
    """Print what each way costs for each number of rows, and from how many on a job is the cheaper one."""
    counts = list(next(iter(by_page.values())))
    heads = ("seconds (requests)", *(f"{count:,}" for count in counts))
    ways = {f"pages of {seconds:g} s": loads for seconds, loads in by_page.items()}
    ways |= {f"a job of {seconds:g} s": loads for seconds, loads in by_job.items()}
    lines = [
        (way, *(f"{each.seconds:.1f} ({each.requests})" for each in loads.values())) for way, loads in ways.items()
    ]
    title = f"first load of contacts, {ANSWER_SECONDS * 1000:.0f} ms an answer, {JOB_SECONDS_A_ROW * 1e6:.0f} µs a row"
    print(table(f"{title} of a job ({machine()})", heads, lines))
    requests = [each.requests for each in next(iter(by_page.values())).values()]
    lines = []
    for seconds, loads in by_job.items():
        waited = [each.seconds for each in loads.values()]
        ends = [break_even(counts, [each.seconds for each in pages.values()], waited) for pages in by_page.values()]
        ends.append(break_even(counts, requests, [each.requests for each in loads.values()]))
        lines.append((f"a job of {seconds:g} s", *ends))
    heads = ("worth while from rows", *(f"pages of {seconds:g} s" for seconds in by_page), "requests")
    print(table("a bulk job is as good as pages, in elapsed time and in requests", heads, lines))


def break_even(counts: Sequence[int], pages: Sequence[float], jobs: Sequence[float]) -> str:
    """Return from how many rows on a job costs no more than pages, between the measured numbers by a straight line."""
    ahead = [page - job for page, job in zip(pages, jobs, strict=True)]
    if ahead[-1] < 0:
        return f"more than {counts[-1]:,}"
    last_behind = max((at for at, each in enumerate(ahead) if each < 0), default=-1)
    if last_behind < 0:
        return f"{counts[0]:,} or fewer"
    below, above = ahead[last_behind], ahead[last_behind + 1]
    few, many = counts[last_behind], counts[last_behind + 1]
    return f"{few + (many - few) * -below / (above - below):,.0f}"


@contextmanager
def served(rows: int) -> Iterator[int]:
    """Give the port of a server, in a process of its own, that has so many contacts."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bulk_server.py")
    server = subprocess.Popen([sys.executable, script, str(rows)], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
