"""Calls to action, as another tool exported them."""

from datetime import date
from typing import NamedTuple

from .accounts import account_id
from .people import csm_of
from .world import World


class Action(NamedTuple):
    """One CTA of the export."""

    number: int
    account: str
    name: str
    type: str
    reason: str
    priority: str
    status: str
    owner: str
    due_on: date
    is_important: bool


# Days until due, name, type, reason, priority, status, important.
_ACME = (
    (3, "Login loops: keep Rosa informed daily", "Risk", "Product quality", "High", "In Progress", True),
    (24, "Security review asks for SSO evidence", "Risk", "Product quality", "Medium", "New", False),
    (33, "Prepare executive business review", "Event", "EBR", "High", "New", True),
    (-60, "Detractor follow-up: runner stalls", "Risk", "NPS", "Medium", "Closed Success", False),
    (-140, "Onboard the payments teams", "Event", "Onboarding", "Medium", "Closed Success", False),
    (14, "Reach 90 % of seats", "Objective", "Adoption", "Medium", "In Progress", False),
)
_OTHERS = (
    ("Usage falls two months in a row", "Risk", "Adoption"),
    ("Sponsor left", "Risk", "Sponsor change"),
    ("Seats nearly used up", "Opportunity", "Expansion"),
    ("Cadence call is due", "Event", "Engagement"),
    ("Renewal in 90 days", "Event", "Renewal"),
)


def actions(world: World) -> list[Action]:
    """Return the CTAs of every customer that has a CSM."""
    made: list[Action] = []
    for customer in world.customers:
        if customer.status == "Prospect":
            continue
        chance = world.chance("ctas", customer.key)
        rows = list(_ACME) if customer.key == "acme" else []
        if not rows:
            for _ in range({"Enterprise": 4, "Mid-Market": 2}.get(customer.segment, 1)):
                name, type_, reason = chance.pick(_OTHERS if customer.trend != "grows" else _OTHERS[2:])
                due = chance.between(-80, 45)
                is_done = due < -10 and chance.happens(0.8)
                status = chance.pick(("Closed Success", "Closed Success", "Closed Lost")) if is_done else "New"
                priority = chance.pick(("Low", "Medium", "High"))
                rows.append((due, name, type_, reason, priority, status, chance.happens(0.2)))
        for due, name, type_, reason, priority, status, is_important in rows:
            owner = csm_of(customer).email
            made.append(
                Action(7000 + len(made), account_id(customer), name, type_, reason, priority, status, owner,
                       world.day(due), is_important)
            )  # fmt: skip
    return made
