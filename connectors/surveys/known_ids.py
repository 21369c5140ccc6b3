"""Which answers of which responses were read, kept small in a cursor: what is not there any more was deleted."""

import base64
import binascii
import zlib
from collections.abc import Iterable, Mapping

Known = dict[str, frozenset[str]]

# Above it a form is not looked through for deleted responses: a cursor is written with every page.
MOST = 100_000
_LARGEST_BYTES = 32 << 20


def pack(known: Mapping[str, Iterable[str]]) -> str:
    """Return the ids of answers, by that of their response, as a short text; empty where they are too many."""
    ids = sorted(each for answers in known.values() for each in answers)
    return base64.b85encode(zlib.compress("\n".join(ids).encode(), 6)).decode() if len(ids) <= MOST else ""


def unpack(packed: object) -> Known:
    """Return what ``pack`` made a text of; nothing for anything else."""
    try:
        raw = zlib.decompressobj().decompress(base64.b85decode(str(packed or "")), _LARGEST_BYTES)
        ids = set(raw.decode().split("\n")) - {""}
    except (ValueError, zlib.error, binascii.Error):
        return {}
    known: dict[str, set[str]] = {}
    for identity in ids:
        known.setdefault(identity.partition(":")[0], set()).add(identity)
    return {response: frozenset(answers) for response, answers in known.items()}
