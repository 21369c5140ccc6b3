"""About 600 Zendesk tickets and the life of each: asked, answered, waited for, solved, closed, deleted, scrubbed."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from .customers import Customer
from .organizations import AGENT_NAMES, GROUP_ID, SYSTEM_USER, agent_id, stray_ids, stray_requester_id
from .people import Person, everybody
from .ticket_shape import (
    CUSTOM_STATUSES,
    ESCALATED,
    PRIORITIES,
    RATINGS,
    SEVERITY,
    STATUS_IDS,
    SUBJECTS,
    changed_fields,
    new_ticket,
    ticket_of,
)
from .world import Chance, Thing, Version, World, history

# Acme's open ones: days ago, subject, priority, status, custom status, place of the requester.
_ACME_OPEN = (
    (12, "SSO login loops after upgrade", "urgent", "open", 9003, 1),
    (6, "Runner queue stalls at midnight UTC", "high", "hold", 9006, 4),
    (3, "Export drops umlauts", "normal", "pending", 9005, 3),
    (1, "How long are audit logs kept?", "low", "new", 9001, 7),
)


class _Ticket(NamedTuple):
    created: datetime
    customer: Customer | None
    values: dict[str, Any]
    later: list[Version]
    rating: tuple[datetime, str, str | None] | None


def ticket_things(world: World) -> list[Thing]:
    """Return the tickets of the export, numbered as they were opened."""
    return [thing for thing, _ in _numbered(world)]


def rating_things(world: World) -> list[Thing]:
    """Return the satisfaction ratings that were given for tickets."""
    return [rating for _, rating in _numbered(world) if rating]


def _numbered(world: World) -> list[tuple[Thing, Thing | None]]:
    tickets: list[_Ticket] = []
    for customer in world.customers:
        if customer.key == "acme":
            tickets += _acme(world, customer)
        elif customer.zendesk:
            tickets += _drawn(world, customer)
    tickets += _strays(world)
    tickets.sort(key=lambda ticket: ticket.created)
    numbered = []
    for place, ticket in enumerate(tickets):
        number = 41_003 + place * 12
        later, rating = list(ticket.later), None
        if ticket.rating:
            rated_at, score, comment = ticket.rating
            given = {"id": 9_000_000_000 + number, "score": score, "comment": comment}
            later.append(Version(rated_at, {"satisfaction_rating": given}))
            rating = Thing(given["id"], history(rated_at, _rating(number, ticket, score, comment)))
        numbered.append((Thing(number, history(ticket.created, ticket.values, *later)), rating))
    return numbered


def _rating(number: int, ticket: _Ticket, score: str, comment: str | None) -> dict[str, Any]:
    return {
        "ticket_id": number,
        "score": score,
        "comment": comment,
        "requester_id": ticket.values["requester_id"],
        "assignee_id": next((v.values["assignee_id"] for v in ticket.later if "assignee_id" in v.values), None),
        "group_id": GROUP_ID,
        "reason": "No reason provided",
        "reason_id": 0,
    }


def _acme(world: World, customer: Customer) -> list[_Ticket]:
    """Return Acme's tickets: 53 done and 4 open at the birth, one more opened and one solved soon after it."""
    chance = world.chance("tickets", customer.key)
    people = everybody(world)[customer.key]
    tickets = []
    for _ in range(customer.tickets - len(_ACME_OPEN)):
        created = world.moment(-chance.between(24, 545), chance.between(7, 19), chance.between(0, 59))
        solved = created + timedelta(hours=chance.between(3, 200))
        tickets.append(_closed(chance, customer, people, created, solved))
    for days, subject, priority, status, custom_status, place in _ACME_OPEN:
        # Opened in the evening before, so that the age in whole days is the same all day long.
        created = world.moment(-days, -2, place * 3)
        values = ticket_of(chance, customer, people[place], subject) | {"priority": priority}
        moved = {"status": status, "custom_status_id": custom_status, "assignee_id": agent_id(place % len(AGENT_NAMES))}
        later = [] if status == "new" else [Version(created + timedelta(hours=2), moved)]
        if priority == "urgent":
            values["custom_fields"] = changed_fields(values, {SEVERITY: "sev_1", ESCALATED: True})
            later += _solving(world.moment(1, 16, 40), 9008)
        tickets.append(_Ticket(created, customer, values, later, None))
    values = ticket_of(chance, customer, people[5], "Deploy approvals vanish from the timeline") | {"priority": "high"}
    reopened = {"status": "open", "custom_status_id": 9002, "assignee_id": agent_id(1)}
    created = world.moment(2, 9, 25)
    tickets.append(_Ticket(created, customer, values, [Version(created + timedelta(hours=1), reopened)], None))
    return tickets


def _drawn(world: World, customer: Customer) -> list[_Ticket]:
    """Return the tickets of a customer, at the same pace before the birth and after it."""
    chance = world.chance("tickets", customer.key)
    people = everybody(world)[customer.key]
    ahead = max(1, customer.tickets // 16)
    tickets = []
    for place in range(customer.tickets + ahead):
        days = -chance.between(1, 545) if place < customer.tickets else chance.between(0, 27)
        created = world.moment(days, chance.between(1, 22), chance.between(0, 59))
        slow = 700 if customer.trend == "falls" else 260
        solved = created + timedelta(hours=chance.between(2, slow))
        ticket = _closed(chance, customer, people, created, solved)
        if place == 1 and customer.key in ("globex", "initech", "vantage", "halcyon", "acme-gmbh", "midori"):
            ticket = _gone(world, ticket, lately=customer.key in ("globex", "acme-gmbh"))
        elif place == 2 and customer.key in ("kestrel", "tidewater"):
            # Deleted after the birth, while the world goes on.
            ticket = ticket._replace(later=[*ticket.later, Version(world.moment(11, 3, 33), {"status": "deleted"})])
        tickets.append(ticket)
    return tickets


def _closed(
    chance: Chance, customer: Customer, people: tuple[Person, ...], created: datetime, solved: datetime
) -> _Ticket:
    """Return a ticket with its whole life; how much of it can be seen is up to the clock."""
    values = ticket_of(chance, customer, chance.pick(people), chance.pick(SUBJECTS)) | {
        "priority": chance.pick(PRIORITIES)
    }
    taken = {"status": "open", "custom_status_id": 9002, "assignee_id": agent_id(chance.between(0, 4))}
    later = [Version(created + (solved - created) * 0.1, taken)]
    if chance.happens(0.6):
        status = chance.pick((9003, 9004, 9005, 9006))
        category = next(category for identity, category, _ in CUSTOM_STATUSES if identity == status)
        later.append(Version(created + (solved - created) * 0.4, {"status": category, "custom_status_id": status}))
    later += _solving(solved, 9007)
    if chance.happens(0.2):
        # The system recalculates something: the export shows the ticket again, "updated" stays as it was.
        later.append(Version(solved + timedelta(days=chance.between(6, 40)), {}, is_quiet=True))
    rating = None
    if chance.happens(0.3):
        score, comment = chance.pick(RATINGS)
        rating = (solved + timedelta(hours=chance.between(1, 70)), score, comment)
    return _Ticket(created, customer, values, later, rating)


def _solving(solved: datetime, custom_status: int) -> list[Version]:
    return [
        Version(solved, {"status": "solved", "custom_status_id": custom_status}),
        Version(solved + timedelta(days=4), {"status": "closed"}),
    ]


def _gone(world: World, ticket: _Ticket, lately: bool) -> _Ticket:
    """Return the ticket deleted before the birth: lately, or so long ago that it has been scrubbed since."""
    if lately:
        ticket = ticket._replace(created=world.moment(-25, 8), later=[])
    deleted = world.moment(-9, 4) if lately else ticket.created + timedelta(days=1)
    versions = [version for version in ticket.later if version.at < deleted]
    versions.append(Version(deleted, {"status": "deleted", "custom_status_id": STATUS_IDS["deleted"]}))
    scrubbed: dict[str, Any] = {
        "subject": "SCRUBBED",
        "raw_subject": "SCRUBBED",
        "description": "X",
        "organization_id": None,
        "assignee_id": None,
        "requester_id": SYSTEM_USER,
        "submitter_id": SYSTEM_USER,
        "tags": [],
        "custom_fields": [],
    }
    versions.append(Version(deleted + timedelta(days=30), scrubbed, is_quiet=True))
    return ticket._replace(later=versions, rating=None)


def _strays(world: World) -> list[_Ticket]:
    """Return tickets of organizations that are nobody's, and of a requester without any."""
    tickets = []
    for place, organization in enumerate(stray_ids()):
        chance = world.chance("stray", place)
        for _ in range(3):
            created = world.moment(-chance.between(3, 140), 11, chance.between(0, 59))
            requester = stray_requester_id(place)
            values = new_ticket(chance, "Where do I find my invoice?", requester) | {"organization_id": organization}
            tickets.append(_Ticket(created, None, values, _solving(created + timedelta(hours=30), 9007), None))
    return tickets
