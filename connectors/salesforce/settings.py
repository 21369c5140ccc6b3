"""The options of a Salesforce source, checked before anything is sent."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from c360cli.errors import ConfigError

from ..options import auth_option, number_option, refuse_unknown, web_address
from .objects import CONTRACT, OBJECTS, SalesforceObject, Take, subscription_object

API_VERSION = "62.0"
LARGEST_PAGE = 2000
# Measured (docs/benchmarks.md): below it pages are as quick as the quickest bulk job anybody has reported, and a job
# saves a dozen API requests at most; above it the requests of pages grow, and those of a job hardly do.
BULK_ABOVE = 50_000
SMALLEST_PAGE = 200

_OPTIONS = (
    "connector", "base_url", "auth", "fields", "streams", "subscription_object", "overlap_minutes", "page_size",
    "api_version", "bulk_above", "api_reserve_percent", "reconcile_days",
)  # fmt: skip
# What each needs, and what it may have.
_AUTH: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "web": (("client_id",), ("client_secret", "scope", "port", "keep_in")),
    "refresh_token": (("client_id", "token"), ("client_secret", "keep_in")),
    "jwt": (("client_id", "username", "key"), ("audience",)),
    "client_credentials": (("client_id", "client_secret"), ()),
    "sf_cli": ((), ("org", "program")),
    "access_token": (("token",), ()),
}
# What goes into a query is checked here, once: names, and dots between them.
_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
_PATH = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*){0,5}", re.ASCII)
_CANONICAL = re.compile(r"[a-z]\w*", re.ASCII)


class Settings(NamedTuple):
    """The options as the connector uses them; ``configured`` are the (kind, canonical name) that the config names.

    ``bulk_above`` is None where everything comes page by page.
    """

    base_url: str
    auth: Mapping[str, Any]
    objects: tuple[SalesforceObject, ...]
    configured: frozenset[tuple[str, str]]
    overlap_minutes: int
    page_size: int
    api_version: str
    bulk_above: int | None
    api_reserve_percent: int
    reconcile_days: int


def read_settings(source: str, options: Mapping[str, Any]) -> Settings:
    """Return the checked options. Raises ConfigError."""
    refuse_unknown(source, "option", options, _OPTIONS)
    fields = _fields(source, options.get("fields"))
    objects = _objects(source, options, fields)
    return Settings(
        base_url=_base_url(source, options.get("base_url")),
        auth=auth_option(source, options.get("auth"), _AUTH),
        objects=objects,
        configured=frozenset(
            [(kind, name) for kind, sources in fields.items() for name in sources]
            + [("subscription", name) for name in _own_fields(source, options.get("subscription_object"))]
        ),
        overlap_minutes=number_option(source, options, "overlap_minutes", 10, 0, 7 * 24 * 60),
        page_size=number_option(source, options, "page_size", LARGEST_PAGE, SMALLEST_PAGE, LARGEST_PAGE),
        api_version=_api_version(source, options.get("api_version", API_VERSION)),
        bulk_above=_bulk_above(source, options),
        api_reserve_percent=number_option(source, options, "api_reserve_percent", 10, 0, 99),
        reconcile_days=number_option(source, options, "reconcile_days", 7, 0, 365),
    )


def _base_url(source: str, url: object) -> str:
    host = web_address(source, url, "https://example.my.salesforce.com").hostname or ""
    if host.endswith(".lightning.force.com") or host in ("login.salesforce.com", "test.salesforce.com"):
        raise ConfigError(
            f"{source}: {host} is a place for people, not for programs.",
            "Write your My Domain address: Setup > My Domain, for example https://example.my.salesforce.com",
        )
    return str(url).rstrip("/")


def _objects(
    source: str, options: Mapping[str, Any], fields: Mapping[str, Mapping[str, Take | None]]
) -> tuple[SalesforceObject, ...]:
    objects = list(OBJECTS)
    own = options.get("subscription_object")
    if own is not None:
        mapped = _with_fields(subscription_object(own["name"] if isinstance(own, Mapping) and _is_name(own) else ""),
                              _own_fields(source, own))  # fmt: skip
        objects[objects.index(CONTRACT)] = mapped
    named = options.get("streams")
    if named is not None:
        if not isinstance(named, list | tuple) or not named:
            raise ConfigError(f"{source}: streams must be a list.", f"There are {_streams(objects)}.")
        refuse_unknown(source, "stream", named, [each.stream for each in objects])
        objects = [each for each in objects if each.stream in named]
    return tuple(_with_fields(each, fields.get(each.kind, {})) for each in objects)


def _streams(objects: Iterable[SalesforceObject]) -> str:
    return ", ".join(each.stream for each in objects)


def _with_fields(each: SalesforceObject, fields: Mapping[str, Take | None]) -> SalesforceObject:
    merged = {**each.fields, **fields}
    return each._replace(fields={name: take for name, take in merged.items() if take is not None})


def _is_name(own: Mapping[str, Any]) -> bool:
    return isinstance(own.get("name"), str) and _NAME.fullmatch(own["name"]) is not None


def _own_fields(source: str, own: object) -> dict[str, Take | None]:
    """Return the field map of a configured subscription object."""
    if own is None:
        return {}
    if not isinstance(own, Mapping) or not _is_name(own):
        raise ConfigError(
            f"{source}: subscription_object must name an object of Salesforce.",
            "For example: {name: Subscription__c, fields: {status: Status__c}}",
        )
    refuse_unknown(source, "option of subscription_object", own, ("name", "fields"))
    return _mapping(source, "subscription_object.fields", own.get("fields") or {})


def _fields(source: str, fields: object) -> dict[str, dict[str, Take | None]]:
    if fields is None:
        return {}
    if not isinstance(fields, Mapping):
        raise ConfigError(
            f"{source}: fields must map kinds to fields.", "For example: fields: {customer: {arr: ARR__c}}"
        )
    kinds = list(dict.fromkeys(each.kind for each in OBJECTS))
    refuse_unknown(source, "kind for fields", fields, kinds)
    return {kind: _mapping(source, f"fields.{kind}", mapping or {}) for kind, mapping in fields.items()}


def _mapping(source: str, where: str, mapping: object) -> dict[str, Take | None]:
    if not isinstance(mapping, Mapping):
        raise ConfigError(f"{source}: {where} must be canonical name: source field.", "For example: {arr: ARR__c}")
    read: dict[str, Take | None] = {}
    for name, path in mapping.items():
        if not isinstance(name, str) or not _CANONICAL.fullmatch(name):
            raise ConfigError(
                f'{source}: {where}: "{name}" is no name for a field.', "Use small letters, digits and _."
            )
        if path is not None and not (isinstance(path, str) and _PATH.fullmatch(path)):
            raise ConfigError(
                f"{source}: {where}.{name} must name a field of Salesforce.", "For example: ARR__c, or CSM__r.Email"
            )
        read[name] = Take((path,)) if path is not None else None
    return read


def _bulk_above(source: str, options: Mapping[str, Any]) -> int | None:
    if options.get("bulk_above") == "never":
        return None
    try:
        return number_option(source, options, "bulk_above", BULK_ABOVE, 0, 10**9)
    except ConfigError as error:
        raise ConfigError(str(error), "Or never, where all is to come page by page.") from None


def _api_version(source: str, version: object) -> str:
    found = re.fullmatch(r"v?(\d{2,3})(\.0)?", str(version), re.ASCII)
    if not found:
        raise ConfigError(f"{source}: api_version must be like {API_VERSION}.")
    return f"{found[1]}.0"
