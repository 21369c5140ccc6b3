"""``c360 sync`` against dlt and Singer: the same rows, off the same server, into a SQLite file.

The peers (``peers/``) are installed into environments of their own below a temporary folder; one that cannot be had is
named and left out. Each loads the rows into tables with a key and nothing else: no history, no linking, no search.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable

from bench_sync import check, new_home, served
from installed import install
from timing import Run, interleaved, machine, run, table

AIM_AHEAD = 5.0
PEERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")
# target-sqlite asks for an SQLAlchemy of 2018 that runs on no Python of today; 1.3 is the last it can work with.
NEEDED = {
    "dlt": ("dlt[sqlalchemy]",),
    "tap": ("singer-sdk",),
    "target": ("--no-deps", "target-sqlite==0.2.0", "sqlalchemy==1.3.24", "singer-python==6.8.0", "jsonschema==2.6.0",
               "inflection", "backoff", "ciso8601", "simplejson", "python-dateutil", "pytz", "six"),
}  # fmt: skip


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=20_000, help="tickets; Salesforce has half as many rows")
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--quick", action="store_true", help="a quarter of the rows, one round")
    options = words.parse_args()
    rows, rounds = (options.rows // 4, 1) if options.quick else (options.rows, options.rounds)
    with tempfile.TemporaryDirectory() as folder, served(rows, rows // 2) as port:
        pythons = {name: environment(folder, name, packages) for name, packages in NEEDED.items()}
        contestants = {"c360 sync": ours(folder, port, rows)}
        if dlt := pythons["dlt"]:
            contestants["dlt, merge"] = by_dlt(folder, port, rows, dlt)
            contestants["dlt, merge, no child tables"] = by_dlt(folder, port, rows, dlt, "flat")
        if (tap := pythons["tap"]) and (target := pythons["target"]):
            contestants["Singer tap | target-sqlite"] = by_singer(folder, port, rows, tap, target)
        if len(contestants) == 1:
            print("\nNo peer can be had here: a sync was not compared.")
            return
        done = interleaved(contestants, rounds, warm_up=0)
    base = done["c360 sync"]
    lines = [
        (name, f"{each.wall:.2f}", f"{each.processor:.2f}", f"{each.wall / base.wall:.1f}x", f"{each.peak_mb:.0f}")
        for name, each in done.items()
    ]
    title = f"first load of {rows:,} tickets and {rows // 2:,} Salesforce rows into SQLite"
    print(table(f"{title} ({machine()}, {rounds} rounds)",
                ("whole process", "s", "processor s", "of c360", "peak MB"), lines))  # fmt: skip
    ahead = min(each.wall for name, each in done.items() if each is not base) / base.wall
    print(
        f"\nahead of the best peer  {ahead:.1f}x of at least {AIM_AHEAD:.0f}x{'' if ahead >= AIM_AHEAD else '  MISSED'}"
    )


def environment(folder: str, name: str, packages: tuple[str, ...]) -> str | None:
    """Return the Python of a new environment that has ``packages``; None, and a word why, where pip has not."""
    home = os.path.join(folder, name)
    venv.create(home, with_pip=True)
    python = os.path.join(home, "Scripts" if os.name == "nt" else "bin", "python")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["pip failed"])[-1]
        print(f"{name} does not install here, and is left out: {reason}", file=sys.stderr)
        return None
    subprocess.run([python, "-m", "compileall", "-q", home], capture_output=True, check=False)
    return python


def ours(folder: str, port: int, rows: int) -> Callable[[], Run]:
    """Return what measures a first load of c360."""
    home = os.path.join(folder, "home")
    command = [os.path.join(install(folder), "c360"), "--home", home, "sync"]

    def measured() -> Run:
        new_home(home, port)
        done = run(command)
        check(os.path.join(home, "c360.db"), rows)
        return done

    return measured


def by_dlt(folder: str, port: int, rows: int, python: str, *how: str) -> Callable[[], Run]:
    """Return what measures a first load of dlt."""

    def measured() -> Run:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            store = os.path.join(place, "dlt.db")
            done = run([python, os.path.join(PEERS, "with_dlt.py"), str(port), store, *how])
            has_all(store, rows)
        return done

    return measured


def by_singer(folder: str, port: int, rows: int, tap: str, target: str) -> Callable[[], Run]:
    """Return what measures a first load through a pipe of tap and target."""

    def measured() -> Run:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            source, sink = (os.path.join(place, name) for name in ("tap.json", "target.json"))
            for path, settings in (
                (source, {"port": port}),
                (sink, {"database": os.path.join(place, "singer"), "batch_size": 1000}),
            ):
                with open(path, "w", encoding="utf-8") as file:
                    json.dump(settings, file)
            taken = f"{tap} {PEERS}/singer_tap.py --config {source} 2>{place}/tap.log"
            done = run(["/bin/sh", "-c", f"{taken} | {target} {PEERS}/singer_target.py --config {sink} 2>{place}/log"])
            has_all(os.path.join(place, "singer.db"), rows)
        return done

    return measured


def has_all(store: str, rows: int) -> None:
    """Stop unless a peer has stored every ticket and contact."""
    database = sqlite3.connect(store)
    found = [database.execute(f"select count(*) from {name}").fetchone()[0] for name in ("tickets", "contact")]
    database.close()
    if found != [rows, rows // 2 - max(1, rows // 2 // 10)]:
        sys.exit(f"{store} holds {found[0]} tickets and {found[1]} contacts")


if __name__ == "__main__":
    main()
