"""A PostgreSQL cluster of the tests' own: made in a temporary folder, gone at the end whatever ends the run.

A cluster has a keeper, a process of its own that makes it, waits until nobody holds its standard input any more, and
takes it away: so nothing is left behind by Ctrl-C, by a crash or by ``kill -9``. The server listens on a socket in that
folder alone. Run as root, it runs as somebody who is not.
"""

import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

SUPERUSER = "c360"
TEMPLATE = "c360_template"  # holds the newest schema and no rows: a copy of it is quicker than walking the steps
GUARDED, PASSWORD = "guarded", "c360CANARY/secret:@1"  # the one role that is asked for a password
START_SECONDS = 60
ROOM_NEEDED = 4 * 2**30
FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/pgsql/bin")
# Order by code points must not come from the cluster: where there is a choice, its own order is that of a language.
LOCALES = (
    ("--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8"),
    ("--locale=en_US.UTF-8",),
    ("--locale=C.UTF-8",),
    ("--locale=C",),
)
# synchronous_commit is off as it may be at a user's: what writes has to turn it on by itself, or a crash shows.
SETTINGS = """
listen_addresses = ''
max_connections = 100
shared_buffers = 32MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
wal_level = replica
max_wal_senders = 0
"""


class Cluster:
    """A running server; ``bin`` holds its programs, ``folder`` its data, its socket and its log."""

    superuser = SUPERUSER

    def __init__(self, bin: Path, folder: Path) -> None:
        self.bin = bin
        self.folder = folder
        self._numbers = itertools.count()

    def url(self, database: str, user: str = SUPERUSER, password: str = "") -> str:
        """Return the URL of a database of this cluster, as a person writes it."""
        who = f"{user}:{quote(password, safe='')}" if password else user
        return f"postgresql://{who}@/{database}?host={self.folder}"

    def new_database(self, *, is_empty: bool = False) -> str:
        """Return the name of a new database that holds c360's schema and no rows; nothing at all if ``is_empty``."""
        name = f"t{os.getpid()}_{next(self._numbers)}"
        if not is_empty:
            self._make_template()
        self.run(f"create database {name} template {'template0' if is_empty else TEMPLATE}")
        return name

    def drop(self, database: str) -> None:
        """Take a database away, whoever is still in it."""
        self.run(f"drop database if exists {database} with (force)")

    def run(self, sql: str, database: str = "postgres", **values: Any) -> list[Any]:
        """Run one statement as the superuser, on a connection of its own, and return its rows."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql, values or None)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        """Start the server and return when it takes connections."""
        self._program("pg_ctl", "-w", "-t", str(START_SECONDS), "-l", str(self.folder / "log"), "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: "fast" ends its sessions in good order, "immediate" is as good as a crash."""
        self._program("pg_ctl", "-w", "-t", str(START_SECONDS), "-m", mode, "stop")

    def make(self) -> None:
        """Make the cluster in the empty folder and start it."""
        self.folder.chmod(0o711)
        if owner := _owner():
            os.chown(self.folder, owner["user"], owner["group"])
        common = ("--auth=trust", "--encoding=UTF8", "--no-sync", f"--username={SUPERUSER}")
        for locale in LOCALES:
            try:
                self._program("initdb", *common, *locale)
                break
            except RuntimeError:
                shutil.rmtree(self.folder / "data", ignore_errors=True)
                if locale is LOCALES[-1]:
                    raise
        with (self.folder / "data/postgresql.conf").open("a") as file:
            file.write(f"{SETTINGS}unix_socket_directories = '{self.folder}'\n")
        rights = self.folder / "data/pg_hba.conf"
        rights.write_text(f"local all {GUARDED} scram-sha-256\n{rights.read_text()}")
        self.start()
        self.run(f"create role {GUARDED} login password '{PASSWORD}'")

    def _make_template(self) -> None:
        import filelock

        from c360cli.store import open_store

        with filelock.FileLock(self.folder / "template.lock"):
            if not self.run("select 1 from pg_database where datname = %(name)s", name=TEMPLATE):
                making = f"{TEMPLATE}_in_the_making"
                self.drop(making)
                self.run(f"create database {making} template template0")
                open_store(self.url(making)).close()
                self.run(f"alter database {making} rename to {TEMPLATE}")

    def _program(self, name: str, *words: str) -> None:
        # A server that inherits a pipe would keep its reader waiting, so what is said goes through a file.
        with tempfile.TemporaryFile() as said:
            command = [str(self.bin / name), "-D", str(self.folder / "data"), *words]
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, cwd=self.folder,
                env=_environ(), umask=0o077, check=False, **_owner(),
            )  # fmt: skip
            said.seek(0)
            if done.returncode:
                log = self.folder / "log"
                more = log.read_text(errors="replace")[-2000:] if log.exists() else ""
                raise RuntimeError(f"{name} ended with {done.returncode}: {said.read().decode()[-2000:]}\n{more}")


class Kept:
    """A cluster with its keeper: made at once in the background, taken away by ``close``."""

    def __init__(self, bin: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="c360-pg-", dir=_place()))
        command = [sys.executable, __file__, str(bin), str(self.folder)]
        self._keeper = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True, env=_environ()
        )

    def close(self) -> None:
        """Stop the server and take its folder away."""
        assert self._keeper.stdin
        self._keeper.stdin.close()
        self._keeper.wait()


def find() -> Path | None:
    """Return the folder of PostgreSQL's programs: the one that C360_TEST_POSTGRES_BIN names, else the newest."""
    if named := os.environ.get("C360_TEST_POSTGRES_BIN"):
        folders = [Path(named)]
    else:
        folders = [found for pattern in FOLDERS for found in Path("/").glob(pattern.removeprefix("/"))]
        folders.sort(key=lambda found: [int(number) for number in re.findall(r"\d+", str(found))], reverse=True)
        folders += [Path(os.path.realpath(program)).parent for program in [shutil.which("initdb")] if program]
    for folder in folders:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    return None


def wait_for(bin: Path, folder: Path) -> Cluster:
    """Return the cluster in ``folder`` as soon as its keeper has made it; RuntimeError when that has failed."""
    until = time.monotonic() + START_SECONDS
    while not (folder / "ready").exists():
        if time.monotonic() > until or not folder.exists():
            raise RuntimeError(f"there is no PostgreSQL in {folder} after {START_SECONDS} s")
        time.sleep(0.02)
    if failed := (folder / "ready").read_text():
        raise RuntimeError(failed)
    return Cluster(bin, folder)


@contextmanager
def own_cluster(bin: Path) -> Iterator[Cluster]:
    """Give a cluster that nobody else uses: to be stopped and started at will."""
    kept = Kept(bin)
    try:
        yield wait_for(bin, kept.folder)
    finally:
        kept.close()


def _place() -> str:
    """Return where clusters go: a folder of memory where that has room, for a database is 900 files.

    Never what TMPDIR says: the path of a socket is short, and root's own folders are closed to who runs the server.
    """
    memory = "/dev/shm"
    is_roomy = os.path.isdir(memory) and shutil.disk_usage(memory).free > ROOM_NEEDED
    return memory if is_roomy and os.access(memory, os.W_OK) else "/tmp"


def _owner() -> dict[str, Any]:
    """Return who the server runs as where we are root, whom it refuses; nothing where we are not."""
    if os.geteuid():
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def _environ() -> Mapping[str, str]:
    """Return our environment without what would lead to another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _keep(bin: Path, folder: Path) -> None:
    cluster = Cluster(bin, folder)
    said = ""
    try:
        try:
            cluster.make()
        except Exception as error:
            said = str(error) or repr(error)
        (folder / "making").write_text(said)
        (folder / "making").rename(folder / "ready")
        sys.stdin.read()
    finally:
        with suppress(RuntimeError):  # it never started, or a test has stopped it
            cluster.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _keep(Path(sys.argv[1]), Path(sys.argv[2]))
