"""Satisfaction ratings as answers to a survey: good or bad, one for each ticket.

Zendesk's scale has two points, so the score is 1 or 0 on the scale "good/bad" and never mixes with 1-5. A customer
who rates again changes the answer: the ticket is the identity, and the newest rating stands.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from c360cli.errors import RequestRefused
from c360cli.records import Cursor, Record

from ..wording import shown
from .api import Api
from .mapping import FieldMap
from .paging import Page, list_pages
from .values import moment, ref, text, unix

SURVEY = "Ticket satisfaction"
SCALE = "good/bad"
_SCORES = {"good": 1.0, "bad": 0.0}
# A rating can change until its ticket closes (28 days), and start_time may look at its birth: ask that far back,
_ASK_BACK_SECONDS = 30 * 86400
# and take what changed since the last read, with a margin for ratings that changed while it ran.
_MARGIN_SECONDS = 3600
_TICKETS_AT_ONCE = 100


class Listed(NamedTuple):
    """A list of answers: where it is, under which key, how it is asked for those since a second, when one changed."""

    path: str
    key: str
    since: Callable[[int], Mapping[str, str | int]]
    time_of: Callable[[Any], int]


RATINGS = Listed(
    "/api/v2/satisfaction_ratings.json",
    "satisfaction_ratings",
    lambda seconds: {"score": "received", "start_time": seconds},
    lambda row: unix(row.get("updated_at")) if isinstance(row, dict) else 0,
)


def changed_pages(api: Api, listed: Listed, cursor: Cursor, start: int) -> Iterator[Page]:
    """Yield the answers of a list that changed since the last read; rows are only those.

    The cursor is ``{"since": seconds}``, and in the middle of a read also ``newest`` and Zendesk's ``after``.
    """
    since = int(cursor.get("since", start))
    newest = int(cursor.get("newest", since))
    after: str | None = cursor.get("after")
    has_restarted = False
    params = listed.since(max(start, since - _ASK_BACK_SECONDS))
    while True:
        try:
            for rows, next_after in list_pages(api, listed.path, listed.key, params, after):
                times = [listed.time_of(row) for row in rows]
                fresh = [row for row, time in zip(rows, times, strict=True) if not 0 < time < since - _MARGIN_SECONDS]
                newest = max(newest, *times) if times else newest
                if next_after is None:
                    yield Page(fresh, {"since": newest}, True)
                    return
                after = next_after
                yield Page(fresh, {"since": since, "newest": newest, "after": after}, False)
        except RequestRefused as error:
            if after is None or error.status not in (400, 410, 422) or has_restarted:
                raise
            after, has_restarted = None, True  # the list forgot our place: its pages come again, the merge knows them


def newest_of_each_ticket(records: list[Record]) -> list[Record]:
    """Return one answer a ticket, the newest."""
    by_ticket: dict[str, Record] = {}
    for record in records:
        twin = by_ticket.get(record.source_id)
        if twin is None or (record.changed_at or "") >= (twin.changed_at or ""):
            by_ticket[record.source_id] = record
    return list(by_ticket.values())


class Rated(NamedTuple):
    """Whom a rating came from: the organization's id (the e-mail where there is none), e-mail and name."""

    customer_ref: str | None
    respondent: str | None
    respondent_name: str | None


def rated_tickets(api: Api, tickets: Iterable[object]) -> dict[str, Rated]:
    """Return by id of a ticket what its answers do not say themselves, asked from the tickets, a hundred at once."""
    ids = sorted({str(ticket) for ticket in tickets if type(ticket) is int})
    rated: dict[str, Rated] = {}
    for place in range(0, len(ids), _TICKETS_AT_ONCE):
        path = "/api/v2/tickets/show_many.json"
        body = api.read(path, {"ids": ",".join(ids[place : place + _TICKETS_AT_ONCE]), "include": "users"})
        people = {user["id"]: user for user in body.get("users") or () if isinstance(user, dict) and "id" in user}
        for ticket in api.rows(path, body, "tickets"):
            try:
                person = people.get(ticket["requester_id"], {})
                email = text(person.get("email"))
                customer_ref = ref(ticket.get("organization_id")) or email
                rated[str(ticket["id"])] = Rated(customer_ref, email, text(person.get("name")))
            except (ValueError, TypeError, KeyError, AttributeError):
                continue  # the ticket stream sets such a ticket aside; the rating still counts
    return rated


AnswerReader = Callable[[str, dict[str, Any]], "Record | None"]


def rating_reader(source: str, rated: dict[str, Rated], fields: FieldMap) -> AnswerReader:
    """Return the function that makes a rating an answer, None for one only offered; ValueError for anything else."""

    def read(source_id: str, row: dict[str, Any]) -> Record | None:
        score = row.get("score")
        if score in ("offered", "unoffered"):
            return None
        if score not in _SCORES:
            raise ValueError(f"the score {shown(score)} is neither good nor bad")
        ticket_id = ref(row.get("ticket_id"))
        if ticket_id is None:
            raise ValueError("it has no ticket")
        changed_at = moment(row.get("updated_at"))
        values: dict[str, Any] = {
            "survey": SURVEY,
            "kind": "csat",
            "score": _SCORES[score],
            "scale": SCALE,
            "comment": text(row.get("comment")),
            "answered_at": changed_at or moment(row.get("created_at")),
            "rating_id": source_id,
        }
        if ticket_id in rated:
            values |= rated[ticket_id]._asdict()
        for key in ("reason", "reason_id", "requester_id", "assignee_id", "group_id"):
            if row.get(key) not in (None, ""):
                values[key] = row[key]
        fields.apply(row, values)
        return Record("survey", source, ticket_id, changed_at, values)

    return read
