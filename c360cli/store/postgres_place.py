"""Where a PostgreSQL store is: its URL taken apart, without ever repeating what may be a password."""

import re
from typing import Any, NamedTuple

from c360cli.errors import StoreError
from c360cli.secret import remember

# A server that vanished is noticed within a minute or two, and not by the system's keepalive of two hours.
DEFAULTS = {
    "connect_timeout": 10,
    "fallback_application_name": "c360",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_HINT = (
    "It looks like postgresql://USER@HOST:PORT/DATABASE?sslmode=verify-full; signs like @, / and : in a part of it are"
    " written %40, %2F and %3A, and a password is better kept in ~/.pgpass."
)


class Address(NamedTuple):
    """A server and a database there: libpq's ``options``, and the ``place`` as a person may read it."""

    place: str
    options: dict[str, Any]

    def __repr__(self) -> str:
        return f"Address({self.place!r})"


def address(url: str, password: str | None = None) -> Address:
    """Return what ``url`` names; ``password`` wins over one in the URL.

    StoreError for a URL that cannot be read, with nothing of it: a sign that should have been escaped puts a part of
    the password where a host or a port is looked for.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        options: dict[str, Any] = dict(conninfo_to_dict(url))
    except (psycopg.Error, UnicodeError, ValueError):
        raise StoreError("the URL of the store cannot be read.", _HINT) from None
    names = {name: str(options.get(name) or "") for name in ("user", "host", "port", "dbname")}
    if (
        not re.fullmatch(r"[\w.,:%/~-]*", names["host"])
        or not re.fullmatch(r"[\d,]*", names["port"])
        or re.search(r"[@/?&:\s]", names["dbname"])
        or "@" in url.partition("://")[2].rpartition("?")[2].partition("=")[0].rpartition("@")[0]
    ):
        raise StoreError("the URL of the store cannot be read.", _HINT)
    if password is not None:
        options["password"] = password
    for name in ("password", "sslpassword"):
        if options.get(name):
            remember(str(options[name]))
    for name, value in DEFAULTS.items():
        options.setdefault(name, value)
    user = f"{names['user']}@" if names["user"] else ""
    socket = f"?host={names['host']}" if names["host"].startswith("/") else ""
    server = user if socket else f"{user}{_servers(names['host'], names['port'])}"
    return Address(f"postgresql://{server}/{names['dbname']}{socket}", options)


def _servers(hosts: str, ports: str) -> str:
    """Return hosts with their ports as a URL has them; one port is that of all."""
    said = ports.split(",")
    each = [f"[{host}]" if ":" in host else host for host in hosts.split(",")]
    if len(said) == 1:
        said *= len(each)
    return ",".join(f"{host}:{port}" if port else host for host, port in zip(each, said, strict=False))
