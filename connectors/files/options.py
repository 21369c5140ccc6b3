"""The options of a source made of files, checked: where they are and how they are written."""

import codecs
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any, NamedTuple

from c360cli.connector import Context
from c360cli.errors import ConfigError
from c360cli.nearest import did_you_mean

from ..options import refuse_unknown
from .dates import ORDERS
from .reading import FORMATS, Dialect

# What every source made of files may say; ``connector`` is how it came here.
OPTIONS = ("connector", "path", "format", "delimiter", "encoding", "timezone", "date_order")

_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


class Place(NamedTuple):
    """Where the files of a source are and how they are written, as its options say."""

    source: str
    home: str
    globs: tuple[str, ...]
    dialect: Dialect
    zone: tzinfo
    date_order: str | None
    currency: str = "USD"


def read_place(source: str, options: Mapping[str, Any], context: Context) -> Place:
    """Return the checked options that every source made of files has; raises ConfigError."""
    globs = options.get("path")
    globs = [globs] if isinstance(globs, str) else globs
    if not isinstance(globs, list) or not globs or not all(isinstance(each, str) and each.strip() for each in globs):
        raise ConfigError(f"sources.{source}.path is missing.", "Name a file or a pattern, like path: surveys/*.csv")
    where = f"sources.{source}"
    delimiter = text_option(where, options, "delimiter")
    if delimiter is not None:
        delimiter = _DELIMITERS.get(delimiter.lower(), delimiter)
        if len(delimiter) != 1 or delimiter in '\r\n"':
            raise ConfigError(f"{where}.delimiter must be one character.", "For example: delimiter: ';' or tab")
    return Place(
        source,
        context.home,
        tuple(globs),
        Dialect(choice(where, options, "format", FORMATS), delimiter, _encoding(where, options)),
        _zone(where, options, context.zone),
        choice(where, options, "date_order", ORDERS),
        context.currency,
    )


def text_option(where: str, options: Mapping[str, Any], name: str) -> str | None:
    """Return the text under ``name``, None where it is not said; ConfigError for anything but a text."""
    value = options.get(name)
    if value is not None and (not isinstance(value, str) or not value):
        raise ConfigError(f"{where}.{name} must be a text.")
    return value


def mapping_option(where: str, options: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the mapping under ``name``, empty where it is not said; ConfigError for anything else."""
    value = options.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ConfigError(f"{where}.{name} must be a mapping, like {{name: Name}}.")
    return dict(value)


def choice(where: str, options: Mapping[str, Any], name: str, words: Iterable[str]) -> str | None:
    """Return the option ``name`` when it is one of ``words``, None where it is not said."""
    value = text_option(where, options, name)
    if value is not None:
        refuse_unknown(where, name, [value], words)
    return value


def find_header(asked: str, headers: Iterable[str]) -> str | None:
    """Return the header called ``asked``, exactly or but for case and spaces; None where there is none."""
    headers = list(headers)
    if asked in headers:
        return asked
    return next((header for header in headers if header.split() and fold_header(header) == fold_header(asked)), None)


def fold_header(header: str) -> str:
    return " ".join(header.split()).casefold()


def _encoding(where: str, options: Mapping[str, Any]) -> str | None:
    name = text_option(where, options, "encoding")
    if name is None:
        return None
    try:
        found = codecs.lookup(name)
        # Some codecs are no encodings of text, others cannot go on behind a broken byte.
        if isinstance(codecs.getincrementaldecoder(found.name)("replace").decode(b"a", True), str):
            # A mark at the beginning must not become part of the first header.
            return "utf-8-sig" if found.name == "utf-8" else found.name
    except (LookupError, ValueError, AssertionError, TypeError):
        pass
    raise ConfigError(f'{where}: there is no encoding "{name}".', "For example: utf-8, utf-16, cp1252, latin-1")


def _zone(where: str, options: Mapping[str, Any], otherwise: tzinfo) -> tzinfo:
    from zoneinfo import ZoneInfo, available_timezones

    name = text_option(where, options, "timezone")
    if name is None:
        return otherwise
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder, a path, a name nobody knows
        way_out = did_you_mean(name, available_timezones()) or "For example: America/Los_Angeles"
        raise ConfigError(f'{where}: there is no time zone "{name}".', way_out) from None
