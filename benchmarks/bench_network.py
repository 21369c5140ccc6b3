"""How near a sync comes to what the network alone takes: pages that take a while, and a large store with nothing new.

Far away, every page takes 200 ms: the floor (``network.py``) asks for the same pages and does nothing with them. With
nothing new, a sync is compared with what cannot be saved: ``c360 --version`` and the same requests.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator

from bench_sync import new_home, served
from installed import install
from timing import Run, aim, interleaved, machine, run, table

from c360cli.records import Record, RecordPage
from c360cli.store import open_store

AIM_FAR, AIM_NOTHING = 1.05, 1.5
DELAY_SECONDS = 0.2
PAGE = 1000
NETWORK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "network.py")


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=200_000, help="tickets far away; Salesforce has half as many rows")
    words.add_argument("--stored", type=int, default=1_000_000, help="rows in the store that finds nothing new")
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--quick", action="store_true", help="a tenth of the rows, one round")
    options = words.parse_args()
    rows, stored, rounds = options.rows, options.stored, options.rounds
    if options.quick:
        rows, stored, rounds = rows // 10, stored // 10, 1
    with tempfile.TemporaryDirectory() as folder:
        programs = install(folder)
        far_away(folder, programs, rows, rounds)
        nothing_new(folder, programs, stored, 5 * rounds)


def far_away(folder: str, programs: str, rows: int, rounds: int) -> None:
    """Measure a first load whose every page takes its time, and print it."""
    home, python = os.path.join(folder, "far"), os.path.join(programs, "python")
    sync = [os.path.join(programs, "c360"), "--home", home, "sync"]
    with served(rows, rows // 2, DELAY_SECONDS) as port:

        def first() -> Run:
            new_home(home, port)
            return run(sync)

        done = interleaved(
            {"the network": lambda: run([python, NETWORK, str(port), "first"]), "sync, first load": first},
            rounds,
            warm_up=0,
        )
    base = done["the network"].wall
    lines = [
        (name, f"{each.wall:.2f}", f"{each.wall / base:.3f}x", f"{each.peak_mb:.0f}") for name, each in done.items()
    ]
    title = f"sync of {rows:,} tickets and {rows // 2:,} Salesforce rows, {DELAY_SECONDS * 1000:.0f} ms a page"
    print(table(f"{title} ({machine()}, {rounds} rounds)", ("whole process", "s", "of network", "peak MB"), lines))
    print(f"\nfirst load       {aim(done['sync, first load'].wall / base, AIM_FAR)}")


def nothing_new(folder: str, programs: str, stored: int, rounds: int) -> None:
    """Measure a sync that finds nothing new, with many rows in the store, and print it."""
    home, python = os.path.join(folder, "large"), os.path.join(programs, "python")
    c360 = [os.path.join(programs, "c360"), "--home", home]
    with served(PAGE, PAGE) as port:
        new_home(home, port)
        run([*c360, "sync"])
        grow(os.path.join(home, "c360.db"), stored)
        cursor = "c1"  # where the only page of tickets ended
        commands = {
            "python -c pass": [python, "-c", "pass"],
            "the requests alone": [python, NETWORK, str(port), "again", cursor],
            "c360 --version": [*c360, "--version"],
            "sync, nothing new": [*c360, "sync"],
        }
        found = interleaved({name: lambda command=each: run(command) for name, each in commands.items()}, rounds)
    walls = {name: each.wall * 1000 for name, each in found.items()}
    base = walls["c360 --version"] + walls["the requests alone"] - walls["python -c pass"]
    lines = [(name, f"{walls[name]:.0f}", f"{walls[name] / base:.2f}x", f"{found[name].peak_mb:.0f}") for name in walls]
    title = f"nothing new, {stored:,} rows in the store ({machine()}, {rounds} rounds)"
    print(table(title, ("whole process", "ms", "of floor", "peak MB"), lines))
    print(f"\nfloor            {base:.0f} ms: c360 --version, and the requests without the start of their Python")
    print(f"nothing new      {aim(walls['sync, nothing new'] / base, AIM_NOTHING)}")


def grow(path: str, rows: int) -> None:
    """Merge so many more tickets into a store, as pages of its Zendesk."""
    with open_store(path) as store, store.database.in_bulk():
        merge = store.merge()
        cursor = merge.cursor("zendesk", "tickets") or {}
        for first in range(0, rows, PAGE):
            merge.page("zendesk", "tickets", RecordPage(list(tickets(first, min(rows, first + PAGE))), cursor))
        merge.settle()


def tickets(first: int, end: int) -> Iterator[Record]:
    """Yield tickets that the server knows nothing of."""
    for number in range(first, end):
        values = {
            "number": str(10**7 + number), "subject": f"Export {number} drops umlauts", "status": "open",
            "is_open": True, "opened_at": "2026-01-02T03:04:05Z", "customer_ref": str(10**6 + number % (PAGE // 10)),
        }  # fmt: skip
        yield Record("case", "zendesk", values["number"], "2026-01-02T03:04:05Z", values)


if __name__ == "__main__":
    main()
