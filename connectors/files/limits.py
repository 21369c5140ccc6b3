"""What no store keeps: too large amounts, and texts too long to look rows up by; told here, they have their line."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from c360cli.kinds import CUSTOMER, Kind
from c360cli.money import to_minor

# What rows are looked up by, and how many bytes of it a store keeps.
LOOKED_UP = frozenset(("domain", "external_id", "csm", "email", "instance", "measure"))
LONGEST_KEY = 800
# An amount of fourteen letters fits in the units of any currency.
_SURELY_SHORT = 14

Limited = list[tuple[str, str, bool]]


def limited_columns(kind: Kind, fields: Iterable[tuple[str, str, str]]) -> Limited:
    """Return (header, canonical name, if it is money) of those of ``fields`` whose size has a limit."""
    looked_up = LOOKED_UP | {"source_id", "customer_ref"} | ({"name"} if kind is CUSTOMER else set())
    return [
        (header, name, type_ == "money")
        for header, name, type_ in fields
        if type_ in ("money", "ref") or name in looked_up
    ]


def too_large(limited: Limited, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (header, reason) for what is too large to be kept."""
    for header, name, is_money in limited:
        value = values.get(name)
        if value is None or (type(value) is str and len(value) <= _SURELY_SHORT):
            continue
        if not is_money:
            if len(value.encode("utf-8", "replace")) > LONGEST_KEY:
                yield header, f"{value[:40]!r}... is longer than {LONGEST_KEY} bytes"
            continue
        try:
            to_minor(value, values.get("currency"))
        except ValueError as error:
            yield header, str(error)
