"""Where a section of a layout is shown: on the page, in the short profile, in the document for others."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from c360cli.nodes import Node, Problems

PAGE, WIDGET, SHARE = "c360", "widget", "share"

PLACES = {
    PAGE: "c360 show CUSTOMER",
    WIDGET: "c360 show CUSTOMER --widget",
    SHARE: "c360 export page",
}
"""The places, and the command that fills each."""

# The summary is short enough for a profile; of any other section a layout has to say so.
_USUAL = (PAGE, SHARE)
_OF_SUMMARY = (PAGE, WIDGET, SHARE)


def is_shown(section: str, show_in: Sequence[str], place: str) -> bool:
    """Return whether a section of which a layout says ``show_in`` (empty: nothing) is shown in a place."""
    return place in (show_in or (_OF_SUMMARY if section == "summary" else _USUAL))


def read(node: "Node", problems: "Problems") -> list[str]:
    """Return the places a layout names, one alone or in a list; what is none is noted."""
    items = node.value if isinstance(node.value, list) else [node]
    if not items:
        problems.add(node, "show_in names no place; without: leaves a section of another layout out.")
    known = list(PLACES)
    for item in items:
        if item.value not in known:
            problems.unknown(item, "place", str(item.plain()), known)
    return list(dict.fromkeys(str(item.value) for item in items if item.value in known))
