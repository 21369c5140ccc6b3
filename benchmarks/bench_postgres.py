"""The store in PostgreSQL: a sync against the shortest program that stores the same, a page against SQLite.

The server is made for the benchmark (``cluster.py``): a Unix socket, and every commit reaches the disk. A sync is
measured against ``floor.py``, which downloads the same pages and gives their columns to ``COPY``, into tables with the
same b-tree indexes, and against ``COPY`` alone, from a prepared file into one indexed table. A page is measured against
the same page of the same company in SQLite, at two sizes.
"""

import argparse
import os
import sys
import tempfile

from bench_sync import FLOOR, check, new_home, served
from cluster import Cluster, cluster, find
from company import make_home
from installed import install
from timing import Run, aim, interleaved, machine, run, table

AIM_FIRST, AIM_AGAIN, AIM_PEAK_MB = 2.5, 0.5, 150
AIM_PAGE, AIM_GROWTH = 2.0, 1.15

# The cases with the b-tree indexes they have in a store; the words they are found by, and the index of those, left out.
_BARE = (
    "create table bare (like support_case)",
    "alter table bare drop column words",
    "alter table bare add primary key (id)",
    "create index on bare (customer_id, is_open, opened_at)",
)
_COPY = """
import sys, psycopg
url, path = sys.argv[1:]
with psycopg.connect(url) as database, open(path, "rb") as file:
    database.execute("truncate bare")
    with database.cursor() as cursor, cursor.copy("copy bare from stdin") as copy:
        while block := file.read(1 << 18):
            copy.write(block)
"""


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument(
        "--rows", type=int, default=200_000, help="tickets of the sync; Salesforce has half as many rows"
    )
    words.add_argument("--customers", type=int, default=100_000, help="customers in the large store of the pages")
    words.add_argument("--rounds", type=int, default=3, help="rounds of the sync; the pages take eight times as many")
    words.add_argument("--quick", action="store_true", help="a tenth of the rows, fewer rounds")
    words.add_argument("--only", choices=("sync", "show"), help="one half of it")
    options = words.parse_args()
    programs_of_postgres = find()
    if programs_of_postgres is None:
        print("\nPostgreSQL was not found: its store was not measured (C360_TEST_POSTGRES_BIN names the programs).")
        return
    rows, customers, rounds = options.rows, options.customers, options.rounds
    if options.quick:
        rows, customers, rounds = rows // 10, customers // 10, 1
    with tempfile.TemporaryDirectory() as folder, cluster(programs_of_postgres) as server:
        programs = install(folder, "postgres")
        if options.only != "show":
            sync(server, folder, programs, rows, rounds)
        if options.only != "sync":
            show(server, folder, programs, customers, 8 * rounds)


def sync(server: Cluster, folder: str, programs: str, rows: int, rounds: int) -> None:
    """Measure syncs into the server and print them."""
    home, store = os.path.join(folder, "home"), server.url("synced")
    python, prepared = os.path.join(programs, "python"), os.path.join(folder, "cases")
    c360 = [os.path.join(programs, "c360"), "--home", home, "--store", store, "sync"]
    with served(rows, rows // 2) as port:

        def floor() -> Run:
            return run([python, FLOOR, str(port), server.new("floor")])

        def first() -> Run:
            new_home(home, port)
            server.new("synced")
            return run(c360)

        loads = interleaved({"the floor": floor, "sync, first load": first}, rounds, warm_up=0)
        check(store, rows)
        again = interleaved(
            {
                "sync again, nothing new": lambda: run(c360),
                "sync --full, all rows again, none changed": lambda: run([*c360, "--full"]),
            },
            rounds,
            warm_up=0,
        )
    check(store, rows)
    prepare_copy(server, prepared)
    copied = interleaved({"COPY of the tickets alone": lambda: run([python, "-c", _COPY, store, prepared])}, rounds)
    if server.run("select count(*) from bare", "synced") != [(rows,)]:
        sys.exit("the bare table does not hold all tickets")
    everything = loads | again | copied
    base = loads["the floor"].wall
    lines = [
        (name, f"{each.wall:.2f}", f"{each.processor:.2f}", f"{each.wall / base:.2f}x", f"{each.peak_mb:.0f}")
        for name, each in everything.items()
    ]
    title = f"sync of {rows:,} tickets and {rows // 2:,} Salesforce rows into PostgreSQL {server.version}"
    print(table(f"{title} ({machine()}, {rounds} rounds)",
                ("whole process", "s", "processor s", "of floor", "peak MB"), lines))  # fmt: skip
    first_load, alone = loads["sync, first load"].wall, copied["COPY of the tickets alone"].wall
    print(f"\nfirst load       {aim(first_load / base, AIM_FIRST)}; {first_load / alone:.1f}x of COPY alone")
    print(f"nothing new      {aim(again['sync again, nothing new'].wall / base, AIM_AGAIN)}")
    peak = max(each.peak_mb for name, each in everything.items() if name.startswith("sync"))
    print(f"peak memory      {peak:.0f} MB of at most {AIM_PEAK_MB} MB{'' if peak <= AIM_PEAK_MB else '  MISSED'}")
    size = server.run("select sum(pg_total_relation_size(oid)) from pg_class where relkind = 'r' and relname <> 'bare'"
                      " and relnamespace = 'public'::regnamespace", "synced")[0][0]  # fmt: skip
    print(f"the store        {int(size) / 2**20:.0f} MB")


def prepare_copy(server: Cluster, path: str) -> None:
    """Put the cases of the store into a file as COPY writes them, and make the bare table for it."""
    import psycopg

    with psycopg.connect(server.url("synced"), autocommit=True) as database:
        for statement in _BARE:
            database.execute(statement)
        names = [name for (name,) in database.execute(
            "select attname from pg_attribute where attrelid = 'bare'::regclass and attnum > 0 and not attisdropped"
            " order by attnum"
        )]  # fmt: skip
        with (
            open(path, "wb") as file,
            database.cursor() as cursor,
            cursor.copy(f"copy support_case ({', '.join(names)}) to stdout".encode()) as rows,
        ):
            for block in rows:
                file.write(block)


def show(server: Cluster, folder: str, programs: str, large: int, rounds: int) -> None:
    """Measure pages out of both engines and print them."""
    c360, python = os.path.join(programs, "c360"), os.path.join(programs, "python")
    small = 1000
    sizes = {f"{count // 1000}k": count for count in (small, large)}
    commands = {
        "python -c pass": [python, "-c", "pass"],
        "python -c 'import psycopg'": [python, "-c", "import psycopg"],
    }
    for name, count in sizes.items():
        for engine in ("SQLite", "PostgreSQL"):
            home = os.path.join(folder, f"{engine}-{name}")
            make_home(home, count, server.new(f"company_{name}") if engine == "PostgreSQL" else None)
            if engine == "PostgreSQL":
                server.run("vacuum analyze", f"company_{name}")  # what autovacuum comes to do within a minute
            start = [c360, "--home", home]
            page = [*start, "show", f"customer-{count // 2}"]
            commands |= {
                f"show, {name}, {engine}": page,
                f"show --json, {name}, {engine}": [*page, "--json"],
                f"search, words, {name}, {engine}": [*start, "search", "sso login", "--limit", "10"],
                f"search, parts of words, {name}, {engine}": [*start, "search", "ebhoo", "--limit", "10"],
                f"the customers of a CSM, {name}, {engine}": [*start, "show"],
            }
    found = interleaved({name: lambda command=command: run(command) for name, command in commands.items()}, rounds)
    driver = found["python -c 'import psycopg'"].wall - found["python -c pass"].wall
    lines = []
    for name in commands:
        other = found.get(name.replace("PostgreSQL", "SQLite"))
        ratio = f"{found[name].wall / other.wall:.2f}x" if other and name.endswith("PostgreSQL") else ""
        lines.append((name, f"{found[name].wall * 1000:.1f}", ratio, f"{found[name].peak_mb:.0f}"))
    title = f"pages out of PostgreSQL {server.version} over a Unix socket and out of SQLite"
    print(table(f"{title} ({machine()}, {rounds} rounds)", ("whole process", "ms", "of SQLite", "peak MB"), lines))
    print(f"\nthe driver's import takes {driver * 1000:.1f} ms")
    for command in ("show", "show --json"):
        for name in sizes:
            ours, theirs = (found[f"{command}, {name}, {engine}"].wall for engine in ("PostgreSQL", "SQLite"))
            print(
                f"{command:12} {name:5} {aim((ours - driver) / theirs, AIM_PAGE)} SQLite, without the driver's import"
            )
        grown, first = (found[f"{command}, {name}, PostgreSQL"].wall for name in reversed(sizes))
        print(f"{command:12} growth {aim(grown / first, AIM_GROWTH)}")


if __name__ == "__main__":
    main()
