"""Backups of a PostgreSQL store are PostgreSQL's own work: the lines to run, with no password in them."""

import shlex
from urllib.parse import quote, urlencode

from c360cli.errors import StoreError
from c360cli.store.postgres_place import DEFAULTS, Address

_IN_FRONT = ("user", "host", "port", "dbname")
_NEVER_TOLD = ("password", "sslpassword", *DEFAULTS)


def refuse_to_back_up(address: Address, schema: str, path: str) -> StoreError:
    """Return the error that says how the store at ``address`` is backed up into ``path``."""
    file = path.removesuffix(".db") + ".dump" if path.endswith(".db") else path
    # In double quotes pg_dump takes a name as it is, and else as a pattern in lower case. Always a schema: another one
    # of this database may hold another store, and restoring ours would take that one back too.
    exact = '"' + schema.replace('"', '""') + '"'
    only = f" --schema={shlex.quote(exact)}"
    return StoreError(
        f"{address.place} is a server's store, and its own tool makes the backup.",
        f"pg_dump --format=custom{only} --file={shlex.quote(file)} {shlex.quote(url_without_password(address))}",
    )


def refuse_to_restore(address: Address, file: str) -> StoreError:
    """Return the error that says how the backup ``file`` gets into the store at ``address``."""
    file = f"./{file}" if file.startswith("-") else file
    return StoreError(
        f"{address.place} is a server's store, and its own tool restores the backup.",
        "pg_restore --clean --if-exists --single-transaction --no-owner"
        f" --dbname={shlex.quote(url_without_password(address))} {shlex.quote(file)}",
    )


def url_without_password(address: Address) -> str:
    """Return the URL as another program can use it; the password comes from ~/.pgpass or PGPASSWORD."""
    said = {name: str(value) for name, value in address.options.items() if name not in _NEVER_TOLD and value}
    user, host, port, database = (said.get(name, "") for name in _IN_FRONT)
    more = {name: value for name, value in said.items() if name not in _IN_FRONT}
    if host.startswith("/") or "," in host:
        more = {"host": host, **({"port": port} if port else {}), **more}
        host = port = ""
    place = f"[{host}]" if ":" in host else host
    who = f"{quote(user, safe='')}@" if user else ""
    options = f"?{urlencode(more, quote_via=quote, safe='/')}" if more else ""
    return f"postgresql://{who}{place}{f':{port}' if port else ''}/{quote(database, safe='')}{options}"
