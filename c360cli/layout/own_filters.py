"""Filters of a file that ask about fields of one's own, held to what ``layouts/fields`` declares those to hold.

They are compared like a source's own, by what the value reads, so a file means the same in every home; but a value that
the field cannot hold is a mistake, told with its place like every other.
"""

from collections.abc import Iterator, Mapping, Sequence

from c360cli.errors import FilterError
from c360cli.filters import Fields, Own, check
from c360cli.layout.rows import CUSTOMERS
from c360cli.layout.said import add_error
from c360cli.layout.subject import FIELDS
from c360cli.nodes import Node, Problems

OwnFields = Mapping[str, Own]


def hold_pages(root: Node, own: OwnFields, problems: Problems) -> None:
    """Note what the conditions of a layout, or of who gets which, ask of a field that cannot be."""
    for name in ("sections", "rules"):
        for entry in _items(root, name):
            _hold(_child(entry, "when"), FIELDS, own, problems)
            if _is_of(entry, "report", "customers"):
                _hold(_child(entry, "where"), CUSTOMERS, own, problems)


def hold_scorecards(root: Node, own: OwnFields, problems: Problems) -> None:
    """Note the same of a scorecard, or of who gets which: what is asked there is asked of customers."""
    for mapping in _mappings(root):
        if _child(mapping, "data") is None or _is_of(mapping, "data", "customers"):
            _hold(_child(mapping, "where"), CUSTOMERS, own, problems)


def _hold(node: Node | None, fields: Fields, own: OwnFields, problems: Problems) -> None:
    if node is None or not isinstance(node.value, str):
        return
    try:
        check(node.value, fields)
    except FilterError:
        return  # what is wrong in itself is told by whoever reads it
    try:
        check(node.value, fields._replace(own=own))
    except FilterError as error:
        add_error(node, error, problems)


def _child(node: Node, name: str) -> Node | None:
    return node.value.get(name) if isinstance(node.value, dict) else None


def _is_of(node: Node, name: str, word: str) -> bool:
    child = _child(node, name)
    return child is not None and child.value == word


def _items(node: Node, name: str) -> Sequence[Node]:
    child = _child(node, name)
    return child.value if child is not None and isinstance(child.value, list) else ()


def _mappings(node: Node) -> Iterator[Node]:
    """Yield every mapping of a file."""
    if isinstance(node.value, dict):
        yield node
    children = node.value.values() if isinstance(node.value, dict) else node.value
    for child in children if isinstance(children, list) or isinstance(node.value, dict) else ():
        yield from _mappings(child)
