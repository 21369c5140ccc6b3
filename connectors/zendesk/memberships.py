"""People who belong to more than one organization: a contact at each of them.

A user names only the default one; the others stand in a list of memberships, which cannot be asked for changes. It is
read whole at each sync by accounts that have such people, once a day where it is long, and once a week by those that
have none.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from c360cli.errors import RequestRefused, SourceEmpty
from c360cli.records import Aside, Cursor, Record, RecordPage

from ..losses import is_too_much
from .api import Api
from .mapping import FieldMap
from .paging import list_pages
from .people import OURS, person_values
from .reading import read_rows
from .values import moment, ref, text

MEMBERSHIPS = "/api/v2/organization_memberships.json"
_PEOPLE = "/api/v2/users/show_many.json"
_STREAM = "organization_memberships"
_WEEK_SECONDS = 7 * 86400
# A list of more pages takes minutes. What runs daily never comes quite a day after the last time.
_MANY_PAGES = 20
_DAY_SECONDS = 20 * 3600
_PEOPLE_AT_ONCE = 100


def membership_pages(api: Api, cursor: Cursor, fields: FieldMap, clock: Callable[[], datetime]) -> Iterator[RecordPage]:
    """Yield a contact for each membership beside the default one, and the end of those that are over.

    The cursor is ``{"ids": contacts of the last whole read, "read_at": seconds, "pages": of that read}``, in the middle
    of a read also ``seen`` and Zendesk's ``after``. A contact's id is "user#organization", so that its link leads to
    the user.
    """
    now = int(clock().timestamp())
    known = {str(each) for each in cursor.get("ids", ())}
    after: str | None = cursor.get("after")
    if after is None and "ids" in cursor and now - int(cursor.get("read_at", 0)) < _often(cursor):
        return
    seen = {str(each) for each in cursor.get("seen", ())} if after else set()
    kept: dict[str, Any] = {key: cursor[key] for key in ("ids", "read_at") if key in cursor}
    pages = int(cursor.get("pages", 0)) if after else 0
    has_restarted = False
    while True:
        try:
            for rows, next_after in list_pages(api, MEMBERSHIPS, _STREAM, {}, after):
                records, aside = _contacts(api, rows, fields)
                pages += 1
                seen |= {record.source_id for record in records} | _named(aside)
                if next_after is None:
                    if is_too_much(len(known - seen), len(known)):
                        yield RecordPage([], kept)  # the next sync reads the list from its start
                        raise _too_many_gone(api, len(known & seen), len(known))
                    gone = [Record("contact", api.source, each, None, {}, True) for each in sorted(known - seen)]
                    yield RecordPage(records + gone, {"ids": sorted(seen), "read_at": now, "pages": pages}, aside)
                    return
                after = next_after
                yield RecordPage(records, {**kept, "seen": sorted(seen), "after": after, "pages": pages}, aside)
        except RequestRefused as error:
            if error.status in (403, 404):
                note = f"who belongs to more than one organization is not known: {api.words(error)}"
                yield RecordPage([], kept, notes=(note,))
                return
            if after is None or error.status not in (400, 410, 422) or has_restarted:
                raise
            after, has_restarted = None, True  # the list forgot our place: its pages come again, the merge knows them


def _too_many_gone(api: Api, has: int, had: int) -> SourceEmpty:
    return SourceEmpty(
        api.source,
        f"only {has:,} of {had:,} people in several organizations are still there; what was read before is kept.",
        "Look whether the login still sees all of them. If it is meant to be so:"
        f" c360 sync {api.source} --accept-shrink",
    )


def _often(cursor: Cursor) -> int:
    """Return for how many seconds the last whole read is good."""
    if not cursor["ids"]:
        return _WEEK_SECONDS
    return _DAY_SECONDS if int(cursor.get("pages", 0)) > _MANY_PAGES else 0


def _contacts(api: Api, rows: list[Any], fields: FieldMap) -> tuple[list[Record], list[Aside]]:
    """Return the contacts of the memberships that are not the default one of their user."""
    others = []
    for row in rows:
        # The default one says true; the others say false, or nothing at all.
        if isinstance(row, dict) and row.get("default") is not True:
            user, organization = row.get("user_id"), row.get("organization_id")
            others.append(row | {"id": f"{user}#{organization}"})
    people = _people(api, [row.get("user_id") for row in others])

    def read(source_id: str, row: dict[str, Any]) -> Record | None:
        user, organization = ref(row.get("user_id")), ref(row.get("organization_id"))
        if user is None or organization is None:
            raise ValueError("it has no user or no organization")
        person = people.get(user)
        if person is None or person.get("active") is False or text(person.get("role")) in OURS:
            return None
        if ref(person.get("organization_id")) == organization:
            return None  # the default one after all: the user was changed while we read
        values = person_values(person) | {"phone": text(person.get("phone")), "customer_ref": organization}
        fields.apply(person, values)
        changed_at = max(filter(None, (moment(person.get("updated_at")), moment(row.get("updated_at")))), default=None)
        return Record("contact", api.source, source_id, changed_at, values)

    return read_rows(_STREAM, others, read, read_id=lambda value: value if isinstance(value, str) else None)


def _people(api: Api, users: Iterable[object]) -> dict[str, dict[str, Any]]:
    ids = sorted({str(user) for user in users if type(user) is int and user > 0})
    people: dict[str, dict[str, Any]] = {}
    for place in range(0, len(ids), _PEOPLE_AT_ONCE):
        body = api.read(_PEOPLE, {"ids": ",".join(ids[place : place + _PEOPLE_AT_ONCE])})
        rows = api.rows(_PEOPLE, body, "users")
        people |= {str(row["id"]): row for row in rows if isinstance(row, dict) and type(row.get("id")) is int}
    return people


def _named(aside: list[Aside]) -> set[str]:
    """Return the contacts that cannot be read just now, but are there."""
    return {each.source_id for each in aside if "#" in each.source_id}
