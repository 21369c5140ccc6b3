"""A PostgreSQL server of the benchmark's own, with the settings a server really has: every commit reaches the disk."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

FOLDERS = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/pgsql")
# fsync, synchronous_commit and full_page_writes stay what they are: on.
SETTINGS = """
listen_addresses = ''
shared_buffers = 256MB
max_wal_size = 4GB
"""


class Cluster(NamedTuple):
    """A running server: ``programs`` holds initdb, psql and the rest, ``folder`` its socket and its data."""

    programs: str
    folder: str

    def url(self, database: str) -> str:
        """Return the URL of a database, over the Unix socket."""
        return f"postgresql://c360@/{database}?host={self.folder}"

    def new(self, database: str) -> str:
        """Make an empty database and return its URL; one of that name is dropped first."""
        self.run(f"drop database if exists {database} with (force)")
        self.run(f"create database {database} template template0")
        return self.url(database)

    def run(self, sql: str, database: str = "postgres") -> list[Any]:
        """Run one statement as the superuser and return its rows."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    @property
    def version(self) -> str:
        """The version of the server, like 15.14."""
        return str(self.run("show server_version")[0][0]).split()[0]


def find() -> str | None:
    """Return the folder of PostgreSQL's programs: C360_TEST_POSTGRES_BIN, else the newest; None where there is none."""
    named = os.environ.get("C360_TEST_POSTGRES_BIN")
    if named:
        return named
    found = []
    for folder in FOLDERS:
        with suppress(OSError):
            found += [os.path.join(folder, version, "bin") for version in os.listdir(folder)]
    found = [folder for folder in found if os.path.exists(os.path.join(folder, "initdb"))]
    return max(found, key=lambda folder: [int(part) for part in folder.split("/") if part.isdigit()], default=None)


@contextmanager
def cluster(programs: str) -> Iterator[Cluster]:
    """Give a new server on a disk; it and its data are gone afterwards."""
    # Not where TMPDIR says: the path of a socket is short, and root's own folders are closed to who runs the server.
    folder = tempfile.mkdtemp(prefix="c360-bench-", dir="/var/tmp")
    owner = _owner()
    os.chmod(folder, 0o711)
    if owner:
        os.chown(folder, owner["user"], owner["group"])

    def program(name: str, *words: str) -> None:
        # A server that inherits a pipe would keep its reader waiting, so what is said goes into a file.
        with tempfile.TemporaryFile() as said:
            command = [os.path.join(programs, name), "-D", os.path.join(folder, "data"), *words]
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=folder, check=False, **owner
            )
            if done.returncode:
                said.seek(0)
                raise RuntimeError(f"{name} failed:\n{said.read().decode()}")

    try:
        program("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=c360")
        with open(os.path.join(folder, "data/postgresql.conf"), "a", encoding="utf-8") as file:
            file.write(f"{SETTINGS}unix_socket_directories = '{folder}'\n")
        program("pg_ctl", "-w", "-l", os.path.join(folder, "log"), "start")
        yield Cluster(programs, folder)
    finally:
        with suppress(RuntimeError):  # it never started
            program("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> dict[str, Any]:
    """Return who the server runs as where we are root, whom it refuses."""
    if os.geteuid():
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
