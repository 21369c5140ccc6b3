"""The options of a Zendesk source, checked before anything is sent."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any, NamedTuple

from c360cli.errors import ConfigError
from c360cli.kinds import KINDS
from c360cli.times import parse_moment, read_moment

from ..options import auth_option, number_option, read_as, refuse_unknown, web_address

STREAMS = {
    "organizations": ("customer",),
    "users": ("contact", "user"),
    "tickets": ("case",),
    "organization_memberships": ("contact",),
    "survey_responses": ("survey",),
    "satisfaction_ratings": ("survey",),
}
LARGEST_PAGE = 1000

_OPTIONS = ("connector", "base_url", "auth", "start", "streams", "fields", "page_size")
# What each needs, and what it may have.
_AUTH: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "web": (("client_id",), ("client_secret", "scope", "port", "keep_in")),
    "refresh_token": (("client_id", "token"), ("client_secret", "scope", "keep_in")),
    "client_credentials": (("client_id", "client_secret"), ("scope",)),
    "oauth_token": (("token",), ()),
    "api_token": (("email", "token"), ()),
}
_SCOPE = re.compile(r"([a-z_]+:)?(read|write)")
# https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/#scopes
_SCOPED = (
    "tickets", "users", "organizations", "satisfaction_ratings", "hc", "requests", "auditlogs", "apps", "triggers",
    "automations", "targets", "webhooks", "macros", "dynamic_content", "any_channel", "web_widget", "zis",
)  # fmt: skip


class Settings(NamedTuple):
    """The options as the connector uses them; ``start`` is in seconds since 1970, ``fields`` {kind: {column: path}}."""

    base_url: str
    auth: Mapping[str, Any]
    start: int
    streams: tuple[str, ...]
    page_size: int
    fields: Mapping[str, Mapping[str, str | None]]

    def read_as(self, stream: str) -> str:
        """Return a short name for what decides how ``stream`` is read: account, start, field map."""
        fields = {kind: sorted(self.fields.get(kind, {}).items(), key=str) for kind in STREAMS[stream]}
        return read_as(self.base_url, self.start, fields)


def read_settings(source: str, options: Mapping[str, Any], zone: tzinfo = UTC) -> Settings:
    """Return the checked options; a day in ``start`` begins at midnight in ``zone``. Raises ConfigError."""
    refuse_unknown(source, "option", options, _OPTIONS)
    return Settings(
        base_url=_base_url(source, options.get("base_url")),
        auth=_auth(source, options.get("auth")),
        start=_start(source, options.get("start"), zone),
        streams=_streams(source, options.get("streams")),
        page_size=number_option(source, options, "page_size", LARGEST_PAGE, 1, LARGEST_PAGE),
        fields=_fields(source, options.get("fields")),
    )


def _base_url(source: str, url: object) -> str:
    parts = web_address(source, url, "https://example.zendesk.com")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/api/v2')}"


def _auth(source: str, auth: object) -> Mapping[str, Any]:
    checked = auth_option(source, auth, _AUTH)
    # A misspelt scope still gets a token, and that token then is refused everywhere.
    for scope in str(checked.get("scope", "read")).split():
        meant = _slip_of(scope)
        if meant or not _SCOPE.fullmatch(scope):
            way_out = f'Did you mean "{meant}"?' if meant else "For example: read, or tickets:read."
            raise ConfigError(f'{source}: "{scope}" is not a Zendesk scope.', way_out)
    return checked


def _slip_of(scope: str) -> str:
    """Return the scope that was meant; nothing for a known one, or one that Zendesk may have added since."""
    from difflib import get_close_matches

    resource, mark, right = scope.partition(":")
    if not mark or resource in _SCOPED:
        return ""
    return next((f"{near}:{right}" for near in get_close_matches(resource, _SCOPED, 1, 0.8)), "")


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
    refuse_unknown(source, "stream", streams, STREAMS)
    return tuple(stream for stream in STREAMS if stream in streams)


def _fields(source: str, fields: object) -> Mapping[str, Mapping[str, str | None]]:
    kinds = sorted({kind for kinds in STREAMS.values() for kind in kinds})
    if fields is None:
        return {}
    if not isinstance(fields, Mapping):
        raise ConfigError(f"{source}: fields must map kinds to fields.", "For example: fields: {case: {type: Area}}")
    refuse_unknown(source, "kind for fields", fields, kinds)
    for kind, mapping in fields.items():
        if not isinstance(mapping, Mapping):
            raise ConfigError(f"{source}: fields of {kind} must be canonical name: source field.")
        columns = [column.name for column in KINDS[kind].columns] + ["customer_ref"] * KINDS[kind].has_customer
        refuse_unknown(source, f"{kind} field", mapping, columns)
        for column, path in mapping.items():
            if path is not None and (not isinstance(path, str) or not path):
                raise ConfigError(f"{source}: {kind}.{column} must name a field of Zendesk.")
    return {kind: dict(mapping) for kind, mapping in fields.items()}
