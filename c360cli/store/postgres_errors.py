"""What PostgreSQL says when it fails, as a StoreError that says the next step."""

import re
from typing import Any

from c360cli.errors import StoreError
from c360cli.secret import redact
from c360cli.store.postgres_place import Address

# SQLSTATEs after which the same work may succeed: https://www.postgresql.org/docs/current/errcodes-appendix.html
AGAIN = frozenset(("40001", "40P01", "23505", "55P03"))
# The server goes away or is not there yet: an administrator's or a crash's shutdown, a start, a broken connection.
LOST = frozenset(("57P01", "57P02", "57P03", "08000", "08003", "08006"))


class Passing(StoreError):
    """What may succeed when it is done again; ``is_lost`` tells a lost connection from a clash with somebody else."""

    def __init__(self, message: str, hint: str, is_lost: bool) -> None:
        super().__init__(message, hint)
        self.is_lost = is_lost

    @property
    def code(self) -> str:
        """The name scripts match on: whether it was tried again is nobody's business."""
        return StoreError.__name__


# What a refused connection says, in the order it is looked for: it has no SQLSTATE. -> (words, next step, may pass)
_CONNECTING = (
    ("password authentication failed", "refuses the password of {user}", "{keep}"),
    ("no password supplied", "asks {user} for a password", "{keep}"),
    ("fe_sendauth", "asks {user} for a password", "{keep}"),
    ("authentication failed", "does not let {user} in", "Check the user of the URL, and pg_hba.conf of the server."),
    ("no encryption", "wants its connections encrypted", "Take sslmode=disable out of the URL: ?sslmode=verify-full"),
    ("no pg_hba.conf entry", "does not let {user} in from here", "Its pg_hba.conf must name this machine and user."),
    (
        "permission denied for database",
        "does not let {user} into that database",
        "grant connect on database {dbname} to {user};",
    ),
    ("is not permitted to log in", "lets {user} not log in", "alter role {user} login;"),
    (
        "not currently accepting connections",
        "takes no connections to that database",
        "alter database {dbname} allow_connections true;",
    ),
    (r'role "[^"]*" does not exist', "knows no role {user}", "create role {user} login;"),
    (
        r'database "[^"]*" does not exist',
        "has no database of that name",
        "createdb {dbname}, or another name in the URL.",
    ),
    (
        "root certificate file",
        "cannot be trusted: the root certificate of the URL is not there",
        "Check sslrootcert of the URL.",
    ),
    ("certificate", "shows a certificate that does not hold", "Check sslmode and sslrootcert of the URL."),
    ("SSL", "does not agree on TLS with us", "Check sslmode of the URL."),
)
_WHERE_TO_KEEP = (
    "Put it into ~/.pgpass (chmod 600), or name it in config.yaml: store: {url: ..., password: {env: NAME}}."
)
_LOST_HINT = "What was stored is whole: run the same command again once the server is back."


def worded(error: Exception, address: Address, *, is_lost: bool | None = None) -> StoreError:
    """Return ``error`` as a StoreError; ``is_lost`` None while connecting. Its words never hold a password."""
    state: str | None = getattr(error, "sqlstate", None)
    if is_lost is None and state is None:
        return _not_connected(str(error), address)
    place = address.place
    if is_lost or state in LOST:
        return Passing(f"{place}: the connection was lost.", _LOST_HINT, True)
    what = _what(error)
    if state in AGAIN:
        return Passing(f"{place}: {what}.", "Somebody else was writing the same: try again.", False)
    said = _SAID.get(state or "") or _SAID.get((state or "")[:2])
    if said:
        return StoreError(f"{place} {said[0].format(what=what)}.", said[1].format(place=place))
    return StoreError(f"{place}: {what}.")


_SAID = {
    "25006": (
        "can only be read: it is a standby, or set to read-only",
        "Name the primary in the URL; with several hosts: ?target_session_attrs=read-write",
    ),
    "42501": (
        "does not allow that: {what}",
        "docs/teams.md lists what each role needs: rights on the schema, its tables, and grant temporary on database.",
    ),
    "57014": (
        "took too long and was stopped: {what}",
        "A longer time: ?options=-cstatement_timeout%3D5min in the URL.",
    ),
    "53100": ("has no room on its disk: {what}", "Make room there and try again; what was stored is unharmed."),
    "53300": ("has no free connection: {what}", "Try again in a moment, or raise max_connections."),
    "22P05": ("cannot hold every sign: {what}", "createdb --encoding=UTF8 --template=template0 makes one that can."),
    "54": ("has met a value beyond its limits: {what}", "Shorten it at its source; what was stored is whole."),
    "53": ("is out of resources: {what}", "Try again; what was stored is unharmed."),
    "3F000": ("has no schema to put tables into: {what}", "create schema c360; and ?options=-csearch_path%3Dc360"),
    "42P07": (
        "holds tables of somebody else by the names of ours: {what}",
        "Give c360 a schema of its own: create schema c360; and ?options=-csearch_path%3Dc360 in the URL.",
    ),
}


def _not_connected(said: str, address: Address) -> StoreError:
    facts: dict[str, Any] = {
        "user": address.options.get("user") or "this user",
        "dbname": address.options.get("dbname") or "NAME",
        "keep": _WHERE_TO_KEEP,
    }
    if any(words in said for words in ("starting up", "shutting down", "in recovery mode", "not yet accepting")):
        return Passing(f"{address.place} is just starting or stopping.", "Try again in a moment.", True)
    if any(words in said for words in ("too many clients", "connection slots", "too many connections")):
        return StoreError(
            f"{address.place} has no free connection.", "Try again in a moment, or raise max_connections."
        )
    if "FATAL" in said or "SSL" in said or "certificate" in said or "fe_sendauth" in said:
        for words, what, hint in _CONNECTING:
            if re.search(words, said):
                return StoreError(f"{address.place} {what.format(**facts)}.", hint.format(**facts))
    found = re.search(r"failed: ([^\n]+)", said)  # the first of several hosts speaks for all
    reason = redact(found[1] if found else said.strip().partition("\n")[0]).strip().rstrip(".")
    if re.search(r"failed: [^\s:]{2,20}: ", said):  # the server's own word, in its own language
        return StoreError(f"{address.place} refuses the connection: {reason}.", "The log of the server says more.")
    return Passing(
        f"{address.place} cannot be reached: {reason or 'it gives no reason'}.",
        "Is the server running, and are host and port right? psql with the same URL tells more.",
        True,
    )


def _what(error: Exception) -> str:
    """Return the server's own sentence, without its details: they may hold a row."""
    said = getattr(getattr(error, "diag", None), "message_primary", None) or str(error).partition("\n")[0]
    return redact(str(said)).rstrip(".")
