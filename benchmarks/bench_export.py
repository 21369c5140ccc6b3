"""How long ``c360 export`` takes for many cases as CSV and JSON lines, against ``sqlite3 -csv`` and ``-json``.

Both answer the same question: the same twelve columns of the same rows in the same order, the customer by its slug.
"""

import argparse
import os
import sqlite3
import sys
import tempfile

from company import make_cases
from installed import install
from timing import aim, interleaved, machine, run, table, tool

AIM_CSV, AIM_JSON, AIM_MEMORY_MB = 2.0, 1.5, 8
FIELDS = [
    "id",
    "customer",
    "source",
    "source_id",
    "changed_at",
    "number",
    "subject",
    "status",
    "priority",
    "is_open",
    "opened_at",
    "closed_at",
]
SQL = (
    "select t.id, c.slug as customer, t.source, t.source_id, t.changed_at, t.number, t.subject, t.status, t.priority,"
    " t.is_open, t.opened_at, t.closed_at from support_case t left join customer c on c.id = t.customer_id"
    " where t.deleted_at is null order by t.id"
)
# Where the sqlite3 shell is not installed: the shortest that does the same in Python.
BY_PYTHON = (
    "import csv, sqlite3, sys; rows = sqlite3.connect(sys.argv[1]).execute(sys.argv[2]);"
    " csv.writer(sys.stdout).writerows(rows)"
)


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=1_000_000, help="cases in the large store")
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--quick", action="store_true", help="a tenth of the rows and fewer rounds")
    options = words.parse_args()
    rows, rounds = (options.rows // 10, 3) if options.quick else (options.rows, options.rounds)
    shell = tool("sqlite3")
    with tempfile.TemporaryDirectory() as folder:
        programs = install(folder)
        homes = {count: os.path.join(folder, str(count)) for count in (rows // 10, rows)}
        for count, home in homes.items():
            make_cases(home, count)
        store, out = os.path.join(homes[rows], "c360.db"), os.path.join(folder, "out")
        export = [os.path.join(programs, "c360"), "--home", homes[rows], "export", "cases"]
        twelve = ["--fields", ",".join(FIELDS)]
        commands = {
            "csv": [*export, *twelve],
            "jsonl": [*export, *twelve, "--format", "jsonl"],
            "csv, every column": export,
        }
        floors = {"csv": "sqlite3 -csv", "jsonl": "sqlite3 -json"}
        if shell:
            commands |= {
                f"sqlite3 -{mode}": [shell, "-readonly", "-header", f"-{mode}", store, SQL] for mode in ("csv", "json")
            }
        else:
            floors = {"csv": "Python's csv.writer"}
            commands |= {floors["csv"]: [os.path.join(programs, "python"), "-c", BY_PYTHON, store, SQL]}
        found = interleaved(
            {name: lambda command=command: run(command, out) for name, command in commands.items()}, rounds
        )
        peaks = {}
        for form in ("csv", "jsonl"):
            small = run([*export[:2], homes[rows // 10], *export[3:], *twelve, "--format", form], out)
            peaks[form] = (small.peak_mb, found[form].peak_mb)
    lines = []
    for name, each in found.items():
        floor = found[floors[name]].wall if name in floors else None
        ratio = f"{each.wall / floor:.2f}x" if floor else ""
        lines.append((name, f"{each.wall:.2f}", f"{each.processor:.2f}", ratio, f"{each.peak_mb:.0f}"))
    version = (
        run_version(shell)
        if shell
        else f"none here, Python {sys.version.split()[0]} with SQLite {sqlite3.sqlite_version}"
    )
    title = f"export of {rows:,} cases, 12 columns ({machine()}, {rounds} rounds; sqlite3 shell {version})"
    print(table(title, ("to a file", "s", "processor s", "of floor", "peak MB"), lines))
    print()
    for form, most in (("csv", AIM_CSV), ("jsonl", AIM_JSON)):
        if form in floors:
            print(f"{form:6}  {aim(found[form].wall / found[floors[form]].wall, most)} {floors[form]}")
        small_peak, large_peak = peaks[form]
        flat = "flat" if large_peak - small_peak <= AIM_MEMORY_MB else "GROWS"
        print(f"{form:6}  memory {small_peak:.0f} MB at {rows // 10:,} rows, {large_peak:.0f} MB at {rows:,}: {flat}")


def run_version(shell: str) -> str:
    """Return the version of the sqlite3 shell."""
    import subprocess

    return subprocess.run([shell, "--version"], capture_output=True, text=True, check=True).stdout.split()[0]


if __name__ == "__main__":
    main()
