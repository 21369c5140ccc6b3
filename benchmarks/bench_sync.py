"""How long ``c360 sync`` takes for many tickets and Salesforce rows, against the shortest program that stores them.

The floor downloads the same pages from the same server, reads them with ``json.loads`` and puts the same columns into a
new SQLite file with ``executemany``; no index, no history, no linking, no cursor, and it has to start anew every time.
"""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from installed import install
from timing import Run, aim, interleaved, machine, run, table

AIM_FIRST, AIM_AGAIN, AIM_PEAK_MB = 2.0, 0.5, 150

CONFIG = """\
sources:
  salesforce:
    connector: salesforce
    base_url: http://127.0.0.1:{port}
    auth: {{type: access_token, token: {{file: token}}}}
    streams: [accounts, contacts]
  zendesk:
    connector: zendesk
    base_url: http://127.0.0.1:{port}
    auth: {{type: oauth_token, token: {{file: token}}}}
    streams: [organizations, tickets]
"""

FLOOR = '''
import json, sqlite3, sys
import requests
port, path = sys.argv[1:]
session, base = requests.Session(), f"http://127.0.0.1:{port}"
database = sqlite3.connect(path)
database.executescript("""
create table ticket (id text primary key, changed text, number text, subject text, description text, status text,
  priority text, type text, is_open integer, opened text, closed text, requester text, assignee text, customer text,
  channel text, tags text, form text, brand text, group_id text, submitter text, is_public integer, form_id text,
  attachments integer, fields text, incidents integer);
create table organization (id text primary key, changed text, name text, external text, domains text, tags text);
create table account (id text primary key, changed text, name text, website text, parent text, industry text, type text,
  employees integer, phone text, number text, revenue real);
create table contact (id text primary key, changed text, customer text, name text, email text, title text, phone text,
  department text, manager text);
""")

def get(url):
    return json.loads(session.get(base + url).content)

def tickets():
    path = "/api/v2/incremental/tickets/cursor.json"
    page = get(path + "?start_time=1")
    while True:
        for t in page["tickets"]:
            solved = t["status"] in ("solved", "closed")
            yield (t["id"], t["updated_at"], t["id"], t["subject"], t["description"], t["status"], t["priority"],
                   t["type"], not solved, t["created_at"], t["updated_at"] if solved else None, t["requester_id"],
                   t["assignee_id"], t["organization_id"], t["via"]["channel"], ",".join(t["tags"]),
                   t["ticket_form_id"], t["brand_id"],
                   t["group_id"], t["submitter_id"], t["is_public"], t["ticket_form_id"], t["allow_attachments"],
                   json.dumps({f["id"]: f["value"] for f in t["custom_fields"]}), t["has_incidents"])
        if page["end_of_stream"]:
            return
        page = get(path + "?cursor=" + page["after_cursor"])

def organizations():
    for o in get("/api/v2/incremental/organizations.json?start_time=1")["organizations"]:
        yield o["id"], o["updated_at"], o["name"], o["external_id"], ",".join(o["domain_names"]), ",".join(o["tags"])

def rows(name, columns):
    page = get("/services/data/v62.0/queryAll?q=select+Id+from+" + name)
    while True:
        for row in page["records"]:
            yield [row[column] for column in columns]
        if page["done"]:
            return
        page = get(page["nextRecordsUrl"])

def put(table, width, values):
    with database:
        database.executemany(f"insert into {table} values ({','.join('?' * width)})", values)

put("ticket", 25, tickets())
put("organization", 6, organizations())
put("account", 11, rows("Account", "Id SystemModstamp Name Website ParentId Industry Type NumberOfEmployees Phone"
    " AccountNumber AnnualRevenue".split()))
put("contact", 9, rows("Contact", "Id SystemModstamp AccountId Name Email Title Phone Department ReportsToId".split()))
'''


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
            shutil.rmtree(home, ignore_errors=True)
            os.mkdir(home, 0o700)
            for name, text in (("config.yaml", CONFIG.format(port=port)), ("token", "not-a-secret")):
                with open(os.path.join(home, name), "w", opener=_private) as file:
                    file.write(text)
            return run(sync)

        def floor() -> Run:
            if os.path.exists(floor_file):
                os.unlink(floor_file)
            return run([os.path.join(programs, "python"), "-c", FLOOR, str(port), floor_file])

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
    print(f"\nfirst load       {aim(first_load.wall / base, AIM_FIRST)}")
    print(f"nothing new      {aim(again['sync again, nothing new'].wall / base, AIM_AGAIN)}")
    print(f"nothing changed  {aim(full.wall / base, AIM_AGAIN)} (every row is sent again)")
    peak = max(each.peak_mb for name, each in (loads | again).items() if name != "the floor")
    print(f"peak memory      {peak:.0f} MB of at most {AIM_PEAK_MB} MB{'' if peak <= AIM_PEAK_MB else '  MISSED'}")
    print(f"the store        {stored:.0f} MB")


def check(store: str, rows: int) -> None:
    """Stop unless everything that was sent is there, and linked: a fast sync of half the rows would win."""
    asked = "select (select count(*) from support_case where customer_id is not null), (select count(*) from contact)"
    found = sqlite3.connect(store).execute(asked).fetchone()
    wanted = (rows, rows // 2 - max(1, rows // 2 // 10))
    if found != wanted:
        sys.exit(f"the store holds {found} linked tickets and contacts, and not {wanted}")


@contextmanager
def served(tickets: int, rows: int) -> Iterator[int]:
    """Give the port of a server, in a process of its own, that has everything prepared."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "byte_server.py")
    server = subprocess.Popen([sys.executable, script, str(tickets), str(rows)], stdout=subprocess.PIPE, text=True)
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
