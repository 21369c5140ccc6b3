"""Many more days than the suite has time for, by number: ``python -m tests.long_days --from 0 --days 1500``.

Each number is a day of its own, the same whenever it is asked for. Whoever stops goes on with the number told last; a
day that fails is told with its writes, as few as still fail. The store is a file in memory's folder, with --postgres
one on a server of its own.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from c360cli.store import Store
from tests import postgres
from tests.day import PEOPLE
from tests.day_checks import BEGINNING, SUBJECTS, Written, a_day, about, company, undo_in_any_order, undo_in_reverse
from tests.store.conftest import Clock

MEMORY = "/dev/shm"
REPORT_EVERY = 100


def writes_of(number: int) -> list[Written]:
    """Return what is written on a day: mostly about a few subjects, now and then about everything."""
    chance = random.Random(number)
    subjects = chance.sample(SUBJECTS, chance.choice((1, 2, 2, 3, len(SUBJECTS))))
    count = chance.choice((5, 10, 10, 20, 40))
    verbs = [*BEGINNING, *(chance.choice(about(subjects)) for _ in range(count))]
    return [(verb, chance.choice(PEOPLE), chance.randrange(1000)) for verb in verbs]


def fault(filled: tuple[Store, Clock], home: str, number: int, writes: list[Written]) -> tuple[str, int]:
    """Return what is wrong with a day, "" where all holds, and how many writes it had; every fourth is any order."""
    with a_day(filled, home) as day:
        try:
            if number % 4 == 3:
                return "", undo_in_any_order(day, writes, random.Random(number))
            return "", undo_in_reverse(day, writes)
        except Exception as error:
            return f"{type(error).__name__}: {str(error)[:2000]}", 0


def fewest(filled: tuple[Store, Clock], home: str, number: int, writes: list[Written]) -> list[Written]:
    """Return as few of the writes as still fail, whatever it is that fails."""
    at = 0
    while at < len(writes):
        without = writes[:at] + writes[at + 1 :]
        if fault(filled, home, number, without)[0]:
            writes = without
        else:
            at += 1
    return writes


@contextmanager
def new_url(is_postgres: bool) -> Iterator[tuple[str, str]]:
    """Give the URL of a new store, and the folder of its home."""
    with tempfile.TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None) as folder, ExitStack() as stack:
        url = f"{folder}/c360.db"
        if is_postgres:
            programs = postgres.find()
            assert programs, "there is no PostgreSQL"
            cluster = stack.enter_context(postgres.own_cluster(programs))
            url = cluster.url(cluster.new_database())
        yield url, folder


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--from", dest="first", type=int, default=0, metavar="NUMBER")
    asked.add_argument("--days", type=int, default=1500)
    asked.add_argument("--minutes", type=float, default=20)
    asked.add_argument("--postgres", action="store_true")
    said = asked.parse_args()
    until = time.monotonic() + said.minutes * 60
    wrote: Counter[str] = Counter()
    failed = writes_made = 0
    number = said.first
    with new_url(said.postgres) as (url, folder), company(url, folder) as filled:
        while number < said.first + said.days and time.monotonic() < until:
            writes = writes_of(number)
            wrong, count = fault(filled, folder, number, writes)
            wrote.update(verb for verb, _, _ in writes)
            writes_made += count
            if wrong:
                failed += 1
                print(f"day {number}: {wrong}\n  {fewest(filled, folder, number, writes)}", flush=True)
            number += 1
            if number % REPORT_EVERY == 0:
                print(f"{number - said.first - failed} days hold; next: --from {number}", flush=True)
    print(f"{number - said.first - failed} days hold, {failed} fail, {writes_made} writes of {len(wrote)} verbs;"
          f" next: --from {number}")  # fmt: skip
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
