"""The shortest program that downloads what a sync reads and stores it: ``python floor.py PORT STORE``.

STORE is a new SQLite file or the URL of an empty PostgreSQL database. The pages are read with ``json.loads``; the same
columns as c360 keeps go into bare tables, with ``executemany`` or ``COPY``. No history, no linking, no search, no
cursor: it has to start anew every time. In PostgreSQL the tables have the b-tree indexes that c360's have.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import requests

TABLES = """
create table ticket (id {text} primary key, changed {text}, number {text}, subject {text}, description {text},
  status {text}, priority {text}, type {text}, is_open integer, opened {text}, closed {text}, requester {text},
  assignee {text}, customer {text}, channel {text}, tags {text}, form {text}, brand {text}, group_id {text},
  submitter {text}, is_public integer, form_id {text}, attachments integer, fields {text}, incidents integer);
create table organization (id {text} primary key, changed {text}, name {text}, external {text}, domains {text},
  tags {text});
create table account (id {text} primary key, changed {text}, name {text}, website {text}, parent {text},
  industry {text}, type {text}, employees integer, phone {text}, number {text}, revenue double precision);
create table contact (id {text} primary key, changed {text}, customer {text}, name {text}, email {text}, title {text},
  phone {text}, department {text}, manager {text});
"""
INDEXES = """
create index on ticket (customer, is_open, opened);
create index on organization (external);
create index on account (parent);
create index on account (name);
create index on account (website);
create index on contact (customer);
create index on contact (lower(email));
"""

session = requests.Session()
base = f"http://127.0.0.1:{sys.argv[1]}"


def get(url: str) -> Any:
    """Return a page."""
    return json.loads(session.get(base + url).content)


def tickets() -> Iterator[Sequence[Any]]:
    """Yield the tickets as rows."""
    path = "/api/v2/incremental/tickets/cursor.json"
    page = get(path + "?start_time=1")
    while True:
        for t in page["tickets"]:
            solved = t["status"] in ("solved", "closed")
            yield (
                t["id"], t["updated_at"], t["id"], t["subject"], t["description"], t["status"], t["priority"],
                t["type"], int(not solved), t["created_at"], t["updated_at"] if solved else None, t["requester_id"],
                t["assignee_id"], t["organization_id"], t["via"]["channel"], ",".join(t["tags"]),
                t["ticket_form_id"], t["brand_id"],
                t["group_id"], t["submitter_id"], int(t["is_public"]), t["ticket_form_id"],
                int(t["allow_attachments"]), json.dumps({f["id"]: f["value"] for f in t["custom_fields"]}),
                int(t["has_incidents"]),
            )  # fmt: skip
        if page["end_of_stream"]:
            return
        page = get(path + "?cursor=" + page["after_cursor"])


def organizations() -> Iterator[Sequence[Any]]:
    """Yield the organizations as rows."""
    for o in get("/api/v2/incremental/organizations.json?start_time=1")["organizations"]:
        yield o["id"], o["updated_at"], o["name"], o["external_id"], ",".join(o["domain_names"]), ",".join(o["tags"])


def rows(name: str, columns: str) -> Iterator[Sequence[Any]]:
    """Yield the rows of a Salesforce object."""
    names = columns.split()
    page = get("/services/data/v62.0/queryAll?q=select+Id+from+" + name)
    while True:
        for row in page["records"]:
            yield [row[column] for column in names]
        if page["done"]:
            return
        page = get(page["nextRecordsUrl"])


def into_sqlite(path: str) -> None:
    """Store everything in a new file."""
    import sqlite3

    database = sqlite3.connect(path)
    database.executescript(TABLES.format(text="text"))

    def put(table: str, width: int, values: Iterable[Sequence[Any]]) -> None:
        with database:
            database.executemany(f"insert into {table} values ({','.join('?' * width)})", values)

    everything(put)


def into_postgres(url: str) -> None:
    """Store everything in an empty database."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as database:
        database.execute((TABLES + INDEXES).format(text='text collate "C"').encode())

        def put(table: str, width: int, values: Iterable[Sequence[Any]]) -> None:
            with database.cursor() as cursor, cursor.copy(f"copy {table} from stdin".encode()) as copy:
                for row in values:
                    copy.write_row(row)

        everything(put)


def everything(put: Any) -> None:
    """Have ``put`` store each table."""
    put("ticket", 25, tickets())
    put("organization", 6, organizations())
    put("account", 11, rows("Account", "Id SystemModstamp Name Website ParentId Industry Type NumberOfEmployees Phone"
        " AccountNumber AnnualRevenue"))  # fmt: skip
    put("contact", 9, rows("Contact", "Id SystemModstamp AccountId Name Email Title Phone Department ReportsToId"))


if __name__ == "__main__":
    store = sys.argv[2]
    (into_postgres if store.startswith("postgresql://") else into_sqlite)(store)
