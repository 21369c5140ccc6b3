"""Where a PostgreSQL store is: its URL taken apart, without ever repeating what may be a password."""

import re
from typing import Any, NamedTuple

from c360cli.errors import StoreError
from c360cli.secret import remember

CONNECT_TIMEOUT_SECONDS = 10
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
    options.setdefault("connect_timeout", CONNECT_TIMEOUT_SECONDS)
    options.setdefault("fallback_application_name", "c360")
    host = names["host"]
    user = f"{names['user']}@" if names["user"] else ""
    port = f":{names['port']}" if names["port"] else ""
    socket = f"?host={host}" if host.startswith("/") else ""
    server = "" if socket else f"{user}{host}{port}"
    return Address(f"postgresql://{server}/{names['dbname']}{socket}", options)
