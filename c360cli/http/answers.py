"""What a server answered, and its JSON, read whatever it contains."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import msgspec

from c360cli.times import Clock

# No honest number is longer; int() refuses to read thousands of digits, and floats lose them.
_LONGEST_INTEGER = 400
# What comes from a clock that was never set, or a date that was never filled in, tells no time.
_FIRST_YEAR = 1970


class Answer(NamedTuple):
    """One answer: header names match in any case, the body is decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body read as JSON; ValueError when it is none or nests too deep to read.

        What strict JSON forbids but servers send is mended: a byte order mark is skipped, lone surrogates and
        bytes that are no UTF-8 become U+FFFD, NaN and Infinity become None, an endless integer stays text.
        """
        try:
            return msgspec.json.decode(self.body)
        except RecursionError:
            pass
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self._json_mended()
        raise ValueError("JSON nested too deep to read")

    def _json_mended(self) -> Any:
        text = self.body.decode("utf-8-sig", "replace")
        try:
            return _without_surrogates(json.loads(text, parse_int=_integer, parse_constant=lambda _: None))
        except RecursionError:
            pass
        raise ValueError("JSON nested too deep to read")

    @property
    def is_html(self) -> bool:
        """Whether a person's page came where a program's answer was due: a login page, a proxy's apology."""
        return self.body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html"))


def retry_after_seconds(headers: Mapping[str, str], clock: Clock) -> float | None:
    """Return the wait ``Retry-After`` asks for, never negative; None without one or when it makes no sense.

    It is a number of seconds or an HTTP date (RFC 9110, 10.2.3). A date is held against the server's own ``Date``
    where there is one, so that two clocks that differ do not matter.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    until = http_date(text)
    if until is None:
        return None
    now = http_date(headers.get("Date", "")) or clock()
    return max(0.0, (until - now).total_seconds())


def http_date(text: str) -> datetime | None:
    """Return the moment an HTTP date names, in UTC; None when it names none, or one before there were such dates."""
    try:
        when = parsedate_to_datetime(text)
        return when.astimezone(UTC) if when.tzinfo is not None and when.year >= _FIRST_YEAR else None
    except (ValueError, IndexError, OverflowError):
        return None


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value
