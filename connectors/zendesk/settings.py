"""The options of a Zendesk source, checked before anything is sent."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from c360cli.errors import ConfigError
from c360cli.kinds import KINDS
from c360cli.nearest import did_you_mean
from c360cli.times import parse_moment, read_moment

STREAMS = {
    "organizations": ("customer",),
    "users": ("contact", "user"),
    "tickets": ("case",),
    "satisfaction_ratings": ("survey",),
}
LARGEST_PAGE = 1000

_OPTIONS = ("connector", "base_url", "auth", "start", "streams", "fields", "page_size")
_AUTH = {
    "client_credentials": {"required": ("client_id", "client_secret"), "optional": ("scope",)},
    "oauth_token": {"required": ("token",), "optional": ()},
    "api_token": {"required": ("email", "token"), "optional": ()},
}
_SCOPE = re.compile(r"([a-z_]+:)?(read|write)")


class Settings(NamedTuple):
    """The options as the connector uses them; ``start`` is in seconds since 1970, ``fields`` {kind: {column: path}}."""

    base_url: str
    auth: Mapping[str, Any]
    start: int
    streams: tuple[str, ...]
    page_size: int
    fields: Mapping[str, Mapping[str, str | None]]


def read_settings(source: str, options: Mapping[str, Any], zone: tzinfo = UTC) -> Settings:
    """Return the checked options; a day in ``start`` begins at midnight in ``zone``. Raises ConfigError."""
    for option in options:
        _known(source, "option", option, _OPTIONS)
    return Settings(
        base_url=_base_url(source, options.get("base_url")),
        auth=_auth(source, options.get("auth")),
        start=_start(source, options.get("start"), zone),
        streams=_streams(source, options.get("streams")),
        page_size=_page_size(source, options.get("page_size", LARGEST_PAGE)),
        fields=_fields(source, options.get("fields")),
    )


def _known(source: str, what: str, word: object, words: Iterable[str]) -> None:
    """Raise ConfigError with the nearest word unless ``word`` is one of ``words``."""
    words = list(words)
    if word in words:
        return
    hint = did_you_mean(str(word), words) or f"There are {', '.join(words)}."
    raise ConfigError(f'{source}: there is no {what} "{word}".', hint)


def _base_url(source: str, url: object) -> str:
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(
            f"{source}: base_url must be the address of your Zendesk.", "For example: https://example.zendesk.com"
        )
    if parts.username or parts.password:
        raise ConfigError(f"{source}: base_url must not carry a login.", "Put it under auth.")
    path = parts.path.rstrip("/").removesuffix("/api/v2")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _auth(source: str, auth: object) -> Mapping[str, Any]:
    if not isinstance(auth, Mapping) or "type" not in auth:
        raise ConfigError(f"{source}: auth is missing.", f"auth needs a type: {', '.join(_AUTH)}.")
    kind = auth["type"]
    _known(source, "auth type", kind, _AUTH)
    required, optional = _AUTH[kind]["required"], _AUTH[kind]["optional"]
    for option in auth:
        _known(source, f"{kind} option", option, ("type", *required, *optional))
    missing = [option for option in required if not auth.get(option)]
    if missing:
        raise ConfigError(f"{source}: auth {kind} needs {' and '.join(missing)}.")
    # A misspelt scope still gets a token, and that token then is refused everywhere.
    for scope in str(auth.get("scope", "read")).split():
        if not _SCOPE.fullmatch(scope):
            raise ConfigError(f'{source}: "{scope}" is not a Zendesk scope.', "For example: read, or tickets:read.")
    return auth


def _start(source: str, start: object, zone: tzinfo) -> int:
    """Return seconds since 1970; 1 stands for "everything", because some endpoints take 0 for "not given"."""
    try:
        if start is None:
            return 1
        if isinstance(start, datetime):
            return max(1, int((start if start.tzinfo else start.replace(tzinfo=zone)).timestamp()))
        if isinstance(start, date):
            return max(1, int(datetime(start.year, start.month, start.day, tzinfo=zone).timestamp()))
        if isinstance(start, int) and not isinstance(start, bool) and start >= 0:
            return max(1, start)
        if isinstance(start, str):
            words = start.strip()
            full = f"{words}T00:00:00" if len(words) == 10 else words
            return max(1, int(parse_moment(read_moment(full, zone)).timestamp()))
    except (ValueError, OverflowError):
        pass
    raise ConfigError(f'{source}: start "{start}" is not a day.', "For example: start: 2024-01-01")


def _streams(source: str, streams: object) -> tuple[str, ...]:
    if streams is None:
        return tuple(STREAMS)
    if not isinstance(streams, list | tuple) or not streams:
        raise ConfigError(f"{source}: streams must be a list.", f"There are {', '.join(STREAMS)}.")
    for stream in streams:
        _known(source, "stream", stream, STREAMS)
    return tuple(stream for stream in STREAMS if stream in streams)


def _page_size(source: str, size: object) -> int:
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= LARGEST_PAGE:
        raise ConfigError(f"{source}: page_size must be a number from 1 to {LARGEST_PAGE}.")
    return size


def _fields(source: str, fields: object) -> Mapping[str, Mapping[str, str | None]]:
    kinds = sorted({kind for kinds in STREAMS.values() for kind in kinds})
    if fields is None:
        return {}
    if not isinstance(fields, Mapping):
        raise ConfigError(f"{source}: fields must map kinds to fields.", "For example: fields: {case: {type: Area}}")
    for kind, mapping in fields.items():
        _known(source, "kind for fields", kind, kinds)
        if not isinstance(mapping, Mapping):
            raise ConfigError(f"{source}: fields of {kind} must be canonical name: source field.")
        columns = [column.name for column in KINDS[kind].columns] + ["customer_ref"] * KINDS[kind].has_customer
        for column, path in mapping.items():
            _known(source, f"{kind} field", column, columns)
            if path is not None and (not isinstance(path, str) or not path):
                raise ConfigError(f"{source}: {kind}.{column} must name a field of Zendesk.")
    return {kind: dict(mapping) for kind, mapping in fields.items()}
