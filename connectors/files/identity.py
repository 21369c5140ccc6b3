"""What a row has to tell: which one it is, and whom it is about."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from c360cli.kinds import CONTACT, CUSTOMER, USAGE, Kind
from c360cli.names import long_salesforce_id

from .cells import says_nothing

# What tells who a row is about: one of them at least, where there are columns for them.
_TOLD_BY = {
    CUSTOMER.name: ("name", "domain", "domains", "website", "external_id"),
    CONTACT.name: ("name", "email"),
}


def empty_headers(
    kind: Kind, fields: Sequence[tuple[str, str, str]], values: Mapping[str, Any], no_address: str
) -> list[str]:
    """Return the headers of what a row lacks to be told apart from others, or to say anything about anybody.

    A word in the place of an address, kept under ``no_address``, says something.
    """
    needed = ("customer_ref", "measure", "day", "value") if kind is USAGE else ("source_id",)
    empty = [header for header, name, _ in fields if name in needed and values.get(name) is None]
    told_by = _TOLD_BY.get(kind.name, ())
    word = values.get(no_address)
    if empty or any(values.get(name) for name in told_by) or (word and not says_nothing(word)):
        return empty
    return [header for header, name, _ in fields if name in told_by]


def usage_id(values: Mapping[str, Any]) -> str:
    """Return the identity of a usage row: customer, measure, instance and day, as they are while they are short.

    A late correction may name the customer in another case, or by the longer form of one Salesforce id.
    """
    parts = [str(values.get(name) or "") for name in ("customer_ref", "measure", "instance", "day")]
    parts[0] = parts[0].lower() if "." in parts[0] or "@" in parts[0] else long_salesforce_id(parts[0])
    joined = "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)
    return joined if len(joined) <= 200 else hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()[:32]
