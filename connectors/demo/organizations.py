"""The Zendesk side of the customers: organizations that match in every way there is, their users, and our agents."""

from datetime import datetime
from typing import Any

from c360cli.names import name_key

from .accounts import account_id
from .customers import Customer
from .people import USERS, Person, everybody
from .world import Thing, Version, World, history

# Zendesk ids need more than 32 bits.
_ORGANIZATIONS = 360_000_100_000
_USERS = 360_000_500_000
_AGENTS = 360_000_900_000
AGENT_NAMES = ("Wanda Kowalski", "Ravi Pillai", "Chen Yu", "Fatou Diallo", "Oskar Lund")
SYSTEM_USER = -1
GROUP_ID = 360_000_010_001

# Organizations nobody at Salesforce knows: customers of a company bought last year.
_STRAY = (("Wobbly Bits Hardware", "wobbly-bits.example"), ("Zzyzx Road Services", "zzyzx.example"))


def organization_id(customer: Customer) -> int | None:
    """Return the id of a customer's Zendesk organization; None when it has none."""
    return _ORGANIZATIONS + customer.number * 11 if customer.zendesk else None


def requester_id(person: Person) -> int:
    """Return the Zendesk user id of a contact."""
    return _USERS + person.number


def agent_id(place: int) -> int:
    """Return the Zendesk user id of the agent at ``place`` of AGENT_NAMES."""
    return _AGENTS + place * 7


def stray_ids() -> list[int]:
    """Return the ids of the organizations that belong to no customer."""
    return [_ORGANIZATIONS + 5000 + place for place in range(len(_STRAY))]


def organization_things(world: World) -> list[Thing]:
    """Return the Zendesk organizations."""
    things = []
    for place, customer in enumerate(world.customers):
        if not customer.zendesk:
            continue
        created = world.moment(-30 * customer.months + 3, 10)
        # A script touched many of them in the same second: pages of the time-based export meet inside it.
        touched = world.moment(-70, 2, 15) if place % 3 == 0 else world.moment(-place - 1, 7, 5)
        later = [Version(max(touched, created), {})]
        if customer.key == "kestrel":
            later.append(Version(world.moment(10, 12, 50), {"notes": "Renewed early; priority queue."}))
        things.append(Thing(organization_id(customer), history(created, _organization(world, customer), *later)))
    for identity, (name, domain) in zip(stray_ids(), _STRAY, strict=True):
        values = _plain_organization() | {"name": name, "domain_names": [domain]}
        things.append(Thing(identity, history(world.moment(-150, 9), values)))
    return things


def _plain_organization() -> dict[str, Any]:
    return {
        "shared_tickets": False,
        "shared_comments": False,
        "external_id": None,
        "domain_names": [],
        "details": None,
        "notes": None,
        "group_id": None,
        "tags": [],
        "organization_fields": {"salesforce_account_id": None, "support_plan": None},
    }


def _organization(world: World, customer: Customer) -> dict[str, Any]:
    values = _plain_organization() | {"name": customer.name, "tags": [tag for tag in customer.tags if tag.isascii()]}
    plan = {"Enterprise": "premium", "Mid-Market": "standard"}.get(customer.segment, "basic")
    fields: dict[str, Any] = {"salesforce_account_id": None, "support_plan": plan}
    if customer.zendesk == "external":
        values |= {"external_id": account_id(customer), "domain_names": [customer.domain]}
    elif customer.zendesk == "short":
        values["external_id"] = account_id(customer)[:15]
    elif customer.zendesk == "field":
        fields["salesforce_account_id"] = account_id(customer)
        values["name"] = f"{customer.name} (migrated)"
    elif customer.zendesk == "domain":
        values |= {
            "domain_names": [customer.domain, f"mail.{customer.domain}"],
            "name": f"{customer.name} / {customer.segment}",
        }
    else:
        values["name"] = name_key(customer.name).title() if customer.name.isascii() else customer.name.upper()
    if customer.key == "script":
        values["details"] = '"><svg onload=alert(4)>'
    return values | {"organization_fields": fields}


def user_things(world: World) -> list[Thing]:
    """Return the Zendesk users: the customers' people, our agents, and one whose account was deleted."""
    things = [_agent(world, place, name) for place, name in enumerate(AGENT_NAMES)]
    for customer in world.customers:
        if not customer.zendesk:
            continue
        for person in everybody(world)[customer.key]:
            created = world.moment(-30 * customer.months + 5, 9, person.number % 60)
            values = _person(person) | {"organization_id": organization_id(customer)}
            later = [Version(max(created, world.moment(-(person.number % 200) - 1, 13)), {})]
            if customer.key == "halcyon" and person.number % 16 == 6:
                later.append(Version(world.moment(-8, 10), {"active": False, "email": None}))
            things.append(Thing(requester_id(person), history(created, values, *later)))
    for place, identity in enumerate(stray_ids()):
        values = _user(f"Stray Person {place + 1}", f"hello@{_STRAY[place][1]}", "end-user") | {
            "organization_id": identity
        }
        things.append(Thing(_USERS + 90_000 + place, history(world.moment(-150, 9, 30), values)))
    return things


def stray_requester_id(place: int) -> int:
    """Return the user who writes for the ``place``-th organization nobody knows."""
    return _USERS + 90_000 + place


def second_memberships(world: World, now: datetime) -> list[tuple[int, int]]:
    """Return (user, organization) of those who belong to a second one: consultants, one of them for some days only."""
    others = [organization_id(customer) for customer in world.customers if customer.key in ("globex", "initech")]
    pairs = [(stray_requester_id(0), other) for other in others if other is not None]
    ended = (stray_requester_id(1), others[0]) if others and now < world.moment(6, 15) else None
    return [*pairs, *([(ended[0], ended[1])] if ended and ended[1] is not None else [])]


def _agent(world: World, place: int, name: str) -> Thing:
    role = "admin" if place == 0 else "agent"
    email = f"{name.split()[0].lower()}.support@{USERS[0].email.split('@')[1]}"
    created = world.moment(-850 + place, 9)
    return Thing(agent_id(place), history(created, _user(name, email, role), Version(world.moment(-30 + place), {})))


def _person(person: Person) -> dict[str, Any]:
    return _user(person.name, person.email, "end-user")


def _user(name: str, email: str, role: str) -> dict[str, Any]:
    return {
        "name": name,
        "email": email,
        "role": role,
        "active": True,
        "verified": True,
        "suspended": False,
        "time_zone": "Pacific Time (US & Canada)",
        "iana_time_zone": "America/Los_Angeles",
        "locale": "en-US",
        "phone": None,
        "organization_id": None,
        "external_id": None,
        "tags": [],
        "user_fields": {},
        "shared": False,
        "moderator": role != "end-user",
        "ticket_restriction": "requested" if role == "end-user" else None,
        "default_group_id": GROUP_ID if role != "end-user" else None,
        "last_login_at": None,
        "notes": None,
        "details": None,
        "alias": None,
        "photo": None,
    }
