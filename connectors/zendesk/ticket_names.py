"""What the account calls its ticket fields and statuses; tickets carry only their ids."""

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from c360cli.errors import RequestRefused
from c360cli.records import Row

from ..side_by_side import begun
from .api import Api
from .paging import list_pages

# The fields every account has; their values are keys of the ticket itself.
_SYSTEM_TYPES = (
    "subject", "description", "status", "custom_status", "tickettype", "priority", "basic_priority", "group",
    "assignee",
)  # fmt: skip


class TicketNames(NamedTuple):
    """Names by id: ``fields`` the key of a custom field, ``statuses`` the label agents see where it is a custom one.

    ``lacking`` are the lists that the account's plan or our rights leave out.
    """

    fields: dict[int, str]
    statuses: dict[int, str]
    lacking: tuple[str, ...] = ()


def read_ticket_names(api: Api, taken: Iterable[str]) -> tuple[TicketNames, tuple[str, ...]]:
    """Return the names and notes on what is left out; ``taken`` names stay free."""
    statuses_coming = begun(partial(_statuses, api))
    fields, refused = _fields(api)
    statuses, has_none = statuses_coming()
    lacking: list[str] = []
    notes: list[str] = []
    if refused:
        lacking.append("ticket_fields")
        notes.append(f"tickets: custom fields have no names, because their list is refused ({refused.status}).")
    if has_none:  # as in most accounts, and a note each night would be noise
        lacking.append("custom_statuses")
    return TicketNames(field_names(fields, taken), status_labels(statuses), tuple(lacking)), tuple(notes)


def _fields(api: Api) -> tuple[list[Any], RequestRefused | None]:
    """Return the account's ticket fields, or none and why."""
    try:
        pages = list_pages(api, "/api/v2/ticket_fields.json", "ticket_fields", {})
        return [row for rows, _ in pages for row in rows], None
    except RequestRefused as error:
        return [], _only_missing(error)


def _statuses(api: Api) -> tuple[list[Any], RequestRefused | None]:
    """Return the account's custom statuses, or none and why."""
    path = "/api/v2/custom_statuses.json"
    try:
        return api.rows(path, api.read(path), "custom_statuses"), None
    except RequestRefused as error:
        return [], _only_missing(error)


def field_names(rows: list[Any], taken: Iterable[str]) -> dict[int, str]:
    """Return {id: title} of the custom fields, no title twice.

    Titles repeat; the field that was there first (its id is smaller) keeps the bare title, later ones carry their
    id, so that a new field never renames an old one.
    """
    custom = [
        row
        for row in rows
        if isinstance(row, dict) and type(row.get("id")) is int and row.get("type") not in _SYSTEM_TYPES
    ]
    used = set(taken)
    names: dict[int, str] = {}
    for row in sorted(custom, key=lambda row: int(row["id"])):
        title = row.get("title")
        name = title.strip() if isinstance(title, str) else ""
        if not name or name in used:
            name = f"{name or 'field'} ({row['id']})"
        used.add(name)
        names[row["id"]] = name
    return names


def status_labels(rows: list[Row]) -> dict[int, str]:
    """Return {id: label} of the statuses whose label says more than their category does."""
    labels = {}
    for row in rows:
        if not isinstance(row, dict) or type(row.get("id")) is not int:
            continue
        label, category = row.get("agent_label"), row.get("status_category")
        if isinstance(label, str) and label.strip() and _plain(label) != category:
            labels[row["id"]] = label.strip()
    return labels


def _plain(label: str) -> str:
    """Return a label as its category is written: "On-hold" is the category hold."""
    word = label.strip().lower()
    return "hold" if word in ("on-hold", "on hold") else word


def _only_missing(error: RequestRefused) -> RequestRefused:
    """Return an error that says that the plan or our rights do not include the list; raise any other."""
    if error.status not in (403, 404):
        raise error
    return error
