"""One value of a data set as it stands in a file: a cell of CSV or TSV, or what JSON writes."""

import json
import re
from typing import Any

import msgspec

from c360cli import money
from c360cli.render.csv import safe_cell

NUMBERS = frozenset(("integer", "real", "money"))

_TSV = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# Most text: it begins with a letter or a digit and has nothing in it that any of the formats minds.
_IS_EASY = re.compile(r"[0-9A-Za-z][ !#-+\--\[\]-~]*").fullmatch
_NEEDS_QUOTES = re.compile('[,"\r\n]').search
# Controls that JSON leaves alone but a terminal may obey; as an escape they are the same text to every reader.
_OBEYED = re.compile("[\x7f-\x9f]")
# What makes text read in another order than it has: CSV and TSV show it.
_TURNING_BYTES = re.compile(b"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])")
_OBEYED_BYTES = re.compile(rb"\x7f|\xc2[\x80-\x9f]")


def csv_cell(value: Any, type_: str, currency: str | None = None, raw: bool = False) -> str:
    """Return a cell of RFC 4180: quoted where it must be, formulas defused unless ``raw``."""
    if type_ == "json":
        return "" if value is None else '"' + _harmless(value, raw).replace('"', '""') + '"'
    if type_ in NUMBERS or type_ == "bool":
        return plain(value, type_, currency)
    return csv_text(plain(value, type_, currency), raw)


def csv_text(text: str, raw: bool) -> str:
    """Return a text as a cell of CSV."""
    if _IS_EASY(text):
        return text
    text = safe_cell(text, raw)
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES(text) else text


def tsv_cell(value: Any, type_: str, currency: str | None = None, raw: bool = False) -> str:
    """Return a cell of TSV: tabs and line ends inside are \\t, \\n and \\r, formulas are defused unless ``raw``."""
    if type_ == "json":
        return "" if value is None else _harmless(value, raw).translate(_TSV)
    if type_ in NUMBERS or type_ == "bool":
        return plain(value, type_, currency)
    return tsv_text(plain(value, type_, currency), raw)


def tsv_text(text: str, raw: bool) -> str:
    """Return a text as a cell of TSV."""
    if _IS_EASY(text):
        return text
    return str(safe_cell(text, raw)).translate(_TSV)


def json_value(value: Any, type_: str, currency: str | None = None) -> Any:
    """Return what msgspec writes as the JSON of one value: money as a number with its digits, JSON as it stands."""
    if type_ == "json":
        return msgspec.Raw(value.encode() if value is not None else b"{}")
    if type_ == "list":
        return msgspec.Raw(value.encode() if value is not None else b"[]")
    if value is None:
        return None
    if type_ == "bool":
        return {1: True, 0: False}.get(value)
    if type_ == "money":
        return msgspec.Raw(money.plain(value, currency).encode())
    if type_ == "real":
        return int(value) if _is_whole(value) else value
    return plain(value, type_, currency) if type_ == "logged" else value


def is_obeyed(written: bytes) -> bool:
    """Tell whether there is a control in UTF-8 that JSON and SQL leave as it is."""
    return b"\x7f" in written or (b"\xc2" in written and _OBEYED_BYTES.search(written) is not None)


def is_turning(written: bytes) -> bool:
    """Tell whether there is a sign in UTF-8 that turns the order of what follows."""
    return b"\xe2" in written and _TURNING_BYTES.search(written) is not None


def harmless_json(written: bytes) -> bytes:
    """Return JSON in which every control is an escape; what it says stays the same."""
    if not is_obeyed(written):
        return written
    return _OBEYED_BYTES.sub(lambda found: b"\\u%04x" % ord(found[0].decode()), written)


def plain(value: Any, type_: str, currency: str | None = None) -> str:
    """Return a value as text, before anything is quoted; "" for None."""
    if value is None:
        return ""
    if type_ == "text":
        return str(value)
    if type_ == "bool":
        return {1: "true", 0: "false"}.get(value, "")
    if type_ == "money":
        return money.plain(value, currency)
    if type_ == "logged" and currency is not None:
        return money.plain(int(value), currency)
    if type_ == "real":
        return str(int(value)) if _is_whole(value) else repr(value)
    if type_ == "list":
        return ";".join(map(str, json.loads(value)))
    return str(value)


def _is_whole(value: float) -> bool:
    return abs(value) < 1e15 and value == int(value)


def _harmless(text: str, raw: bool) -> str:
    return text if raw else _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
