"""Single rows by their ids: what lies aside is asked for once more."""

from collections.abc import Iterator, Sequence
from typing import Any

from .api import Api

AT_ONCE = 100
# The lists beside the rows are asked for as an export brings them, or a record read again would lack their values.
_INCLUDES = {"organizations": "", "users": "", "tickets": "metric_sets"}


def rows_by_id(api: Api, stream: str, source_ids: Sequence[str]) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """Yield (ids asked for, the answer), a hundred ids at once; nothing for a stream that has no rows by id.

    Memberships are read whole anyway, and an answer of a survey lies aside under the id of its ticket.
    """
    if stream not in _INCLUDES:
        return
    path = f"/api/v2/{stream}/show_many.json"
    include = {"include": _INCLUDES[stream]} if _INCLUDES[stream] else {}
    known = [identity for identity in source_ids if identity.isascii() and identity.isdigit()]
    for start in range(0, len(known), AT_ONCE):
        asked = known[start : start + AT_ONCE]
        body = api.read(path, {"ids": ",".join(asked), **include})
        api.rows(path, body, stream)
        yield asked, body
