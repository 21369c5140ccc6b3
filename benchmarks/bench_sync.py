"""How long ``c360 sync`` takes for many tickets and Salesforce rows, against the shortest program that stores them.

The floor (``floor.py``) downloads the same pages from the same server, reads them with ``json.loads`` and puts the same
columns into a new SQLite file with ``executemany``; no index, no history, no linking, no cursor.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from installed import install
from timing import Run, aim, interleaved, machine, run, table

from c360cli.store import open_store

AIM_FIRST, AIM_AGAIN, AIM_PEAK_MB = 1.5, 0.3, 150

CONFIG = """\
sources:
  salesforce:
    connector: salesforce
    base_url: http://127.0.0.1:{port}
    auth: {{type: access_token, token: {{file: token}}}}
    streams: [accounts, contacts]
    bulk_above: never
  zendesk:
    connector: zendesk
    base_url: http://127.0.0.1:{port}
    auth: {{type: oauth_token, token: {{file: token}}}}
    streams: [organizations, tickets]
"""

FLOOR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "floor.py")


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=200_000, help="tickets; Salesforce has half as many rows")
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--quick", action="store_true", help="a tenth of the rows, one round")
    options = words.parse_args()
    rows, rounds = (options.rows // 10, 1) if options.quick else (options.rows, options.rounds)
    with tempfile.TemporaryDirectory() as folder, served(rows, rows // 2) as port:
        programs = install(folder)
        home, floor_file = os.path.join(folder, "home"), os.path.join(folder, "floor.db")
        sync = [os.path.join(programs, "c360"), "--home", home, "sync"]

        def first() -> Run:
            new_home(home, port)
            return run(sync)

        def floor() -> Run:
            if os.path.exists(floor_file):
                os.unlink(floor_file)
            return run([os.path.join(programs, "python"), FLOOR, str(port), floor_file])

        loads = interleaved({"the floor": floor, "sync, first load": first}, rounds, warm_up=0)
        again = interleaved(
            {
                "sync again, nothing new": lambda: run(sync),
                "sync --full, all rows again, none changed": lambda: run([*sync, "--full"]),
            },
            rounds,
            warm_up=0,
        )
        store = os.path.join(home, "c360.db")
        stored = os.path.getsize(store) / 2**20
        check(store, rows)
    base = loads["the floor"].wall
    lines = [
        (name, f"{each.wall:.2f}", f"{each.processor:.2f}", f"{each.wall / base:.2f}x", f"{each.peak_mb:.0f}")
        for name, each in (loads | again).items()
    ]
    title = f"sync of {rows:,} tickets and {rows // 2:,} Salesforce rows ({machine()}, {rounds} rounds)"
    print(table(title, ("whole process", "s", "processor s", "of floor", "peak MB"), lines))
    first_load = loads["sync, first load"]
    full = again["sync --full, all rows again, none changed"]
    work = first_load.processor / loads["the floor"].processor
    print(f"\nfirst load       {aim(first_load.wall / base, AIM_FIRST)}; {work:.2f}x of the floor's processor time")
    print(f"nothing new      {aim(again['sync again, nothing new'].wall / base, AIM_AGAIN)}")
    print(f"nothing changed  {aim(full.wall / base, AIM_AGAIN)} (every row is sent again)")
    peak = max(each.peak_mb for name, each in (loads | again).items() if name != "the floor")
    print(f"peak memory      {peak:.0f} MB of at most {AIM_PEAK_MB} MB{'' if peak <= AIM_PEAK_MB else '  MISSED'}")
    print(f"the store        {stored:.0f} MB")


def new_home(home: str, port: int) -> None:
    """Make a new home, whose sources are the prepared server."""
    shutil.rmtree(home, ignore_errors=True)
    os.mkdir(home, 0o700)
    for name, text in (("config.yaml", CONFIG.format(port=port)), ("token", "not-a-secret")):
        with open(os.path.join(home, name), "w", opener=_private) as file:
            file.write(text)


def check(store: str, rows: int) -> None:
    """Stop unless everything that was sent is there, and linked: a fast sync of half the rows would win."""
    with open_store(store, read_only=True) as opened:
        cases = opened.one("select count(*) from support_case where customer_id is not null")
        contacts = opened.one("select count(*) from contact")
    wanted = (rows, rows // 2 - max(1, rows // 2 // 10))
    if (cases, contacts) != wanted:
        sys.exit(f"the store holds {cases} linked tickets and {contacts} contacts, and not {wanted}")


@contextmanager
def served(tickets: int, rows: int, delay_seconds: float = 0.0) -> Iterator[int]:
    """Give the port of a server, in a process of its own, that has everything prepared and answers after a while."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "byte_server.py")
    command = [sys.executable, script, str(tickets), str(rows), str(delay_seconds)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


if __name__ == "__main__":
    main()
