"""The options connectors share, checked: words that must be known, addresses, logins, numbers."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from c360cli.connector import Context
from c360cli.errors import ConfigError
from c360cli.nearest import did_you_mean
from c360cli.secret import read_secret


def refuse_unknown(where: str, what: str, words: Iterable[object], known: Iterable[str]) -> None:
    """Raise ConfigError for the first of ``words`` that is not ``known``, with the nearest one that is."""
    known = list(known)
    for word in words:
        if word not in known:
            raise ConfigError(
                f'{where}: there is no {what} "{word}".',
                did_you_mean(str(word), known) or f"There are {', '.join(known)}.",
            )


def web_address(where: str, url: object, example: str) -> SplitResult:
    """Return ``base_url`` in its parts; ConfigError for what is no plain http address, or carries a login."""
    hint = f"For example: {example}"
    if not isinstance(url, str) or not url:
        raise ConfigError(f"{where}: base_url is missing.", hint)
    try:
        parts = urlsplit(url)
        is_address = bool(parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
    except ValueError:  # a port that is no number, a bracket that stays open
        is_address = False
    if not is_address or parts.query or parts.fragment:
        raise ConfigError(f"{where}: base_url must be a web address.", hint)
    if parts.username or parts.password:
        raise ConfigError(f"{where}: base_url must not carry a login.", "Put it under auth.")
    return parts


def auth_option(
    where: str, auth: object, types: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
) -> Mapping[str, Any]:
    """Return the checked ``auth``; ``types`` are {type: (what it needs, what it may have)}. Raises ConfigError."""
    if not isinstance(auth, Mapping) or "type" not in auth:
        raise ConfigError(f"{where}: auth is missing.", f"auth needs a type: {', '.join(types)}.")
    kind = auth["type"]
    refuse_unknown(where, "auth type", [kind], types)
    required, optional = types[kind]
    refuse_unknown(where, f"{kind} option", auth, ("type", *required, *optional))
    missing = [option for option in required if not auth.get(option)]
    if missing:
        raise ConfigError(
            f"{where}: auth {kind} needs {' and '.join(missing)}.",
            f"For example: {missing[0]}: {{env: NAME}}" if missing[0] in _SECRETS else "",
        )
    for option, value in auth.items():
        _check_part(where, str(option), value)
    return auth


# Where a browser comes back to after a login; the app at the source has to know the address.
CALLBACK_PORT = 8360
_SECRETS = ("token", "client_secret", "key")


def _check_part(where: str, option: str, value: object) -> None:
    """Raise ConfigError for a part of ``auth`` that cannot be meant."""
    if option in _SECRETS and not isinstance(value, Mapping):
        raise ConfigError(f"{where}: auth.{option} must say where the secret is kept.", "For example: {env: NAME}")
    if option == "port":
        if isinstance(value, bool) or not isinstance(value, int) or not 1024 <= value <= 65535:
            raise ConfigError(f"{where}: auth.port must be a whole number from 1024 to 65535.")
    elif option == "keep_in":
        refuse_unknown(where, "place to keep a login in", [value], ("file", "keyring"))
    elif option == "org" and not (isinstance(value, str) and re.fullmatch(r"[\w.@+][\w.@+-]{0,99}", value)):
        raise ConfigError(f"{where}: auth.org must be the alias or the user name of an org.")
    elif option not in _SECRETS and option != "type" and not (isinstance(value, str) and value.isprintable() and value):
        raise ConfigError(f"{where}: auth.{option} must be a text.", 'Put it in quotes: "..."')


def where_kept(auth: Mapping[str, Any]) -> str:
    """Return where the secrets of a checked ``auth`` are kept, in words, and never what they are."""
    places = []
    for option in _SECRETS:
        for way, place in auth.get(option, {}).items():
            # A command may carry arguments that are nobody's business.
            named = "a command" if way == "command" else f"{_WAYS.get(str(way), str(way))} {place}"
            places.append(f"{option.replace('_', ' ')} from {named}")
    return ", ".join(places) or "config.yaml"


def missing_part(auth: Mapping[str, Any], context: Context) -> str:
    """Return why a secret of a checked ``auth`` is not to be had now, "" where all are.

    Only variables and files are looked at: a command or a keyring may ask somebody for something.
    """
    for option in _SECRETS:
        reference = auth.get(option)
        if not reference or set(reference) - {"env", "file"}:
            continue
        try:
            if option == "key":
                read_secret(reference, context.home, may_have_lines=True)
            else:
                context.secret(reference)
        except ConfigError as error:
            return str(error).rstrip(".")
    return ""


_WAYS = {"env": "the variable", "file": "the file", "keyring": "the keyring's"}


def number_option(where: str, options: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    """Return the whole number under ``name``, ``default`` where it is not said; ConfigError for anything else."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ConfigError(f"{where}: {name} must be a whole number from {least} to {most}.")
    return value


def read_as(base_url: str, *said: Any) -> str:
    """Return a short name for the way a service is read; a cursor with another one is of another account or mapping.

    Of the address only the host counts: the port of a stand-in on this machine is another one each time.
    """
    told = json.dumps([urlsplit(base_url).hostname, *said], sort_keys=True, default=str)
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:12]
